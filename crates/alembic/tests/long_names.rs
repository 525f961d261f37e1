//! Names that are too long for a database, as SQLAlchemy shortens them: held against Alembic where there is one.
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use limbeck_alembic::eval::{Convention, ConventionSource, Translator, translate};
use limbeck_alembic::script::parse_header;
use limbeck_core::history::{Task, Undo};
use limbeck_core::op::{Operation, ScopedOperation};
use limbeck_core::script::{Downgrade, Format, Script, load, print};

const CONVENTION: [(&str, &str); 5] = [
    ("ix", "ix_%(table_name)s_%(column_0_N_name)s"),
    ("uq", "uq_%(table_name)s_%(column_0_N_name)s"),
    ("ck", "ck_%(table_name)s_%(constraint_name)s"),
    ("fk", "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s"),
    ("pk", "pk_%(table_name)s_which_is_the_one_key_that_every_table_of_this_application_has"),
];

/// Limbeck's and SQLAlchemy's names of the dialects.
const DIALECTS: [(&str, &str); 3] = [("sqlite", "sqlite"), ("postgres", "postgresql"), ("mysql", "mysql")];

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/alembic/long").join(name)
}

fn translator(convention: &[(&str, &str)]) -> Arc<Translator> {
    if convention.is_empty() {
        return Arc::new(Translator::default());
    }
    let said = convention.iter().map(|(kind, text)| ((*kind).to_owned(), Some((*text).to_owned())));
    let naming = ConventionSource::Stated(Convention::parse(said));
    Arc::new(Translator { naming, ..Translator::default() })
}

/// Returns the names of rules and indexes that a text holds.
fn names(text: &str) -> BTreeSet<String> {
    let kinds = ["ix_", "uq_", "ck_", "fk_", "pk_", "ex_"];
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| kinds.iter().any(|kind| word.starts_with(kind)))
        .map(str::to_owned)
        .collect()
}

/// Returns the names that a script makes and drops on a dialect.
fn ours(name: &str, convention: &[(&str, &str)], dialect: &'static str) -> BTreeSet<String> {
    let path = file(name);
    let text = load(&path).unwrap();
    let mut header = parse_header(&path, &text).unwrap();
    header.path = None;
    let body = translate(&path, &text, &translator(convention)).unwrap().body;
    let told = |tasks: Vec<Task>| -> Vec<ScopedOperation> {
        let one = |task| match task {
            Task::Operation(scoped) => {
                Some(scoped).filter(|scoped: &ScopedOperation| scoped.scope.includes(dialect))
            }
            other => panic!("{other:?}"),
        };
        tasks.into_iter().filter_map(one).collect()
    };
    let Undo::Given(undo) = body.undo else { panic!() };
    let script = Script::new(told(body.upgrade), Downgrade::Given(told(undo)));
    names(&print(&header, &script, Format::Toml).unwrap())
}

/// Asks Alembic for the same; `None` where there is none.
fn theirs(name: &str, convention: &[(&str, &str)], dialect: &str) -> Option<BTreeSet<String>> {
    let Some(python) = std::env::var_os("LIMBECK_TEST_PYTHON") else {
        assert!(std::env::var_os("CI").is_none(), "skipped: `LIMBECK_TEST_PYTHON` is not set");
        // Not by a macro, whose words are kept from whoever runs the tests.
        std::io::stderr()
            .write_all(b"skipped: `LIMBECK_TEST_PYTHON` names no Python with Alembic\n")
            .unwrap();
        return None;
    };
    let convention: Vec<String> =
        convention.iter().map(|(kind, text)| format!("\"{kind}\": \"{text}\"")).collect();
    let convention = match &convention[..] {
        // That of SQLAlchemy itself.
        [] => "null".to_owned(),
        said => format!("{{{}}}", said.join(", ")),
    };
    let output = Command::new(python)
        .arg(file("ask.py"))
        .args([file(name).as_os_str(), dialect.as_ref(), convention.as_ref()])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(names(&String::from_utf8(output.stdout).unwrap()))
}

#[test]
fn names_are_shortened_as_sqlalchemy_shortens_them_on_each_dialect() {
    let mut shown = String::new();
    for (script, convention) in [("plain.py", &[][..]), ("named.py", &CONVENTION[..])] {
        for (dialect, sqlalchemy) in DIALECTS {
            let ours = ours(script, convention, dialect);
            if let Some(theirs) = theirs(script, convention, sqlalchemy) {
                assert_eq!(ours, theirs, "{script} on {dialect}");
            }
            let lines: Vec<String> = ours.into_iter().map(|name| format!("{name}\n")).collect();
            shown.push_str(&format!("== {script}, {dialect}\n{}", lines.concat()));
        }
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("long_names", shown);
    });
}

/// SQLAlchemy raises `IdentifierError` for a rule and an index, and takes a table as it is; here the dialect refuses them.
#[test]
fn a_name_that_is_a_mere_string_or_of_a_table_is_not_shortened() {
    let long = "n".repeat(80);
    let text = Arc::from(format!(
        "from alembic import op\nimport sqlalchemy as sa\ndef upgrade():\n    \
         op.create_table(op.f('t{long}'), sa.Column(op.f('c{long}'), sa.Integer))\n    \
         op.create_index('i{long}', op.f('t{long}'), [op.f('c{long}')])\n    \
         op.create_unique_constraint('u{long}', op.f('t{long}'), [op.f('c{long}')])\n"
    ));
    // Without a template for what has a name, a convention changes nothing either.
    for convention in [&[][..], &[("uq", "uq_%(table_name)s")]] {
        let body = translate(Path::new("a.py"), &text, &translator(convention)).unwrap().body;
        let names = |task: &Task| match task {
            Task::Operation(ScopedOperation { operation, .. }) => given(operation),
            other => panic!("{other:?}"),
        };
        let names: Vec<String> = body.upgrade.iter().flat_map(names).collect();
        assert_eq!(names, ["t", "c", "i", "u"].map(|first| format!("{first}{long}")));
    }
}

fn given(operation: &Operation) -> Vec<String> {
    operation.given_names().into_iter().map(ToString::to_string).collect()
}
