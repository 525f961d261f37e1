//! What only SQLite has: `sqlite = { strict = true, without_rowid = true }` on a table.

use limbeck_core::diagnostic::{Code, Diagnostic, nearest};
use limbeck_core::literal::Literal;
use limbeck_core::schema::{Options, Table};

use crate::dialect::NAME;

/// The options of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct TableOptions {
    /// `STRICT` (sqlite.org/stricttables.html).
    pub(crate) strict: bool,
    /// `WITHOUT ROWID` (sqlite.org/withoutrowid.html).
    pub(crate) without_rowid: bool,
}

const TABLE: [&str; 2] = ["strict", "without_rowid"];

/// Reads the options of a table.
///
/// # Errors
/// An option that is not known, or a value that is no truth value.
pub(crate) fn table_options(table: &Table) -> Result<TableOptions, Diagnostic> {
    let mut found = TableOptions::default();
    let Some(own) = table.options.get(NAME) else {
        return Ok(found);
    };
    for (key, value) in own {
        let place = match key.as_str() {
            "strict" => &mut found.strict,
            "without_rowid" => &mut found.without_rowid,
            _ => return Err(unknown(key, &format!("table `{}`", table.name), &TABLE)),
        };
        *place = match value {
            Literal::Bool(truth) => *truth,
            Literal::Null => false,
            _ => {
                let message = format!("the option `{key}` of table `{}` takes `true` or `false`", table.name);
                return Err(Diagnostic::new(Code::BadValue, message));
            }
        };
    }
    Ok(found)
}

/// Refuses options where SQLite has none.
///
/// # Errors
/// Any option for SQLite.
pub(super) fn no_options(options: &Options, owner: &str) -> Result<(), Diagnostic> {
    match options.get(NAME).and_then(|own| own.keys().next()) {
        Some(key) => Err(unknown(key, owner, &[])),
        None => Ok(()),
    }
}

fn unknown(key: &str, owner: &str, known: &[&'static str]) -> Diagnostic {
    let fault = Diagnostic::new(Code::UnknownKey, format!("SQLite has no option `{key}` for {owner}"));
    match nearest(key, known.iter().copied()) {
        Some(near) => fault.hint(format!("an option with a similar name exists: `{near}`")),
        None if known.is_empty() => fault,
        None => fault.hint(format!("the options are `{}`", known.join("` and `"))),
    }
}
