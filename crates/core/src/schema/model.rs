//! The whole of a schema, and how objects in it are found.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::{Ident, TableName};

use super::{NamedEnum, ObjectKind, Opaque, SchemaError, Sequence, Table, View};

/// Among what the name of an index must be the only one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IndexNames {
    /// The indexes of all tables in the schema, as on SQLite and PostgreSQL.
    #[default]
    OfSchema,
    /// The indexes of its table, as on MySQL and MariaDB.
    OfTable,
}

/// Everything that the operations up to some revision have made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// Tables, by name.
    pub tables: BTreeMap<TableName, Table>,
    /// Named enums, by name.
    pub enums: BTreeMap<TableName, NamedEnum>,
    /// Views, by name.
    pub views: BTreeMap<TableName, View>,
    /// Sequences, by name.
    pub sequences: BTreeMap<TableName, Sequence>,
    /// Schemas made by `create_schema`.
    pub schemas: BTreeSet<Ident>,
    /// How far the name of an index reaches.
    pub index_names: IndexNames,
    /// What is not known, because raw SQL may have changed it.
    pub opaque: Opaque,
}

impl Schema {
    /// Makes an empty schema.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the table of that name.
    ///
    /// # Errors
    /// [`SchemaError::NotFound`] with the nearest name, or [`SchemaError::Opaque`] when raw SQL may have made it.
    pub fn table(&self, name: &TableName) -> Result<&Table, SchemaError> {
        self.tables.get(name).ok_or_else(|| self.missing(ObjectKind::Table, name, self.tables.keys()))
    }

    /// Returns the table of that name, to change it.
    ///
    /// # Errors
    /// As [`Schema::table`].
    pub fn table_mut(&mut self, name: &TableName) -> Result<&mut Table, SchemaError> {
        if !self.tables.contains_key(name) {
            return Err(self.missing(ObjectKind::Table, name, self.tables.keys()));
        }
        Ok(self.tables.get_mut(name).expect("the key was just found"))
    }

    /// Returns the table that has the index of that name: in `on`, if given, else wherever it is.
    ///
    /// # Errors
    /// As [`Schema::table`]; [`SchemaError::Contradiction`] when several tables have one and none is given.
    pub fn index_owner(&self, index: &Ident, on: Option<&TableName>) -> Result<&Table, SchemaError> {
        let has = |table: &&Table| table.indexes.iter().any(|i| i.name == *index);
        let found = match on {
            Some(on) => Some(self.table(on)?).filter(has),
            None => {
                let mut owners = self.tables.values().filter(has);
                let first = owners.next();
                if let Some((one, other)) = first.zip(owners.next())
                    && self.index_names == IndexNames::OfTable
                {
                    return Err(SchemaError::Contradiction(format!(
                        "index `{index}` is one of table `{}` and one of table `{}`; `table` says which is meant",
                        one.name, other.name
                    )));
                }
                first
            }
        };
        found.ok_or_else(|| {
            if !self.opaque.is_empty() {
                return self.unknown(index);
            }
            let tables = self.tables.values().filter(|table| on.is_none_or(|on| table.name == *on));
            let names = tables.flat_map(|table| &table.indexes).map(|index| index.name.as_str());
            SchemaError::not_found(ObjectKind::Index, index, on, names)
        })
    }

    /// Returns the table whose index of that name stands against one of `table`: in the same schema, or the table itself
    /// where each has names of its own.
    pub fn index_beside(&self, index: &Ident, table: &TableName) -> Option<&Table> {
        let has = |one: &&Table| one.indexes.iter().any(|i| i.name == *index);
        match self.index_names {
            IndexNames::OfSchema => {
                self.tables.values().find(|one| one.name.schema == table.schema && has(one))
            }
            IndexNames::OfTable => self.tables.get(table).filter(has),
        }
    }

    /// Returns the tables with a foreign key to `name`, itself not counted. In order of name.
    pub fn referring_tables<'a>(&'a self, name: &'a TableName) -> impl Iterator<Item = &'a Table> {
        self.tables.values().filter(move |table| {
            table.name != *name && table.foreign_keys().any(|key| key.references == *name)
        })
    }

    /// Says what has the name of a table, view or sequence, which share theirs wherever there are such.
    pub(crate) fn relation(&self, name: &TableName) -> Option<ObjectKind> {
        let is = |there: bool, kind: ObjectKind| there.then_some(kind);
        is(self.tables.contains_key(name), ObjectKind::Table)
            .or(is(self.views.contains_key(name), ObjectKind::View))
            .or(is(self.sequences.contains_key(name), ObjectKind::Sequence))
    }

    /// Returns some table, view, enum or sequence in the schema of that name.
    pub fn object_in(&self, schema: &Ident) -> Option<&TableName> {
        let names = self.tables.keys().chain(self.views.keys());
        let mut names = names.chain(self.enums.keys()).chain(self.sequences.keys());
        names.find(|name| name.schema.as_ref() == Some(schema))
    }

    /// Reports that an object is missing, or that it cannot be known.
    pub fn missing<'a>(
        &self,
        kind: ObjectKind,
        name: &TableName,
        there: impl IntoIterator<Item = &'a TableName>,
    ) -> SchemaError {
        if !self.opaque.is_empty() {
            return self.unknown(name);
        }
        let names: Vec<String> = there.into_iter().map(TableName::to_string).collect();
        SchemaError::not_found(kind, name, None, names.iter().map(String::as_str))
    }

    /// Turns "not found" into "not known" when something whose effect is not known may have made what was looked for, and
    /// "there already" when it may have dropped what is in the way.
    pub fn or_unknown(&self, error: SchemaError) -> SchemaError {
        match &error {
            SchemaError::NotFound { name, .. } if !self.opaque.is_empty() => self.unknown(name),
            SchemaError::Exists { name, owner, .. } if self.may_be_gone(name, owner.as_ref()) => {
                self.unknown(name)
            }
            _ => error,
        }
    }

    fn may_be_gone(&self, name: &str, owner: Option<&TableName>) -> bool {
        let holder = owner.map(|table| table.name.clone()).or_else(|| Ident::new(name).ok());
        holder.is_some_and(|holder| !self.opaque.touching(&holder).is_empty())
    }

    fn unknown(&self, name: impl ToString) -> SchemaError {
        SchemaError::Opaque { name: name.to_string(), causes: self.opaque.causes().to_vec() }
    }
}
