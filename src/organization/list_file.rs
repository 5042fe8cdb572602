//! The text of a file that a spreadsheet wrote: in UTF-8, in UTF-16, or in the alphabet of Western Europe.

/// A file that is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotText {
    /// A workbook (`.xlsx`, `.ods`): to be saved as CSV.
    Spreadsheet,
    /// Something else.
    Other,
}

/// Reads it.
///
/// # Errors
/// When it is no text.
pub fn text(bytes: &[u8]) -> Result<String, NotText> {
    match bytes {
        // A ZIP archive, as newer workbooks are; an OLE file, as older ones are.
        [b'P', b'K', 3, 4, ..] | [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(NotText::Spreadsheet),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) if bytes.contains(&0) => Err(NotText::Other),
            // Latin-1: what differs in Windows-1252 are dashes and quotation marks.
            Err(_) => Ok(bytes.iter().copied().map(char::from).collect()),
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, NotText> {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16(&units).map_err(|_| NotText::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_spreadsheets_write() {
        let line = "a@b.test;référente";
        assert_eq!(text(line.as_bytes()).as_deref(), Ok(line));
        let latin: Vec<u8> = line.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
        assert_eq!(text(&latin).as_deref(), Ok(line));
        let units = |bytes: fn(u16) -> [u8; 2]| line.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        assert_eq!(text(&[&[0xff, 0xfe], &units(u16::to_le_bytes)[..]].concat()).as_deref(), Ok(line));
        assert_eq!(text(&[&[0xfe, 0xff], &units(u16::to_be_bytes)[..]].concat()).as_deref(), Ok(line));
        assert_eq!(text(b"PK\x03\x04\x14\x00"), Err(NotText::Spreadsheet));
        assert_eq!(text(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1]), Err(NotText::Spreadsheet));
        assert_eq!(text(&[0x89, b'P', b'N', b'G', 0, 0xff]), Err(NotText::Other));
        assert_eq!(text(&[0xff, 0xfe, 0x00, 0xd8]), Err(NotText::Other));
    }
}
