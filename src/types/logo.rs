//! The logo of a service, as we make it from whatever administrators send: small, whole, a PNG that may be
//! clear in places, and nothing of the file left but what one sees.

use std::io::Cursor;

use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat};

use super::portrait::{self, PortraitError};

/// Longest side, in pixels: thrice what pages show.
const SIDE: u32 = 128;

/// A logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo(Vec<u8>);

impl Logo {
    /// Makes one of a file, within the bounds of portraits: not on a thread that serves, one at a time.
    ///
    /// # Errors
    /// When the file gives none.
    pub fn of(file: &[u8]) -> Result<Self, PortraitError> {
        let (whole, up) = portrait::decode(file)?;
        // Never larger than it was sent: a small icon stays sharp.
        let mut small = if whole.width() > SIDE || whole.height() > SIDE {
            whole.resize(SIDE, SIDE, FilterType::Triangle)
        } else {
            whole
        };
        small.apply_orientation(up);
        // What profiles and other chunks would say is not written.
        let plain = DynamicImage::from(small.into_rgba8());
        let mut png = Cursor::new(Vec::new());
        plain.write_to(&mut png, ImageFormat::Png).map_err(|_| PortraitError::Damaged)?;
        Ok(Self(png.into_inner()))
    }

    /// Its bytes.
    #[must_use]
    pub fn png(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn file(picture: &RgbaImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    fn sizes(width: u32, height: u32) -> (u32, u32) {
        let made = Logo::of(&file(&RgbaImage::from_pixel(width, height, Rgba([9, 9, 9, 255])))).unwrap();
        let decoded = image::load_from_memory_with_format(made.png(), ImageFormat::Png).unwrap();
        (decoded.width(), decoded.height())
    }

    #[test]
    fn whole_and_never_larger() {
        for (sent, made) in [
            ((600, 300), (128, 64)),
            ((300, 600), (64, 128)),
            ((128, 128), (128, 128)),
            ((32, 16), (32, 16)),
            ((900, 2), (128, 1)),
        ] {
            assert_eq!(sizes(sent.0, sent.1), made, "{sent:?}");
        }
    }

    #[test]
    fn clear_stays_clear_and_nothing_else_is_kept() {
        let sent = [file(&RgbaImage::from_pixel(200, 200, Rgba([0, 0, 0, 0]))), b"<script>alert(1)</script>".to_vec()];
        let made = Logo::of(&sent.concat()).unwrap();
        assert!(!made.png().windows(7).any(|window| window == b"<script"));
        let decoded = image::load_from_memory_with_format(made.png(), ImageFormat::Png).unwrap().into_rgba8();
        assert_eq!(decoded.get_pixel(9, 9).0[3], 0);
        assert_eq!(Logo::of(b"<svg onload='alert(1)'/>"), Err(PortraitError::Kind));
    }

    /// The worst that there is to store: noise, clear in places.
    #[test]
    fn every_result_can_be_stored() {
        let mut seed = 1_u64;
        let noise = RgbaImage::from_fn(SIDE, SIDE, |_, _| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let [.., a, b, c, d] = seed.to_be_bytes();
            Rgba([a, b, c, d])
        });
        let made = Logo::of(&file(&noise)).unwrap();
        // `service_logos.png`.
        assert!(made.png().len() <= 131_072, "{}", made.png().len());
    }
}
