//! Rules without a name, called as the application's `naming_convention` says.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use limbeck_alembic::eval::{Convention, ConventionSource, Translator, translate};
use limbeck_alembic::script::parse_header;
use limbeck_core::history::{Task, Undo};
use limbeck_core::op::ScopedOperation;
use limbeck_core::script::{Downgrade, Format, Script, load, print};

fn told(tasks: Vec<Task>) -> Vec<ScopedOperation> {
    let one = |task| match task {
        Task::Operation(scoped) => scoped,
        other => panic!("{other:?}"),
    };
    tasks.into_iter().map(one).collect()
}

#[test]
fn rules_are_called_as_the_metadata_of_the_application_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/alembic/named");
    let naming = ConventionSource::Env(root.join("env.py"), OnceLock::new());
    let translator = Arc::new(Translator { naming, roots: vec![root.clone()], ..Translator::default() });
    let path = root.join("versions/named.py");
    let text = load(&path).unwrap();
    let mut header = parse_header(&path, &text).unwrap();
    header.path = None;
    let body = translate(&path, &text, &translator).unwrap().body;
    let Undo::Given(undo) = body.undo else { panic!() };
    let script = Script::new(told(body.upgrade), Downgrade::Given(told(undo)));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("convention", print(&header, &script, Format::Toml).unwrap());
    });
}

#[test]
fn what_a_convention_computes_is_not_made_up() {
    let said = [("uq".to_owned(), None), ("ck".to_owned(), Some("ck_%(column_0_name)s".to_owned()))];
    let naming = ConventionSource::Stated(Convention::parse(said));
    let translator = Arc::new(Translator { naming, ..Translator::default() });
    let untold = |text: &str| {
        let text = Arc::from(format!(
            "from alembic import op\nimport sqlalchemy as sa\ndef upgrade():\n    {text}\n"
        ));
        let translation = translate(Path::new("a.py"), &text, &translator).unwrap();
        translation
            .untold(true)
            .iter()
            .map(|untold| untold.fault.message.clone())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert!(
        untold("op.create_unique_constraint(None, 't', ['a'])")
            .contains("`naming_convention` names the `uq` of `t`")
    );
    assert!(untold("op.create_check_constraint(None, 't', 'a > 0')").contains("the `ck` of `t`"));
    assert!(untold("op.create_unique_constraint('mine', 't', ['a'])").contains("may give the `uq` `mine`"));
    assert_eq!(untold("op.create_unique_constraint(op.f('mine'), 't', ['a'])"), "");
    assert_eq!(untold("op.create_primary_key(None, 't', ['a'])"), "");
}
