//! What a name in the author's SQL means: its letters as the server takes them, and the object that has it.

use std::borrow::Cow;

use sqlparser::ast::{self, ObjectNamePart};

use crate::name::{Ident, TableName};
use crate::schema::Table;

use super::Reader;
use super::grammar::Grammar;

impl Reader<'_> {
    /// Returns a name as the server takes it.
    pub(super) fn ident(&self, ident: &ast::Ident) -> Option<Ident> {
        let ast::Ident { value, quote_style, span: _ } = ident;
        let text = match (self.grammar, quote_style) {
            // PostgreSQL takes only ASCII letters down for certain (postgresql.org/docs, Identifiers).
            (Grammar::Postgres, None) if value.is_ascii() => Cow::Owned(value.to_ascii_lowercase()),
            (Grammar::Postgres, None) => return None,
            _ => Cow::Borrowed(value.as_str()),
        };
        Ident::new(&text).ok()
    }

    pub(super) fn idents(&self, idents: &[ast::Ident]) -> Option<Vec<Ident>> {
        idents.iter().map(|ident| self.ident(ident)).collect()
    }

    /// Returns the parts of a name.
    pub(super) fn parts(&self, name: &ast::ObjectName) -> Option<Vec<Ident>> {
        let part = |part: &ObjectNamePart| part.as_ident().and_then(|ident| self.ident(ident));
        name.0.iter().map(part).collect()
    }

    /// Returns the name of an object that is made.
    pub(super) fn new_name(&self, name: &ast::ObjectName) -> Option<TableName> {
        self.qualified(self.parts(name)?)
    }

    fn qualified(&self, mut parts: Vec<Ident>) -> Option<TableName> {
        let name = parts.pop()?;
        let schema = parts.pop();
        if !parts.is_empty() {
            return None;
        }
        let usual = |schema: &Ident| self.grammar.usual_schema().is_some_and(|usual| schema == usual);
        Some(TableName { schema: schema.filter(|schema| !usual(schema)), name })
    }

    /// Returns the name of an object that is meant to be there, as the schema spells it.
    pub(super) fn known_name(&self, name: &ast::ObjectName) -> Option<TableName> {
        Some(self.as_known(self.new_name(name)?))
    }

    fn as_known(&self, name: TableName) -> TableName {
        let schema = self.schema;
        let there = |one: &TableName| schema.tables.contains_key(one) || schema.views.contains_key(one);
        if self.grammar != Grammar::Sqlite || there(&name) {
            return name;
        }
        let alike = |one: &&TableName| {
            one.schema == name.schema && one.name.as_str().eq_ignore_ascii_case(name.name.as_str())
        };
        schema.tables.keys().chain(schema.views.keys()).find(alike).cloned().unwrap_or(name)
    }

    /// Returns the table that is meant.
    pub(super) fn table(&self, name: &ast::ObjectName) -> Option<&Table> {
        self.schema.tables.get(&self.known_name(name)?)
    }

    /// Returns a column's name as the table spells it; as it is written where the table has none alike.
    pub(super) fn column_of(&self, table: &Table, column: &ast::Ident) -> Option<Ident> {
        let name = self.ident(column)?;
        Some(self.spelled(&name, table.columns.iter().map(|column| &column.name)))
    }

    pub(super) fn columns_of(&self, table: &Table, columns: &[ast::Ident]) -> Option<Vec<Ident>> {
        columns.iter().map(|column| self.column_of(table, column)).collect()
    }

    /// Returns the one of some names that is meant, or the name as it is.
    pub(super) fn spelled<'n>(&self, name: &Ident, there: impl Iterator<Item = &'n Ident> + Clone) -> Ident {
        let exact = there.clone().find(|one| *one == name);
        let alike = || {
            let folds = self.grammar != Grammar::Postgres;
            there.clone().find(|one| folds && one.as_str().eq_ignore_ascii_case(name.as_str()))
        };
        exact.or_else(alike).unwrap_or(name).clone()
    }
}
