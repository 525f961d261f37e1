//! Scripts that ask what the database holds, told on the schema that the scripts before them add up to.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use limbeck_alembic::eval::{Translator, translate};
use limbeck_alembic::script::parse_header;
use limbeck_core::fold::Fold;
use limbeck_core::history::{Task, Undo};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::Change;
use limbeck_core::script::{Downgrade, Format, Script, load, print};

/// Takes out what is told on a schema, and writes down what is not.
fn told(tasks: &[Task], fold: &Fold, out: &mut String) -> Vec<limbeck_core::op::ScopedOperation> {
    let mut told = Vec::new();
    for task in tasks {
        match task {
            Task::Operation(scoped) if scoped.scope.includes(fold.names()) => told.push(scoped.clone()),
            Task::Untold(untold) if untold.scope.includes(fold.names()) => match &untold.guarded {
                Some(guarded) if !out.contains("# asks") => {
                    out.push_str("# asks what the database holds\n");
                    told.extend(self::told(&guarded.tell(fold), fold, out));
                }
                guarded => {
                    let again = if guarded.is_some() { ", on this schema" } else { "" };
                    let _ = writeln!(out, "# untold{again}: {}", untold.fault.message);
                }
            },
            _ => {}
        }
    }
    told
}

#[test]
fn guards_are_told_by_the_schema_before_and_what_is_not_known_is_untold() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/alembic/guarded/versions");
    let mut files: Vec<_> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let version_table = Some(TableName::unqualified(Ident::new("alembic_version").unwrap()));
    let translator = Arc::new(Translator { version_table, ..Translator::default() });
    for dialect in ["sqlite", "postgres", "mysql"] {
        let (mut fold, mut out) = (Fold::new(dialect), String::new());
        for path in &files {
            let text = load(path).unwrap();
            let mut header = parse_header(path, &text).unwrap();
            header.path = None;
            let body = translate(path, &text, &translator).unwrap().body;
            let (mut up, mut down) = (String::new(), String::new());
            let upgrade = told(&body.upgrade, &fold, &mut up);
            fold.apply_revision(&header.revision, &body.upgrade).unwrap();
            let Undo::Given(tasks) = &body.undo else { panic!() };
            let downgrade = Downgrade::Given(told(tasks, &fold, &mut down));
            let script = print(&header, &Script::new(upgrade, downgrade), Format::Toml).unwrap();
            let _ = writeln!(out, "{up}{}{script}", down.replace("# ", "# downgrade "));
        }
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("guards_{dialect}"), out);
        });
    }
}

#[test]
fn a_chain_of_keys_through_thousands_of_tables_is_followed_to_its_end() {
    let mut fold = Fold::new("sqlite");
    let mut file = String::from("revision = \"a\"\n");
    for number in (0..6000).rev() {
        let key =
            if number == 5999 { String::new() } else { format!(", references = \"t{}.id\"", number + 1) };
        let _ = writeln!(
            file,
            "[[upgrade]]\ncreate_table = \"t{number}\"\ncolumns = [{{ name = \"id\", type = \"integer\", primary_key = true{key} }}]"
        );
    }
    let (_, script) =
        limbeck_core::script::parse(Path::new("a.toml"), file.into(), &Default::default()).unwrap();
    script.upgrade.iter().for_each(|scoped| fold.apply(scoped).unwrap());
    let text = "import sqlalchemy as sa\nfrom alembic import op\nrevision = 'b'\ndown_revision = 'a'\n\
                def upgrade():\n    meta = sa.MetaData()\n    meta.reflect(op.get_bind(), only=['t0'])\n    \
                op.execute(f'-- {len(meta.tables)}')\n";
    let body = translate(Path::new("b.py"), &Arc::from(text), &Arc::default()).unwrap().body;
    let told = told(&body.upgrade, &fold, &mut String::new());
    assert_eq!(
        told.iter().map(|scoped| scoped.operation.describe()).collect::<Vec<_>>(),
        ["execute `-- 6000`"]
    );
}
