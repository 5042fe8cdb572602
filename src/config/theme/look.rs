//! `theme.toml`: colours, the way the logo stands, links.

use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

use url::Url;

use super::Inspection;
use crate::config::profile::Line;
use crate::config::reader::Reader;
use crate::types::{Colour, OF_CONTROLS, Palette, Scheme};

/// Most links.
const MOST_LINKS: usize = 8;

/// How the pages look.
#[derive(Debug, Clone)]
pub struct Look {
    /// Colours in the light.
    pub light: Palette,
    /// Colours in the dark.
    pub dark: Palette,
    /// The logo names the host: the name is not written beside it.
    pub logo_says_name: bool,
    /// Links at the foot of every page.
    pub links: Vec<Link>,
}

impl Default for Look {
    fn default() -> Self {
        let (light, dark) = (Palette::of(Scheme::Light, &[]), Palette::of(Scheme::Dark, &[]));
        Self { light, dark, logo_says_name: false, links: Vec::new() }
    }
}

/// A link of the host.
#[derive(Debug, Clone)]
pub struct Link {
    /// Where it leads.
    pub href: Words,
    /// What it is called.
    pub label: Words,
}

/// Something that the host says in each language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(BTreeMap<String, String>);

impl Words {
    /// In the language of that code; in English where it is not said.
    #[must_use]
    pub fn of(&self, language: &str) -> &str {
        self.0.get(language).or_else(|| self.0.get("en")).map_or("", String::as_str)
    }
}

/// Reads the file; its keys are checked as those of the settings are.
pub(super) fn read(path: &Path, languages: &[String], found: &mut Inspection) {
    // What it is: the reader of settings would follow it anywhere.
    if found.bytes(path).is_none() {
        return;
    }
    let mut r = match Reader::new(Some(path), &[]) {
        Ok(r) => r,
        Err(faults) => return found.faults.extend(faults),
    };
    let light = palette(&mut r, Scheme::Light);
    let dark = palette(&mut r, Scheme::Dark);
    let logo_says_name = r.or::<bool>("logo.says_name", "false");
    let count = r.tables("links");
    if count > MOST_LINKS {
        r.fault("links", "", &format!("are {count}: a foot has room for {MOST_LINKS}"));
    }
    let links: Vec<Option<Link>> = (1..=count).map(|number| link(&mut r, number, languages)).collect();
    let links: Option<Vec<Link>> = links.into_iter().collect();
    let both = logo_says_name.zip(links);
    let look = both.map(|(logo_says_name, links)| Look { light, dark, logo_says_name, links });
    // Also one that is refused: `theme check` shows its figures.
    found.theme.look = look.clone().unwrap_or_default();
    if let Err(faults) = r.finish(look) {
        found.faults.extend(faults);
    }
}

/// The colours of a scheme, and every pair of them that is not read well.
fn palette(r: &mut Reader, scheme: Scheme) -> Palette {
    let key = |name: &str| format!("{}.{}", scheme.name(), name.replace('-', "_"));
    let (mut chosen, mut wrong) = (Vec::new(), Vec::new());
    for name in Palette::names() {
        match r.optional::<Colour>(&key(name)) {
            Some(Some(colour)) => chosen.push((name, colour)),
            Some(None) => {}
            None => wrong.push(name),
        }
    }
    let palette = Palette::of(scheme, &chosen);
    for pair in palette.pairs().filter(crate::types::Pair::is_faint) {
        if wrong.contains(&pair.name) || wrong.contains(&pair.below) {
            continue;
        }
        // At the key that the host can change: the colour itself, what is below, or what it follows from.
        let keys = [pair.name, pair.below, "accent"];
        let at = keys.into_iter().find(|name| chosen.iter().any(|(other, _)| other == name)).unwrap_or(pair.name);
        let what = if pair.least > OF_CONTROLS { "text" } else { "the edge of a control" };
        // Down to two figures: 4.496 is not 4.5.
        let contrast = (pair.contrast * 100.0).floor() / 100.0;
        let (colours, least) = (pair.colours, pair.least);
        let mended = pair.mended().filter(|_| at == pair.name);
        let mended = mended.map_or_else(String::new, |shade| format!(" ({shade} would do there)"));
        let reason = format!(
            "{} {} on {} {} is too faint: {contrast:.2}:1, and {what} needs {least}:1{mended}",
            pair.name, colours.0, pair.below, colours.1
        );
        let place = r.place(&key(at)).to_owned();
        r.fault(&key(at), &place, &reason);
    }
    palette
}

fn link(r: &mut Reader, number: usize, languages: &[String]) -> Option<Link> {
    let at = format!("links.{number}");
    let everywhere = r.optional::<Address>(&format!("{at}.href"));
    let (mut href, mut label) = (BTreeMap::new(), BTreeMap::new());
    let (mut href_is_sound, mut label_is_sound) = (everywhere.is_some(), true);
    let everywhere = everywhere.flatten().map(|address| address.0);
    for language in languages {
        match r.optional::<Address>(&format!("{at}.href_{}", key_of(language))) {
            Some(own) => {
                let to = own.map(|own| own.0).or_else(|| everywhere.clone());
                href.extend(to.map(|to| (language.clone(), to)));
            }
            None => href_is_sound = false,
        }
        match r.optional::<Line<60>>(&format!("{at}.label_{}", key_of(language))) {
            Some(own) => label.extend(own.map(|own| (language.clone(), own.0))),
            None => label_is_sound = false,
        }
    }
    if href_is_sound && ["fr", "en"].iter().any(|ours| !href.contains_key(*ours)) {
        r.fault(&format!("{at}.href"), "", "is not set: where the link leads");
        href_is_sound = false;
    }
    for ours in ["fr", "en"] {
        if label_is_sound && !label.contains_key(ours) {
            r.fault(&format!("{at}.label_{ours}"), "", "is not set: what the link is called");
        }
    }
    label_is_sound &= label.contains_key("fr") && label.contains_key("en");
    (href_is_sound && label_is_sound).then_some(Link { href: Words(href), label: Words(label) })
}

/// `pt-BR` is `label_pt_br`.
fn key_of(language: &str) -> String {
    language.replace('-', "_").to_ascii_lowercase()
}

/// Where a link may lead.
struct Address(String);

impl FromStr for Address {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "must be https://…, mailto:…, tel:… or a path of this server such as /pages/help";
        let is_path = text.starts_with('/') && !text.starts_with("//");
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>'));
        let known = || Url::parse(text).is_ok_and(|url| ["https", "http", "mailto", "tel"].contains(&url.scheme()));
        if plain && (is_path || known()) { Ok(Self(text.to_owned())) } else { Err(FORM) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looked(text: &str) -> Inspection {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("theme.toml");
        std::fs::write(&path, text).unwrap();
        let mut found = Inspection::default();
        read(&path, &["de".to_owned(), "en".to_owned(), "fr".to_owned()], &mut found);
        found
    }

    #[test]
    fn a_whole_file() {
        let found = looked(
            "[light]\naccent = \"#7a1fa2\"\n[dark]\naccent = \"#c9a5ff\"\n[logo]\nsays_name = true\n\
             [[links]]\nhref = \"https://us.example\"\nhref_fr = \"/pages/aide\"\nlabel_fr = \"Aide\"\nlabel_en = \"Help\"\n",
        );
        assert_eq!(found.faults, []);
        let look = found.theme.look;
        assert!(look.logo_says_name);
        assert_eq!(look.dark.get("accent").to_string(), "#c9a5ff");
        let link = &look.links[0];
        assert_eq!((link.href.of("fr"), link.label.of("fr")), ("/pages/aide", "Aide"));
        assert_eq!((link.href.of("de"), link.label.of("de")), ("https://us.example", "Help"));
    }

    /// All at once, with figures, at the lines of what can be changed.
    #[test]
    fn every_fault_is_told() {
        let found = looked(
            "[light]\naccent = \"#f0c000\"\nmuted = \"grey\"\nacent = \"#000\"\n[dark]\nbackground = \"#777777\"\n\
             [[links]]\nhref = \"javascript:x\"\nlabel_fr = \"x\"\nlabel_en = \"x\"\n[[links]]\nlabel_fr = \"x\"\n",
        );
        let told: Vec<String> = found.faults.iter().map(ToString::to_string).collect();
        for part in [
            "theme.toml:2: light.accent: accent #f0c000 on background #f6f0e6 is too faint: 1.51:1, and text needs 4.5:1 (#846a00 would do there)",
            "theme.toml:2: light.accent: accent-deep",
            "theme.toml:3: light.muted: 'grey': must be a colour",
            "theme.toml:4: light.acent: is not a setting (did you mean light.accent?)",
            "theme.toml:6: dark.background: text #f3ece3 on background #777777",
            "links.1.href",
            "links.2.href: is not set",
            "links.2.label_en: is not set",
        ] {
            assert!(told.iter().any(|line| line.contains(part)), "{part} in {told:#?}");
        }
        let measured = |line: &String| line.contains(": light.") && line.contains("muted #");
        assert!(!told.iter().any(measured), "a colour that is none is not measured: {told:#?}");
    }
}
