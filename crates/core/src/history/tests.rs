//! What a history of several kinds of revision says when something is wrong.

use std::path::PathBuf;

use super::*;
use crate::diagnostic::Code;
use crate::record::Operations;
use crate::revision::{RevisionHeader, RevisionId};

struct Coded(&'static str, &'static [&'static str]);

impl RustRevision for Coded {
    fn header(&self) -> RevisionHeader {
        RevisionHeader::new(self.0, self.1.iter().map(|id| RevisionId::from(*id)))
    }

    fn upgrade(&self, ops: &mut Operations) {
        ops.drop_table("");
        ops.drop_table("a.b.c");
    }
}

const A: EmbeddedFile = EmbeddedFile { path: "m/a.toml", text: "revision = \"aaaa\"\n" };

/// Makes a directory with one file in it, gone when it is dropped.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("limbeck-history-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join("a.toml"), text).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("a.toml")
    }

    fn history(&self) -> History {
        History::builder().directories(std::slice::from_ref(&self.0)).build().unwrap()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn all_kinds_of_revision_share_one_graph() {
    let history = History::builder()
        .embedded(EmbeddedMigrations::new(&[A]))
        .revision(Coded("bbbb", &["aaaa"]))
        .build()
        .unwrap();
    assert!(history.graph().is_ancestor("aaaa", "bbbb"));
}

#[test]
fn a_fault_of_the_graph_points_at_the_value_in_the_file() {
    const FILES: &[EmbeddedFile] = &[
        A,
        EmbeddedFile {
            path: "m/b.toml",
            text: "revision = \"bbbb\"\ndown_revision = [\"aaaa\", \"gone\"]\n",
        },
    ];
    let Err(faults) = History::builder().embedded(EmbeddedMigrations::new(FILES)).build() else { panic!() };
    let place = &faults.first().places[0];
    assert_eq!(faults.first().code, Code::MissingRevision);
    assert_eq!(&place.source[place.span.clone()], "\"gone\"");
}

#[test]
fn the_faults_of_a_revision_in_rust_name_it_and_come_together() {
    let history = History::builder().revision(Coded("aaaa", &[])).build().unwrap();
    let faults = history.body(&"aaaa".into()).unwrap_err();
    assert_eq!(faults.iter().count(), 2);
    assert!(faults.iter().all(|fault| fault.message.starts_with("revision `aaaa`: ")), "{faults}");
}

#[test]
fn a_file_that_goes_away_meanwhile_is_reported_when_its_body_is_needed() {
    let directory = Directory::new("gone", A.text);
    let history = directory.history();
    std::fs::remove_file(directory.file()).unwrap();
    let faults = history.body(&"aaaa".into()).unwrap_err();
    assert_eq!(faults.first().code, Code::FileUnreadable);
    assert_eq!(faults.first().places[0].path, directory.file());
}

#[test]
fn a_file_that_holds_another_revision_meanwhile_is_not_taken_for_the_first() {
    let directory = Directory::new("other", A.text);
    let history = directory.history();
    std::fs::write(directory.file(), "revision = \"bbbb\"\n").unwrap();
    let faults = history.body(&"aaaa".into()).unwrap_err();
    assert_eq!(faults.first().code, Code::ChangedMeanwhile);
}
