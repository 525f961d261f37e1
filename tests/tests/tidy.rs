//! Holds the house in order: paths that the documents name, directions between crates, what each file opens with.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand below the root").to_path_buf()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn rust_files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("the directory can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() && !path.ends_with("target") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Leaves out the blocks between lines of three backticks.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

#[test]
fn every_path_that_a_document_names_exists() {
    let mut named = 0;
    for document in ["ARCHITECTURE.md", "README.md", "CONTRIBUTING.md"] {
        let text = read(document);
        for span in prose(&text).split('`').skip(1).step_by(2) {
            let is_path =
                ["crates/", "xtask/", "fixtures/", "docs/", "tests/"].iter().any(|top| span.starts_with(top));
            if is_path && !span.contains(char::is_whitespace) {
                named += 1;
                assert!(root().join(span).exists(), "{document} names `{span}`, which does not exist");
            }
        }
    }
    assert!(named > 15, "the documents name only {named} paths");
}

#[test]
fn crates_depend_in_one_direction() {
    let allowed = [
        ("crates/core", &[][..]),
        ("crates/alembic", &["limbeck-core"][..]),
        ("crates/diesel", &["limbeck-core"][..]),
        ("crates/mysql", &["limbeck-core"][..]),
        ("crates/postgres", &["limbeck-core"][..]),
        ("crates/sqlite", &["limbeck-core"][..]),
        ("crates/macros", &["limbeck-core"][..]),
        (
            "crates/limbeck",
            &[
                "limbeck-core",
                "limbeck-alembic",
                "limbeck-diesel",
                "limbeck-sqlite",
                "limbeck-postgres",
                "limbeck-mysql",
                "limbeck-macros",
            ][..],
        ),
        ("crates/cli", &["limbeck"][..]),
    ];
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let name = format!("crates/{}", entry.unwrap().file_name().to_string_lossy());
        let (_, allowed) =
            allowed.iter().find(|(own, _)| *own == name).unwrap_or_else(|| panic!("{name} is new"));
        let manifest = read(&format!("{name}/Cargo.toml"));
        let dependencies = manifest.split("[dependencies]").nth(1).unwrap_or_default();
        let dependencies = dependencies.split("\n[").next().unwrap_or_default();
        for line in dependencies.lines().filter(|line| line.starts_with("limbeck")) {
            let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
            assert!(allowed.contains(&dependency), "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn every_file_opens_with_what_it_answers() {
    let mut files = Vec::new();
    for top in ["crates", "xtask", "tests"] {
        rust_files(&root().join(top), &mut files);
    }
    assert!(files.len() > 50);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("//! "), "{} does not open with `//!`", file.display());
    }
}
