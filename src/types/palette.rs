//! The colours of all pages, in the light and in the dark, and which of them must be read on which.
//!
//! The names are those of the CSS custom properties of `static/loquet.css`, whose values stand here too (a
//! test keeps the two together). They are a contract: `docs/theme.md` promises them to hosts.

use super::Colour;

/// In the light, or in the dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `prefers-color-scheme: light`, and whoever says nothing.
    Light,
    /// `prefers-color-scheme: dark`.
    Dark,
}

impl Scheme {
    /// Its name in `theme.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How many there are.
const COUNT: usize = 23;

/// A name, its value in the light and in the dark.
static COLOURS: [(&str, Colour, Colour); COUNT] = [
    ("background", Colour::new(0xf6, 0xf0, 0xe6), Colour::new(0x1a, 0x17, 0x15)),
    ("floor", Colour::new(0xe9, 0xdf, 0xcf), Colour::new(0x12, 0x0f, 0x0d)),
    ("surface", Colour::new(0xff, 0xfd, 0xf9), Colour::new(0x29, 0x24, 0x21)),
    ("text", Colour::new(0x2a, 0x24, 0x20), Colour::new(0xf3, 0xec, 0xe3)),
    ("muted", Colour::new(0x62, 0x57, 0x4d), Colour::new(0xbd, 0xb0, 0xa2)),
    ("line", Colour::new(0xdc, 0xcf, 0xbc), Colour::new(0x43, 0x3b, 0x34)),
    ("edge", Colour::new(0x85, 0x78, 0x6a), Colour::new(0x93, 0x86, 0x7a)),
    ("accent", Colour::new(0x17, 0x59, 0x5f), Colour::new(0x86, 0xcd, 0xc9)),
    ("accent-deep", Colour::new(0x0f, 0x42, 0x47), Colour::new(0xa9, 0xe0, 0xdc)),
    ("accent-text", Colour::WHITE, Colour::new(0x0b, 0x27, 0x29)),
    ("accent-soft", Colour::new(0xe1, 0xed, 0xeb), Colour::new(0x1f, 0x38, 0x37)),
    ("frame", Colour::new(0xc9, 0xdc, 0xd8), Colour::new(0x2e, 0x48, 0x46)),
    ("brass", Colour::new(0xb5, 0x8a, 0x35), Colour::new(0xd8, 0xae, 0x5c)),
    ("danger", Colour::new(0xa3, 0x21, 0x1f), Colour::new(0xff, 0x9d, 0x8f)),
    ("danger-deep", Colour::new(0x7f, 0x18, 0x16), Colour::new(0xff, 0xb9, 0xae)),
    ("danger-text", Colour::WHITE, Colour::new(0x3a, 0x09, 0x07)),
    ("danger-soft", Colour::new(0xfc, 0xeb, 0xe6), Colour::new(0x40, 0x21, 0x1d)),
    ("success", Colour::new(0x2a, 0x6a, 0x3c), Colour::new(0x93, 0xd3, 0xa2)),
    ("success-soft", Colour::new(0xe7, 0xf2, 0xe3), Colour::new(0x20, 0x35, 0x2a)),
    ("notice", Colour::new(0x7a, 0x55, 0x10), Colour::new(0xec, 0xc8, 0x77)),
    ("notice-soft", Colour::new(0xfb, 0xf1, 0xd8), Colour::new(0x39, 0x2e, 0x19)),
    ("focus", Colour::new(0xb4, 0x50, 0x0a), Colour::new(0xff, 0xb8, 0x66)),
    // What the page looks like where a row of a table is pointed at: not a name that hosts give.
    ("pointed", Colour::new(0xf3, 0xf7, 0xf3), Colour::new(0x25, 0x2c, 0x2a)),
];

/// Text, and what it stands on (WCAG 2.2, 1.4.3: 4.5:1).
static TEXTS: [(&str, &[&str]); 11] = [
    ("text", &["background", "floor", "surface", "accent-soft", "danger-soft", "success-soft", "notice-soft"]),
    ("muted", &["background", "floor", "surface", "accent-soft", "pointed"]),
    ("accent", &["background", "surface", "accent-soft", "pointed"]),
    ("accent-deep", &["background", "surface", "accent-soft", "pointed"]),
    ("accent-text", &["accent", "accent-deep"]),
    ("danger", &["background", "surface", "danger-soft"]),
    ("danger-deep", &["danger-soft"]),
    ("danger-text", &["danger", "danger-deep"]),
    ("success", &["success-soft"]),
    ("notice", &["surface", "notice-soft"]),
    ("surface", &["success"]),
];

/// Edges of fields and buttons, the mark of where one is (WCAG 2.2, 1.4.11: 3:1). That of a main button is its
/// accent, which is text elsewhere.
static CONTROLS: [(&str, &[&str]); 2] =
    [("edge", &["background", "surface"]), ("focus", &["background", "surface", "floor"])];

/// The least contrast of text.
pub const OF_TEXT: f64 = 4.5;
/// The least contrast of the edges of controls.
pub const OF_CONTROLS: f64 = 3.0;

/// A colour on another.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Its name.
    pub name: &'static str,
    /// The name of what is below.
    pub below: &'static str,
    /// The two.
    pub colours: (Colour, Colour),
    /// How well it is seen.
    pub contrast: f64,
    /// How well it must be.
    pub least: f64,
}

impl Pair {
    /// It is not seen well enough.
    #[must_use]
    pub fn is_faint(&self) -> bool {
        self.contrast < self.least
    }

    /// The nearest shade of the upper one that is seen well enough: darker, or lighter.
    #[must_use]
    pub fn mended(&self) -> Option<Colour> {
        let (own, below) = self.colours;
        let mut shades = (0..=100).flat_map(|part| [Colour::BLACK, Colour::WHITE].map(|end| own.mixed(end, part)));
        shades.find(|shade| shade.contrast(below) >= self.least)
    }
}

/// All colours of one scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Palette {
    scheme: Scheme,
    colours: [Colour; COUNT],
    given: [bool; COUNT],
}

impl Palette {
    /// The names that a host may give a colour to.
    pub fn names() -> impl Iterator<Item = &'static str> {
        COLOURS.iter().map(|(name, ..)| *name).filter(|name| *name != "pointed")
    }

    /// Ours, but for what the host chose. What follows from a colour follows: who gives an accent alone gets
    /// its darker and softer kin.
    #[must_use]
    pub fn of(scheme: Scheme, chosen: &[(&'static str, Colour)]) -> Self {
        let ours = |(_, light, dark): &(&str, Colour, Colour)| if scheme == Scheme::Light { *light } else { *dark };
        let mut palette = Self { scheme, colours: std::array::from_fn(|at| ours(&COLOURS[at])), given: [false; COUNT] };
        for (name, colour) in chosen {
            palette.set(name, *colour);
        }
        palette.complete();
        palette
    }

    /// The colour of a name; black for one that is none.
    #[must_use]
    pub fn get(&self, name: &str) -> Colour {
        place(name).map_or(Colour::BLACK, |at| self.colours[at])
    }

    /// Those that differ from ours by the host's choice, or because they follow from it.
    pub fn own(&self) -> impl Iterator<Item = (&'static str, Colour)> {
        let all = COLOURS.iter().zip(self.colours).zip(self.given);
        all.filter(|((ours, _), given)| *given && ours.0 != "pointed").map(|((ours, colour), _)| (ours.0, colour))
    }

    /// Everything that must be seen on something, with the figures.
    pub fn pairs(&self) -> impl Iterator<Item = Pair> {
        let texts = TEXTS.iter().map(|pairs| (pairs, OF_TEXT));
        let controls = CONTROLS.iter().map(|pairs| (pairs, OF_CONTROLS));
        texts.chain(controls).flat_map(move |(pairs, least)| {
            let (name, grounds) = *pairs;
            grounds.iter().map(move |below| {
                let colours = (self.get(name), self.get(below));
                Pair { name, below, colours, contrast: colours.0.contrast(colours.1), least }
            })
        })
    }

    fn set(&mut self, name: &str, colour: Colour) {
        if let Some(at) = place(name) {
            (self.colours[at], self.given[at]) = (colour, true);
        }
    }

    fn is_given(&self, name: &str) -> bool {
        place(name).is_some_and(|at| self.given[at])
    }

    fn complete(&mut self) {
        let surface = self.get("surface");
        if self.is_given("accent") {
            let accent = self.get("accent");
            // Away from the ground: darker in the light, lighter in the dark.
            let (deep, soft) = match self.scheme {
                Scheme::Light => (accent.mixed(Colour::BLACK, 26), accent.mixed(surface, 88)),
                Scheme::Dark => (accent.mixed(Colour::WHITE, 30), accent.mixed(surface, 84)),
            };
            let frame = accent.mixed(self.get("background"), 76);
            for (name, colour) in [("accent-deep", deep), ("accent-soft", soft), ("frame", frame)] {
                if !self.is_given(name) {
                    self.set(name, colour);
                }
            }
            if !self.is_given("accent-text") {
                self.set("accent-text", clearest_on(accent));
            }
        }
        // `.grid tbody tr:hover`.
        let pointed = surface.mixed(self.get("accent-soft"), 40);
        if let Some(at) = place("pointed") {
            self.colours[at] = pointed;
        }
    }
}

fn place(name: &str) -> Option<usize> {
    COLOURS.iter().position(|(other, ..)| *other == name)
}

fn clearest_on(ground: Colour) -> Colour {
    if ground.contrast(Colour::WHITE) >= ground.contrast(Colour::BLACK) { Colour::WHITE } else { Colour::BLACK }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/static/loquet.css"));

    fn faint(palette: &Palette) -> Vec<String> {
        let faint = palette.pairs().filter(Pair::is_faint);
        faint.map(|pair| format!("{} on {}: {:.2}", pair.name, pair.below, pair.contrast)).collect()
    }

    /// What the style sheet says, and in its order.
    #[test]
    fn is_that_of_the_style_sheet() {
        for (scheme, block) in [(Scheme::Light, 1), (Scheme::Dark, 2)] {
            let block = SHEET.split(":root {").nth(block).unwrap().split('}').next().unwrap();
            let written: Vec<(&str, Colour)> = block
                .lines()
                .filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": "))
                .filter_map(|(name, value)| Some((name, value.parse().ok()?)))
                .collect();
            let palette = Palette::of(scheme, &[]);
            let ours: Vec<(&str, Colour)> = Palette::names().map(|name| (name, palette.get(name))).collect();
            assert_eq!(written, ours, "{scheme:?}");
        }
    }

    #[test]
    fn ours_is_read_everywhere() {
        for scheme in [Scheme::Light, Scheme::Dark] {
            let palette = Palette::of(scheme, &[]);
            assert_eq!(faint(&palette), Vec::<String>::new(), "{scheme:?}");
            assert_eq!(palette.own().count(), 0);
        }
    }

    /// A sound accent alone is enough; what follows from it is sound too.
    #[test]
    fn the_kin_of_an_accent() {
        for (scheme, accent) in [(Scheme::Light, "#7a1fa2"), (Scheme::Light, "#0b5ea8"), (Scheme::Dark, "#c9a5ff")] {
            let palette = Palette::of(scheme, &[("accent", accent.parse().unwrap())]);
            assert_eq!(faint(&palette), Vec::<String>::new(), "{accent}");
            let own: Vec<&str> = palette.own().map(|(name, _)| name).collect();
            assert_eq!(own, ["accent", "accent-deep", "accent-text", "accent-soft", "frame"]);
        }
        let soft = Colour::new(0xff, 0xff, 0xff);
        let palette = Palette::of(Scheme::Light, &[("accent", Colour::new(0x7a, 0x1f, 0xa2)), ("accent-soft", soft)]);
        assert_eq!(palette.get("accent-soft"), soft, "what was chosen stays");
    }

    #[test]
    fn a_faint_accent_is_told_with_its_figures() {
        let palette = Palette::of(Scheme::Light, &[("accent", "#f0c000".parse().unwrap())]);
        let told = faint(&palette);
        assert!(told.contains(&"accent on background: 1.51".to_owned()), "{told:?}");
        assert!(told.iter().any(|pair| pair.starts_with("accent on surface: 1.6")), "{told:?}");
        for pair in palette.pairs() {
            let mended = pair.mended().unwrap();
            assert!(mended.contrast(pair.colours.1) >= pair.least && (pair.is_faint() || mended == pair.colours.0));
        }
        assert!(
            !told.iter().any(|pair| pair.starts_with("accent-text on accent:")),
            "black on yellow is read: {told:?}"
        );
    }
}
