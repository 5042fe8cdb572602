//! An authenticator app: reads the QR code of a page, or the key that one types, and shows codes. Its
//! arithmetic is its own (RFC 4226, 6238), not the server's.

use aws_lc_rs::hmac;
use chrono::{DateTime, TimeDelta, Utc};
use loquet::authn::totp;
use loquet::db;
use loquet::db::factors::NewAuthenticator;
use scraper::{Html, Selector};

use super::people::Person;
use super::{Browser, PASSWORD, Reply, Server};

pub struct Authenticator {
    secret: Vec<u8>,
}

impl Authenticator {
    /// Scans the QR code of a page.
    pub fn scan(page: &str) -> Self {
        Self::of(&qr_code(page))
    }

    /// Sees the QR code of a page as it is on the screen: a picture.
    pub fn see(screen: &[u8]) -> Self {
        let screen = image::load_from_memory(screen).unwrap().to_luma8();
        let (width, height) = (screen.width() as usize, screen.height() as usize);
        let pixels = screen.as_raw();
        let mut screen = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
        let codes: Vec<String> = screen.detect_grids().iter().filter_map(|grid| Some(grid.decode().ok()?.1)).collect();
        assert_eq!(codes.len(), 1, "{codes:?}");
        Self::of(&codes[0])
    }

    /// What a QR code says.
    fn of(address: &str) -> Self {
        let address = url::Url::parse(address).unwrap();
        assert_eq!((address.scheme(), address.host_str()), ("otpauth", Some("totp")), "{address}");
        let secret = address.query_pairs().find(|(name, _)| name == "secret").unwrap().1;
        Self::typed(&secret)
    }

    /// Takes the key as people type it.
    pub fn typed(key: &str) -> Self {
        let (mut bits, mut value, mut secret) = (0, 0_u32, Vec::new());
        for symbol in key.bytes().filter(u8::is_ascii_alphanumeric) {
            let digit = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == symbol).unwrap();
            value = value << 5 | u32::try_from(digit).unwrap();
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                secret.push(u8::try_from(value >> bits & 0xff).unwrap());
                value &= (1 << bits) - 1;
            }
        }
        assert_eq!(secret.len(), 20, "{key}");
        Self { secret }
    }

    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// What it shows at a moment.
    pub fn code_at(&self, at: DateTime<Utc>) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.secret);
        let tag = hmac::sign(&key, &(at.timestamp() / 30).to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[tag.len() - 1] & 15);
        let number = u32::from_be_bytes(tag[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// What it shows now, where the server is.
    pub fn code(&self, server: &Server) -> String {
        self.code_at(server.state.clock.now())
    }

    /// What it will never show around now.
    pub fn wrong_code(&self, server: &Server) -> String {
        let now = server.state.clock.now();
        let near: Vec<String> = (-3..=3).map(|steps| self.code_at(now + TimeDelta::seconds(30 * steps))).collect();
        (0..1_000_000).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
    }
}

/// The text of the QR code drawn in a page.
pub fn qr_code(page: &str) -> String {
    const SCALE: usize = 4;
    let html = Html::parse_document(page);
    let image = html.select(&Selector::parse("svg.qr").unwrap()).next().expect("no QR code in the page");
    let size: usize = image.attr("viewBox").unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    let path = html.select(&Selector::parse("svg.qr path").unwrap()).next().unwrap().attr("d").unwrap();
    let mut dark = vec![false; size * size];
    for run in path.split('M').skip(1) {
        let (corner, rest) = run.split_once('h').unwrap();
        let (x, y) = corner.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let length: usize = rest.split_once('v').unwrap().0.parse().unwrap();
        dark[y * size + x..y * size + x + length].fill(true);
    }
    let shade = |x: usize, y: usize| if dark[y / SCALE * size + x / SCALE] { 0 } else { 255 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(size * SCALE, size * SCALE, shade);
    image.detect_grids()[0].decode().unwrap().1
}

impl Server {
    /// Gives a person an authenticator app.
    pub async fn authenticator(&self, person: &Person) -> Authenticator {
        let secret: [u8; 20] = loquet::crypto::random_bytes();
        let sealed = self.state.vault.seal(&totp::about(person.id), &secret).unwrap();
        let new = NewAuthenticator { user: person.id, secret: &sealed, step: 0, replaces: None };
        let mut connection = self.state.pool.acquire().await.unwrap();
        assert!(db::factors::set_authenticator(&mut connection, &new, self.state.clock.now()).await.unwrap());
        Authenticator { secret: secret.to_vec() }
    }
}

impl Browser {
    /// Types a right password: the page of the second step.
    pub async fn first_step(&self, login: &str) -> Reply {
        let page = self.open("/sign-in").await;
        let page = self.sign_in_on(&page, login, PASSWORD).await;
        assert!(page.url.contains("/sign-in/second-factor"), "{} {}", page.url, page.body);
        page
    }

    /// Both steps, at home.
    pub async fn two_steps(&self, login: &str, server: &Server, authenticator: &Authenticator) -> Reply {
        let page = self.first_step(login).await;
        let reply = self.submit(&page, &[("code", &authenticator.code(server))]).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        self.follow(reply).await
    }
}
