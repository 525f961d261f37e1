//! Faults of whole configurations, chains included.

use std::fs;
use std::path::Path;

use limbeck_core::diagnostic::{Code, Diagnostics};
use limbeck_core::diff::ColumnOrder;
use limbeck_core::migrator::TransactionMode;
use limbeck_core::script::Naming;

use super::{Config, Filter, HeadsFile};

/// Writes the files, loads the first, and returns what comes out with the directory taken out of all paths.
fn load(files: &[(&str, &str)]) -> Result<Config, Diagnostics> {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let lookup = |name: &str| (name == "DIR").then(|| "extra".to_owned());
    Config::load(&root.path().join(files[0].0), &lookup)
}

/// Returns a line a fault: code, line, message, hint.
fn faults(files: &[(&str, &str)]) -> String {
    let Err(faults) = load(files) else { return "no fault".to_owned() };
    let line = |fault: &limbeck_core::diagnostic::Diagnostic| {
        let at = fault.places.first().and_then(|place| place.line()).unwrap_or_default();
        let hint = fault.hint.as_deref().unwrap_or("-");
        let message = fault.message.split('`').map(|part| Path::new(part).file_name());
        let shown: Vec<String> = fault
            .message
            .split('`')
            .zip(message)
            .map(|(part, name)| match name {
                Some(name) if part.starts_with('/') => name.to_string_lossy().into_owned(),
                _ => part.to_owned(),
            })
            .collect();
        format!("{} line {at}: {} | {hint}", fault.code, shown.join("`"))
    };
    faults.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn limits_are_times_and_a_number() {
    let of = |lines: &str| [("limbeck.toml", format!("[migrations]\n{lines}\n"))];
    let file =
        of("transaction = \"none\"\nlock_timeout = \"500ms\"\nstatement_timeout = \"15min\"\nretries = 3");
    let config = load(&file.each_ref().map(|(name, text)| (*name, text.as_str()))).unwrap();
    assert_eq!(config.transaction, TransactionMode::None);
    assert_eq!(config.limits.lock_timeout, Some(std::time::Duration::from_millis(500)));
    assert_eq!(config.limits.statement_timeout, Some(std::time::Duration::from_secs(900)));
    assert_eq!(config.limits.retries, 3);
    for wrong in ["lock_timeout = \"5\"", "statement_timeout = \"0s\"", "lock_timeout = 5", "retries = \"x\""]
    {
        let file = of(wrong);
        let told = faults(&file.each_ref().map(|(name, text)| (*name, text.as_str())));
        assert!(told.starts_with("L0504 line 2"), "{wrong}: {told}");
    }
}

#[test]
fn every_key_is_read() {
    let text = r#"
        [migrations]
        locations = ["migrations", "${DIR}/more"]
        version_table = "alembic_version"
        file_template = "{slug}_{revision}"
        transaction = "run"
        heads_file = true
        model = "src/schema.rs"
        naming = { fk = "fk_{table}", uq = "uq_{table}" }
        [autogenerate]
        exclude = "tmp_*"
        column_order = true
        [database.default]
        url = "sqlite:shop.db"
    "#;
    let config = load(&[("limbeck.toml", text)]).unwrap();
    assert_eq!(config.filter, Filter::new(&[], &["tmp_*".to_owned()]));
    assert_eq!(config.column_order, ColumnOrder::Kept);
    let locations: Vec<&str> = config.locations.iter().map(|location| location.value.as_str()).collect();
    assert_eq!(locations, ["migrations", "extra/more"]);
    assert_eq!(config.version_table.to_string(), "alembic_version");
    assert_eq!((config.transaction, config.heads_file), (TransactionMode::Run, HeadsFile::Kept));
    assert_ne!(config.naming, Naming::default());
    let url = config.database(None).unwrap().url(&|_| None).unwrap();
    assert_eq!(url.to_string(), "sqlite:shop.db");
}

#[test]
fn all_faults_are_found_in_one_pass() {
    let text = "extend = \"a\"\n[migrations]\nlocation = \"x\"\nheads_file = \"yes\"\ntransaction = \"all\"\n\
                file_template = \"{slag}\"\nlocations = []\nnaming = { pq = \"x\" }\n[database]\nurl = \"x\"\n\
                [database.other]\nuri = \"x\"\n";
    insta::assert_snapshot!(faults(&[("limbeck.toml", text)]));
}

#[cfg(feature = "sqlite")]
#[test]
fn a_wrong_option_of_a_back_end_names_the_nearest_and_those_that_there_are() {
    let text = "[sqlit]\nx = 1\n[sqlite]\nschema_edits = \"never\"\nschema_edit = \"nevr\"\n";
    insta::assert_snapshot!(faults(&[("limbeck.toml", text)]), @r"
    L0504 line 1: unknown key `sqlit` | a key with a similar name exists: `sqlite`
    L0504 line 4: unknown key `schema_edits` in `[sqlite]` | a key with a similar name exists: `schema_edit`
    L0504 line 5: `schema_edit` must be `auto` or `never` | a value with a similar name exists: `never`
    ");
    let text = "[sqlite]\nschema_edit = true\nthreads = 2\n";
    insta::assert_snapshot!(faults(&[("limbeck.toml", text)]), @r"
    L0504 line 2: `schema_edit` must be a string | -
    L0504 line 3: unknown key `threads` in `[sqlite]` | known keys: `schema_edit`
    ");
}

#[cfg(feature = "sqlite")]
#[test]
fn options_of_a_back_end_are_inherited_one_by_one() {
    let near = "extends = \"far.toml\"\n[sqlite]\n";
    let far = "[sqlite]\nschema_edit = \"never\"\n";
    let config = load(&[("limbeck.toml", near), ("far.toml", far)]).unwrap();
    assert_eq!(config.options.of("sqlite")["schema_edit"], "never");
    let near = near.to_owned() + "schema_edit = \"auto\"\n";
    let config = load(&[("limbeck.toml", near.as_str()), ("far.toml", far)]).unwrap();
    assert_eq!(config.options.of("sqlite")["schema_edit"], "auto");
}

#[test]
fn broken_toml_is_reported_once_and_nothing_else_is_said_of_the_file() {
    insta::assert_snapshot!(faults(&[("limbeck.toml", "[migrations\nlocation = \"x\"\n")]), @"L0503 line 1: not valid TOML: unclosed table, expected `]` | -");
}

#[test]
fn nearer_keys_win_and_paths_start_from_the_file_that_states_them() {
    let near = "extends = \"../common/limbeck.toml\"\n[migrations]\ntransaction = \"run\"\n";
    let far = "[migrations]\nlocations = [\"shared\"]\ntransaction = \"revision\"\n[database.a]\nurl = \"sqlite:a\"\n";
    let config = load(&[("app/limbeck.toml", near), ("common/limbeck.toml", far)]).unwrap();
    assert_eq!(config.transaction, TransactionMode::Run);
    assert!(config.locations[0].to_path().ends_with("app/../common/shared"));
    assert!(config.database(None).is_ok());
}

#[test]
fn a_circle_of_files_is_shown_as_its_path() {
    let files = [("a.toml", "extends = \"b.toml\"\n"), ("b.toml", "extends = \"a.toml\"\n")];
    let Err(found) = load(&files) else { panic!("a circle was not found") };
    let message = &found.first().message;
    assert!(message.contains("a.toml -> ") && message.ends_with("a.toml"), "{message}");
}

#[test]
fn a_missing_an_empty_and_an_unreadable_file_are_three_faults() {
    insta::assert_snapshot!(faults(&[("limbeck.toml", " \n")]), @"L0504 line 0: the configuration file `limbeck.toml` is empty | `limbeck init` in an empty directory shows what it holds");
    insta::assert_snapshot!(faults(&[("limbeck.toml", "extends = \"x.toml\"")]), @"L0501 line 1: the configuration file `x.toml` does not exist | -");
    let root = tempfile::tempdir().unwrap();
    let missing = Config::load(&root.path().join("limbeck.toml"), &|_| None).unwrap_err();
    assert_eq!(missing.first().code, Code::ConfigMissing);
    let unreadable = Config::load(root.path(), &|_| None).unwrap_err();
    assert_eq!(unreadable.first().code, Code::ConfigUnreadable);
}

#[test]
fn a_missing_variable_is_a_fault_only_of_the_database_that_needs_it() {
    let text = "[database.default]\nurl = \"sqlite:x\"\n[database.other]\nurl = \"${NOT_SET}\"\n";
    let config = load(&[("limbeck.toml", text)]).unwrap();
    assert!(config.database(None).unwrap().url(&|_| None).is_ok());
    let fault = config.database(Some("other")).unwrap().url(&|_| None).unwrap_err();
    assert_eq!((fault.code, fault.places[0].line()), (Code::MissingVariable, Some(4)));
    assert_eq!(config.database(Some("third")).unwrap_err().code, Code::NoSuchDatabase);
}
