//! `loquet completions SHELL` and `loquet man`: made from the very definition of the command line.

use std::process::ExitCode;

use clap::Args;
use clap_complete::Shell;
use clap_mangen::Man;

use super::{Failure, say};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Which shell
    shell: Shell,
}

/// Prints what the shell reads to complete our commands.
///
/// # Errors
/// None today.
pub fn completions(arguments: &Arguments, mut program: clap::Command) -> Result<ExitCode, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "loquet", &mut text);
    say(String::from_utf8(text)?);
    Ok(ExitCode::SUCCESS)
}

/// Prints the manual page, every command on it.
///
/// # Errors
/// None today.
pub fn man(mut program: clap::Command) -> Result<ExitCode, Failure> {
    program.build();
    let mut text = Vec::new();
    // Not the list of pages for each command, which there are not: they are sections of this one.
    let manual = Man::new(program.clone());
    manual.render_title(&mut text)?;
    manual.render_name_section(&mut text)?;
    manual.render_synopsis_section(&mut text)?;
    manual.render_description_section(&mut text)?;
    manual.render_options_section(&mut text)?;
    let mut page = String::from_utf8(text)?;
    for command in leaves(&program, "loquet") {
        page.push_str(&command);
    }
    say(page);
    Ok(ExitCode::SUCCESS)
}

/// A section for each command that does something.
fn leaves(command: &clap::Command, path: &str) -> Vec<String> {
    let mut sections = Vec::new();
    for child in command.get_subcommands().filter(|child| child.get_name() != "help" && !child.is_hide_set()) {
        let path = format!("{path} {}", child.get_name());
        if child.has_subcommands() {
            sections.extend(leaves(child, &path));
        } else {
            sections.push(section(child, &path));
        }
    }
    sections
}

/// One command, in the language of manual pages.
fn section(command: &clap::Command, path: &str) -> String {
    let mut text = format!(".SH \"{}\"\n", plain(path));
    if let Some(about) = command.get_about() {
        text.extend([plain(&about.to_string()).as_str(), "\n"]);
    }
    for argument in command.get_arguments().filter(|argument| !argument.is_hide_set() && !argument.is_global_set()) {
        let id = argument.get_id().as_str();
        if matches!(id, "help" | "version") {
            continue;
        }
        let value = argument.get_value_names().and_then(|names| names.first()).map(clap::builder::Str::as_str);
        let takes_value = argument.get_action().takes_values();
        let shown = match (argument.get_long(), value) {
            (Some(long), Some(value)) if takes_value => format!("--{long} {value}"),
            (Some(long), _) => format!("--{long}"),
            (None, value) => value.unwrap_or(id).to_owned(),
        };
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        text.extend([".TP\n\\fB", &plain(&shown), "\\fR\n", &plain(&help), "\n"]);
    }
    text
}

/// Text that roff takes for text: no command at the start of a line, no escape, no hyphen that breaks a copy.
fn plain(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('"', "\\(dq");
    let lines =
        text.lines().map(|line| if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line.to_owned() });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(plain(".hidden --x\n'y' \\z"), "\\&.hidden \\-\\-x\n\\&'y' \\ez");
        assert_eq!(plain("a \"b\""), "a \\(dqb\\(dq");
    }
}
