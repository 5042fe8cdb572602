//! Redirect URIs that are nearly the registered ones, and ways to say them in a request.

use percent_encoding::{
    AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, percent_encode_byte, utf8_percent_encode,
};

/// Left of a URI as it is, by who encodes no more than must be (RFC 3986 3.4).
const LEAST: &AsciiSet = &CONTROLS.add(b' ').add(b'#').add(b'%').add(b'&').add(b'+');

/// `SplitMix64`: the same throws from the same seed, everywhere.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

const PORTS: [&str; 16] = [
    "",
    ":",
    ":0",
    ":80",
    ":443",
    ":0443",
    ":8080",
    ":65535",
    ":65536",
    ":99999",
    ":-1",
    ":+80",
    ":80:80",
    ":\u{ff18}0",
    ":080 ",
    ":53123",
];
const USERS: [&str; 8] =
    ["@", ":@", "evil.test@", "u:p@", "evil.test%40", "evil.test\\@", "rp.test@evil.test/", "127.0.0.1@"];
const AFTER_HOST: [&str; 15] = [
    ".",
    "..",
    ".evil.test",
    "evil.test",
    ".evil.test/",
    "@evil.test",
    ":@evil.test",
    ":443@evil.test",
    "\\@evil.test",
    "\\.evil.test",
    "/evil.test",
    "%2eevil.test",
    "?@evil.test",
    "#@evil.test",
    "%00.evil.test",
];
const PATHS: [&str; 14] = [
    "/.",
    "/..",
    "/../",
    "/./",
    "//",
    "/%2e%2e/",
    "/..;/",
    "/%2f",
    "/\\",
    "\\",
    "/%5c..%5c",
    "/;x",
    "/..%2f",
    "/%252e%252e/",
];
const ENDS: [&str; 32] = [
    "/",
    "?",
    "#",
    "&",
    "=",
    ";",
    ".",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\\",
    "%",
    "%00",
    "%20",
    "%0d%0aX: y",
    "?x=1",
    "&x=1",
    "?code=x",
    "&state=x",
    "#x",
    "?x=/../",
    "\u{a0}",
    "\u{200b}",
    "\u{2028}",
    "\u{feff}",
    "\u{301}",
    ",https://evil.test/",
    " https://evil.test/",
    "|https://evil.test/",
    "*",
];
const STARTS: [&str; 10] =
    [" ", "\t", "\u{1}", "\0", "/", "//", "\u{feff}", "https://evil.test/?", "https://evil.test#", "url:"];
const SCHEMES: [&str; 16] = [
    "http:",
    "https:",
    "HTTPS:",
    "hTTp:",
    "javascript:",
    "data:text/html,",
    "blob:https:",
    "view-source:",
    "ws:",
    "ftp:",
    "httpss:",
    "org.example.app:",
    "ORG.example.app:",
    "org.example.app.evil:",
    "file:",
    "",
];
const SLASHES: [&str; 8] = ["//", "/", "", "///", "\\\\", "/\\", "//evil.test\\", "//evil.test//"];
const LOOPBACKS: [&str; 18] = [
    "127.0.0.1",
    "127.0.0.2",
    "127.1",
    "127.0.0.1.",
    "127.0.0.01",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "2130706433",
    "0.0.0.0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::1%25lo]",
    "[::]",
    "127.0.0.1.nip.io",
];
/// Characters that some fold into those of a URI.
const LOOK_ALIKE: [(char, char); 12] = [
    ('.', '\u{3002}'),
    ('.', '\u{ff0e}'),
    ('/', '\u{ff0f}'),
    ('/', '\u{2215}'),
    (':', '\u{ff1a}'),
    ('?', '\u{ff1f}'),
    ('s', '\u{17f}'),
    ('i', '\u{131}'),
    ('c', '\u{441}'),
    ('t', '\u{ff54}'),
    ('1', '\u{2460}'),
    ('@', '\u{ff20}'),
];

/// Where the host begins and ends, if there is one.
fn host(uri: &str) -> Option<(usize, usize)> {
    let start = uri.find("//")? + 2;
    let rest = &uri[start..];
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let name = &rest[..end];
    let port = if name.starts_with('[') { name.find("]:").map(|at| at + 1) } else { name.rfind(':') };
    Some((start, start + port.unwrap_or(end)))
}

/// A place between two characters.
fn place(uri: &str, dice: &mut Dice) -> usize {
    let places: Vec<usize> = uri.char_indices().map(|(at, _)| at).chain([uri.len()]).collect();
    dice.one_of(&places)
}

fn replace(uri: &str, from: usize, to: usize, by: &str) -> String {
    format!("{}{by}{}", &uri[..from], &uri[to..])
}

/// One change. `others` are the URIs that are registered too, for this client or another.
fn change(uri: &str, others: &[&str], dice: &mut Dice) -> String {
    let (start, end) = host(uri).unwrap_or((0, 0));
    let authority_end = uri[end..].find(['/', '?', '#', '\\']).map_or(uri.len(), |at| end + at);
    let at = place(uri, dice);
    let after = uri[at..].chars().next().map_or(at, |c| at + c.len_utf8());
    let character = &uri[at..after];
    match dice.below(19) {
        0 => replace(uri, end, authority_end, dice.one_of(&PORTS)),
        1 => replace(uri, end, authority_end, &format!(":{}", dice.below(70_000))),
        2 => replace(uri, start, start, dice.one_of(&USERS)),
        3 => replace(uri, end, end, dice.one_of(&AFTER_HOST)),
        4 => replace(uri, start, end, dice.one_of(&LOOPBACKS)),
        5 => {
            let slashes: Vec<usize> =
                uri[authority_end..].match_indices('/').map(|(at, _)| authority_end + at).collect();
            if slashes.is_empty() {
                uri.to_owned()
            } else {
                let at = dice.one_of(&slashes);
                replace(uri, at, at, dice.one_of(&PATHS))
            }
        }
        6 => format!("{uri}{}", dice.one_of(&ENDS)),
        7 => format!("{}{uri}", dice.one_of(&STARTS)),
        8 => uri.find(':').map_or_else(String::new, |colon| replace(uri, 0, colon + 1, dice.one_of(&SCHEMES))),
        9 => uri.find("//").map_or_else(String::new, |at| replace(uri, at, at + 2, dice.one_of(&SLASHES))),
        10 => {
            let other = if character.chars().any(char::is_uppercase) {
                character.to_lowercase()
            } else {
                character.to_uppercase()
            };
            replace(uri, at, after, &other)
        }
        11 if dice.below(2) == 0 => uri.to_uppercase(),
        11 => replace(uri, start, end, &uri[start..end].to_uppercase()),
        12 => {
            let encoded: String = character.bytes().map(percent_encode_byte).collect();
            replace(uri, at, after, &if dice.below(2) == 0 { encoded.to_lowercase() } else { encoded })
        }
        13 => percent_decode_str(uri).decode_utf8_lossy().into_owned(),
        14 => {
            let (from, to) = dice.one_of(&LOOK_ALIKE);
            uri.replacen(from, &to.to_string(), 1 + dice.below(3))
        }
        15 => {
            let any = char::from_u32(u32::try_from(dice.below(0x300)).unwrap()).unwrap();
            replace(uri, at, if dice.below(2) == 0 { at } else { after }, &any.to_string())
        }
        16 => match dice.below(3) {
            0 => replace(uri, at, after, ""),
            1 => replace(uri, at, at, character),
            _ => uri[..at].to_owned(),
        },
        17 => {
            let other = dice.one_of(others);
            format!("{}{}", &uri[..at], &other[place(other, dice)..])
        }
        _ => match dice.below(4) {
            0 => dice.one_of(others).to_owned(),
            1 => format!("{uri}{uri}"),
            2 => format!("{uri},{}", dice.one_of(others)),
            _ => uri
                .split_once('?')
                .map_or_else(|| format!("{uri}?{uri}"), |(path, query)| format!("{path}?{query}&{query}")),
        },
    }
}

/// A registered URI changed up to three times; now and then not at all.
pub fn nearly(uri: &str, others: &[&str], dice: &mut Dice) -> String {
    (0..dice.one_of(&[0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3])).fold(uri.to_owned(), |uri, _| change(&uri, others, dice))
}

/// The part of a query that says it: well encoded mostly, else in a way that two readers may read
/// differently.
pub fn said(candidate: &str, registered: &str, dice: &mut Dice) -> String {
    let good = utf8_percent_encode(registered, NON_ALPHANUMERIC);
    let encoded = utf8_percent_encode(candidate, NON_ALPHANUMERIC);
    match dice.below(40) {
        0 => format!("redirect_uri={encoded}&redirect_uri={good}"),
        1 => format!("redirect_uri={good}&redirect_uri={encoded}"),
        2 => format!(
            "redirect_uri={good}{}",
            dice.one_of(&["%FF", "%C0%AF", "%", "%zz", "%u0041", "+", "%00", ";", "%ED%A0%80"])
        ),
        3 => format!("redirect_uri={good};redirect_uri={encoded}"),
        4 => format!(
            "{}={encoded}",
            dice.one_of(&["redirect_uri[]", "redirect%5Furi", "Redirect_URI", "redirect_uri%00", "redirect_uri+"])
        ),
        5 => format!("redirect_uri={}", utf8_percent_encode(&encoded.to_string(), NON_ALPHANUMERIC)),
        6 => format!("redirect_uri={}", dice.one_of(&["", "null", "undefined", "%00", "*"])),
        7..=12 => format!("redirect_uri={}", utf8_percent_encode(candidate, LEAST)),
        _ => format!("redirect_uri={encoded}"),
    }
}
