//! Reads the texts: ours, embedded, and those that a host puts before them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fluent::FluentResource;
use fluent_bundle::concurrent::FluentBundle;
use fluent_langneg::LanguageIdentifier;
use rust_embed::RustEmbed;

use super::{I18n, Language};

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Locales;

/// The language of what a language of the host does not say.
pub(super) const FALLBACK: &str = "en";

/// A text file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct TextsError {
    file: String,
    reason: String,
}

/// A file of texts of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFile {
    /// The language that it is in: the name of its folder.
    pub language: String,
    /// Where it is.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// Texts by their languages, in the order of their codes.
pub(super) type Shelf = BTreeMap<String, Vec<TextFile>>;

/// Ours.
pub(super) fn ours() -> Result<Shelf, TextsError> {
    let mut shelf = Shelf::new();
    for file in Locales::iter() {
        let path = format!("locales/{file}");
        let fault = |reason: &str| TextsError { file: path.clone(), reason: reason.to_owned() };
        let (code, _) = file.split_once('/').ok_or_else(|| fault("is not in the folder of a language"))?;
        let bytes = Locales::get(&file).ok_or_else(|| fault("is missing"))?.data;
        let text = String::from_utf8(bytes.into_owned()).map_err(|_| fault("is not UTF-8"))?;
        let language = code.to_owned();
        shelf.entry(language.clone()).or_default().push(TextFile { language, path, text });
    }
    Ok(shelf)
}

/// Files that were read once stand in as many languages as need them.
pub(super) type Bundle = FluentBundle<Arc<FluentResource>>;

/// A file that was read.
struct Read {
    path: String,
    texts: Arc<FluentResource>,
}

impl I18n {
    /// Reads the embedded texts and those of a host, which go before them: a text that it has takes the place
    /// of ours, part by part; what a language of its own does not say is said in English.
    ///
    /// # Errors
    /// When a file is not Fluent, a message of ours is defined twice, or there is no such default. What a host
    /// may do wrong is told, and left out, by [`super::review()`].
    pub fn with(default: &str, own: &[TextFile]) -> Result<Self, TextsError> {
        let mut shelf: BTreeMap<String, Vec<Read>> = BTreeMap::new();
        for (code, files) in ours()? {
            shelf.insert(code, files.into_iter().map(read).collect::<Result<_, _>>()?);
        }
        let codes = shelf.keys().map(String::as_str).chain(own.iter().map(|file| file.language.as_str()));
        let codes: BTreeSet<&str> = codes.collect();
        let mut languages = Vec::new();
        for code in codes {
            let base = shelf.get(code).or_else(|| shelf.get(FALLBACK)).map_or(&[][..], Vec::as_slice);
            let own = own.iter().filter(|file| file.language == code);
            let own: Vec<Read> = own.cloned().map(read).collect::<Result<_, _>>()?;
            languages.push(Arc::new(language(code, base, &own)?));
        }
        let found = languages.iter().find(|language| language.code == default).cloned();
        let default = found
            .ok_or_else(|| TextsError { file: default.to_owned(), reason: "there is no such language".to_owned() })?;
        Ok(Self { languages: languages.into(), default })
    }
}

fn language(code: &str, base: &[Read], own: &[Read]) -> Result<Language, TextsError> {
    let unknown = || TextsError { file: code.to_owned(), reason: "is no language".to_owned() };
    let identifier: LanguageIdentifier = code.parse().map_err(|_| unknown())?;
    let of_base = || -> Result<Bundle, TextsError> {
        let mut bundle = Bundle::new_concurrent(vec![identifier.to_string().parse().map_err(|_| unknown())?]);
        // The marks around placeholders are for mixed directions; they break copying of addresses.
        bundle.set_use_isolating(false);
        for file in base {
            bundle.add_resource(Arc::clone(&file.texts)).map_err(|errors| wrong(file.path.clone(), &errors))?;
        }
        Ok(bundle)
    };
    let (mut bundle, ours) = (of_base()?, (!own.is_empty()).then(of_base).transpose()?);
    for file in own {
        bundle.add_resource_overriding(Arc::clone(&file.texts));
    }
    Ok(Language { code: code.to_owned(), identifier, bundle, ours })
}

fn read(TextFile { path, text, .. }: TextFile) -> Result<Read, TextsError> {
    match FluentResource::try_new(text) {
        Ok(texts) => Ok(Read { path, texts: Arc::new(texts) }),
        Err((_, errors)) => Err(wrong(path, &errors)),
    }
}

fn wrong(file: String, errors: &[impl std::fmt::Debug]) -> TextsError {
    TextsError { file, reason: format!("{errors:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Value;

    fn file(language: &str, text: &str) -> TextFile {
        TextFile { language: language.to_owned(), path: format!("{language}/own.ftl"), text: text.to_owned() }
    }

    #[test]
    fn a_host_speaks_before_us() {
        let own = [
            file("fr", "-maison = la Maison\nsign-in-title = Entrez dans { -maison }\nmail-test = Essai\n"),
            file("de", "language-name = Deutsch\nsign-in-title = Anmelden\n"),
        ];
        let texts = I18n::with("fr", &own).unwrap();
        let codes: Vec<&str> = texts.languages().iter().map(|language| language.code()).collect();
        assert_eq!(codes, ["de", "en", "fr"]);
        let (ours, fr) = (I18n::load("fr").unwrap().default_language(), texts.default_language());
        assert_eq!(fr.text("sign-in-title"), "Entrez dans la Maison");
        assert_eq!(fr.text("password-label"), ours.text("password-label"));
        // The subject is theirs, the rest stays ours.
        let host = [("host", Value::Text("H".to_owned())), ("contact", Value::Text("none".to_owned()))];
        assert_eq!(fr.whole("mail-test", &host), "Essai");
        assert_eq!(fr.part("mail-test", "body", &host), ours.part("mail-test", "body", &host));
        assert!(fr.part("mail-test", "body", &host).is_some());
        let german = texts.best(["de-AT", "fr"]).unwrap();
        assert_eq!((german.code(), german.text("sign-in-title").as_str()), ("de", "Anmelden"));
        let english = texts.find("en").unwrap();
        assert_eq!(german.text("password-label"), english.text("password-label"));
        assert_eq!(english.text("sign-in-title"), "Sign in");
    }

    /// What ours says again of a text in it.
    #[test]
    fn ours_quotes_the_host() {
        let texts = I18n::with("fr", &[file("fr", "mail-alarm = Appelez-nous au 01 02 03 04 05.\n")]).unwrap();
        let variables = [("host", Value::Text("H".to_owned())), ("contact", Value::Text("none".to_owned()))];
        let after = texts.default_language().part("mail-password-changed", "body", &variables).unwrap_or_default()
            + &texts.default_language().part("mail-password-changed", "after", &variables).unwrap_or_default();
        assert!(after.contains("Appelez-nous au 01"), "{after}");
    }

    /// Whatever the review did not see, nobody reads half a sentence.
    #[test]
    fn what_goes_wrong_is_said_in_our_words() {
        let texts = I18n::with("fr", &[file("fr", "sign-in-to-service = Vers { $servcie }\n")]).unwrap();
        let said = texts.default_language().text_with("sign-in-to-service", &[("service", &"Forge")]);
        let ours = I18n::load("fr").unwrap().default_language();
        assert_eq!(said, ours.text_with("sign-in-to-service", &[("service", &"Forge")]));
        assert!(said.contains("Forge"), "{said}");
    }

    #[test]
    fn what_is_not_fluent_is_refused() {
        assert!(I18n::with("fr", &[file("fr", "no text")]).is_err());
        assert!(I18n::with("xx", &[]).is_err());
        assert!(I18n::with("fr", &[file("not a language", "a = b")]).is_err());
    }
}
