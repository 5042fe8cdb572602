//! A colour, and how well it is read on another (WCAG 2.2, «relative luminance» and «contrast ratio»).

use std::fmt;
use std::str::FromStr;

/// Red, green and blue, without transparency: what lies below decides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// White.
    pub const WHITE: Self = Self([255; 3]);
    /// Black.
    pub const BLACK: Self = Self([0; 3]);

    /// Of its three parts.
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// From 1 (the same) to 21 (black on white), whichever of the two is the lighter one.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// So many hundredths of another colour in this one, as `color-mix(in srgb, …)` mixes them.
    #[must_use]
    pub fn mixed(self, other: Self, hundredths: u16) -> Self {
        let part = hundredths.min(100);
        let mut mixed = self.0;
        for (own, theirs) in mixed.iter_mut().zip(other.0) {
            let sum = (u16::from(*own) * (100 - part) + u16::from(theirs) * part + 50) / 100;
            *own = u8::try_from(sum).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|channel| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl FromStr for Colour {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "must be a colour such as #17595f";
        let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let digits: String = match digits {
            Some(short) if short.len() == 3 => short.chars().flat_map(|digit| [digit, digit]).collect(),
            Some(long) if long.len() == 6 => long.to_owned(),
            _ => return Err(FORM),
        };
        let part = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()).ok_or(FORM);
        Ok(Self([part(0)?, part(2)?, part(4)?]))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn are_read_and_written() {
        for (text, written) in [("#17595f", "#17595f"), ("#FfF", "#ffffff"), ("#A0b", "#aa00bb")] {
            assert_eq!(colour(text).to_string(), written);
        }
        for bad in ["", "#", "17595f", "#17595", "#17595g", "#+1595f", "red", "rgb(1,2,3)", "#17595f80", "#é5"] {
            assert!(bad.parse::<Colour>().is_err(), "{bad}");
        }
    }

    /// Figures that other tools give for the same pairs.
    #[test]
    fn contrast_is_that_of_wcag() {
        for (a, b, ratio) in [
            ("#000", "#fff", 21.0),
            ("#fff", "#fff", 1.0),
            ("#777777", "#ffffff", 4.48),
            ("#767676", "#ffffff", 4.54),
            ("#ff0000", "#ffffff", 4.0),
            ("#0000ff", "#ffffff", 8.59),
            ("#17595f", "#f6f0e6", 7.04),
        ] {
            let (there, back) = (colour(a).contrast(colour(b)), colour(b).contrast(colour(a)));
            assert!((there - ratio).abs() < 0.01 && (there - back).abs() < 1e-9, "{a} on {b}: {there}");
        }
    }

    #[test]
    fn are_mixed() {
        assert_eq!(colour("#000").mixed(colour("#fff"), 50).to_string(), "#808080");
        assert_eq!(colour("#123456").mixed(Colour::WHITE, 0), colour("#123456"));
        assert_eq!(colour("#123456").mixed(Colour::BLACK, 100), Colour::BLACK);
    }
}
