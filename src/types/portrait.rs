//! A picture of a person, as we make it from whatever they send: square, small, a JPEG, and nothing of
//! the file left but what one sees.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage, Rgba, RgbaImage};

/// Width and height, in pixels.
pub const SIDE: u32 = 256;
/// Most pixels of what is sent: a good photograph of a telephone has half of that.
pub const MOST_PIXELS: u64 = 24_000_000;
/// Longest side of what is sent.
const LONGEST_SIDE: u32 = 12_000;
/// Most memory while decoding, in bytes: five for each of those pixels.
const MEMORY: u64 = 5 * MOST_PIXELS;
/// Largest result, in bytes: `pictures.jpeg`.
const LARGEST: usize = 65_536;

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portrait(Vec<u8>);

/// Why a file gives none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PortraitError {
    /// Neither PNG, JPEG nor WebP, whatever it is called.
    #[error("is not a PNG, JPEG or WebP picture")]
    Kind,
    /// More than we look at.
    #[error("has too many pixels")]
    Pixels,
    /// It cannot be read.
    #[error("is damaged")]
    Damaged,
}

impl Portrait {
    /// Makes one of a file. Takes up to a second and a bounded memory: not on a thread that serves, one at a time.
    ///
    /// # Errors
    /// When the file gives none. Its size is known, and refused, before anything is decoded.
    pub fn of(file: &[u8]) -> Result<Self, PortraitError> {
        let (whole, up) = decode(file)?;
        let mut square = whole.resize_to_fill(SIDE, SIDE, FilterType::Triangle);
        square.apply_orientation(up);
        encode(&on_white(&square.into_rgba8()))
    }

    /// Its bytes.
    #[must_use]
    pub fn jpeg(&self) -> &[u8] {
        &self.0
    }
}

/// What a file shows, and which way is up. Its size is known, and refused, before anything is decoded.
///
/// # Errors
/// When it is no picture of ours, too large or damaged.
pub(super) fn decode(file: &[u8]) -> Result<(DynamicImage, Orientation), PortraitError> {
    let kind = image::guess_format(file).map_err(|_| PortraitError::Kind)?;
    if !matches!(kind, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP) {
        return Err(PortraitError::Kind);
    }
    let mut reader = ImageReader::with_format(Cursor::new(file), kind);
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LONGEST_SIDE), Some(LONGEST_SIDE));
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| fault(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MEMORY {
        return Err(PortraitError::Pixels);
    }
    // Cameras write which way is up beside the picture.
    let up = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let whole = DynamicImage::from_decoder(decoder).map_err(|error| fault(&error))?;
    Ok((whole, up))
}

fn fault(error: &image::ImageError) -> PortraitError {
    if matches!(error, image::ImageError::Limits(_)) { PortraitError::Pixels } else { PortraitError::Damaged }
}

/// A JPEG has no holes.
fn on_white(picture: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let Rgba([colours @ .., alpha]) = *picture.get_pixel(x, y);
        let alpha = u32::from(alpha);
        Rgb(colours.map(|colour| u8::try_from((u32::from(colour) * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255)))
    })
}

/// As good as fits.
fn encode(picture: &RgbImage) -> Result<Portrait, PortraitError> {
    for quality in [88, 70, 40] {
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(picture).map_err(|error| fault(&error))?;
        if jpeg.len() <= LARGEST {
            return Ok(Portrait(jpeg));
        }
    }
    Err(PortraitError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(picture: &DynamicImage, kind: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, kind).unwrap();
        bytes.into_inner()
    }

    /// The left half red, the right half blue.
    fn halves(width: u32, height: u32) -> DynamicImage {
        let colour = |x: u32| if x < width / 2 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) };
        RgbImage::from_fn(width, height, |x, _| colour(x)).into()
    }

    fn decoded(portrait: &Portrait) -> RgbImage {
        image::load_from_memory_with_format(portrait.jpeg(), ImageFormat::Jpeg).unwrap().into_rgb8()
    }

    fn is(pixel: Rgb<u8>, expected: [u8; 3]) -> bool {
        pixel.0.iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 20)
    }

    #[test]
    fn a_square_of_every_kind_and_shape() {
        for kind in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            for (width, height) in [(600, 300), (300, 600), (16, 16), (1, 1), (900, 2)] {
                let portrait = decoded(&Portrait::of(&file(&halves(width, height), kind)).unwrap());
                assert_eq!(portrait.dimensions(), (SIDE, SIDE), "{kind:?} {width}×{height}");
                if width >= 16 {
                    assert!(is(*portrait.get_pixel(4, 128), [250, 0, 0]), "{kind:?} {width}×{height}");
                    assert!(is(*portrait.get_pixel(252, 128), [0, 0, 250]), "{kind:?} {width}×{height}");
                }
            }
        }
        let clear = DynamicImage::from(RgbaImage::from_pixel(300, 300, Rgba([0, 0, 0, 0])));
        let portrait = decoded(&Portrait::of(&file(&clear, ImageFormat::Png)).unwrap());
        assert!(is(*portrait.get_pixel(9, 9), [255, 255, 255]), "what is clear is white");
    }

    /// A JPEG with a block of Exif: turned by 90°, taken somewhere.
    fn photograph(secret: &[u8]) -> Vec<u8> {
        let plain = file(&halves(400, 400), ImageFormat::Jpeg);
        // TIFF, one entry: orientation (0x0112), 6.
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend(secret);
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat()
    }

    #[test]
    fn upright_and_without_what_cameras_add() {
        let sent = photograph(b"GPS 44.8378 -0.5792");
        let made = Portrait::of(&sent).unwrap();
        for trace in [&b"Exif"[..], b"GPS", b"44.8378"] {
            assert!(sent.windows(trace.len()).any(|window| window == trace));
            assert!(!made.jpeg().windows(trace.len()).any(|window| window == trace));
        }
        let picture = decoded(&made);
        assert!(is(*picture.get_pixel(128, 4), [250, 0, 0]) && is(*picture.get_pixel(128, 252), [0, 0, 250]));
    }

    /// A picture that is something else as well is a picture only.
    #[test]
    fn nothing_of_the_file_is_left() {
        let script = b"<script>alert(1)</script>PK\x03\x04";
        let sent = [file(&halves(300, 300), ImageFormat::Png), script.to_vec()].concat();
        let made = Portrait::of(&sent).unwrap();
        assert!(made.jpeg().starts_with(&[0xff, 0xd8, 0xff]));
        assert!(!made.jpeg().windows(7).any(|window| window == b"<script"));
    }

    #[test]
    fn what_is_no_picture() {
        let png = file(&halves(300, 300), ImageFormat::Png);
        for (sent, error) in [
            (&b""[..], PortraitError::Kind),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", PortraitError::Kind),
            (b"<!doctype html><script>alert(1)</script>", PortraitError::Kind),
            (b"GIF89a/*\x01\0\x01\0*/=1;alert(1)", PortraitError::Kind),
            (b"BM\0\0\0\0", PortraitError::Kind),
            (b"\xff\xd8\xff<script>alert(1)</script>", PortraitError::Damaged),
            (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", PortraitError::Damaged),
            (b"RIFF\xff\xff\xff\xffWEBPVP8 <script>", PortraitError::Damaged),
            (&png[..png.len() / 2], PortraitError::Damaged),
        ] {
            assert_eq!(Portrait::of(sent), Err(error), "{}", String::from_utf8_lossy(sent));
        }
    }

    /// Small files that say they are huge pictures: refused by what their first bytes say.
    #[test]
    fn bombs_are_not_lit() {
        let mut png = file(&halves(8, 8), ImageFormat::Png);
        for (width, height) in [(30_000_u32, 30_000_u32), (5_000, 5_000), (u32::MAX, 1), (11_999, 11_999)] {
            png[16..20].copy_from_slice(&width.to_be_bytes());
            png[20..24].copy_from_slice(&height.to_be_bytes());
            let check = crc(&png[12..29]);
            png[29..33].copy_from_slice(&check.to_be_bytes());
            assert_eq!(Portrait::of(&png), Err(PortraitError::Pixels), "{width}×{height}");
        }
        let mut jpeg = file(&halves(8, 8), ImageFormat::Jpeg);
        let frame = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
        assert_eq!(Portrait::of(&jpeg), Err(PortraitError::Pixels));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
        })
    }

    /// The worst that there is to store: noise.
    #[test]
    fn every_result_can_be_stored() {
        let mut seed = 1_u64;
        let noise = RgbImage::from_fn(SIDE, SIDE, |_, _| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let [.., a, b, c] = seed.to_be_bytes().map(u8::reverse_bits);
            Rgb([a, b, c])
        });
        let made = Portrait::of(&file(&noise.into(), ImageFormat::Png)).unwrap();
        assert!(made.jpeg().len() <= LARGEST, "{}", made.jpeg().len());
    }
}
