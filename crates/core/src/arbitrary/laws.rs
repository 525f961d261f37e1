//! The laws that need no database, on random walks.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use strum::IntoEnumIterator;

use crate::action::{Action, ActionKind};
use crate::column_type::TypeKind;
use crate::op::{Change, Operation, OperationKind};
use crate::schema::{Schema, SchemaError};
use crate::script::{Format, Naming, parse, parse_model, print, print_model};

use super::{Reach, Step, revisions, schemas, walks};

/// Operations that destroy what no operation brings back.
const IRREVERSIBLE: [OperationKind; 2] = [OperationKind::Delete, OperationKind::Execute];

proptest! {
    #[test]
    fn undoing_an_operation_leads_back_to_the_schema_before_it(steps in walks(Reach::Everything, 12)) {
        for Step { before, operation } in steps {
            let undo = match operation.invert(&before) {
                Ok(undo) => undo,
                Err(SchemaError::Irreversible { .. }) => continue,
                Err(error) => panic!("{operation:#?}\ncannot be inverted: {error}"),
            };
            let kind = OperationKind::from(&operation);
            prop_assert!(!IRREVERSIBLE.contains(&kind), "{} is not irreversible any more", kind);
            let mut schema = before.clone();
            operation.apply(&mut schema).unwrap();
            let shown: Vec<Step> =
                undo.iter().map(|op| Step { before: Schema::new(), operation: op.clone() }).collect();
            for op in &undo {
                let applied = op.apply(&mut schema);
                prop_assert!(applied.is_ok(), "{:?} in\n{:?}\nwhich undoes\n{:?}", applied, shown, operation);
            }
            let texts = (print_model(&schema), print_model(&before));
            prop_assert!(schema == before, "undone by {:?}\nit is\n{}\nand was\n{}", shown, texts.0, texts.1);
        }
    }

    #[test]
    fn a_script_that_is_printed_and_read_is_the_same((header, script) in revisions()) {
        let text = print(&header, &script, Format::Toml).unwrap();
        let (read_header, read) = parse(Path::new("a.toml"), Arc::from(text.as_str()), &Naming::default())
            .unwrap_or_else(|faults| panic!("{faults}\n{text}"));
        prop_assert_eq!(&read, &script, "{}", text);
        prop_assert_eq!(read.checksum(), script.checksum());
        prop_assert_eq!(&print(&read_header, &read, Format::Toml).unwrap(), &text);
        prop_assert_eq!(read_header.message, header.message);
        prop_assert_eq!(read_header.down_revision, header.down_revision);
        prop_assert_eq!(read_header.create_date, header.create_date);
    }

    #[test]
    fn a_model_that_is_printed_and_read_is_the_same(schema in schemas(Reach::Everything, 8)) {
        let text = print_model(&schema);
        let read = parse_model(Path::new("schema.toml"), Arc::from(text.as_str()), &Naming::default());
        let mut expected = schema;
        expected.opaque = Default::default();
        prop_assert!(read.is_ok(), "{:?}\n{}", read.map_err(|faults| faults.to_string()), text);
        prop_assert!(read == Ok(expected), "{}", text);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(?s)(revision|upgrade|columns|=|\\[|\\]|\\{|\\}|\"|'''|,|\n|#|a|1| |\\.|é|--|limbeck:){0,60}") {
        for name in ["a.toml", "a.sql"] {
            let _ = parse(Path::new(name), Arc::from(text.as_str()), &Naming::default());
        }
        let _ = parse_model(Path::new("m.toml"), Arc::from(text.as_str()), &Naming::default());
    }
}

#[test]
fn walks_reach_every_operation_action_and_type() {
    let mut runner = TestRunner::deterministic();
    let (mut operations, mut actions, mut types) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..400 {
        for step in walks(Reach::Everything, 12).new_tree(&mut runner).unwrap().current() {
            operations.insert(OperationKind::from(&step.operation));
            types.extend(
                step.before
                    .tables
                    .values()
                    .flat_map(|table| table.columns.iter().map(|column| TypeKind::from(&column.ty))),
            );
            if let Operation::AlterTable(alter) = &step.operation {
                actions.extend(alter.actions.iter().map(|action: &Action| ActionKind::from(action)));
            }
        }
    }
    assert_eq!(operations, OperationKind::iter().collect());
    assert_eq!(actions, ActionKind::iter().collect());
    assert_eq!(types, TypeKind::iter().collect());
}
