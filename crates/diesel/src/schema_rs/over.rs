//! A schema that is known, changed in what a `schema.rs` declares in another way.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::dialect::ServerInfo;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::mention::mentions;
use limbeck_core::schema::{Column, Constraint, ForeignKey, PrimaryKey, Schema, Table};

use super::backend::Backend;
use super::declared::{Declared, DeclaredTable};
use super::make::make;
use super::noted::{AllNoted, noted};
use super::said::Said;
use super::shown::{ShownTable, is_shown, shown};

/// What comes of laying a `schema.rs` over a schema.
#[derive(Debug, Clone)]
pub struct Overlaid {
    /// The schema that is wanted.
    pub schema: Schema,
    /// Where each table is declared.
    pub places: BTreeMap<TableName, Place>,
}

/// Returns a schema that is known, changed in what is declared in another way.
///
/// Tables and columns that are not declared go, but for tables that `print-schema` would not show: those of another schema
/// than the declared ones, without a primary key, and of Diesel's own. What a `schema.rs` cannot say stays: defaults, rules,
/// indexes, foreign keys of columns that are there, views, and all of a type that Diesel does not tell apart; unless a comment
/// says otherwise (`/// limbeck: …`).
/// `normal` gives a schema in the dialect's normal form.
///
/// # Errors
/// All that is wrong, with its place: a table that is declared twice, types that are not known, joins of what is not there.
pub fn over(
    declared: &Declared,
    known: &Schema,
    server: &ServerInfo,
    normal: impl Fn(&Schema) -> Schema,
) -> Result<Overlaid, Diagnostics> {
    let normal_known = normal(known);
    let (noted, faults) = noted(declared);
    let mut work = Over {
        declared,
        known,
        noted,
        server,
        backend: Backend::of(server),
        schema: known.clone(),
        places: BTreeMap::new(),
        faults,
    };
    let mut schemas: BTreeSet<Option<&Ident>> =
        declared.tables.iter().map(|table| table.name.schema.as_ref()).collect();
    if schemas.is_empty() {
        schemas.insert(None);
    }
    let mut shown_tables: BTreeMap<&TableName, ShownTable<'_>> = BTreeMap::new();
    for table in known.tables.values().filter(|table| schemas.contains(&table.name.schema.as_ref())) {
        if let (true, Some(shown)) = (is_shown(&table.name), shown(table, known, &normal_known, server)) {
            shown_tables.insert(&table.name, shown);
        }
    }
    for table in &declared.tables {
        if let Some(first) = work.places.insert(table.name.clone(), table.place.clone()) {
            let message = format!("the model has table `{}` twice", table.name);
            work.faults.push(Diagnostic::new(Code::TableExists, message).at(table.place.clone()).at(first));
        } else if let Some(shown) = shown_tables.get(&table.name) {
            work.change(table, shown);
        } else if !known.tables.contains_key(&table.name) && !known.views.contains_key(&table.name) {
            work.create(table);
        }
    }
    let gone: Vec<&TableName> =
        shown_tables.keys().filter(|name| !work.places.contains_key(**name)).copied().collect();
    work.remove_tables(&gone);
    work.join();
    work.settle(&normal);
    Diagnostics::check(work.faults, Overlaid { schema: work.schema, places: work.places })
}

pub(super) struct Over<'o> {
    pub(super) declared: &'o Declared,
    pub(super) known: &'o Schema,
    /// What comments say.
    pub(super) noted: AllNoted,
    pub(super) server: &'o ServerInfo,
    pub(super) backend: Backend,
    pub(super) schema: Schema,
    places: BTreeMap<TableName, Place>,
    pub(super) faults: Vec<Diagnostic>,
}

impl Over<'_> {
    fn create(&mut self, declared: &DeclaredTable) {
        let columns: Vec<Column> = declared
            .columns
            .iter()
            .filter_map(|column| {
                let said = self.sound(Said::of(column, self.declared, self.backend))?;
                let ty = self.ty(&declared.name, &column.name, &said)?;
                Some(Column { nullable: said.nullable, ..Column::new(column.name.clone(), ty) })
            })
            .collect();
        let mut table = Table::new(declared.name.clone(), columns);
        let columns = key(declared);
        table.constraints.push(Constraint::PrimaryKey(PrimaryKey { name: None, columns }));
        self.schema.tables.insert(table.name.clone(), table);
    }

    fn change(&mut self, declared: &DeclaredTable, shown: &ShownTable<'_>) {
        let Some(mut table) = self.schema.tables.get(&declared.name).cloned() else { return };
        for column in &declared.columns {
            let Some(said) = self.sound(Said::of(column, self.declared, self.backend)) else { continue };
            let there = shown.columns.iter().find(|there| there.name == column.name);
            let same = there.is_some_and(|there| {
                said.is_type_of(there, self.backend) || self.is_number_of_a_row(&said, &table, &column.name)
            });
            match (there, table.columns.iter_mut().find(|there| there.name == column.name)) {
                (Some(there), Some(own)) => {
                    // The number of a row is never NULL, whatever is declared.
                    let is_rowid = self.backend == Backend::Sqlite && shown.key == [column.name.clone()];
                    if there.nullable != said.nullable && !is_rowid {
                        own.nullable = said.nullable;
                    }
                    if !same && let Some(ty) = self.ty(&declared.name, &column.name, &said) {
                        own.ty = ty;
                    }
                }
                // One that SQLite gives to every table.
                (Some(_), None) => {}
                (None, _) => {
                    if let Some(ty) = self.ty(&declared.name, &column.name, &said) {
                        table
                            .columns
                            .push(Column { nullable: said.nullable, ..Column::new(column.name.clone(), ty) });
                    }
                }
            }
        }
        let names: BTreeSet<&Ident> = declared.columns.iter().map(|column| &column.name).collect();
        let gone: Vec<Ident> = table
            .columns
            .iter()
            .map(|column| &column.name)
            .filter(|name| !names.contains(name))
            .cloned()
            .collect();
        for column in &gone {
            remove_column(&mut table, column);
            for other in self.schema.tables.values_mut() {
                other.constraints.retain(|one| {
                    !matches!(one, Constraint::ForeignKey(key)
                    if key.references == declared.name && key.referred_columns.contains(column))
                });
            }
        }
        let wanted = key(declared);
        let as_set = |columns: &[Ident]| columns.iter().cloned().collect::<BTreeSet<_>>();
        if as_set(&wanted) != as_set(&shown.key) {
            let name = table.primary_key().and_then(|key| key.name.clone());
            table.constraints.retain(|one| !matches!(one, Constraint::PrimaryKey(_)));
            table.constraints.insert(0, Constraint::PrimaryKey(PrimaryKey { name, columns: wanted }));
        }
        self.schema.tables.insert(declared.name.clone(), table);
    }

    /// Says whether a column is the number of a row of SQLite, or points at one: Diesel has it as `Integer` or `BigInt`, as
    /// the project likes (`sqlite_integer_primary_key_is_bigint`).
    fn is_number_of_a_row(&self, said: &Said<'_>, table: &Table, column: &Ident) -> bool {
        let is_key = |table: &Table, name: &Ident| {
            table.primary_key().is_some_and(|key| key.columns == [name.clone()])
                && table.column(name).is_some_and(|column| *column.ty.on("sqlite") == ColumnType::Integer)
        };
        let is_big = said.meaning == super::said::Meaning::Provided("BigInt".to_owned());
        let points = |key: &ForeignKey| {
            key.columns == [column.clone()]
                && self.known.tables.get(&key.references).is_some_and(|parent| {
                    parent
                        .primary_key()
                        .is_some_and(|own| own.columns.iter().all(|name| is_key(parent, name)))
                })
        };
        self.backend == Backend::Sqlite
            && is_big
            && table.column(column).is_some_and(|own| *own.ty.on("sqlite") == ColumnType::Integer)
            && (is_key(table, column) || table.foreign_keys().any(points))
    }

    fn remove_tables(&mut self, gone: &[&TableName]) {
        for name in gone {
            self.schema.tables.remove(*name);
        }
        for table in self.schema.tables.values_mut() {
            table
                .constraints
                .retain(|one| !matches!(one, Constraint::ForeignKey(key) if gone.contains(&&key.references)));
        }
    }

    /// Returns the type of a column: the one that a comment says, else the one that is declared.
    fn ty(&mut self, table: &TableName, column: &Ident, said: &Said<'_>) -> Option<ColumnType> {
        let noted = self.noted.column(table, column).filter(|noted| noted.says(&["type"]));
        match noted.and_then(|noted| noted.table.columns.first()) {
            Some(noted) => Some(noted.ty.clone()),
            None => self.sound(make(said, self.known, self.backend)),
        }
    }

    fn sound<T>(&mut self, result: Result<T, Diagnostic>) -> Option<T> {
        result.map_err(|fault| self.faults.push(fault)).ok()
    }
}

/// Takes a column out of a table, with all that is about it.
fn remove_column(table: &mut Table, column: &Ident) {
    table.columns.retain(|own| own.name != *column);
    table.constraints.retain(|one| {
        !one.columns().contains(&column) && !one.texts().iter().any(|text| mentions(text.as_str(), column))
    });
    table.indexes.retain(|index| {
        !index.named_columns().contains(&column) && !index.texts().iter().any(|text| mentions(text, column))
    });
}

/// Returns the columns of the primary key by their names in the database.
pub(super) fn key(declared: &DeclaredTable) -> Vec<Ident> {
    let named = |rust: &String| declared.columns.iter().find(|column| column.rust_name == *rust);
    declared.key.iter().filter_map(|(rust, _)| named(rust)).map(|column| column.name.clone()).collect()
}
