//! Where each column of a rebuilt table comes from, and under which name it is copied.
//!
//! Rows are copied under the names of the old table, and columns renamed in place at the end. So triggers are put back
//! as they were, and the database itself rewrites them, the views and the foreign keys of others.

use crate::action::{Action, RenameColumn};
use crate::diagnostic::Diagnostic;
use crate::literal::RawSql;
use crate::name::Ident;
use crate::op::AlterTable;
use crate::schema::{Schema, Table, mention};

/// A column of the new table.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Its name once all is done.
    pub name: Ident,
    /// Its name while rows are copied: that of the old column; for a new one, its own or one that is free.
    pub copied: Ident,
    /// Whether the old table has it.
    pub source: Source,
    /// The expression that makes new values of old ones, in the old names.
    pub using: Option<RawSql>,
    /// Whether its type changes on the way.
    pub retyped: bool,
}

/// Where the values of a column come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From the old table.
    Old,
    /// From the default.
    New,
}

impl Origin {
    /// Says whether the values are, to the letter, those of the old column.
    pub fn is_unchanged(&self) -> bool {
        self.source == Source::Old && self.using.is_none() && !self.retyped
    }
}

/// Follows each column through the actions: the columns of the table as it is to be, those of the old table first.
pub fn origins(op: &AlterTable, start: &Table) -> Vec<Origin> {
    let mut columns: Vec<Origin> = start
        .columns
        .iter()
        .map(|column| Origin {
            name: column.name.clone(),
            copied: column.name.clone(),
            source: Source::Old,
            using: None,
            retyped: false,
        })
        .collect();
    for action in &op.actions {
        match action {
            Action::AddColumn(add) if columns.iter().all(|column| column.name != add.column.name) => {
                let name = add.column.name.clone();
                let copied = name.clone();
                columns.push(Origin { name, copied, source: Source::New, using: None, retyped: false });
            }
            Action::DropColumn(drop) => columns.retain(|column| column.name != drop.column),
            Action::RenameColumn(rename) => {
                let renamed = columns.iter_mut().find(|column| column.name == rename.column);
                if let Some(column) = renamed {
                    column.name = rename.to.clone();
                }
            }
            Action::AlterColumn(alter) => {
                let pairs = pairs(&columns);
                for column in columns.iter_mut().filter(|column| column.name == alter.column) {
                    column.retyped |= alter.ty.is_some();
                    if let Some(using) = &alter.using {
                        column.using = Some(rename_all(using, &pairs));
                    }
                }
            }
            _ => {}
        }
    }
    let taken: Vec<Ident> = columns
        .iter()
        .filter(|column| column.source == Source::Old)
        .map(|column| column.copied.clone())
        .collect();
    for column in columns.iter_mut().filter(|column| column.source == Source::New) {
        let is_taken = taken.iter().any(|name| name.as_str().eq_ignore_ascii_case(column.name.as_str()));
        column.copied = match is_taken {
            true => column.name.with_affixes("_limbeck_new_", ""),
            false => column.name.clone(),
        };
    }
    columns
}

/// Returns the table as it is while rows are copied: as it is to be, but with the old names.
///
/// # Errors
/// A rename that does not fit the table.
pub fn under_old_names(after: &Table, columns: &[Origin], before: &Schema) -> Result<Table, Diagnostic> {
    let mut table = after.clone();
    let pairs = pairs(columns);
    let between = |i: usize| pairs[i].1.with_affixes("_limbeck_between_", "");
    let mut rename = |column: Ident, to: Ident| {
        Action::RenameColumn(RenameColumn { column, to }).apply(&mut table, before)
    };
    // In two steps, because columns may swap their names.
    for (i, (name, _)) in pairs.iter().enumerate() {
        rename(name.clone(), between(i))?;
    }
    for (i, (_, copied)) in pairs.iter().enumerate() {
        rename(between(i), copied.clone())?;
    }
    Ok(table)
}

/// Returns the renames that lead from the old names to the new ones, one at a time.
pub fn renames(columns: &[Origin]) -> Vec<(Ident, Ident)> {
    let mut names: Vec<Ident> = columns.iter().map(|column| column.copied.clone()).collect();
    let mut steps = Vec::new();
    let alike = |a: &Ident, b: &Ident| a.as_str().eq_ignore_ascii_case(b.as_str());
    for (i, column) in columns.iter().enumerate() {
        if names[i] == column.name {
            continue;
        }
        // A column in the way steps aside first.
        if let Some(at) = (0..names.len()).find(|at| *at != i && alike(&names[*at], &column.name)) {
            let aside = names[at].with_affixes("_limbeck_aside_", "");
            steps.push((names[at].clone(), aside.clone()));
            names[at] = aside;
        }
        steps.push((names[i].clone(), column.name.clone()));
        names[i] = column.name.clone();
    }
    steps
}

/// Returns the columns whose name changes: the new name and the one under which they are copied.
fn pairs(columns: &[Origin]) -> Vec<(Ident, Ident)> {
    let changed = columns.iter().filter(|column| column.name != column.copied);
    changed.map(|column| (column.name.clone(), column.copied.clone())).collect()
}

fn rename_all(sql: &RawSql, pairs: &[(Ident, Ident)]) -> RawSql {
    let between = |name: &Ident| name.with_affixes("_limbeck_between_", "");
    let aside =
        pairs.iter().fold(sql.clone(), |sql, (name, copied)| mention::rename(&sql, name, &between(copied)));
    pairs.iter().fold(aside, |sql, (_, copied)| mention::rename(&sql, &between(copied), copied))
}
