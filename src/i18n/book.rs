//! Texts taken apart: which there are, and what they speak of.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser::{self, ParserError};

/// A text, or a part of one (in Fluent, an attribute).
pub(super) type Name<'a> = (&'a str, Option<&'a str>);

/// Something that a text speaks of; each is a slice of its source, so that its line can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mention<'a> {
    Variable(&'a str),
    Text(Name<'a>),
    Term(&'a str),
    Function(&'a str),
}

/// The texts of some files.
#[derive(Debug, Default)]
pub(super) struct Book<'a> {
    /// In the order of their names; what each mentions.
    pub texts: BTreeMap<Name<'a>, Vec<Mention<'a>>>,
    /// Words that texts share (`-term`).
    pub terms: BTreeMap<&'a str, Vec<Mention<'a>>>,
    /// Texts and terms that are there again, each as it was written.
    pub again: Vec<Mention<'a>>,
}

impl<'a> Book<'a> {
    /// Adds a file. What is not Fluent is told, and what is goes in.
    pub fn add(&mut self, text: &'a str) -> Vec<ParserError> {
        let (resource, errors) = match parser::parse_runtime(text) {
            Ok(resource) => (resource, Vec::new()),
            Err((resource, errors)) => (resource, errors),
        };
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    let id = message.id.name;
                    if self.has(id) {
                        self.again.push(Mention::Text((id, None)));
                    }
                    if let Some(value) = &message.value {
                        self.texts.insert((id, None), mentions(value));
                    }
                    for part in &message.attributes {
                        self.texts.insert((id, Some(part.id.name)), mentions(&part.value));
                    }
                }
                Entry::Term(term) => {
                    let inside = mentions(&term.value);
                    if self.terms.insert(term.id.name, inside).is_some() {
                        self.again.push(Mention::Term(term.id.name));
                    }
                }
                _ => {}
            }
        }
        errors
    }

    /// Whether there is such a text, or a part of it.
    pub fn has(&self, id: &str) -> bool {
        self.parts(id).next().is_some()
    }

    /// A text and its parts.
    pub fn parts<'b>(&'b self, id: &'b str) -> impl Iterator<Item = (Name<'b>, &'b [Mention<'a>])> {
        let from: Name<'b> = (id, None);
        let all = self.texts.range(from..).take_while(move |((other, _), _)| *other == id);
        all.map(|(name, inside)| (*name, inside.as_slice()))
    }

    /// The variables of a text, those of the texts in it included.
    pub fn variables(&self, name: Name<'_>) -> BTreeSet<&'a str> {
        let mut found = BTreeSet::new();
        self.gather(name, &mut found, &mut BTreeSet::new());
        found
    }

    fn gather<'n>(&self, name: Name<'n>, found: &mut BTreeSet<&'a str>, seen: &mut BTreeSet<Name<'n>>)
    where
        'a: 'n,
    {
        let Some(inside) = self.texts.get(&name).filter(|_| seen.insert(name)) else { return };
        for mention in inside {
            match mention {
                Mention::Variable(variable) => {
                    found.insert(*variable);
                }
                Mention::Text(other) => self.gather(*other, found, seen),
                Mention::Term(_) | Mention::Function(_) => {}
            }
        }
    }

    /// The variables that a text may use when somebody writes it anew: those of this one, in any of its parts; a
    /// letter's parts also have the host and its address.
    pub fn given(&self, id: &str) -> BTreeSet<&'a str> {
        let names: Vec<Name<'_>> = self.parts(id).map(|(name, _)| name).collect();
        let mut given: BTreeSet<&'a str> = names.iter().flat_map(|name| self.variables(*name)).collect();
        if names.contains(&(id, Some("body"))) {
            given.extend(["host", "contact"]);
        }
        given
    }

    /// Whether a text or a term leads back to itself.
    pub fn is_circular(&self, start: Mention<'a>) -> bool {
        let (mut ahead, mut seen) = (vec![start], BTreeSet::new());
        while let Some(next) = ahead.pop() {
            let inside = match next {
                Mention::Text(name) => self.texts.get(&name),
                Mention::Term(name) => self.terms.get(name),
                Mention::Variable(_) | Mention::Function(_) => None,
            };
            for mention in inside.into_iter().flatten() {
                if *mention == start {
                    return true;
                }
                if seen.insert(*mention) {
                    ahead.push(*mention);
                }
            }
        }
        false
    }
}

fn mentions<'a>(pattern: &Pattern<&'a str>) -> Vec<Mention<'a>> {
    let mut found = Vec::new();
    in_pattern(pattern, &mut found);
    found
}

fn in_pattern<'a>(pattern: &Pattern<&'a str>, found: &mut Vec<Mention<'a>>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, found);
        }
    }
}

fn in_expression<'a>(expression: &Expression<&'a str>, found: &mut Vec<Mention<'a>>) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, found),
        Expression::Select { selector, variants } => {
            in_inline(selector, found);
            for variant in variants {
                in_pattern(&variant.value, found);
            }
        }
    }
}

fn in_inline<'a>(inline: &InlineExpression<&'a str>, found: &mut Vec<Mention<'a>>) {
    match inline {
        InlineExpression::VariableReference { id } => found.push(Mention::Variable(id.name)),
        InlineExpression::MessageReference { id, attribute } => {
            found.push(Mention::Text((id.name, attribute.as_ref().map(|part| part.name))));
        }
        // What a term is given, it is given here: variables of ours do not reach it.
        InlineExpression::TermReference { id, .. } => found.push(Mention::Term(id.name)),
        InlineExpression::FunctionReference { id, .. } => found.push(Mention::Function(id.name)),
        InlineExpression::Placeable { expression } => in_expression(expression, found),
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_taken_apart() {
        let source = "-house = Home\na = { $x } { b } { -house }\n    .part = { $n ->\n        [one] { $y }\n       *[other] { c.d }\n    }\n\
            b = { $z }\nc =\n    .d = { NUMBER($n) }\nab = x\n";
        let mut book = Book::default();
        assert_eq!(book.add(source), []);
        assert_eq!(book.variables(("a", None)), BTreeSet::from(["x", "z"]));
        assert_eq!(book.variables(("a", Some("part"))), BTreeSet::from(["n", "y"]));
        let parts: Vec<Name<'_>> = book.parts("a").map(|(name, _)| name).collect();
        assert_eq!(parts, [("a", None), ("a", Some("part"))]);
        assert!(book.has("c") && !book.has("d") && book.again.is_empty());
        assert_eq!(book.add("a = again\n-house = again\ntext without a name\n").len(), 1);
        assert_eq!(book.again, [Mention::Text(("a", None)), Mention::Term("house")]);
    }

    #[test]
    fn circles_end() {
        let mut book = Book::default();
        book.add("a = { b } { $x }\nb = { a } { $y }\n");
        assert_eq!(book.variables(("a", None)), BTreeSet::from(["x", "y"]));
        book.add("c = { a }\n-d = { -e }\n-e = { f }\nf = { -d }\n");
        let named = |id| Mention::Text((id, None));
        assert!(book.is_circular(named("a")) && !book.is_circular(named("c")));
        assert!(book.is_circular(named("f")) && book.is_circular(Mention::Term("e")));
    }

    /// What `docs/theme.md` promises is still there, with its variables, in both languages.
    #[test]
    fn promises_are_kept() {
        let promised = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/theme-texts.txt"));
        let shelf = crate::i18n::load::ours().unwrap();
        for (language, files) in &shelf {
            let mut book = Book::default();
            for file in files {
                assert_eq!(book.add(&file.text), [], "{}", file.path);
            }
            let mut count = 0;
            for line in promised.lines().filter(|line| !line.starts_with('#')) {
                let mut words = line.split(' ');
                let name = words.next().unwrap();
                let (id, part) = name.split_once('.').map_or((name, None), |(id, part)| (id, Some(part)));
                assert!(book.texts.contains_key(&(id, part)), "{language}: {name} is gone: a promise of docs/theme.md");
                let given = book.given(id);
                for variable in words {
                    let variable = variable.trim_start_matches('$');
                    assert!(
                        given.contains(variable),
                        "{language}: {name} has lost ${variable}: a promise of docs/theme.md"
                    );
                }
                count += 1;
            }
            assert!(count > 500, "{count}");
        }
    }
}
