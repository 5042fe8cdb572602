//! Static files: embedded or of the host's theme, compressed once at start, named by their content and cached
//! for ever.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::sync::Arc;

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;

use crate::app::AppState;
use crate::crypto::sha256;

/// A drawing is an image and nothing else: also for whoever opens its address, it runs nothing, loads nothing
/// and has no origin. What it is made of is in it.
const DRAWING: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox";

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

struct Asset {
    kind: &'static str,
    /// None: embedded compressed, and made for whoever cannot read it so.
    plain: Option<Bytes>,
    gzip: Option<Bytes>,
}

/// The static files, by fingerprinted name.
#[derive(Clone, Default)]
pub struct Assets {
    files: Arc<HashMap<String, Asset>>,
    names: Arc<HashMap<String, String>>,
}

impl Assets {
    /// Reads and compresses the embedded files and those of a host.
    #[must_use]
    pub fn load<'a>(own: impl Iterator<Item = (&'a str, Vec<u8>)>) -> Self {
        let ours = Static::iter().filter_map(|name| {
            let data = Static::get(&name)?.data;
            Some((name.into_owned(), data))
        });
        let own = own.map(|(name, bytes)| (name.to_owned(), Cow::Owned(bytes)));
        let (mut files, mut names) = (HashMap::new(), HashMap::new());
        for (name, data) in ours.chain(own) {
            let digest = URL_SAFE_NO_PAD.encode(&sha256(&data)[..9]);
            let plain_name = name.strip_suffix(".gz").unwrap_or(&name);
            let (stem, extension) = plain_name.rsplit_once('.').unwrap_or((plain_name, ""));
            let public = format!("{stem}.{digest}.{extension}");
            let kind = match extension {
                "css" => "text/css; charset=utf-8",
                "js" => "text/javascript; charset=utf-8",
                "svg" => "image/svg+xml",
                "png" => "image/png",
                "ico" => "image/x-icon",
                "woff2" => "font/woff2",
                _ => "application/octet-stream",
            };
            let bytes = match data {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            };
            let compressible = matches!(extension, "css" | "js" | "svg");
            let asset = if plain_name == name {
                Asset { kind, gzip: compressible.then(|| compress(&bytes)).flatten(), plain: Some(bytes) }
            } else {
                Asset { kind, gzip: Some(bytes), plain: None }
            };
            files.insert(public.clone(), asset);
            names.insert(plain_name.to_owned(), public);
        }
        Self { files: Arc::new(files), names: Arc::new(names) }
    }

    /// The fingerprinted name of a file.
    #[must_use]
    pub fn name<'a>(&'a self, file: &'a str) -> &'a str {
        self.names.get(file).map_or(file, String::as_str)
    }
}

fn compress(data: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

fn decompress(data: &[u8]) -> Option<Bytes> {
    let mut plain = Vec::new();
    GzDecoder::new(data).read_to_end(&mut plain).ok()?;
    Some(Bytes::from(plain))
}

/// `GET /static/{name}`
pub async fn get(request: HttpRequest, name: Path<String>, state: Data<AppState>) -> HttpResponse {
    let Some(asset) = state.assets.files.get(name.as_str()) else { return HttpResponse::NotFound().finish() };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, asset.kind))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"));
    if asset.kind == "image/svg+xml" {
        response.insert_header((CONTENT_SECURITY_POLICY, DRAWING));
    }
    let accepts = request
        .headers()
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    if asset.gzip.is_some() {
        response.insert_header((VARY, "accept-encoding"));
    }
    match (&asset.gzip, &asset.plain) {
        (Some(gzip), _) if accepts => response.insert_header((CONTENT_ENCODING, "gzip")).body(gzip.clone()),
        (_, Some(plain)) => response.body(plain.clone()),
        (Some(gzip), None) => {
            decompress(gzip).map_or_else(|| HttpResponse::InternalServerError().finish(), |plain| response.body(plain))
        }
        (None, None) => HttpResponse::NotFound().finish(),
    }
}
