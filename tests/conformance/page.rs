//! `docs/conformance.md` says where each demand is tested: it must be true, and whole.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/conformance.md")).unwrap()
}

/// The rows of the table below a heading: its cells.
fn table(page: &str, heading: &str) -> Vec<Vec<String>> {
    let below = page.split(&format!("\n## {heading}\n")).nth(1).unwrap_or_else(|| panic!("no heading {heading}"));
    let section = below.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    // A bar that is part of a text is written `\|`.
    rows.map(|row| {
        let row = row.replace("\\|", "\u{1}");
        row.trim_matches('|').split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
    })
    .collect()
}

/// The tests named in a text: `file::function`, or `folder::file::function`.
fn named(text: &str) -> BTreeSet<String> {
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|code| code.contains("::") && code.split("::").all(word))
        .map(str::to_owned)
        .collect()
}

/// The names of the tests in a file: functions below an attribute that makes a test of them.
fn tests_in(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let mut lines = text.lines().map(str::trim);
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        if line.starts_with("#[") && line.contains("test") && !line.contains("cfg") {
            let function = lines.find(|line| line.contains("fn ")).unwrap_or_default();
            let name = function.split("fn ").nth(1).unwrap_or_default().split('(').next().unwrap_or_default();
            found.push(name.to_owned());
        }
    }
    found
}

fn exists(test: &str) -> bool {
    let (file, function) = test.rsplit_once("::").unwrap();
    let file: PathBuf = root().join("tests").join(format!("{}.rs", file.replace("::", "/")));
    tests_in(&file).iter().any(|name| name == function)
}

#[test]
fn every_test_that_the_page_names_exists() {
    let all = named(&page());
    assert!(all.len() > 50, "the page is not read as it should be: {all:?}");
    let missing: Vec<&String> = all.iter().filter(|test| !exists(test)).collect();
    assert!(missing.is_empty(), "docs/conformance.md names tests that do not exist: {missing:#?}");
    assert!(!exists("conformance::page::named") && !exists("conformance::page::nothing"));
}

/// Each row names a test, or says plainly what is not there yet.
#[test]
fn every_demand_is_answered() {
    let page = page();
    let (modules, rules) = (table(&page, "Certification modules"), table(&page, "Rules of real clients"));
    for row in modules.iter().chain(&rules).chain(&table(&page, "Discovery document")) {
        let answer = row.last().unwrap();
        assert!(!named(answer).is_empty() || answer.contains("Not yet"), "{row:?}");
    }
    assert_eq!(modules.len(), 25, "what all modules check, 23 behaviours, the pages");
    let numbers: Vec<usize> = rules.iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(numbers, (1..=21).collect::<Vec<_>>());
}

/// What is tested here is in the page.
#[test]
fn the_page_names_every_test_of_this_folder() {
    let all = named(&page());
    for entry in std::fs::read_dir(root().join("tests/conformance")).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_stem().unwrap().to_str().unwrap();
        for test in tests_in(&path).into_iter().filter(|_| file != "page") {
            let name = format!("conformance::{file}::{test}");
            assert!(all.contains(&name), "docs/conformance.md does not name {name}");
        }
    }
}
