//! Texts of several parts, with numbers among their variables.

use fluent::{FluentArgs, FluentValue};

use super::Language;

/// A variable of a text.
#[derive(Debug, Clone)]
pub enum Value {
    /// A text.
    Text(String),
    /// A number, which plural forms look at.
    Number(i64),
}

impl Language {
    /// The text itself, with variables of any kind.
    #[must_use]
    pub fn whole(&self, key: &str, variables: &[(&'static str, Value)]) -> String {
        self.format(key, Some(&arguments(variables)))
    }

    /// A part of a text (in Fluent, an attribute), if it has such a part.
    #[must_use]
    pub fn part(&self, key: &str, part: &str, variables: &[(&'static str, Value)]) -> Option<String> {
        self.find_and_format(key, Some(part), Some(&arguments(variables)))
    }
}

fn arguments<'a>(variables: &'a [(&'static str, Value)]) -> FluentArgs<'a> {
    let mut args = FluentArgs::new();
    for (name, value) in variables {
        match value {
            Value::Text(text) => args.set(*name, FluentValue::from(text.as_str())),
            Value::Number(number) => args.set(*name, FluentValue::from(*number)),
        }
    }
    args
}
