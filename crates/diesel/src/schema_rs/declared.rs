//! What the macros of `schema.rs` declare, with the places where they do.

use std::collections::BTreeMap;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::name::{Ident, TableName};

use super::note::Note;

/// What one or several files declare. Made by [`Declared::parse`].
#[derive(Debug, Clone, Default)]
pub struct Declared {
    pub(super) tables: Vec<DeclaredTable>,
    pub(super) joins: Vec<Join>,
    /// Tables that are named together, by Rust name.
    pub(super) together: Vec<(String, Place)>,
    /// SQL types of the project's own, by Rust name.
    pub(super) types: BTreeMap<String, CustomType>,
    /// What stands in files of its own: `mod x;` and `include!`, as it is written.
    pub(super) elsewhere: Vec<(String, Place)>,
    /// The first thing that a file holds.
    pub(super) first: Option<Place>,
}

/// One `table!`.
#[derive(Debug, Clone)]
pub(super) struct DeclaredTable {
    pub(super) name: TableName,
    pub(super) rust_name: String,
    /// The Rust names of the columns of the primary key: `id` when none is written.
    pub(super) key: Vec<(String, Place)>,
    pub(super) columns: Vec<DeclaredColumn>,
    /// What comments say of it.
    pub(super) notes: Vec<Note>,
    pub(super) place: Place,
}

/// One line of a `table!`.
#[derive(Debug, Clone)]
pub(super) struct DeclaredColumn {
    pub(super) name: Ident,
    pub(super) rust_name: String,
    pub(super) ty: DeclaredType,
    pub(super) max_length: Option<u32>,
    /// What comments say of it.
    pub(super) notes: Vec<Note>,
    pub(super) place: Place,
}

/// A type as it is written: the last part of its path, and what stands between the angle brackets.
#[derive(Debug, Clone)]
pub(super) struct DeclaredType {
    pub(super) name: String,
    pub(super) arguments: Vec<DeclaredType>,
    /// Whether it may come from elsewhere: there is a path before it, or a `use` that brings it.
    pub(super) imported: bool,
    pub(super) place: Place,
}

/// One `joinable!`, by Rust names.
#[derive(Debug, Clone)]
pub(super) struct Join {
    pub(super) child: String,
    pub(super) parent: String,
    pub(super) column: String,
    pub(super) place: Place,
}

/// What `#[diesel(…_type(name = "…"))]` says of a type, by the name of the attribute.
#[derive(Debug, Clone, Default)]
pub(super) struct CustomType {
    pub(super) names: BTreeMap<String, CustomName>,
}

/// What a type of the project's own is called in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CustomName {
    pub(super) schema: Option<String>,
    pub(super) name: String,
}

impl Declared {
    /// Says whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Says that files hold something, but no table: that is seldom what a model means, which would drop all that are there. A
    /// file with nothing but a comment is meant so.
    pub fn nothing(&self) -> Option<Diagnostic> {
        let first = self.first.as_ref().filter(|_| self.is_empty())?;
        let message = "the model declares no table, so all that are known would be dropped";
        Some(Diagnostic::new(Code::FileEmpty, message).at(first.clone()).hint(
            "name the file with Diesel's `table!`; for a schema without tables leave nothing but a comment",
        ))
    }

    /// Says what stands in other files, where only this one is read: tables may be declared there.
    pub fn unread(&self) -> Vec<Diagnostic> {
        let fault = |(written, place): &(String, Place)| {
            Diagnostic::new(
                Code::Unsupported,
                format!("`{written}` stands in another file, which is not read"),
            )
            .at(place.clone())
            .hint("name the folder of both as the model, or the file that declares the tables")
        };
        self.elsewhere.iter().map(fault).collect()
    }

    /// Adds what another file declares.
    pub fn extend(&mut self, other: Self) {
        let Self { tables, joins, together, types, elsewhere, first } = other;
        self.tables.extend(tables);
        self.joins.extend(joins);
        self.together.extend(together);
        self.types.extend(types);
        self.elsewhere.extend(elsewhere);
        self.first = self.first.take().or(first);
    }

    /// Returns the table with a Rust name.
    pub(super) fn table(&self, rust_name: &str) -> Option<&DeclaredTable> {
        self.tables.iter().find(|table| table.rust_name == rust_name)
    }
}
