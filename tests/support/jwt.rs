//! JSON Web Tokens made by hand: those of a service with a key of its own, and forgeries.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use loquet::crypto::{self, SigningKey};
use serde_json::{Value, json};

/// A P-256 key pair that is not Loquet's.
pub struct Key {
    kid: String,
    pair: SigningKey,
    encoding: EncodingKey,
}

impl Key {
    pub fn new(kid: &str) -> Self {
        let der = SigningKey::generate(crypto::Algorithm::Es256).unwrap();
        let pair = SigningKey::from_pkcs8(kid.to_owned(), crypto::Algorithm::Es256, &der).unwrap();
        Self { kid: kid.to_owned(), pair, encoding: EncodingKey::from_ec_der(&der) }
    }

    pub fn jwk(&self) -> Value {
        self.pair.public_jwk()
    }

    /// What it publishes.
    pub fn jwks(&self) -> Value {
        json!({ "keys": [self.jwk()] })
    }

    /// Signs claims below a header, whatever that says.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = message(header, claims);
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.encoding, Algorithm::ES256).unwrap();
        format!("{message}.{signature}")
    }

    /// The usual way.
    pub fn jwt(&self, claims: &Value) -> String {
        self.sign(&json!({ "alg": "ES256", "kid": self.kid, "typ": "JWT" }), claims)
    }
}

fn message(header: &Value, claims: &Value) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    format!("{}.{}", encode(header), encode(claims))
}

/// With a symmetric key.
pub fn hs256(header: &Value, claims: &Value, key: &[u8]) -> String {
    let message = message(header, claims);
    let key = EncodingKey::from_secret(key);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

/// A part of a token: 0 is the header, 1 the claims.
pub fn part(token: &str, number: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(number).unwrap()).unwrap()).unwrap()
}

fn with(header: &Value, changes: Value) -> Value {
    let mut header = header.clone();
    let Value::Object(changes) = changes else { panic!("no object") };
    header.as_object_mut().unwrap().extend(changes);
    header
}

/// JW-01: what somebody makes of a genuine token and the public keys, without the private one. `canary` is
/// an address that nobody may ask for keys.
pub fn forgeries(genuine: &str, public: &Value, canary: &str) -> Vec<(&'static str, String)> {
    let (header, claims) = (part(genuine, 0), part(genuine, 1));
    let own = Key::new(header["kid"].as_str().unwrap());
    let stranger = Key::new("stranger");
    let mut other = claims.clone();
    other["sub"] = json!("client:eve");
    let (signed, signature) = genuine.rsplit_once('.').unwrap();
    let none = |name: &str| format!("{}.", message(&with(&header, json!({ "alg": name })), &claims));
    let es256 = with(&header, json!({ "alg": "ES256" }));
    let mut all = vec![
        ("none", none("none")),
        ("None", none("None")),
        ("nOnE", none("nOnE")),
        ("none with a signature", format!("{}{signature}", none("none"))),
        ("no signature", format!("{signed}.")),
        ("two parts", signed.to_owned()),
        ("half a signature", genuine[..genuine.len() - 40].to_owned()),
        ("signature of zeros", format!("{signed}.{}", "A".repeat(signature.len()))),
        ("other claims", format!("{}.{signature}", message(&header, &other))),
        ("other header", format!("{}.{signature}", message(&with(&header, json!({ "x": 1 })), &claims))),
        ("another's key, our kid", own.sign(&es256, &claims)),
        ("another's key, our kid and alg", own.sign(&header, &claims)),
        ("unknown kid", stranger.sign(&with(&es256, json!({ "kid": "stranger" })), &claims)),
        ("no kid", stranger.sign(&json!({ "alg": "ES256", "typ": header["typ"] }), &claims)),
        ("kid of a file", hs256(&with(&header, json!({ "alg": "HS256", "kid": "../../dev/null" })), &claims, b"x")),
        (
            "kid of a query",
            hs256(&with(&header, json!({ "alg": "HS256", "kid": "x' UNION SELECT 'x" })), &claims, b"x"),
        ),
        ("jwk", own.sign(&with(&es256, json!({ "jwk": own.jwk() })), &claims)),
        ("jwk, no kid", own.sign(&json!({ "alg": "ES256", "typ": header["typ"], "jwk": own.jwk() }), &claims)),
        ("jku", own.sign(&with(&es256, json!({ "jku": format!("{canary}/jku") })), &claims)),
        ("x5u", own.sign(&with(&es256, json!({ "x5u": format!("{canary}/x5u") })), &claims)),
        ("x5c", own.sign(&with(&es256, json!({ "x5c": ["MIIB"] })), &claims)),
        ("crit", format!("{}.{signature}", message(&with(&header, json!({ "crit": ["x"], "x": 1 })), &claims))),
        ("JWE", format!("{}.AAAA.AAAA.AAAA.AAAA", signed.split('.').next().unwrap())),
        ("dots", "....".to_owned()),
        ("no base64", format!("{signed}.***")),
    ];
    for key in public["keys"].as_array().unwrap() {
        let header = with(&header, json!({ "alg": "HS256", "kid": key["kid"] }));
        all.push(("HS256 with the public key", hs256(&header, &claims, key.to_string().as_bytes())));
        for member in ["n", "x"] {
            if let Some(text) = key[member].as_str() {
                all.push(("HS256 with its bytes", hs256(&header, &claims, &URL_SAFE_NO_PAD.decode(text).unwrap())));
                all.push(("HS256 with its text", hs256(&header, &claims, text.as_bytes())));
            }
        }
    }
    all
}
