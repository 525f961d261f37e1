//! Reads the author's SQL into operations, where it is certain what it does to the schema.
//!
//! Text is cut into statements, and each is looked at by itself, with the schema that it finds: names mean what they
//! mean there. Whatever is not read to the last word counts as not known.

mod alter;
mod column;
mod constraint;
mod cut;
mod dump;
mod grammar;
mod index;
mod made;
mod name;
mod object;
mod parse;
mod spelled;
mod structure;
mod table;
mod types;
mod words;

use std::cell::OnceCell;

use sqlparser::ast;

use crate::dialect::Names;
use crate::op::{Change, Execute, Operation};
use crate::schema::{Schema, SchemaError};

pub use cut::{Cut, cut};
pub use dump::{Readable, readable};
pub(crate) use made::made_table;
pub use structure::{Word, names_all_of, query_structure, structure};

use grammar::Grammar;
use parse::parsed;
use spelled::Spelled;
use words::Standing;
pub use words::first_words;

/// What a statement does to the schema.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Nothing.
    Nothing,
    /// What these operations do, in order.
    Operations(Vec<Operation>),
    /// That is not known.
    Unknown,
}

/// Returns what one statement does to the schema that it finds, as the server named reads it.
pub fn effect(statement: &str, schema: &Schema, names: impl Into<Names>) -> Effect {
    let names = names.into();
    let Some(grammar) = Grammar::of(names) else {
        return if words::standing(statement) == Standing::Rows { Effect::Nothing } else { Effect::Unknown };
    };
    match words::standing(statement) {
        Standing::Rows => return Effect::Nothing,
        Standing::Unknown => return Effect::Unknown,
        Standing::Schema => {}
    }
    let read = parsed(statement, grammar, |parsed| {
        let [parsed] = parsed else { return None };
        Reader { text: statement, spelled: OnceCell::new(), schema, grammar }.statement(parsed)
    });
    match read {
        Ok(Some(operations)) if operations.is_empty() => Effect::Nothing,
        Ok(Some(operations)) => Effect::Operations(operations),
        Ok(None) | Err(_) => Effect::Unknown,
    }
}

/// Returns the columns that an `UPDATE` sets, in small letters; `None` for anything else.
pub(crate) fn updated_columns(
    statement: &str,
    names: impl Into<Names>,
) -> Option<std::collections::BTreeSet<String>> {
    let column = |assignment: &ast::Assignment| match &assignment.target {
        ast::AssignmentTarget::ColumnName(name) => {
            let last = name.0.last()?.as_ident()?;
            Some(last.value.to_lowercase())
        }
        ast::AssignmentTarget::Tuple(_) => None,
    };
    let set = parsed(statement, Grammar::of(names.into())?, |parsed| match parsed {
        [ast::Statement::Update(update)] => update.assignments.iter().map(column).collect(),
        _ => None,
    });
    set.ok()?
}

/// Says why a text is no statement of the server named; `None` when it is one, and when the server's SQL is not known here.
pub fn syntax_error(statement: &str, names: impl Into<Names>) -> Option<String> {
    let error = parsed(statement, Grammar::of(names.into())?, |_| ()).err()?;
    Some(error.trim_start_matches("sql parser error: ").to_owned())
}

/// Returns the schema that is meant on the server named where a name has none; `None` where that is a database of its own.
pub fn usual_schema(names: impl Into<Names>) -> Option<&'static str> {
    Grammar::of(names.into())?.usual_schema()
}

/// Says whether a statement changes rows or settings rather than the schema, so that no schema says what undoes it.
pub(crate) fn touches_rows(statement: &str) -> bool {
    words::standing(statement) == Standing::Rows
}

/// Returns the operations that the author's SQL amounts to on the schema that it finds; `None` when that is not certain,
/// or when they do not fit the schema.
///
/// Statements that change rows amount to none.
pub fn operations(execute: &Execute, schema: &Schema, names: impl Into<Names>) -> Option<Vec<Operation>> {
    let names = names.into();
    if let Some(state) = &execute.state {
        return stated(state, schema, names);
    }
    let mut schema = std::borrow::Cow::Borrowed(schema);
    let mut all = Vec::new();
    for part in cut(execute.sql.as_str(), names) {
        match effect(part.text(execute.sql.as_str()), &schema, names) {
            Effect::Nothing => {}
            Effect::Operations(operations) => {
                apply_all(&operations, schema.to_mut()).ok()?;
                all.extend(operations);
            }
            Effect::Unknown => return None,
        }
    }
    Some(all)
}

fn stated(state: &[Operation], schema: &Schema, names: Names) -> Option<Vec<Operation>> {
    let mut schema = schema.clone();
    let mut all = Vec::new();
    for operation in state {
        let own = match operation {
            Operation::Execute(execute) => operations(execute, &schema, names)?,
            other => vec![other.clone()],
        };
        apply_all(&own, &mut schema).ok()?;
        all.extend(own);
    }
    Some(all)
}

/// Applies operations one after the other; on an error the schema may hold some of them.
pub(crate) fn apply_all(operations: &[Operation], schema: &mut Schema) -> Result<(), SchemaError> {
    operations.iter().try_for_each(|operation| operation.apply(schema))
}

/// Reads one statement.
struct Reader<'r> {
    /// Its text.
    text: &'r str,
    /// The words of it as they are spelled, once they have been asked for.
    spelled: OnceCell<Option<Spelled<'r>>>,
    /// What it finds.
    schema: &'r Schema,
    grammar: Grammar,
}

impl Reader<'_> {
    /// Returns what the statement amounts to; `None` when that is not certain.
    fn statement(&self, statement: &ast::Statement) -> Option<Vec<Operation>> {
        match statement {
            ast::Statement::CreateTable(create) => self.create_table(create),
            ast::Statement::AlterTable(alter) => self.alter_table(alter),
            ast::Statement::RenameTable(renames) => self.rename_tables(renames),
            ast::Statement::CreateIndex(create) => self.create_index(create),
            ast::Statement::AlterIndex { name, operation } => self.alter_index(name, operation),
            ast::Statement::CreateView(create) => self.create_view(create),
            ast::Statement::CreateType { name, representation } => self.create_type(name, representation),
            ast::Statement::AlterType(alter) => self.alter_type(alter),
            ast::Statement::CreateSequence {
                temporary: false,
                if_not_exists,
                name,
                data_type: None,
                sequence_options,
                owned_by: None,
            } => self.create_sequence(name, *if_not_exists, sequence_options),
            ast::Statement::CreateSchema { .. } => self.create_schema(statement),
            ast::Statement::Comment { object_type, object_name, comment, if_exists: false } => {
                self.comment(*object_type, object_name, comment.as_deref())
            }
            ast::Statement::Drop { .. } => self.drop(statement),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
