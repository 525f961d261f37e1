//! For any two tables: the text of one, edited, says the other; and edited back, the first again.

use limbeck_core::arbitrary::{Reach, walks};
use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::Code;
use limbeck_core::op::Change;
use limbeck_core::schema::{Column, Table};
use proptest::prelude::*;

use crate::ddl::edit::edit_table;
use crate::ddl::edit::form::Form;
use crate::ddl::{read_table, tokenize};
use crate::lower::{Enums, definition};

/// Puts comments between all tokens, of a kind that the number chooses.
fn cluttered(sql: &str, clutter: usize) -> String {
    const KINDS: [&str; 4] = ["", " /* ' */", " -- (,\n", "\n  "];
    let mut out = String::new();
    for (i, token) in tokenize(sql).iter().enumerate() {
        out.push_str(token.text);
        out.push_str(KINDS[(clutter * (i + 1) / 7) % KINDS.len()]);
    }
    out
}

fn says(sql: &str, table: &Table, enums: &Enums) -> Result<(), TestCaseError> {
    let found = read_table(sql).map_err(|why| TestCaseError::fail(format!("{sql}: {why}")))?;
    let difference = Form::of(&found, enums).unwrap().difference(&Form::of(table, enums).unwrap());
    prop_assert_eq!(difference, None, "{}", sql);
    Ok(())
}

fn is_taken(sql: &str) -> bool {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection.execute_batch(sql).is_ok()
}

/// Says whether a type is in the author's words and holds a quote.
fn is_odd(column: &Column) -> bool {
    let ty = column.ty.on("sqlite");
    matches!(ty, ColumnType::Native(raw) if raw.as_str().contains('"'))
}

fn there_and_back(from: &Table, to: &Table, enums: &Enums, clutter: usize) -> Result<(), TestCaseError> {
    let texts = (definition(from, &from.name, enums), definition(to, &from.name, enums));
    let (Ok(first), Ok(other)) = texts else { return Ok(()) };
    // SQLite takes no two columns whose names differ in case alone, and not every constraint.
    if !is_taken(&first) || !is_taken(&other) {
        return Ok(());
    }
    // A native type may hold a quote, and the text then says something else.
    let odd = |table: &Table| table.columns.iter().any(is_odd);
    if odd(from) || odd(to) {
        return Ok(());
    }
    let first = cluttered(&first, clutter);
    let edit = |sql: &str, from: &Table, to: &Table| {
        edit_table(sql, from, to, enums)
            .map_err(|fault| TestCaseError::fail(format!("{sql}\n{fault}\n{to:#?}")))
    };
    let out = edit(&first, from, to)?;
    says(&out, to, enums)?;
    prop_assert!(is_taken(&out), "{}\n{}", first, out);
    let back = edit(&out, to, from)?;
    says(&back, from, enums)?;
    prop_assert!(is_taken(&back), "{}\n{}", out, back);
    prop_assert_eq!(edit(&first, from, from)?, first);
    Ok(())
}

proptest! {
    #[test]
    fn an_edited_text_says_what_it_is_to_say(steps in walks(Reach::Everything, 8), clutter in 0usize..20) {
        for step in &steps {
            let mut after = step.before.clone();
            step.operation.apply(&mut after).unwrap();
            for (name, from) in &step.before.tables {
                if let Some(to) = after.tables.get(name).filter(|to| *to != from) {
                    there_and_back(from, to, &after.enums, clutter)?;
                }
            }
        }
    }

    #[test]
    fn any_table_can_become_any_other(steps in walks(Reach::Everything, 6), clutter in 0usize..20) {
        let Some(last) = steps.last() else { return Ok(()) };
        let mut schema = last.before.clone();
        last.operation.apply(&mut schema).unwrap();
        for from in schema.tables.values() {
            for to in schema.tables.values() {
                let to = Table { name: from.name.clone(), ..to.clone() };
                there_and_back(from, &to, &schema.enums, clutter)?;
            }
        }
    }
}

#[test]
fn a_fault_is_one_of_the_two_kinds() {
    let from = read_table("CREATE TABLE t(a)").unwrap();
    let fault = edit_table("nothing", &from, &from, &Enums::new()).unwrap_err();
    assert_eq!(fault.code, Code::WouldLose);
}
