//! What a program has a say in when a model is compared.

#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::cell::RefCell;
use std::fs;

use limbeck::config::Config;
use limbeck::core::action::Action;
use limbeck::core::column_type::ColumnType;
use limbeck::core::name::Ident;
use limbeck::core::op::{Change, Operation};
use limbeck::core::schema::Constraint;
use limbeck::core::script;
use limbeck::prelude::{Migrator, Target};
use limbeck::project::{Compared, From, Origin, Part, Plugs, Project};

const HISTORY: &str = r#"
revision = "aaaa"

[[upgrade]]
create_table = "account"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "email", type = "string(320)" },
    { name = "_sync_at", type = "text" },
]
indexes = [{ name = "ix_sync", columns = ["_sync_at"] }, { name = "ix_email", columns = ["email"] }]

[[upgrade]]
create_table = "legacy"
columns = [{ name = "id", type = "integer", primary_key = true }]
"#;

const MODEL: &str = r#"
[[table]]
name = "account"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "email", type = "string(400)" },
]
uniques = [{ columns = ["email"] }]
checks = [{ sql = "id > 0" }]

[[table]]
name = "we\"ird"
columns = [{ name = "id", type = "integer", primary_key = true, references = "account.id" }]
"#;

/// Returns what is found, from the history and from a database that is at its head, which must be the same; in words.
fn found(plugs: &Plugs<'_>) -> (Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("migrations")).unwrap();
    write("limbeck.toml", "[migrations]\nlocations = [\"migrations\"]\nmodel = \"schema.toml\"\n");
    write("migrations/aaaa.toml", HISTORY);
    write("schema.toml", MODEL);
    let project =
        Project::open(Config::load(&folder.path().join("limbeck.toml"), &|_| None).unwrap()).unwrap();
    let model = project.model(&[], &Default::default()).unwrap();
    let settings = limbeck::settings();
    let offline = From::History(limbeck::server("sqlite").unwrap());
    let offline = project.autogenerate(&model, offline, &[], plugs, &settings).unwrap();
    let mut connection = limbeck::connect("sqlite::memory:").unwrap();
    Migrator::new(project.history(), &mut *connection, settings.clone()).upgrade(&Target::heads()).unwrap();
    let online =
        project.autogenerate(&model, From::Database(&mut *connection), &[], plugs, &settings).unwrap();
    assert_eq!(online.operations, offline.operations);
    assert!(
        online.warnings.iter().all(|warning| !warning.message.contains("not do all of it")),
        "{:?}",
        online.warnings
    );
    let words = offline.operations.iter().map(Change::describe).collect();
    (words, script::print_operations(&offline.operations))
}

#[test]
fn with_no_plugs_all_is_compared() {
    let (words, written) = found(&Plugs::new());
    assert_eq!(
        words,
        [
            "alter table `account`: drop index `ix_sync`, drop index `ix_email`, alter column `email`, drop column `_sync_at`, add unique, add check",
            "create table `we\"ird`",
            "drop table `legacy`",
        ],
        "{written}"
    );
}

#[test]
fn objects_that_are_left_out_neither_come_nor_go_nor_does_what_stands_on_them() {
    let asked = RefCell::new(Vec::new());
    let plugs = Plugs::new().objects(|part, origin| {
        let (what, name, takes) = match part {
            Part::Table(table) => ("table", table.name.to_string(), table.name.name.as_str() != "legacy"),
            Part::Column(_, column) => (
                "column",
                column.name.to_string(),
                origin == Origin::Model || !column.name.as_str().starts_with('_'),
            ),
            Part::Constraint(_, rule) => ("constraint", rule.shape(), true),
            Part::Index(_, index) => ("index", index.name.to_string(), index.name.as_str() != "ix_email"),
            Part::Enum(_) | Part::View(_) | Part::Sequence(_) => unreachable!("there are none"),
        };
        asked.borrow_mut().push((what, name, origin));
        takes
    });
    let (words, written) = found(&plugs);
    assert_eq!(words.len(), 2, "{words:?}");
    assert!(["legacy", "_sync", "ix_email"].iter().all(|name| !written.contains(name)), "{written}");
    drop(plugs);
    let asked = asked.into_inner();
    for one in [
        ("table", "legacy", Origin::Existing),
        ("index", "ix_email", Origin::Existing),
        ("column", "id", Origin::Model),
    ] {
        assert!(asked.iter().any(|(what, name, origin)| (*what, name.as_str(), *origin) == one), "{one:?}");
    }
}

#[test]
fn types_are_the_same_or_not_as_the_program_says() {
    let texts = Plugs::new().types(|pair| match (&pair.existing.ty, &pair.wanted.ty) {
        (ColumnType::String { .. }, ColumnType::String { .. }) => Some(Compared::Same),
        _ => None,
    });
    assert!(!found(&texts).1.contains("alter_column"));
    let numbers = Plugs::new().types(|pair| {
        assert_eq!((pair.server.dialect, pair.table.to_string().as_str()), ("sqlite", "account"));
        (pair.wanted.name.as_str() == "id").then_some(Compared::Differs)
    });
    let (_, written) = found(&numbers);
    assert!(written.contains("alter_column = \"id\", type = \"integer\""), "{written}");
    assert!(written.contains("alter_column = \"email\", type = \"string(400)\""), "{written}");
}

#[test]
fn operations_are_put_in_the_place_of_others_and_know_the_schema_that_they_find() {
    let plugs = Plugs::new().rewrite(|operation, schema| match operation {
        Operation::DropTable(_) => Vec::new(),
        Operation::AlterTable(mut alter) => {
            assert!(schema.tables.contains_key(&alter.table));
            alter.actions.retain(|action| !matches!(action, Action::DropColumn(_) | Action::DropIndex(_)));
            vec![alter.into()]
        }
        Operation::CreateTable(create) => {
            assert!(schema.tables.keys().any(|name| name.to_string() == "account"));
            vec![Operation::CreateTable(create)]
        }
        other => vec![other],
    });
    let (words, written) = found(&plugs);
    assert_eq!(words.len(), 2, "{words:?}");
    assert!(!written.contains("drop_"), "{written}");
}

#[test]
fn a_rewriting_that_does_not_fit_is_told_of() {
    let result = std::panic::catch_unwind(|| {
        found(&Plugs::new().rewrite(|operation, _| vec![operation.clone(), operation]));
    });
    let panic = result.unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert!(text.contains("does not fit the history"), "{text}");
}

#[test]
fn what_is_made_and_has_no_name_is_named() {
    let plugs = Plugs::new().names(|table, constraint| {
        let columns: Vec<&str> = constraint.columns().iter().map(|column| column.as_str()).collect();
        let is_key = matches!(constraint, Constraint::PrimaryKey(_));
        (!columns.is_empty() && !is_key)
            .then(|| Ident::new(&format!("{}__{}", table.name.as_str(), columns.join("_"))).unwrap())
    });
    let (_, written) = found(&plugs);
    assert!(written.contains("add_unique = [\"email\"], name = \"account__email\""), "{written}");
    assert!(written.contains("add_check = \"id > 0\" }"), "{written}");
    assert!(written.contains("name = \"we\\\"ird__id\"") || written.contains("we\"ird__id"), "{written}");
}
