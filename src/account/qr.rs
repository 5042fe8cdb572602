//! QR codes, drawn as one path of an SVG image in the page.

use std::fmt::Write as _;

use qrcode::{Color, QrCode};

use crate::http::page_error::PageError;

/// Light modules around the code: readers need four.
const MARGIN: usize = 4;

/// A QR code, in modules.
pub struct Drawing {
    /// Width and height, margin included.
    pub size: usize,
    /// The dark ones, for the `d` of a path.
    pub path: String,
}

/// Draws a text.
///
/// # Errors
/// When it is too long for a code.
pub fn draw(text: &str) -> Result<Drawing, PageError> {
    let code = QrCode::new(text).map_err(PageError::internal)?;
    let (width, modules) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in modules.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|module| **module == Color::Dark).count();
            if run > 0 {
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + MARGIN, y + MARGIN);
            }
            x += run + 1;
        }
    }
    Ok(Drawing { size: width + 2 * MARGIN, path })
}
