//! A text of the host in Markdown, as a page shows it.

use std::str::FromStr;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// A title, and the rest as HTML: nothing in it but what Markdown says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Markdown {
    /// The heading that the text begins with.
    pub title: String,
    /// What follows. Safe to show: HTML of the text was left out.
    pub html: String,
}

/// Why a text is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MarkdownError {
    /// Pages need a title.
    #[error("must begin with its title: a line that starts with `# `")]
    NoTitle,
    /// A title alone.
    #[error("says nothing after its title")]
    Empty,
}

impl FromStr for Markdown {
    type Err = MarkdownError;

    fn from_str(text: &str) -> Result<Self, MarkdownError> {
        let mut events = Parser::new_ext(text, Options::ENABLE_TABLES);
        if !matches!(events.next(), Some(Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }))) {
            return Err(MarkdownError::NoTitle);
        }
        let mut title = String::new();
        for event in events.by_ref().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_)))) {
            if let Event::Text(text) | Event::Code(text) = event {
                title.push_str(&text);
            }
        }
        if title.trim().is_empty() {
            return Err(MarkdownError::NoTitle);
        }
        let mut html = String::new();
        html::push_html(&mut html, events.filter_map(plain));
        if html.trim().is_empty() { Err(MarkdownError::Empty) } else { Ok(Self { title, html }) }
    }
}

/// A text without a title of its own as HTML, below a title of ours: its headings stand two levels lower.
#[must_use]
pub fn note(text: &str) -> String {
    let mut shown = String::new();
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(plain).map(|event| match event {
        Event::Start(Tag::Heading { level, .. }) => heading(below(level)),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(below(level))),
        other => other,
    });
    html::push_html(&mut shown, events);
    shown
}

/// (What was the first level is the second by then.)
const fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

/// What our pages show of it: one title a page, no image (our policy forbids those of elsewhere, and
/// they would tell on who reads), no style, no HTML, no link that is a script.
fn plain(event: Event<'_>) -> Option<Event<'_>> {
    Some(match event {
        Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {
            return None;
        }
        Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => heading(HeadingLevel::H2),
        Event::End(TagEnd::Heading(HeadingLevel::H1)) => Event::End(TagEnd::Heading(HeadingLevel::H2)),
        Event::Start(Tag::Heading { level, .. }) => heading(level),
        Event::Start(Tag::Table(columns)) => {
            Event::Start(Tag::Table(columns.iter().map(|_| pulldown_cmark::Alignment::None).collect()))
        }
        Event::Start(Tag::Link { link_type, dest_url, .. }) => Event::Start(Tag::Link {
            link_type,
            dest_url: if leads_to_a_page(&dest_url) { dest_url } else { CowStr::Borrowed("#main") },
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        }),
        other => other,
    })
}

const fn heading<'a>(level: HeadingLevel) -> Event<'a> {
    Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() })
}

fn leads_to_a_page(address: &str) -> bool {
    match address.split_once(':') {
        Some((scheme, _)) if !scheme.contains(['/', '?', '#']) => {
            ["https", "http", "mailto", "tel"].iter().any(|good| scheme.eq_ignore_ascii_case(good))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_shown_as_it_is_meant() {
        let text = "# Our *terms*\n\nBe **kind**.\n\n# Law\n\n| a | b |\n|:-:|---|\n| 1 | 2 |\n\n\
            [us](https://us.example/?a=1&b=\"2\") <https://us.example>\n";
        let Markdown { title, html } = text.parse().unwrap();
        assert_eq!(title, "Our terms");
        for part in
            ["<p>Be <strong>kind</strong>.</p>", "<h2>Law</h2>", "<th>a</th>", "href=\"https://us.example/?a=1&amp;b="]
        {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("<h1") && !html.contains("style"), "{html}");
    }

    #[test]
    fn holds_no_html_of_its_own() {
        let text = "# T\n\n<script>alert(1)</script>\n\n<style>x</style> a <b onclick=x>c</b> \n\n<div>\n\n\
            ![see](https://evil.test/x.png) [x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) <javascript:alert(1)>\n\n\
            ## H {#main .c onclick=x}\n\n[z](data:text/html,x \"t\")";
        let html = text.parse::<Markdown>().unwrap().html;
        for bad in ["<script", "<style", "<b", "<div", "<img", "href=\"j", "href=\"J", "href=\"data", "id=", "class="] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }

    #[test]
    fn begins_with_a_title() {
        for (text, error) in [
            ("", MarkdownError::NoTitle),
            ("Terms\n\n# Title", MarkdownError::NoTitle),
            ("## Terms\n\nx", MarkdownError::NoTitle),
            ("# ![x](y)", MarkdownError::Empty),
            ("# Terms\n\n<!-- nothing -->", MarkdownError::Empty),
        ] {
            assert_eq!(text.parse::<Markdown>(), Err(error), "{text}");
        }
    }
}
