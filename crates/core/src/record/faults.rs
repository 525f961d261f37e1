//! Names given by Rust code, checked without stopping: a bad one is reported with all the others at the end.

use crate::diagnostic::{Code, Diagnostic};
use crate::name::{Ident, NameError, TableName};

/// The faults found while recording.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults(pub(super) Vec<Diagnostic>);

impl Faults {
    /// Takes a name. A bad one is noted, and another stands in for it.
    pub(super) fn ident(&mut self, name: &str) -> Ident {
        Ident::new(name).unwrap_or_else(|error| self.note(name, &error))
    }

    /// Takes names.
    pub(super) fn idents<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) -> Vec<Ident> {
        names.into_iter().map(|name| self.ident(name)).collect()
    }

    /// Takes the text form of a table's name.
    pub(super) fn table(&mut self, name: &str) -> TableName {
        TableName::parse(name).unwrap_or_else(|error| TableName::unqualified(self.note(name, &error)))
    }

    /// Takes `table` or `table.column`, as a reference is written.
    pub(super) fn reference(&mut self, text: &str) -> (TableName, Ident) {
        TableName::parse_with_column(text).unwrap_or_else(|_| {
            self.0.push(
                Diagnostic::new(Code::BadName, format!("`{text}` names no column of a table"))
                    .hint("write `table.column`"),
            );
            (TableName::unqualified(stand_in()), stand_in())
        })
    }

    fn note(&mut self, name: &str, error: &NameError) -> Ident {
        self.0.push(Diagnostic::new(Code::BadName, format!("`{}`: {error}", name.escape_debug())));
        stand_in()
    }
}

/// A good name, in the place of a bad one that was noted: what was recorded is never used then.
fn stand_in() -> Ident {
    Ident::new("?").expect("a question mark is a good name")
}
