//! Names, marks, and what is wrong with them.

use std::fs;
use std::path::Path;

use limbeck_core::history::{ForeignRevision, Task, Undo};
use limbeck_core::op::Transaction;
use limbeck_core::script::Files;

use super::detect::tool;
use super::layout::{Layout, Part};
use super::scan::Folder;
use super::sections::{dbmate, goose};
use super::*;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// Says whose a folder is.
fn whose(files: &[(&str, &str)]) -> String {
    let folder = folder(files);
    let mut names: Vec<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
    names.sort_unstable();
    match tool(folder.path(), &names, &Files::disk()) {
        Ok(None) => "nobody".to_owned(),
        Ok(Some(tool)) => match tool.other {
            Some(other) => format!("{} or {other}", tool.layout),
            None => tool.layout.to_string(),
        },
        Err(faults) => {
            faults.iter().map(|fault| fault.message.replace(&*folder.path().to_string_lossy(), "")).collect()
        }
    }
}

/// Returns the first fault of a folder, whether it is found with the folder or within a migration.
fn fault(layout: Option<Layout>, files: &[(&str, &str)]) -> (String, Option<u32>) {
    let folder = folder(files);
    let Folder { migrations, faults, .. } = scan(folder.path(), layout, &Files::disk());
    let bodies = migrations
        .iter()
        .filter_map(|one| one.body().err())
        .flat_map(|faults| faults.iter().cloned().collect::<Vec<_>>());
    let first = faults.into_iter().chain(bodies).next().expect("there is a fault");
    assert!(first.places[0].path.starts_with(folder.path()));
    (first.message.clone(), first.places[0].line().and_then(|line| u32::try_from(line).ok()))
}

fn transactions(layout: Option<Layout>, name: &str, text: &str) -> Vec<Transaction> {
    let folder = folder(&[(name, text)]);
    let body = scan(folder.path(), layout, &Files::disk()).migrations[0].body().unwrap();
    let transaction = |task: &Task| match task {
        Task::Operation(scoped) => scoped.scope.transaction,
        other => panic!("{other:?}"),
    };
    body.upgrade.iter().map(transaction).collect()
}

#[test]
fn a_folder_is_told_by_its_names_and_marks_and_never_guessed() {
    assert_eq!(whose(&[("aaaa.sql", ""), ("README.md", "")]), "nobody");
    assert_eq!(whose(&[("1_a.sql", "-- revision = \"1\"\n")]), "nobody");
    assert_eq!(whose(&[("1_a.sql", "SELECT 1;")]), "`/1_a.sql` does not say which revision it is");
    assert_eq!(whose(&[("1_a.sql", "-- +goose Up\n")]), "goose");
    assert_eq!(whose(&[("1_a.sql", "-- +goose up\n")]), "goose");
    assert_eq!(whose(&[("20240101.sql", "-- migrate:up\n")]), "dbmate");
    assert!(whose(&[("20240101.sql", "-- MIGRATE:UP\n")]).contains("does not say"));
    assert_eq!(whose(&[("V1__a-b.sql", "")]), "flyway");
    assert_eq!(whose(&[("1_a.up.sql", ""), ("1_a.down.sql", "")]), "golang-migrate or sqlx");
    assert_eq!(whose(&[("V1__a.sql", "")]), "flyway or refinery");
    assert_eq!(whose(&[("V1__a.sql", ""), ("U1__a.sql", "")]), "flyway");
    assert_eq!(whose(&[("V1__a.sql", ""), ("U2__a.sql", "")]), "refinery");
    assert_eq!(whose(&[("V1__a.sql", ""), ("V2__b.rs", "")]), "refinery");
    assert_eq!(whose(&[("V1.1__a.sql", "")]), "flyway");
    let several = "the folder `` has files of several tools";
    assert_eq!(whose(&[("V1__a.sql", ""), ("1_a.up.sql", "")]), several);
    assert_eq!(whose(&[("1_a.sql", "-- +goose Up\n"), ("2_a.sql", "-- migrate:up\n")]), several);
    assert_eq!(whose(&[("V1.1__a.sql", ""), ("U2__b.sql", "")]), several);
    assert!(whose(&[("V01__a.sql", "")]).contains("has not the same version"));
}

#[test]
fn a_name_says_the_version_as_the_tool_keeps_it() {
    let version =
        |layout: Layout, name: &str| layout.read(name).map(|named| named.version).unwrap_or_default();
    assert_eq!(version(Layout::Goose, "00012_a.sql"), "12");
    assert_eq!(version(Layout::Goose, "00012_a_test.go"), "");
    assert_eq!(version(Layout::GolangMigrate, "000_a.up.sql"), "0");
    assert_eq!(version(Layout::GolangMigrate, "1_a.sql"), "");
    assert_eq!(version(Layout::Sqlx, "0001_a.sql"), "1");
    assert_eq!(version(Layout::Dbmate, "001.sql"), "001");
    assert_eq!(version(Layout::Flyway, "V2_1__a__b.sql"), "2.1");
    assert_eq!(version(Layout::Flyway, "V2.__a.sql"), "");
    assert_eq!(version(Layout::Refinery, "V2.1__a.sql"), "");
    assert_eq!(version(Layout::Refinery, "V2__a_é1.sql"), "2");
    assert_eq!(version(Layout::Refinery, "V2__a-b.sql"), "");
    assert_eq!(Layout::Flyway.read("U1__a.sql").unwrap().part, Part::Down);
    assert_eq!(Layout::Refinery.read("U1__a.sql").unwrap().part, Part::Up);
    for name in ["", "_", "__.sql", "é__a.sql", "V__a.sql", "V1_a.sql"] {
        assert!(Layout::ALL.iter().all(|layout| layout.read(name).is_none()), "{name}");
    }
    assert_eq!(Layout::Flyway.key("1.0"), Layout::Flyway.key("1"));
    assert!(Layout::Flyway.key("1.10") > Layout::Flyway.key("1.9"));
    assert!(Layout::Dbmate.key("10") < Layout::Dbmate.key("9"));
}

#[test]
fn what_a_tool_runs_outside_a_transaction_is_run_so() {
    use Transaction::{Inside, Outside};
    let (sqlx, golang) = (Some(Layout::Sqlx), Some(Layout::GolangMigrate));
    assert_eq!(transactions(sqlx, "1_a.sql", "SELECT 1;"), [Inside]);
    assert_eq!(transactions(sqlx, "1_a.sql", "-- no-transaction\nSELECT 1;"), [Outside]);
    assert_eq!(transactions(golang, "1_a.up.sql", "BEGIN; DELETE FROM t; COMMIT;"), [Outside]);
    let index = "CREATE INDEX CONCURRENTLY i ON t (a);";
    assert_eq!(transactions(golang, "1_a.up.sql", index), [Outside]);
    assert_eq!(transactions(golang, "1_a.up.sql", &format!("{index}SELECT 1;")), [Inside]);
    assert_eq!(transactions(sqlx, "1_a.sql", index), [Inside]);
    let flyway = Some(Layout::Flyway);
    for alone in ["VACUUM t;", "-- why\nvacuum t;\nSELECT 1;", index, "Drop Index\n  Concurrently i;"] {
        assert_eq!(transactions(flyway, "V1__a.sql", alone), [Outside], "{alone}");
    }
    for within in
        ["INSERT INTO t VALUES ('vacuum', 'concurrently');", "-- no vacuum\nCREATE INDEX i ON t (a);"]
    {
        assert_eq!(transactions(flyway, "V1__a.sql", within), [Inside], "{within}");
    }
    assert_eq!(transactions(Some(Layout::Refinery), "V1__a.sql", index), [Inside]);
    for layout in [Layout::Flyway, Layout::Refinery] {
        assert_eq!(transactions(Some(layout), "V1__a.sql", "-- no-transaction\nSELECT 1;"), [Inside]);
    }
    assert_eq!(
        transactions(None, "1_a.sql", "-- +goose Up\nSELECT 1;\n-- +goose NO TRANSACTION\n"),
        [Outside]
    );
    assert_eq!(transactions(None, "1_a.sql", "-- migrate:up transaction:false\nSELECT 1;\n"), [Outside]);
    assert_eq!(transactions(None, "1_a.sql", "-- migrate:up\n-- nothing\n"), []);
}

#[test]
fn a_way_back_is_what_the_tool_has_and_else_what_follows_from_the_way_up() {
    let undo = |files: &[(&str, &str)]| {
        let folder = folder(files);
        match scan(folder.path(), None, &Files::disk()).migrations[0].body().unwrap().undo {
            Undo::Given(tasks) => format!("{} given", tasks.len()),
            Undo::Derived => "derived".to_owned(),
            Undo::Irreversible(_) => "none".to_owned(),
        }
    };
    assert_eq!(undo(&[("1_a.sql", "-- +goose Up\nSELECT 1;\n")]), "derived");
    assert_eq!(undo(&[("1_a.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\n-- no way\n")]), "0 given");
    assert_eq!(undo(&[("1_a.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n")]), "1 given");
    assert_eq!(undo(&[("1_a.up.sql", "SELECT 1;")]), "derived");
    assert_eq!(undo(&[("1_a.up.sql", "SELECT 1;"), ("1_a.down.sql", "SELECT 2;")]), "1 given");
}

#[test]
fn what_is_wrong_is_told_with_its_file_and_line() {
    let goose = |text: &str| fault(Some(Layout::Goose), &[("1_a.sql", text)]);
    let one = |message: &str, line: u32| (message.to_owned(), Some(line));
    assert_eq!(goose("SELECT 1;\n-- +goose Up\n"), one("SQL stands above `-- +goose Up`", 1));
    assert_eq!(goose("-- a\n"), one("there is no `-- +goose Up`", 1));
    assert_eq!(
        goose("-- +goose Down\n-- +goose Up\n"),
        one("`-- +goose Down` stands above `-- +goose Up`", 1)
    );
    assert_eq!(goose("-- +goose Up\n-- +goose up\n"), one("`-- +goose Up` stands here a second time", 2));
    assert_eq!(goose("-- +goose Up\n-- +goose Upp\n"), one("goose has no annotation `Upp`", 2));
    for down in ["  -- +goose Down", "\t--+goose Down", "---- +goose Down"] {
        let message = "`+goose` has to stand behind `--` at the start of its line";
        let text = format!("-- +goose Up\nSELECT 1;\n{down}\nDROP TABLE t;\n");
        assert_eq!(goose(&text), one(message, 3), "{down}");
    }
    let open = "-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n";
    assert_eq!(goose(open), one("this statement has no `-- +goose StatementEnd`", 2));
    assert_eq!(
        goose("-- +goose Up\n-- +goose StatementEnd\n"),
        one("`-- +goose StatementEnd` without a `-- +goose StatementBegin`", 2)
    );
    let dbmate = |text: &str| fault(Some(Layout::Dbmate), &[("1_a.sql", text)]);
    assert_eq!(dbmate("SELECT 1;\n-- migrate:up\n"), one("SQL stands above `-- migrate:up`", 1));
    assert_eq!(dbmate("-- a\n"), one("there is no `-- migrate:up`", 1));
    let sqlx = fault(Some(Layout::Sqlx), &[("1_a.sql", "-- hm\n-- +goose Up\nSELECT 1;\n")]);
    assert_eq!(sqlx, one("a migration of goose's in a folder of sqlx's", 2));
    let twice = fault(None, &[("V1__b.sql", "SELECT 1;"), ("V1.0__a.sql", "SELECT 1;")]);
    assert_eq!(twice.0, "two migrations have the version `1.0`");
    let down = fault(None, &[("1_a.down.sql", "SELECT 1;")]);
    assert_eq!(down.0, "there is no way up for version `1`, only a way down");
    let again = fault(None, &[("V1__a.sql", "SELECT 1;"), ("R__views.sql", "SELECT 1;")]);
    assert!(again.0.starts_with("`R__views.sql` cannot be read"), "{}", again.0);
    assert_eq!(fault(Some(Layout::Sqlx), &[("1_a.sql", "")]).0, "the migration file is empty");
    assert!(scan(Path::new("/nowhere"), None, &Files::disk()).faults.is_empty());
}

#[test]
fn what_a_tool_fills_in_is_untold() {
    for (name, text) in [
        ("1_a.sql", "-- +goose Up\n-- +goose ENVSUB ON\nSELECT '${A}';\n"),
        ("1_a.sql", "-- migrate:up env:A\nSELECT '{{ .A }}';\n"),
        ("V1__a.sql", "SELECT '${a}';\n"),
    ] {
        let folder = folder(&[(name, text)]);
        let body = scan(folder.path(), None, &Files::disk()).migrations[0].body().unwrap();
        assert!(matches!(&body.upgrade[..], [Task::Untold(_)]), "{text}");
    }
    let folder = folder(&[("V1__a.sql", "SELECT '${a}';\n")]);
    let body = scan(folder.path(), Some(Layout::Refinery), &Files::disk()).migrations[0].body().unwrap();
    assert!(matches!(&body.upgrade[..], [Task::Operation(_)]));
}

#[test]
fn a_file_of_the_way_down_is_asked_for_itself() {
    let undo = |files: &[(&str, &str)]| {
        let folder = folder(files);
        let body = scan(folder.path(), Some(Layout::Flyway), &Files::disk()).migrations[0].body()?;
        assert!(
            matches!(&body.upgrade[..], [Task::Operation(up)] if up.scope.transaction == Transaction::Inside)
        );
        let Undo::Given(tasks) = body.undo else { panic!("{:?}", body.undo) };
        Ok::<_, limbeck_core::diagnostic::Diagnostics>(tasks.into_iter().next().unwrap())
    };
    let (up, down) = (("V1__a.sql", "SELECT 1;\n"), ("U1__a.sql", "SELECT 2;\nDROP TABLE ${t};\n"));
    let Task::Untold(untold) = undo(&[up, down]).unwrap() else { panic!("it is told") };
    let place = &untold.fault.places[0];
    assert!(place.path.ends_with("U1__a.sql"), "{:?}", place.path);
    assert_eq!(place.line(), Some(2));
    // What stands beside one file is said of that one alone.
    let plain = "placeholderReplacement=false\nexecuteInTransaction=false\n";
    match undo(&[up, down, ("U1__a.sql.conf", plain)]).unwrap() {
        Task::Operation(task) => assert_eq!(task.scope.transaction, Transaction::Outside),
        other => panic!("{other:?}"),
    }
    let goose = undo(&[up, ("U1__a.sql", "-- +goose Up\nSELECT 2;\n")]).unwrap_err();
    assert_eq!(goose.first().message, "a migration of goose's in a folder of flyway's");
}

#[test]
fn the_folders_within_are_read_where_the_tool_reads_them() {
    let found = |layout: Option<Layout>, files: &[(&str, &str)]| {
        let folder = folder(files);
        let found = scan(folder.path(), layout, &Files::disk());
        let faults: Vec<_> = found.faults.iter().map(|fault| fault.message.clone()).collect();
        assert_eq!(faults, [""; 0], "{files:?}");
        let ids = found.migrations.iter().map(|one| one.header().revision.to_string());
        (ids.collect::<Vec<_>>().join(" "), found.taken.len())
    };
    let deep = [("V1__a.sql", ""), ("2024_x/V3__c.sql", ""), ("2024_x/y/V2__b.sql", ""), ("x/1_d.sql", "")];
    assert_eq!(found(None, &deep), ("1 2 3".to_owned(), 3));
    assert_eq!(found(Some(Layout::Refinery), &deep), ("1 2 3".to_owned(), 3));
    assert_eq!(found(Some(Layout::Flyway), &deep[1..]), ("2 3".to_owned(), 2));
    let goose = [("1_a.sql", "-- +goose Up\n"), ("x/V1__b.sql", ""), ("x/2_b.sql", "-- +goose Up\n")];
    assert_eq!(found(None, &goose), ("1".to_owned(), 1));
    assert_eq!(found(None, &[("x/V1__b.sql", "")]), ("1".to_owned(), 1));
    let twice = fault(None, &[("V1__a.sql", "SELECT 1;"), ("x/V1__b.sql", "SELECT 1;")]);
    assert_eq!(twice.0, "two migrations have the version `1`");
}

#[test]
fn sections_end_where_the_next_begins() {
    let text =
        "-- +goose Up\nA;\n-- +goose StatementBegin\nB; B\n-- +goose StatementEnd\nC;\n-- +goose Down\nD;\n";
    let sections = goose(text).unwrap();
    let words = |pieces: &[std::ops::Range<usize>]| {
        pieces.iter().map(|piece| text[piece.clone()].trim()).collect::<Vec<_>>()
    };
    assert_eq!(words(&sections.up), ["A;", "B; B", "C;"]);
    assert_eq!(words(&sections.down.unwrap()), ["D;"]);
    let any = goose(&text.replace("Statement", "STATEMENT").replace("Down", "down")).unwrap();
    assert_eq!(words(&any.up), ["A;", "B; B", "C;"]);
    let text = "-- migrate:up\r\nA;\r\n--migrate:down\r\n";
    let sections = dbmate(text).unwrap();
    assert_eq!(&text[sections.up[0].clone()], "A;\r\n");
    let down = sections.down.unwrap();
    assert_eq!((down.len(), &text[down[0].clone()]), (1, ""));
}
