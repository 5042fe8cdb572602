//! The logo and the icon of a host.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use image::{ImageFormat, ImageReader};
use regex::Regex;

use super::Inspection;

/// A picture to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What pages call it.
    pub name: String,
    /// Its kind.
    pub kind: &'static str,
    /// Width and height, so that nothing jumps when it comes.
    pub size: (u32, u32),
    /// Itself.
    pub bytes: Arc<[u8]>,
}

/// What an image must not hold: it would not run or be loaded (pages show it as an image only, and its
/// answer forbids it too), so whoever drew it expects something else.
static FOREIGN: LazyLock<Vec<(Option<Regex>, &str)>> = LazyLock::new(|| {
    let all = [
        (r"(?i)<([\w.-]+:)?script|javascript:|\son[a-z]+\s*=", "holds a script, which would not run: remove it"),
        (r"(?i)<([\w.-]+:)?foreignObject", "holds a foreignObject, which would not be shown: remove it"),
        (r"(?i)<!ENTITY", "defines entities: save it as plain SVG"),
        (
            r#"(?i)(href|src)\s*=\s*["']\s*(https?:)?//|url\(\s*["']?\s*(https?:)?//|@import"#,
            "loads something from elsewhere, which would not come: put it into the file",
        ),
    ];
    all.into_iter().map(|(pattern, reason)| (Regex::new(pattern).ok(), reason)).collect()
});

static ATTRIBUTE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\s(viewBox|width|height)\s*=\s*["']([^"']*)["']"#).ok());

/// Reads `stem.svg` or another of those, whichever is there.
pub(super) fn read(
    directory: &Path,
    stem: &str,
    extensions: &[&str],
    there: &BTreeSet<&str>,
    found: &mut Inspection,
) -> Option<Picture> {
    let names = extensions.iter().map(|extension| format!("{stem}.{extension}"));
    let names: Vec<String> = names.filter(|name| there.contains(name.as_str())).collect();
    if names.len() > 1 {
        found.fault(directory.display(), format!("has {}: keep one", names.join(" and ")));
    }
    let name = names.first()?;
    let path = directory.join(name);
    let bytes = found.bytes(&path)?;
    let (kind, size) = match name.rsplit('.').next() {
        Some("svg") => ("image/svg+xml", drawing(&bytes)),
        Some("png") => ("image/png", png(&bytes)),
        _ => ("image/x-icon", icon(&bytes)),
    };
    match size {
        Ok(size) => Some(Picture { name: format!("theme-{name}"), kind, size, bytes: bytes.into() }),
        Err(reasons) => {
            for reason in reasons {
                found.fault(path.display(), reason);
            }
            None
        }
    }
}

fn png(bytes: &[u8]) -> Result<(u32, u32), Vec<String>> {
    if !matches!(image::guess_format(bytes), Ok(ImageFormat::Png)) {
        return Err(vec!["is not a PNG picture".to_owned()]);
    }
    ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png)
        .into_dimensions()
        .map_err(|error| vec![format!("is damaged: {error}")])
}

fn icon(bytes: &[u8]) -> Result<(u32, u32), Vec<String>> {
    if bytes.starts_with(&[0, 0, 1, 0]) { Ok((32, 32)) } else { Err(vec!["is not an icon (ICO)".to_owned()]) }
}

/// A drawing in SVG, and the size that it says.
fn drawing(bytes: &[u8]) -> Result<(u32, u32), Vec<String>> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Err(vec!["is not UTF-8".to_owned()]) };
    let foreign = FOREIGN.iter().filter(|(pattern, _)| pattern.as_ref().is_some_and(|pattern| pattern.is_match(text)));
    let mut reasons: Vec<String> = foreign.map(|(_, reason)| (*reason).to_owned()).collect();
    let size = text.find("<svg").and_then(|start| text.get(start..)?.split_once('>')).map(|(tag, _)| size_of(tag));
    match size {
        None => reasons.push("is not an SVG drawing".to_owned()),
        Some(None) => reasons.push("does not say its size: give <svg> a viewBox".to_owned()),
        Some(Some(size)) if reasons.is_empty() => return Ok(size),
        Some(Some(_)) => {}
    }
    Err(reasons)
}

fn size_of(tag: &str) -> Option<(u32, u32)> {
    let attributes = ATTRIBUTE.as_ref()?;
    let value = |name: &str| {
        attributes.captures_iter(tag).find_map(|found| {
            (found.get(1)?.as_str() == name).then(|| found.get(2).map_or("", |value| value.as_str()).to_owned())
        })
    };
    if let Some(seen) = value("viewBox") {
        let parts: Vec<&str> = seen.split([' ', ',', '\t', '\n', '\r']).filter(|part| !part.is_empty()).collect();
        let [_, _, width, height] = parts[..] else { return None };
        return Some((whole(width)?, whole(height)?));
    }
    Some((whole(value("width")?.trim_end_matches("px"))?, whole(value("height")?.trim_end_matches("px"))?))
}

/// A length to the nearest pixel.
fn whole(text: &str) -> Option<u32> {
    let length: f64 = text.trim().parse().ok()?;
    format!("{length:.0}").parse().ok().filter(|pixels| (1..=100_000).contains(pixels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_say_their_size() {
        for (tag, size) in [
            ("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64.4 32\">", Some((64, 32))),
            ("<?xml version='1.0'?>\n<svg viewBox='0,0,120,40' width='1'/>", Some((120, 40))),
            ("<svg width=\"80px\" height=\"20\">", Some((80, 20))),
            ("<svg stroke-width=\"80\" height=\"20\">", None),
            ("<svg width=\"100%\" height=\"20\">", None),
            ("<svg viewBox=\"0 0 0 10\">", None),
            ("<html>", None),
        ] {
            assert_eq!(drawing(tag.as_bytes()).ok(), size, "{tag}");
        }
    }

    #[test]
    fn drawings_are_only_drawn() {
        for inside in [
            "<script>x</script>",
            "<SCRIPT/>",
            "<svg:script/>",
            "<rect onload = 'x'/>",
            "<a href='javascript:x'/>",
            "<foreignObject/>",
            "<image href=\"https://evil.test/x.png\"/>",
            "<image xlink:href='//evil.test/x.png'/>",
            "<style>@import 'x'</style>",
            "<rect style=\"fill:url(http://evil.test/x)\"/>",
        ] {
            let file = format!("<svg viewBox=\"0 0 1 1\">{inside}</svg>");
            assert_eq!(drawing(file.as_bytes()).unwrap_err().len(), 1, "{inside}");
        }
        let plain = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 1 1\">\
            <use xlink:href=\"#a\"/><rect fill=\"url(#b)\" style=\"opacity:.5\"/></svg>";
        assert!(drawing(plain.as_bytes()).is_ok());
    }

    #[test]
    fn kinds_are_those_of_the_names() {
        assert!(png(b"GIF89a").is_err() && png(b"\x89PNG\r\n\x1a\nx").is_err());
        assert!(icon(&[0, 0, 1, 0, 1]).is_ok() && icon(b"\x89PNG").is_err());
    }
}
