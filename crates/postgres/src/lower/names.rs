//! Which names PostgreSQL keeps as they are, and which values it takes for an enum.

use limbeck_core::action::Action;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::name::Ident;
use limbeck_core::op::Operation;
use limbeck_core::schema::NamedEnum;

use super::{create_table, enums};

/// How many bytes of a name are kept, and how many a value of an enum may have (`NAMEDATALEN` in PostgreSQL's `pg_config_manual.h`,
/// less its end).
const LONGEST: usize = 63;

/// Refuses names that the server would cut off without an error, so that it had others than the history, or two of one name; and
/// values of enums that it refuses.
///
/// # Errors
/// The first of them.
pub(super) fn check(operation: &Operation) -> Result<(), Diagnostic> {
    let brought = brought(operation);
    let names = operation.given_names().into_iter().chain(brought.iter().map(|one| &one.name.name));
    names.into_iter().try_for_each(check_name)?;
    let of_columns = brought.iter().flat_map(|one| &one.values).map(String::as_str);
    operation.given_values().into_iter().chain(of_columns).try_for_each(check_value)
}

/// Returns the enums that columns bring along.
fn brought(operation: &Operation) -> Vec<NamedEnum> {
    match operation {
        Operation::CreateTable(create) => enums::brought(&create.table.columns),
        Operation::AlterTable(alter) => {
            let one = |action: &Action| match action {
                Action::AddColumn(add) => create_table::brought_by(&add.column.ty),
                Action::AlterColumn(alter) => alter.ty.as_ref().and_then(create_table::brought_by),
                _ => None,
            };
            alter.actions.iter().filter_map(one).collect()
        }
        _ => Vec::new(),
    }
}

fn check_name(name: &Ident) -> Result<(), Diagnostic> {
    let name = name.as_str();
    if name.len() <= LONGEST {
        return Ok(());
    }
    let message = format!("the name `{name}` has {} bytes; PostgreSQL keeps {LONGEST}", name.len());
    let kept = &name[..name.floor_char_boundary(LONGEST)];
    Err(Diagnostic::new(Code::Unsupported, message)
        .hint(format!("take a shorter name, or the `{kept}` that the server would make of it")))
}

fn check_value(value: &str) -> Result<(), Diagnostic> {
    if value.len() <= LONGEST {
        return Ok(());
    }
    let message =
        format!("the value `{value}` of an enum has {} bytes; PostgreSQL takes {LONGEST}", value.len());
    Err(Diagnostic::new(Code::Unsupported, message).hint("take a shorter value, or a text with a check"))
}
