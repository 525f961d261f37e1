//! A constraint or index of a table, as it is written and as it is compared.

use std::collections::{BTreeMap, BTreeSet};

use crate::column_type::ColumnType;
use crate::name::{Ident, TableName};
use crate::schema::words::{Words, folded};
use crate::schema::{Constraint, ForeignKey, Index, Schema, Table, Unique};

/// A part of a table in both spellings.
pub(super) struct Part<T> {
    pub(super) said: T,
    pub(super) normal: T,
    /// The index that is written, where a constraint is what it means: to MySQL a unique index is a unique constraint.
    pub(super) index: Option<Index>,
}

/// A table of which one part after the other is looked at.
pub(super) struct Bare<'t> {
    table: &'t Table,
    around: &'t Schema,
    normal: &'t dyn Fn(&Schema) -> Schema,
    places: BTreeMap<&'t Ident, usize>,
    /// The same by the words that may name them.
    words: BTreeMap<String, Vec<usize>>,
}

impl<'t> Bare<'t> {
    pub(super) fn new(table: &'t Table, around: &'t Schema, normal: &'t dyn Fn(&Schema) -> Schema) -> Self {
        let mut words: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut places = BTreeMap::new();
        for (at, column) in table.columns.iter().enumerate() {
            words.entry(folded(column.name.as_str())).or_default().push(at);
            places.insert(&column.name, at);
        }
        Self { table, around, normal, places, words }
    }

    /// Returns the constraints, and the indexes that are some. What the database keeps nothing of is none.
    pub(super) fn constraints(&self) -> Vec<Part<Constraint>> {
        let rules = self.table.constraints.iter().filter_map(|said| {
            Some(Part { said: said.clone(), normal: self.constraint(said)?, index: None })
        });
        let indexes = self.table.indexes.iter().filter(|index| index.unique).filter_map(|index| {
            let table = self.with_index(index, &[])?;
            let normal = table.indexes.is_empty().then(|| table.constraints.into_iter().next())??;
            let columns = index.named_columns().into_iter().cloned().collect();
            let name = Some(index.name.clone());
            let said =
                Constraint::Unique(Unique { name, columns, nulls_not_distinct: false, deferrable: None });
            Some(Part { said, normal, index: Some(index.clone()) })
        });
        rules.chain(indexes).collect()
    }

    /// Returns the indexes. What the database keeps nothing of is none, nor is what it makes by itself for one of some foreign
    /// keys.
    pub(super) fn indexes<'k>(&self, keys: impl Iterator<Item = &'k ForeignKey>) -> Vec<Part<Index>> {
        let mut by_columns: BTreeMap<Vec<&Ident>, Vec<&ForeignKey>> = BTreeMap::new();
        for key in keys {
            by_columns.entry(key.columns.iter().collect()).or_default().push(key);
        }
        let all = self.table.indexes.iter().filter_map(|said| {
            let keys = by_columns.get(&said.named_columns()).map_or(&[][..], |keys| &keys[..]);
            let normal = self.with_index(said, keys)?.indexes.into_iter().next()?;
            Some(Part { said: said.clone(), normal, index: None })
        });
        all.collect()
    }

    fn constraint(&self, said: &Constraint) -> Option<Constraint> {
        let mut named = said.columns();
        let mut others = BTreeMap::new();
        let mut primary = None;
        if let Constraint::ForeignKey(key) = said {
            if key.references == self.table.name {
                // One that names no columns means those of the table's own primary key.
                primary = self.table.primary_key();
                named.extend(key.referred_columns.iter().chain(primary.iter().flat_map(|key| &key.columns)));
            } else if let Some(other) = self.around.tables.get(&key.references) {
                others.insert(other.name.clone(), keys_of(other));
            }
        }
        let texts: Vec<&str> = said.texts().into_iter().map(|text| text.as_str()).collect();
        let mut alone = self.with_columns(&named, &texts);
        alone.constraints.extend(primary.cloned().map(Constraint::PrimaryKey));
        alone.constraints.push(said.clone());
        let table = self.normal(alone, others)?;
        let key = table.foreign_keys().next().cloned().map(Constraint::ForeignKey);
        key.or_else(|| table.constraints.into_iter().next())
    }

    /// Returns the table with an index and some foreign keys over the same columns.
    fn with_index(&self, said: &Index, keys: &[&ForeignKey]) -> Option<Table> {
        let mut alone = self.with_columns(&said.named_columns(), &said.texts());
        alone.indexes.push(said.clone());
        alone.constraints.extend(keys.iter().map(|key| Constraint::ForeignKey((*key).clone())));
        self.normal(alone, BTreeMap::new())
    }

    /// Returns the table with no more than the columns that a part may stand on: all of them for each part would be the
    /// square of what there is.
    fn with_columns(&self, named: &[&Ident], texts: &[&str]) -> Table {
        let mut wanted: BTreeSet<usize> =
            named.iter().filter_map(|name| self.places.get(name).copied()).collect();
        for text in texts {
            match Words::of(text).list() {
                Some(words) => wanted.extend(words.filter_map(|word| self.words.get(word)).flatten()),
                None => wanted.extend(0..self.table.columns.len()),
            }
        }
        if wanted.is_empty() && !self.table.columns.is_empty() {
            wanted.insert(0);
        }
        let columns = wanted.into_iter().map(|at| self.table.columns[at].clone()).collect();
        Table { options: self.table.options.clone(), ..Table::new(self.table.name.clone(), columns) }
    }

    /// Returns the table in the spelling in which it is compared, beside what it points at and the enums of its columns.
    fn normal(&self, alone: Table, tables: BTreeMap<TableName, Table>) -> Option<Table> {
        let mut schema = Schema { tables, index_names: self.around.index_names, ..Schema::new() };
        for name in alone.columns.iter().flat_map(|column| enums_of(&column.ty)) {
            if let Some(definition) = self.around.enums.get(name) {
                schema.enums.insert(name.clone(), definition.clone());
            }
        }
        let name = alone.name.clone();
        schema.tables.insert(name.clone(), alone);
        (self.normal)(&schema).tables.remove(&name)
    }
}

/// Returns what a foreign key points at in a table where it names no columns.
pub(super) fn keys_of(table: &Table) -> Table {
    let keys: Vec<Constraint> =
        table.primary_key().cloned().map(Constraint::PrimaryKey).into_iter().collect();
    let named: BTreeSet<&Ident> = keys.iter().flat_map(Constraint::columns).collect();
    let columns = table.columns.iter().filter(|column| named.contains(&column.name)).cloned().collect();
    Table { constraints: keys, ..Table::new(table.name.clone(), columns) }
}

/// Returns the named enums in a type, of any dialect.
pub(super) fn enums_of(ty: &ColumnType) -> Vec<&TableName> {
    match ty {
        ColumnType::Enum { name: Some(name), .. } => vec![name],
        ColumnType::Array(item) => enums_of(item),
        ColumnType::Variant { base, variants } => {
            variants.values().chain([&**base]).flat_map(enums_of).collect()
        }
        _ => Vec::new(),
    }
}
