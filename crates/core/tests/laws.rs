//! Law 1: print ∘ parse is the identity on canonical files, and there is one for everything that a file can say.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::action::{Action, ActionKind};
use limbeck_core::column_type::{ColumnType, TypeKind};
use limbeck_core::history::Body;
use limbeck_core::op::{EnumAction, EnumActionKind, Operation, OperationKind};
use limbeck_core::script::{Downgrade, Format, Naming, Script, load, parse, parse_model, print, print_model};
use strum::IntoEnumIterator;

fn fixtures(part: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(part);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn read(path: &Path) -> Script {
    let text = load(path).unwrap();
    parse(path, text, &Naming::default()).unwrap_or_else(|faults| panic!("{faults}")).1
}

fn operations(script: &Script) -> Vec<Operation> {
    let given = match &script.downgrade {
        Downgrade::Given(given) => given.as_slice(),
        _ => &[],
    };
    script.upgrade.iter().chain(given).map(|scoped| scoped.operation.clone()).collect()
}

#[test]
fn a_canonical_file_is_printed_as_it_was_written() {
    let mut wrong = Vec::new();
    for path in fixtures("migrations") {
        let text = load(&path).unwrap();
        let (header, script) = match parse(&path, text.clone(), &Naming::default()) {
            Ok(read) => read,
            Err(faults) => {
                wrong.push(faults.to_string());
                continue;
            }
        };
        let printed = print(&header, &script, Format::of(&path).unwrap()).unwrap();
        if printed != *text {
            let line = printed.lines().zip(text.lines()).find(|(a, b)| a != b);
            wrong.push(format!("{}: {line:#?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_operation_action_and_type_has_a_fixture() {
    let (mut kinds, mut actions, mut enum_actions, mut types) =
        (BTreeSet::new(), BTreeSet::new(), Vec::<EnumActionKind>::new(), BTreeSet::new());
    for path in fixtures("migrations") {
        for operation in operations(&read(&path)) {
            kinds.insert(OperationKind::from(&operation));
            match operation {
                Operation::AlterTable(alter) => {
                    actions.extend(alter.actions.iter().map(|action: &Action| ActionKind::from(action)));
                }
                Operation::AlterEnum(alter) => {
                    enum_actions
                        .extend(alter.actions.iter().map(|action: &EnumAction| EnumActionKind::from(action)));
                }
                Operation::CreateTable(create) => {
                    types.extend(create.table.columns.iter().map(|c| TypeKind::from(&c.ty as &ColumnType)));
                }
                _ => {}
            }
        }
    }
    assert_eq!(kinds, OperationKind::iter().collect());
    assert_eq!(actions, ActionKind::iter().collect());
    assert_eq!(types, TypeKind::iter().collect());
    assert!(EnumActionKind::iter().all(|kind| enum_actions.contains(&kind)));
}

#[test]
fn comments_spaces_and_line_ends_do_not_change_the_checksum_and_meaning_does() {
    for path in fixtures("migrations") {
        let text = load(&path).unwrap();
        let sum = read(&path).checksum();
        assert_eq!(Body::from(read(&path)).checksum(), sum, "{}", path.display());
        let sum_of = |text: String| parse(&path, Arc::from(text), &Naming::default()).unwrap().1.checksum();
        assert_eq!(sum_of(text.replace('\n', "\r\n")), sum, "{}", path.display());
        match Format::of(&path).unwrap() {
            Format::Toml => {
                let spaced =
                    text.replace("\n[[", "\n# a comment\n\n\n[[").replace("    { ", "\t# why\n\t{    ");
                assert_eq!(sum_of(spaced), sum, "{}", path.display());
            }
            Format::Sql => {
                let spaced = text.replace(";\n", " ; -- why\n\n").replace("TABLE ", "TABLE  /* which */ ");
                assert_eq!(sum_of(spaced.replace(" ;", ";")), sum, "{}", path.display());
            }
        }
        let parted = text.replace("account", "account2");
        if parted != *text && !text.contains("create_schema") {
            assert_ne!(sum_of(parted), sum, "{}", path.display());
        }
    }
}

#[test]
fn spans_are_right_whatever_the_line_ends() {
    for path in fixtures("migrations") {
        for text in [load(&path).unwrap().to_string(), load(&path).unwrap().replace('\n', "\r\n")] {
            let (_, script) = parse(&path, Arc::from(text), &Naming::default()).unwrap();
            for scoped in &script.upgrade {
                let origin = scoped.origin.as_ref().unwrap();
                let kind: &'static str = OperationKind::from(&scoped.operation).into();
                let head = &origin.source[origin.span.clone()];
                assert!(head.starts_with(kind) || head.starts_with("-- limbeck:upgrade"), "{head}");
                assert!(!head.ends_with(['\r', '\n']), "{head}");
            }
        }
    }
}

#[test]
fn sugar_is_read_and_printed_in_the_canonical_form() {
    for path in fixtures("sugar") {
        let (header, script) = parse(&path, load(&path).unwrap(), &Naming::default()).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy();
        insta::assert_snapshot!(format!("sugar_{name}"), print(&header, &script, Format::Toml).unwrap());
    }
}

#[test]
fn a_sql_migration_refuses_what_is_not_sql_alone() {
    for path in fixtures("migrations") {
        let (header, script) = parse(&path, load(&path).unwrap(), &Naming::default()).unwrap();
        let plain = |operation: &Operation| match operation {
            Operation::Execute(execute) => match execute.state.as_deref() {
                None | Some([]) => true,
                Some([Operation::Execute(stated)]) => stated.state.is_none(),
                Some(_) => false,
            },
            _ => false,
        };
        match print(&header, &script, Format::Sql) {
            Ok(text) => {
                assert!(operations(&script).iter().all(plain), "{}", path.display());
                let read = parse(Path::new("a.sql"), Arc::from(text), &Naming::default()).unwrap();
                assert_eq!(read.1.checksum(), script.checksum(), "{}", path.display());
                assert_eq!(read.0.message, header.message);
            }
            Err(faults) => {
                let refused = operations(&script).iter().filter(|operation| !plain(operation)).count();
                assert_eq!(faults.iter().count(), refused + script.untold.len(), "{}", path.display());
            }
        }
    }
}

#[test]
fn a_model_in_the_forms_of_the_docs_is_read_and_printed() {
    for path in fixtures("models") {
        let text = load(&path).unwrap();
        let schema =
            parse_model(&path, text.clone(), &Naming::default()).unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(print_model(&schema), *text, "{}", path.display());
    }
}
