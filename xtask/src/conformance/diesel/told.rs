//! What both tools say, in words in which it can be compared.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use limbeck_core::action::Action;
use limbeck_core::op::{Change, Operation};
use limbeck_core::script::{self, Naming};

use crate::Failure;

/// Says in which lines two texts differ, line by line in order.
pub(super) fn other_lines(wanted: &str, printed: &str) -> Vec<String> {
    if wanted == printed {
        return Vec::new();
    }
    let (theirs, ours): (Vec<&str>, Vec<&str>) = (wanted.lines().collect(), printed.lines().collect());
    let longest = theirs.len().max(ours.len());
    let line = |lines: &[&str], at: usize| {
        lines.get(at).map_or_else(|| "(no line)".to_owned(), |line| format!("`{line}`"))
    };
    let other = (0..longest).filter(|at| theirs.get(*at) != ours.get(*at));
    other
        .take(5)
        .map(|at| {
            format!("line {}: Diesel prints {}, Limbeck {}", at + 1, line(&theirs, at), line(&ours, at))
        })
        .collect()
}

/// Reads what `limbeck diff` printed: tables and columns that come (`+`) and go (`-`); a column that changes does both, as Diesel
/// has it.
///
/// # Errors
/// When it cannot be read.
pub(super) fn operations(printed: &str) -> Result<BTreeSet<String>, Failure> {
    let text = format!("revision = \"diff\"\n\n{printed}");
    let (_, script) = script::parse(Path::new("diff.toml"), Arc::from(text), &Naming::default())?;
    Ok(script.upgrade.iter().flat_map(|scoped| operation(&scoped.operation)).collect())
}

fn operation(operation: &Operation) -> Vec<String> {
    match operation {
        Operation::CreateTable(create) => vec![format!("+ {}", create.table.name)],
        Operation::DropTable(gone) => vec![format!("- {}", gone.table)],
        Operation::AlterTable(alter) => {
            alter.actions.iter().flat_map(|one| action(one, &alter.table.to_string())).collect()
        }
        other => vec![format!("~ {}", other.describe())],
    }
}

fn action(action: &Action, table: &str) -> Vec<String> {
    match action {
        Action::AddColumn(add) => vec![format!("+ {table}.{}", add.column.name)],
        Action::DropColumn(gone) => vec![format!("- {table}.{}", gone.column)],
        Action::AlterColumn(change) => {
            ["-", "+"].map(|sign| format!("{sign} {table}.{}", change.column)).to_vec()
        }
        other => vec![format!("~ {table}: {other:?}")],
    }
}

/// Reads what `diesel migration generate --diff-schema` wrote, into the same words.
///
/// # Errors
/// A statement of another form than Diesel's.
pub(super) fn statements(sql: &str) -> Result<BTreeSet<String>, Failure> {
    let lines: String =
        sql.lines().filter(|line| !line.trim_start().starts_with("--")).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for statement in lines.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        let spaced = statement.replace('(', " ( ");
        let words: Vec<String> =
            spaced.split_whitespace().map(|word| word.trim_matches(['"', '`']).to_owned()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let told = match words[..] {
            ["CREATE", "TABLE", name, ..] => format!("+ {name}"),
            ["DROP", "TABLE", "IF", "EXISTS", name, ..] | ["DROP", "TABLE", name, ..] => format!("- {name}"),
            ["ALTER", "TABLE", table, "ADD", "COLUMN", column, ..] => format!("+ {table}.{column}"),
            ["ALTER", "TABLE", table, "DROP", "COLUMN", column, ..] => format!("- {table}.{column}"),
            _ => return Err(format!("diesel_cli wrote `{statement}`").into()),
        };
        found.insert(told);
    }
    Ok(found)
}
