//! Every example runs, and finds what it says.

#![cfg(feature = "sqlite")]

#[path = "../examples/embedded.rs"]
mod embedded;
#[path = "../examples/files.rs"]
mod files;
#[path = "../examples/rust_revisions.rs"]
mod rust_revisions;

#[test]
fn files_on_disk() {
    files::main().unwrap();
}

#[test]
fn files_in_the_program() {
    embedded::main().unwrap();
}

#[test]
fn revisions_in_rust_beside_files() {
    rust_revisions::main().unwrap();
}
