//! Projects on disk, from nothing to a merge.

use std::fs;
use std::path::Path;

use limbeck_core::diagnostic::Code;
use limbeck_core::graph::{NewRevision, Splice, Target};
use limbeck_core::script::{Format, Script};

use super::{Moment, NewFile, NewMerge, Project, init, merge_id};
use crate::config::Config;

const NOON: Moment = Moment { date: [2026, 11, 22, 12, 0, 0], epoch: 1795348800 };

fn open(root: &Path) -> Project {
    Project::open(Config::load(&root.join("limbeck.toml"), &|_| None).unwrap()).unwrap()
}

fn add(root: &Path, id: &str, follow: &[&str], splice: Splice) -> Result<String, Code> {
    let new = NewFile {
        revision: NewRevision {
            revision: id.into(),
            follow: follow.iter().map(|target| target.parse().unwrap()).collect(),
            splice,
            branch_labels: Vec::new(),
            depends_on: Vec::new(),
            message: format!("Make {id}!"),
        },
        format: Format::Toml,
        location: None,
        created: NOON,
        script: Script::of(Vec::new()),
        notes: Vec::new(),
    };
    let made = open(root).add_revision(&new).map_err(|faults| faults.first().code)?;
    Ok(made.path.unwrap().file_name().unwrap().to_string_lossy().into_owned())
}

fn merge(message: Option<&str>) -> NewMerge {
    NewMerge {
        targets: vec![Target::heads()],
        revision: None,
        splice: Splice::Refused,
        message: message.map(str::to_owned),
        branch_labels: Vec::new(),
        location: None,
        created: NOON,
        operations: Vec::new(),
    }
}

#[test]
fn a_project_grows_from_nothing_to_a_merge_and_its_heads_file_keeps_up() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    init(root).unwrap();
    let heads = || fs::read_to_string(root.join("migrations/HEADS")).unwrap();
    assert_eq!(add(root, "aaaa", &[], Splice::Refused).as_deref(), Ok("aaaa_make_aaaa.toml"));
    add(root, "bbbb", &["head"], Splice::Refused).unwrap();
    assert_eq!(add(root, "cccc", &["aaaa"], Splice::Refused), Err(Code::MultipleHeads));
    add(root, "cccc", &["aaaa"], Splice::Allowed).unwrap();
    assert_eq!(heads(), "bbbb\ncccc\n");
    let made = open(root).add_merge(&merge(None)).unwrap();
    assert_eq!(made.revision, merge_id(&["cccc".into(), "bbbb".into()]));
    assert_eq!(heads(), format!("{}\n", made.revision));
    assert!(open(root).check_heads_file().is_none());
}

#[test]
fn a_stale_heads_file_is_told() {
    let root = tempfile::tempdir().unwrap();
    init(root.path()).unwrap();
    assert!(open(root.path()).check_heads_file().is_none());
    add(root.path(), "aaaa", &[], Splice::Refused).unwrap();
    fs::write(root.path().join("migrations/HEADS"), "aaaa\n<<<<<<<\n").unwrap();
    let fault = open(root.path()).check_heads_file().unwrap();
    assert_eq!((fault.code, fault.places[0].line()), (Code::CheckFailed, Some(2)));
    fs::remove_file(root.path().join("migrations/HEADS")).unwrap();
    assert!(open(root.path()).check_heads_file().is_some());
}

#[test]
fn nothing_is_written_over() {
    let root = tempfile::tempdir().unwrap();
    init(root.path()).unwrap();
    assert_eq!(init(root.path()).unwrap_err().code, Code::AlreadyExists);
    fs::create_dir_all(root.path().join("migrations")).unwrap();
    add(root.path(), "aaaa", &[], Splice::Refused).unwrap();
    assert!(add(root.path(), "aaaa", &[], Splice::Refused).is_err());
}

#[test]
fn a_revision_without_a_message_is_refused() {
    let root = tempfile::tempdir().unwrap();
    init(root.path()).unwrap();
    let mut merge = merge(Some(" "));
    add(root.path(), "aaaa", &[], Splice::Refused).unwrap();
    add(root.path(), "bbbb", &["base"], Splice::Refused).unwrap();
    let project = open(root.path());
    assert_eq!(project.add_merge(&merge).unwrap_err().first().code, Code::Usage);
    merge.message = Some("both".to_owned());
    assert!(project.add_merge(&merge).is_ok());
}

#[test]
fn a_new_file_stands_beside_its_parent_and_a_new_base_must_be_told_where() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    fs::create_dir_all(root.join("core")).unwrap();
    fs::create_dir_all(root.join("shop")).unwrap();
    fs::write(root.join("limbeck.toml"), "[migrations]\nlocations = [\"core\", \"shop\"]\n").unwrap();
    assert_eq!(add(root, "aaaa", &[], Splice::Refused), Err(Code::Usage));
    fs::write(root.join("shop/aaaa.toml"), "revision = \"aaaa\"\n").unwrap();
    add(root, "bbbb", &["aaaa"], Splice::Refused).unwrap();
    assert!(root.join("shop/bbbb_make_bbbb.toml").exists());
    let elsewhere = NewFile {
        revision: NewRevision {
            revision: "cccc".into(),
            follow: vec![Target::heads()],
            splice: Splice::Refused,
            branch_labels: Vec::new(),
            depends_on: Vec::new(),
            message: "c".to_owned(),
        },
        format: Format::Sql,
        location: Some(root.join("other")),
        created: NOON,
        script: Script::of(Vec::new()),
        notes: Vec::new(),
    };
    assert_eq!(open(root).add_revision(&elsewhere).unwrap_err().first().code, Code::Usage);
    let chosen = NewFile { location: Some(root.join("core/../core")), ..elsewhere };
    open(root).add_revision(&chosen).unwrap();
    assert!(root.join("core/cccc_c.sql").exists());
}
