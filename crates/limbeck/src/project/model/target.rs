//! What foreign keys of a model point at, which must be there.

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{ForeignKey, Schema, Table};

use super::reading::Reading;
use super::type_word::narrowed;
use crate::config::Filter;

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
