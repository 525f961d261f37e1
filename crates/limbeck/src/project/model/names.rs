//! What the names in a model mean together: foreign keys point at what is there, and no two names are the same.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::dialect::LetterCase;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{ForeignKey, Schema, Table};

use super::reading::Reading;
use super::type_word::narrowed;
use crate::config::Filter;
use crate::connect::dialect_named;

impl Reading<'_> {
    /// Refuses foreign keys that point at no table or column of the model. A table that is not compared may be meant, and one
    /// of the schema that the model is compared with.
    pub(super) fn targets_are_there(&mut self, known: &Schema, filter: &Filter) {
        let mut faults = Vec::new();
        for table in self.schema.tables.values().filter(|table| filter.takes(&table.name)) {
            let place = self.places.get(&("table", table.name.clone()));
            for key in table.foreign_keys().filter(|key| filter.takes(&key.references)) {
                match find(&self.schema, &key.references) {
                    Some(target) => faults.extend(columns(key, table, target, place)),
                    None if find(known, &key.references).is_some() => {}
                    None => faults.push(no_table(key, table, &self.schema, place)),
                }
            }
        }
        self.faults.extend(faults);
    }
}

impl Reading<'_> {
    /// Refuses names that are the same to the server but for their letter case.
    pub(super) fn names_differ(&mut self) {
        let case =
            dialect_named(self.server.flavour).map_or(LetterCase::Counts, |dialect| dialect.letter_case());
        let tables: Vec<&TableName> = self.schema.tables.keys().chain(self.schema.views.keys()).collect();
        let place = |name: &TableName| {
            let key = |kind| (kind, name.clone());
            self.places.get(&key("table")).or_else(|| self.places.get(&key("view"))).cloned()
        };
        let mut faults = Vec::new();
        for (one, other) in alike(&tables, |name| case.table(name)) {
            let message =
                format!("the model has `{one}` and `{other}`, which are the same to {}", self.server.flavour);
            faults.push(Diagnostic::new(Code::TableExists, message).at_opt(place(other)).at_opt(place(one)));
        }
        for table in self.schema.tables.values() {
            let columns: Vec<&Ident> = table.columns.iter().map(|column| &column.name).collect();
            for (one, other) in alike(&columns, |name| case.part(name)) {
                let message = format!(
                    "table `{}` has the columns `{one}` and `{other}`, which are the same to {}",
                    table.name, self.server.flavour
                );
                faults.push(Diagnostic::new(Code::ColumnExists, message).at_opt(place(&table.name)));
            }
        }
        self.faults.extend(faults);
    }
}

/// Returns the names of which an earlier one is the same, behind that one. `key` is what names have in common that are the same.
fn alike<'n, T>(names: &[&'n T], key: impl Fn(&T) -> String) -> Vec<(&'n T, &'n T)> {
    let mut seen: BTreeMap<String, &T> = BTreeMap::new();
    let earlier = |name: &&'n T| match seen.entry(key(name)) {
        Entry::Occupied(there) => Some((*there.get(), *name)),
        Entry::Vacant(free) => {
            free.insert(name);
            None
        }
    };
    names.iter().filter_map(earlier).collect()
}

/// Finds a table, by any letter case: what a server takes for another name it says itself.
fn find<'s>(schema: &'s Schema, name: &TableName) -> Option<&'s Table> {
    let alike = |one: &&Table| one.name.to_string().eq_ignore_ascii_case(&name.to_string());
    schema.tables.get(name).or_else(|| schema.tables.values().find(alike))
}

fn no_table(key: &ForeignKey, table: &Table, schema: &Schema, place: Option<&Place>) -> Diagnostic {
    let name = key.references.to_string();
    let there: Vec<String> = schema.tables.keys().map(TableName::to_string).collect();
    let message =
        format!("a foreign key of table `{}` points at table `{name}`, which the model has not", table.name);
    let fault = Diagnostic::new(Code::NoSuchTable, message)
        .at_opt(place.map(|place| narrowed(place, key.references.name.as_str())))
        .similar(&name, "a table", there.iter().map(String::as_str));
    match fault.hint {
        Some(_) => fault,
        None => fault.hint("leave it out with `exclude` in `[autogenerate]` if it is not to be compared"),
    }
}

fn columns(key: &ForeignKey, table: &Table, target: &Table, place: Option<&Place>) -> Vec<Diagnostic> {
    let is_missing = |name: &&Ident| {
        !target.columns.iter().any(|column| column.name.as_str().eq_ignore_ascii_case(name.as_str()))
    };
    let fault = |name: &Ident| {
        let names = target.columns.iter().map(|column| column.name.as_str());
        let message = format!(
            "a foreign key of table `{}` points at column `{name}` of table `{}`, which has none of that name",
            table.name, target.name
        );
        Diagnostic::new(Code::NoSuchColumn, message).at_opt(place.cloned()).similar(
            name.as_str(),
            "a column",
            names,
        )
    };
    key.referred_columns.iter().filter(is_missing).map(fault).collect()
}
