//! Names in mails: whoever chooses one must not write a message with it (ML-01, ML-03).

/// The longest name.
const LONGEST: usize = 64;

/// A name without addresses, line breaks and invisible marks, cut at 64 characters; nothing if
/// nothing is left.
pub(super) fn plain(text: &str) -> Option<String> {
    let visible: String = text.chars().take(8 * LONGEST).map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = visible.split_whitespace().filter(|word| !is_address(word)).collect();
    let mut name: String = words.join(" ");
    if name.chars().count() > LONGEST {
        name = name.chars().take(LONGEST - 1).collect::<String>().trim_end().to_owned() + "…";
    }
    (!name.is_empty()).then_some(name)
}

/// Control characters, separators of lines, marks of direction and of no width.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Whether a mail program may make a link of a word: `https:…`, `name@host`, `www.host`, `host.tld`.
fn is_address(word: &str) -> bool {
    let dotted: String = word.chars().map(|c| if matches!(c, '。' | '．' | '｡' | '․') { '.' } else { c }).collect();
    let looks_like_a_host = dotted.split('.').zip(dotted.split('.').skip(1)).any(|(before, after)| {
        before.ends_with(char::is_alphanumeric) && after.chars().take(2).filter(|c| c.is_alphabetic()).count() == 2
    });
    dotted.contains("//") || dotted.contains('@') || looks_like_a_host
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_address_is_left() {
        for (given, expected) in [
            ("Zoé Martin", Some("Zoé Martin")),
            ("J.-P. d’Aix (S.O.S.)", Some("J.-P. d’Aix (S.O.S.)")),
            ("Votre compte: http://evil.test", Some("Votre compte:")),
            ("Allez sur evil.test, vite", Some("Allez sur vite")),
            ("WWW.EVIL.TEST/x HTTPS://évil.test", None),
            ("a eve@evil b", Some("a b")),
            ("http\u{200b}://evil", Some("http")),
            ("evil。test x", Some("x")),
            ("a\r\nBcc: eve@evil.test", Some("a Bcc:")),
            ("a\u{2028}b\u{202e}c", Some("a b c")),
            ("=?utf-8?q?x?=", Some("=?utf-8?q?x?=")),
            (" \u{feff} ", None),
        ] {
            assert_eq!(plain(given).as_deref(), expected, "{given:?}");
        }
    }

    #[test]
    fn five_kilobytes_are_cut() {
        let name = plain(&"é".repeat(5_000)).unwrap();
        assert_eq!(name.chars().count(), 64);
        assert!(name.ends_with("é…"));
        assert_eq!(plain(&"é".repeat(64)).unwrap(), "é".repeat(64));
    }
}
