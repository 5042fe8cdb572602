//! The grammar of delimited text (RFC 4180): one record from the start of a view.
//!
//! Our own rather than the `csv` crate's, which is lenient where we must be exact: it lets an unclosed
//! quotation mark swallow the rest of the file, and counts lines loosely around CR LF.

use csv::ByteRecord;

use super::fault::Reason;

/// Reads the record at the start of `view` into `fields` and gives its length with the line end.
/// `last` says that nothing follows the view. An empty line is a record of one empty field.
///
/// # Errors
/// Why no record can be made out.
pub fn parse(view: &[u8], last: bool, separator: u8, fields: &mut ByteRecord) -> Result<usize, Reason> {
    fields.clear();
    let mut at = 0;
    let mut unquoted = Vec::new();
    loop {
        let end = if view.get(at) == Some(&b'"') {
            unquoted.clear();
            let end = quoted(view, at + 1, last, &mut unquoted)?;
            fields.push_field(&unquoted);
            end
        } else {
            let ends = |byte: &u8| *byte == separator || *byte == b'\n';
            let end = match view[at..].iter().position(ends) {
                Some(length) => at + length,
                None if last => view.len(),
                None => return Err(Reason::TooLong),
            };
            let field = &view[at..end];
            let ends_line = view.get(end) != Some(&separator);
            fields.push_field(if ends_line { field.strip_suffix(b"\r").unwrap_or(field) } else { field });
            end
        };
        at = match &view[end..] {
            [first, ..] if *first == separator => end + 1,
            [b'\n', ..] => return Ok(end + 1),
            [b'\r', b'\n', ..] => return Ok(end + 2),
            [b'\r'] | [] if last => return Ok(view.len()),
            [b'\r'] | [] => return Err(Reason::TooLong),
            _ => return Err(Reason::AfterQuote),
        };
    }
}

/// Reads a field whose quotation mark is before `from`; gives where its closing one ends.
fn quoted(view: &[u8], from: usize, last: bool, field: &mut Vec<u8>) -> Result<usize, Reason> {
    let mut at = from;
    loop {
        let Some(length) = view[at..].iter().position(|byte| *byte == b'"') else { return Err(Reason::UnclosedQuote) };
        field.extend_from_slice(&view[at..at + length]);
        at += length + 1;
        match view.get(at) {
            Some(b'"') => field.push(b'"'),
            None if !last => return Err(Reason::TooLong),
            _ => return Ok(at),
        }
        at += 1;
    }
}

/// The separator of a header: `,`, `;` or a tabulation, whichever there is most of.
pub fn separator_of(header: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in header {
        quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(separator, _)| separator == byte && !quoted) {
            *count += 1;
        }
    }
    // The first of equals: the comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| *separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(view: &str, last: bool) -> Result<(usize, Vec<String>), Reason> {
        let mut fields = ByteRecord::new();
        let length = parse(view.as_bytes(), last, b',', &mut fields)?;
        Ok((length, fields.iter().map(|field| String::from_utf8(field.to_vec()).unwrap()).collect()))
    }

    #[test]
    fn records() {
        for (view, last, length, fields) in [
            ("a,b\nrest", false, 4, vec!["a", "b"]),
            ("a,b\r\nrest", false, 5, vec!["a", "b"]),
            ("a,b", true, 3, vec!["a", "b"]),
            ("a,b\r", true, 4, vec!["a", "b"]),
            ("a,\n", false, 3, vec!["a", ""]),
            (",\n", false, 2, vec!["", ""]),
            ("\nx", false, 1, vec![""]),
            ("\r\nx", false, 2, vec![""]),
            ("\"a,\"\"b\"\"\nc\",d\n", false, 14, vec!["a,\"b\"\nc", "d"]),
            ("\"\",\"\"\r\nx", false, 7, vec!["", ""]),
            ("\"a\"", true, 3, vec!["a"]),
            ("\"a\"\r", true, 4, vec!["a"]),
            // A mark inside an unquoted field is a mark.
            ("a \"b\" c,d\n", false, 10, vec!["a \"b\" c", "d"]),
            // A lone CR is a character like another; the rules of the fields refuse it.
            ("a\rb,c\n", false, 6, vec!["a\rb", "c"]),
        ] {
            assert_eq!(read(view, last), Ok((length, fields.into_iter().map(str::to_owned).collect())), "{view:?}");
        }
        for (view, last, reason) in [
            ("a,b", false, Reason::TooLong),
            ("\"a\"", false, Reason::TooLong),
            ("\"a\"\r", false, Reason::TooLong),
            ("\"a\nb", true, Reason::UnclosedQuote),
            ("\"a\nb", false, Reason::UnclosedQuote),
            ("\"a\"b,c\n", false, Reason::AfterQuote),
            ("\"a\"\rb,c\n", false, Reason::AfterQuote),
        ] {
            assert_eq!(read(view, last), Err(reason), "{view:?}");
        }
    }

    #[test]
    fn separators() {
        assert_eq!(separator_of(b"id,login,email"), b',');
        assert_eq!(separator_of(b"id;login;\"a,b,c,d\""), b';');
        assert_eq!(separator_of(b"id\tlogin"), b'\t');
        assert_eq!(separator_of(b"id"), b',');
    }
}
