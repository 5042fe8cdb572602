//! The style sheet of a theme: its colours, then what the host wrote.

use std::fmt::Write as _;
use std::path::Path;

use super::{Inspection, Look};
use crate::types::Palette;

/// Reads `extra.css`.
pub(super) fn read(path: &Path, found: &mut Inspection) -> Option<String> {
    let text = found.text(path)?;
    for (line, reason) in faults_of(&text) {
        found.fault(format!("{}:{line}", path.display()), reason);
    }
    Some(text)
}

/// What is served, if there is anything to say. On screens only: paper stays black on white.
pub(super) fn sheet(look: &Look, extra: Option<&str>) -> Option<String> {
    let mut sheet = String::new();
    for (media, palette) in [("screen", &look.light), ("screen and (prefers-color-scheme: dark)", &look.dark)] {
        let variables = variables(palette);
        if !variables.is_empty() {
            let _ = writeln!(sheet, "@media {media} {{ :root {{ {variables}}} }}");
        }
    }
    sheet.push_str(extra.unwrap_or_default());
    (!sheet.trim().is_empty()).then_some(sheet)
}

fn variables(palette: &Palette) -> String {
    palette.own().fold(String::new(), |mut all, (name, colour)| {
        let _ = write!(all, "--{name}: {colour}; ");
        all
    })
}

/// What no browser would follow: the policy of our pages forbids it, or the sheet is broken. Lines and reasons.
fn faults_of(text: &str) -> Vec<(usize, &'static str)> {
    const ELSEWHERE: &str =
        "url(): would not be loaded: a page loads nothing but what this server has; write it as data:";
    let (mut faults, mut open) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        let mut length = first.len_utf8();
        if rest.starts_with("/*") {
            length = rest.find("*/").map_or(rest.len(), |end| end + 2);
            if length == rest.len() && !rest.ends_with("*/") {
                faults.push((at, "this comment does not end"));
            }
        } else if matches!(first, '"' | '\'') {
            match quoted(rest, first) {
                Some(end) => length = end,
                None => faults.push((at, "this quotation does not end on its line")),
            }
        } else if first == '\\' {
            length += rest.chars().nth(1).map_or(0, char::len_utf8);
        } else if first == '{' {
            open.push(at);
        } else if first == '}' && open.pop().is_none() {
            faults.push((at, "this } closes nothing"));
        } else if begins(rest, "@import") {
            faults.push((at, "@import is not followed: put it all into extra.css"));
        } else if begins(rest, "@font-face") {
            faults.push((at, "@font-face is not followed: pages use the fonts that people have"));
        } else if begins(rest, "url(") {
            let target = rest.get(4..).unwrap_or_default().trim_start().trim_start_matches(['"', '\'']).trim_start();
            if !begins(target, "data:") && !target.starts_with('#') {
                faults.push((at, ELSEWHERE));
            }
        } else if begins(rest, "image-set(") {
            let inside = rest.split([';', '}']).next().unwrap_or_default().to_ascii_lowercase();
            let mut addresses = inside.split(['"', '\'']).skip(1).step_by(2);
            if addresses.any(|address| address.contains("//") && !address.starts_with("data:")) {
                faults.push((at, ELSEWHERE));
            }
        }
        at += length;
    }
    faults.extend(open.into_iter().map(|at| (at, "this { is not closed")));
    faults.sort_unstable();
    faults.into_iter().map(|(at, reason)| (line_of(text, at), reason)).collect()
}

fn begins(text: &str, with: &str) -> bool {
    text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
}

/// Where a quotation ends, marks included.
fn quoted(text: &str, mark: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return None,
            end if end == mark => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Scheme;

    #[test]
    fn sound_sheets() {
        for text in [
            "",
            ".door { color: red }\n@media print { .door { background: url(\"data:image/png;base64,AA==\") } }",
            "/* url(https://x) { */ .a::before { content: \"} é\\\" {\" } .b { mask: url(#m) }",
            ".a\\{ { color: red }",
        ] {
            assert_eq!(faults_of(text), [], "{text}");
        }
    }

    #[test]
    fn faults_have_lines() {
        let set = ".a { mask: -webkit-image-set(\"https://evil.test/x.png\" 1x) }\n.b { mask: image-set('//evil.test/x' 1x) }";
        assert_eq!(faults_of(set).len(), 2);
        let text =
            ".a {\n} }\n@import 'x.css';\n@font-face { src: URL(font.woff2) }\n.b { content: 'x\n }\n.c {\n/* end";
        let lines: Vec<usize> = faults_of(text).into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [2, 3, 4, 4, 5, 7, 8]);
    }

    #[test]
    fn colours_come_first() {
        let accent = "#7a1fa2".parse().unwrap();
        let look = Look { light: Palette::of(Scheme::Light, &[("accent", accent)]), ..Look::default() };
        let written = sheet(&look, Some(".x { color: var(--accent) }")).unwrap();
        assert!(written.starts_with("@media screen { :root { --accent: #7a1fa2; --accent-deep: #5a1778"), "{written}");
        assert!(written.ends_with(".x { color: var(--accent) }") && !written.contains("dark"), "{written}");
        assert_eq!(sheet(&Look::default(), None), None);
    }
}
