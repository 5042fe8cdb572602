//! The paths there are, read in the only table of them: one that a test does not know is a path too.

/// Each as it is written there, with its parameters (`{id}`).
pub fn paths() -> Vec<String> {
    let part = |file: &str| std::fs::read_to_string(format!("{}/src/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let source = part("routes.rs") + &part("routes/programs.rs");
    let paths = source.split("\"/").skip(1).map(|rest| format!("/{}", rest.split_once('"').unwrap().0));
    let paths: Vec<String> = paths.collect();
    assert!(paths.len() > 25 && paths.iter().any(|path| path == "/verify/{token}"), "{paths:?}");
    paths
}
