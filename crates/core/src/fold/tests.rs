//! What histories fold to.

use super::*;
use crate::diagnostic::Code;
use crate::history::{EmbeddedFile, EmbeddedMigrations};

const ACCOUNT: EmbeddedFile = EmbeddedFile {
    path: "a_account.toml",
    text: "revision = \"aaaa\"\n\n[[upgrade]]\ncreate_table = \"users\"\ncolumns = [{ name = \"id\", type = \"integer\" }]\n",
};

fn history(files: &'static [EmbeddedFile]) -> History {
    History::builder().embedded(EmbeddedMigrations::new(files)).build().unwrap()
}

fn at(history: &History, head: &str) -> Result<Schema, Diagnostics> {
    fold(history, &Heads::from_iter([head]), "sqlite")
}

#[test]
fn an_operation_that_does_not_fit_is_shown_in_its_file_with_the_revision_before() {
    const FILES: &[EmbeddedFile] = &[
        ACCOUNT,
        EmbeddedFile {
            path: "b.toml",
            text: "revision = \"bbbb\"\ndown_revision = \"aaaa\"\n\n[[upgrade]]\ndrop_table = \"user\"\n",
        },
    ];
    let faults = at(&history(FILES), "bbbb").unwrap_err();
    let fault = faults.first();
    assert_eq!(fault.code, Code::NoSuchTable);
    assert_eq!(fault.message, "no table `user` at this point of the history");
    assert_eq!(fault.hint.as_deref(), Some("a table with a similar name exists: `users`"));
    let place = &fault.places[0];
    assert_eq!((place.line(), place.label.as_str()), (Some(5), "not in the schema after aaaa"));
}

#[test]
fn what_raw_sql_may_have_dropped_is_not_in_the_way() {
    const FILES: &[EmbeddedFile] = &[
        ACCOUNT,
        EmbeddedFile {
            path: "b.sql",
            text: "-- revision = \"bbbb\"\n-- down_revision = \"aaaa\"\n\n-- limbeck:upgrade\nCALL tidy_up('users');\n",
        },
        EmbeddedFile {
            path: "c.toml",
            text: "revision = \"cccc\"\ndown_revision = \"bbbb\"\n\n[[upgrade]]\nalter_table = \"users\"\n\
                   actions = [{ add_column = \"id\", type = \"bigint\" }]\n",
        },
    ];
    let schema = at(&history(FILES), "cccc").unwrap();
    assert!(!schema.opaque.touching(&Ident::new("users").unwrap()).is_empty());
    let file = EmbeddedFile { text: "revision = \"bbbb\"\ndown_revision = \"aaaa\"\n", path: "b.toml" };
    let files = vec![ACCOUNT, file, FILES[2]].leak();
    assert_eq!(at(&history(files), "cccc").unwrap_err().first().code, Code::ColumnExists);
}

#[test]
fn operations_for_other_dialects_do_not_count() {
    const FILES: &[EmbeddedFile] = &[EmbeddedFile {
        path: "a.toml",
        text: "revision = \"aaaa\"\n\n[[upgrade]]\ndialects = [\"postgres\"]\ndrop_table = \"nowhere\"\n",
    }];
    assert_eq!(at(&history(FILES), "aaaa").unwrap(), Schema::new());
    assert!(fold(&history(FILES), &Heads::from_iter(["aaaa"]), "postgres").is_err());
}

#[test]
fn what_raw_sql_may_have_made_is_passed_over_and_the_statement_is_remembered_with_its_place() {
    const FILES: &[EmbeddedFile] = &[
        ACCOUNT,
        EmbeddedFile {
            path: "b.sql",
            text: "-- revision = \"bbbb\"\n-- down_revision = \"aaaa\"\n\n-- limbeck:upgrade\n-- by hand\nCREATE TABLE hand_made AS SELECT 1 AS a;\n",
        },
        EmbeddedFile {
            path: "c.toml",
            text: "revision = \"cccc\"\ndown_revision = \"bbbb\"\n\n[[upgrade]]\ndrop_table = \"hand_made\"\n",
        },
    ];
    let schema = at(&history(FILES), "cccc").unwrap();
    assert_eq!(schema.tables.len(), 1);
    let causes = schema.opaque.causes();
    assert_eq!(causes.len(), 1);
    assert_eq!(causes[0].place.as_ref().map(ToString::to_string), Some("b.sql:6".to_owned()));
}

#[test]
fn raw_sql_that_is_understood_is_folded_and_what_it_does_is_known_to_be_undone() {
    const FILES: &[EmbeddedFile] = &[
        ACCOUNT,
        EmbeddedFile {
            path: "b.sql",
            text: "-- revision = \"bbbb\"\n-- down_revision = \"aaaa\"\n\n-- limbeck:upgrade\nALTER TABLE users ADD COLUMN nick TEXT;\nCREATE INDEX ix ON users (nick);\n",
        },
    ];
    let history = history(FILES);
    let schema = at(&history, "bbbb").unwrap();
    assert!(schema.opaque.is_empty());
    let before = fold_to(&history, &Heads::from_iter(["aaaa"]), Names::from("sqlite")).unwrap();
    let mut back = schema;
    for task in &history.body(&RevisionId::new("bbbb")).unwrap().upgrade {
        let Task::Operation(scoped) = task else { panic!("a file has only operations") };
        raw::apply_all(&before.invert(scoped).unwrap(), &mut back).unwrap();
    }
    assert_eq!(back, before.into_schema());
}

#[test]
fn an_index_name_may_be_taken_again_only_when_it_is_free() {
    const INDEX: &str = "create_index = \"ix\"\ntable = \"users\"\ncolumns = [\"id\"]\n";
    const DROP: &str = "drop_index = \"ix\"\ntable = \"users\"\n";
    let history = |operations: [&str; 3]| {
        let body = operations.map(|operation| format!("[[upgrade]]\n{operation}")).concat();
        let text = format!("revision = \"bbbb\"\ndown_revision = \"aaaa\"\n{body}");
        let file = EmbeddedFile { path: "b.toml", text: text.leak() };
        History::builder().embedded(EmbeddedMigrations::new(vec![ACCOUNT, file].leak())).build().unwrap()
    };
    assert!(at(&history([INDEX, DROP, INDEX]), "bbbb").is_ok());
    let taken = at(&history([INDEX, INDEX, DROP]), "bbbb").unwrap_err();
    assert_eq!(taken.first().code, Code::IndexExists);
}

#[test]
fn an_index_name_is_taken_in_the_whole_schema_or_in_its_table_alone() {
    let fold_on = |dialect: &'static str, last: &str| {
        let text = format!(
            "revision = \"bbbb\"\ndown_revision = \"aaaa\"\n\n\
             [[upgrade]]\ncreate_table = \"other\"\ncolumns = [{{ name = \"x\", type = \"integer\" }}]\n\
             indexes = [{{ name = \"ix\", columns = [\"x\"] }}]\n\n\
             [[upgrade]]\ncreate_index = \"ix\"\ntable = \"users\"\ncolumns = [\"id\"]\n\n{last}"
        );
        let file = EmbeddedFile { path: "b.toml", text: text.leak() };
        let files = EmbeddedMigrations::new(vec![ACCOUNT, file].leak());
        let history = History::builder().embedded(files).build().unwrap();
        fold(&history, &Heads::from_iter(["bbbb"]), dialect).map_err(|faults| faults.first().code)
    };
    for dialect in ["sqlite", "postgres"] {
        assert_eq!(fold_on(dialect, ""), Err(Code::IndexExists));
    }
    let left = fold_on("mysql", "[[upgrade]]\ndrop_index = \"ix\"\ntable = \"users\"\n").unwrap();
    let counts: Vec<usize> = left.tables.values().map(|table| table.indexes.len()).collect();
    assert_eq!(counts, [1, 0]);
    assert_eq!(fold_on("mysql", "[[upgrade]]\ndrop_index = \"ix\"\n"), Err(Code::Contradiction));
}

#[test]
fn a_head_that_is_not_in_the_history_is_an_error() {
    assert_eq!(at(&history(&[ACCOUNT]), "gone").unwrap_err().first().code, Code::UnknownDatabaseRevision);
    assert_eq!(fold(&history(&[ACCOUNT]), &Heads::default(), "sqlite"), Ok(Schema::new()));
}

#[test]
fn faults_of_several_files_are_reported_together() {
    const FILES: &[EmbeddedFile] = &[
        EmbeddedFile { path: "a.toml", text: "revision = \"aaaa\"\n\n[[upgrade]]\nmake = 1\n" },
        EmbeddedFile { path: "b.toml", text: "revision = \"bbbb\"\n\n[[upgrade]]\nmake = 1\n" },
    ];
    let faults = fold(&history(FILES), &Heads::from_iter(["aaaa", "bbbb"]), "sqlite").unwrap_err();
    let mut paths: Vec<String> = faults.iter().map(|f| f.places[0].path.display().to_string()).collect();
    paths.sort();
    assert_eq!(paths, ["a.toml", "b.toml"]);
}
