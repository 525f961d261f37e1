//! Each script of the fixtures, and what is made of it: the operations as TOML, or why they could not be told.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_alembic::eval::{Translator, translate};
use limbeck_alembic::script::parse_header;
use limbeck_core::history::{Task, Undo};
use limbeck_core::op::ScopedOperation;
use limbeck_core::script::{Downgrade, Format, Script, load, print};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/alembic/scripts")
}

/// Takes out what could not be told, and writes it down.
fn told(tasks: Vec<Task>, out: &mut String) -> Vec<ScopedOperation> {
    let one = |task: Task| match task {
        Task::Operation(scoped) => Some(scoped),
        Task::Untold(untold) => {
            let dialects: Vec<&str> = untold.scope.dialects.iter().map(String::as_str).collect();
            let place = &untold.fault.places[0];
            let shown = place.source[place.span.clone()].lines().next().unwrap_or_default();
            let line = place.line().unwrap_or_default();
            let on = if dialects.is_empty() { String::new() } else { format!(" on {}", dialects.join(", ")) };
            let _ = writeln!(out, "# untold{on}: {}\n#   {line}: {shown}", untold.fault.message);
            None
        }
        Task::Work(_) => panic!("a script holds no Rust code"),
    };
    tasks.into_iter().filter_map(one).collect()
}

#[test]
fn every_script_means_what_its_snapshot_says() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for path in files {
        let text = load(&path).unwrap();
        let mut header = parse_header(&path, &text).unwrap();
        header.path = None;
        let body = translate(&path, &text, &Arc::new(Translator::default())).unwrap().body;
        let mut out = String::new();
        let upgrade = told(body.upgrade, &mut out);
        let downgrade = match body.undo {
            Undo::Given(tasks) => Downgrade::Given(told(tasks, &mut out)),
            Undo::Derived => Downgrade::Derived,
            Undo::Irreversible(reason) => Downgrade::Irreversible(reason),
        };
        let script = Script::new(upgrade, downgrade);
        out.push_str(&print(&header, &script, Format::Toml).unwrap());
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, out);
        });
    }
}
