//! A text of the host with variables in it, in Markdown or HTML: a small template in a sandbox. It sees the
//! variables and nothing else, reads no file, and stops when it takes too long.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};

use super::markdown::note;

/// Steps after which a text is given up: a loop over a few hundred organizations is far below.
const FUEL: u64 = 200_000;
/// Longest outcome, in bytes.
const LONGEST: usize = 128 * 1024;

/// What a text may speak of. Dates are in words, in the language of the page; "" when there is none.
#[derive(Debug, Clone, Default)]
pub struct Spoken<'a> {
    /// What the person is called.
    pub name: &'a str,
    /// Their username.
    pub username: &'a str,
    /// Their address.
    pub email: &'a str,
    /// `none`, `ahead`, `current` or `over`.
    pub status: &'a str,
    /// First day of the membership.
    pub since: &'a str,
    /// Last day.
    pub until: &'a str,
    /// Days left after today; 0 when it is over.
    pub days_left: i64,
    /// Names of their organizations.
    pub organizations: &'a [String],
    /// Name of the host.
    pub host: &'a str,
    /// Whom to write to, or "".
    pub contact: &'a str,
}

/// A text that was tried on all sorts of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    text: String,
    is_html: bool,
}

/// Why a text is none.
#[derive(Debug, thiserror::Error)]
pub enum SnippetError {
    /// It cannot be read, or speaks of what there is not.
    #[error("{0}")]
    Template(String),
    /// It says too much.
    #[error("becomes longer than {} KiB", LONGEST / 1024)]
    TooLong,
}

impl Snippet {
    /// A text, tried on people with and without a membership.
    ///
    /// # Errors
    /// What is wrong with it, and on which line.
    pub fn new(text: &str, is_html: bool) -> Result<Self, SnippetError> {
        let snippet = Self { text: text.to_owned(), is_html };
        let organizations = ["Atelier".to_owned(), "Jardin".to_owned()];
        for (status, days_left) in
            [("none", 0), ("ahead", 400), ("current", 400), ("current", 3), ("current", 0), ("over", 0)]
        {
            for organizations in [&organizations[..], &[]] {
                let day = if status == "none" { "" } else { "2026-12-31" };
                let spoken = Spoken {
                    name: "Camille Petit",
                    username: "camille",
                    email: "camille@example.org",
                    status,
                    since: day,
                    until: day,
                    days_left,
                    organizations,
                    host: "Loquet",
                    contact: "",
                };
                snippet.render(&spoken)?;
            }
        }
        Ok(snippet)
    }

    /// What it says to somebody, as HTML.
    ///
    /// # Errors
    /// What is wrong with it: a case that trying it did not show.
    pub fn render(&self, spoken: &Spoken<'_>) -> Result<String, SnippetError> {
        let mut sandbox = Environment::new();
        sandbox.set_undefined_behavior(UndefinedBehavior::Strict);
        sandbox.set_fuel(Some(FUEL));
        sandbox.set_auto_escape_callback(|_| AutoEscape::None);
        // Whatever a value is, and whatever filter it went through, it writes neither Markdown nor HTML.
        let is_html = self.is_html;
        sandbox.set_formatter(move |out, _, value| {
            let text = if value.is_none() { String::new() } else { value.to_string() };
            let inert = if is_html { inert_in_html(&text) } else { inert_in_markdown(&text) };
            out.write_str(&inert).map_err(minijinja::Error::from)
        });
        let variables: Value = context! {
            name => spoken.name,
            username => spoken.username,
            email => spoken.email,
            status => spoken.status,
            member => spoken.status == "current",
            since => spoken.since,
            until => spoken.until,
            days_left => spoken.days_left,
            organizations => spoken.organizations,
            host => spoken.host,
            contact => spoken.contact,
        };
        let said = sandbox
            .template_from_str(&self.text)
            .and_then(|template| template.render(variables))
            .map_err(|error| SnippetError::Template(in_words(&error)))?;
        let html = if self.is_html { said } else { note(&said) };
        if html.len() > LONGEST { Err(SnippetError::TooLong) } else { Ok(html) }
    }
}

fn in_words(error: &minijinja::Error) -> String {
    let what = error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
    error.line().map_or_else(|| what.clone(), |line| format!("line {line}: {what}"))
}

fn inert_in_html(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => inert.push_str("&amp;"),
            '<' => inert.push_str("&lt;"),
            '>' => inert.push_str("&gt;"),
            '"' => inert.push_str("&quot;"),
            '\'' => inert.push_str("&#39;"),
            c => inert.push(c),
        }
    }
    inert
}

/// Every punctuation mark may be escaped (`CommonMark` 2.4), in text and in the address of a link.
fn inert_in_markdown(text: &str) -> String {
    let mut inert = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            inert.push('\\');
        }
        inert.push(if c.is_control() { ' ' } else { c });
    }
    inert
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, is_html: bool, name: &str) -> String {
        let organizations = ["A*b*".to_owned()];
        let spoken = Spoken {
            name,
            status: "over",
            email: "a+b@example.org",
            organizations: &organizations,
            ..Spoken::default()
        };
        Snippet::new(text, is_html).unwrap().render(&spoken).unwrap()
    }

    #[test]
    fn says_what_the_host_wrote() {
        let text = "# Fee\n\n{% if member %}Thank you.{% else %}Dear **{{ name }}**, [pay](https://pay.example/?for={{ email|urlencode }}).{% endif %}\n\n\
            {% for one in organizations %}- {{ one }}\n{% endfor %}";
        let html = said(text, false, "Zoé");
        for part in [
            "<h3>Fee</h3>",
            "<strong>Zoé</strong>",
            "href=\"https://pay.example/?for=a%2Bb%40example.org\"",
            "<li>A*b*</li>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert_eq!(said("<p class=\"muted\">{{ name }}</p>", true, "a<b>"), "<p class=\"muted\">a&lt;b&gt;</p>");
    }

    #[test]
    fn nobody_writes_in_it_by_their_name() {
        for name in
            ["<script>x</script>", "[x](javascript:x)", "\n# x", "![x](https://evil.test/x.png)", "</p><b>", "`x`"]
        {
            for text in ["{{ name }}", "{{ name|safe }}", "{% autoescape false %}{{ name }}{% endautoescape %}"] {
                for is_html in [true, false] {
                    let html = said(text, is_html, name);
                    for bad in ["<script", "<a", "<h", "<img", "<b>", "<code"] {
                        assert!(!html.contains(bad), "{bad} in {html}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, words) in [
            ("a\n{{ nobody }}", "line 2: undefined value"),
            ("{% if %}", "line 1: syntax error"),
            ("\n\n{{ name|shout }}", "line 3: unknown filter"),
            ("{% include \"/etc/passwd\" %}", "line 1"),
            ("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}", "fuel"),
            // Only those who are members would see it.
            ("{% if member %}{{ fee }}{% endif %}", "line 1: undefined value"),
        ] {
            let error = Snippet::new(text, false).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
