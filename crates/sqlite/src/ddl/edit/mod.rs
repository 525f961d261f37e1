//! Edits the text of a table at the clauses where the model changes, and leaves the rest as its author wrote it.

mod columns;
mod constraints;
mod counting;
mod draft;
mod form;
mod items;
mod options;
mod order;
mod splice;
mod surroundings;
#[cfg(test)]
mod tests;

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::schema::Table;

use crate::lower::{Enums, check_table};
use draft::Draft;
use form::Form;

/// Returns the text of a table, changed just where `to` differs from `from`.
///
/// `from` is the model of `sql`. Columns correspond by name, constraints by equality, and one that differs only in its
/// name is given the new one. Types are equal when they are lowered to one text. Comments, spacing and clauses that
/// the model does not hold stay as they are; what goes takes along the comments on its own line. The name of the table
/// stays, whatever `to` is called; its indexes are not looked at.
///
/// # Errors
/// What SQLite has not; and [`Code::WouldLose`] where `sql` is not what `from` says, or where the text that came out
/// does not say what `to` says.
pub(crate) fn edit_table(sql: &str, from: &Table, to: &Table, enums: &Enums) -> Result<String, Diagnostic> {
    let mut draft = Draft::new(sql, to, enums)?;
    if let Some(what) = Form::of(from, enums)?.difference(&draft.form()?) {
        let message =
            format!("the stored definition of table `{}` is not what is known of it: {what}", from.name);
        return Err(Diagnostic::new(Code::WouldLose, message));
    }
    // What is odd already is not this change's fault.
    if check_table(from, enums).is_ok() {
        check_table(to, enums)?;
    }
    draft.settle_options()?;
    draft.add_columns()?;
    draft.rename_constraints()?;
    draft.remove_constraints()?;
    draft.drop_columns()?;
    // A clause that went with a column may have been about a foreign key before it.
    draft.remove_constraints()?;
    draft.order_columns()?;
    draft.add_constraints()?;
    draft.settle_types()?;
    draft.settle_columns(from)?;
    draft.settle_counting()?;
    match draft.form()?.difference(&Form::of(to, enums)?) {
        None => Ok(draft.finish()),
        Some(what) => {
            let message =
                format!("the definition of table `{}` cannot be changed with certainty: {what}", from.name);
            Err(Diagnostic::new(Code::WouldLose, message))
        }
    }
}
