//! A table: columns, constraints and indexes.

use std::collections::{BTreeMap, BTreeSet};

use crate::literal::{Literal, RawSql};
use crate::name::{Ident, TableName};

use super::{
    Column, Constraint, ConstraintRef, ForeignKey, Index, ObjectKind, PrimaryKey, SchemaError, Stored,
};

/// What only some dialects have: by dialect, then by the name of the option.
pub type Options = BTreeMap<String, BTreeMap<String, Literal>>;

/// A table.
///
/// Two tables are equal when they differ only in the order of constraints and of indexes, which means nothing.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: TableName,
    /// Its columns, at least one, in order.
    pub columns: Vec<Column>,
    /// Its constraints, in the order in which they came.
    pub constraints: Vec<Constraint>,
    /// Its indexes, in the order in which they came. Those that belong to constraints are not among them.
    pub indexes: Vec<Index>,
    /// A comment kept in the database, where it keeps comments.
    pub comment: Option<String>,
    /// What only some dialects have.
    pub options: Options,
    /// The columns that were added after the table was made, so that there may be rows from before. Not part of
    /// equality.
    pub added: BTreeSet<Ident>,
    /// The statement by which the author's own SQL made the table, and what SQLite has made of it since, as far as that
    /// is known. Not part of equality.
    pub written: Option<RawSql>,
    /// What the database itself says of the table, where it was asked. Not part of equality.
    pub stored: Option<Box<Stored>>,
}

impl Table {
    /// Makes a table with columns and nothing else.
    pub fn new(name: TableName, columns: Vec<Column>) -> Self {
        Self {
            name,
            columns,
            constraints: Vec::new(),
            indexes: Vec::new(),
            comment: None,
            options: Options::new(),
            added: BTreeSet::new(),
            written: None,
            stored: None,
        }
    }

    /// Returns the column of that name.
    pub fn column(&self, name: &Ident) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// Returns the position of the column of that name, counted from 0.
    ///
    /// # Errors
    /// [`SchemaError::NotFound`], with the nearest name.
    pub fn column_position(&self, name: &Ident) -> Result<usize, SchemaError> {
        self.columns.iter().position(|column| column.name == *name).ok_or_else(|| {
            let names = self.columns.iter().map(|column| column.name.as_str());
            SchemaError::not_found(ObjectKind::Column, name, Some(&self.name), names)
        })
    }

    /// Returns the primary key.
    pub fn primary_key(&self) -> Option<&PrimaryKey> {
        self.constraints.iter().find_map(|constraint| match constraint {
            Constraint::PrimaryKey(key) => Some(key),
            _ => None,
        })
    }

    /// Returns the foreign keys, in order.
    pub fn foreign_keys(&self) -> impl Iterator<Item = &ForeignKey> {
        self.constraints.iter().filter_map(|constraint| match constraint {
            Constraint::ForeignKey(key) => Some(key),
            _ => None,
        })
    }

    /// Returns the position of the one constraint that is meant, counted from 0. Where a shape fits several, a
    /// nameless one is meant.
    ///
    /// # Errors
    /// [`SchemaError::NotFound`], with the nearest name; [`SchemaError::Ambiguous`] when several fit.
    pub fn constraint_position(&self, which: &ConstraintRef) -> Result<usize, SchemaError> {
        let mut fitting = (0..self.constraints.len()).filter(|&i| which.matches(&self.constraints[i]));
        match (fitting.next(), fitting.next()) {
            (Some(one), None) => Ok(one),
            (Some(_), Some(_)) => {
                let nameless =
                    |i: &usize| self.constraints[*i].name().is_none() && which.matches(&self.constraints[*i]);
                if let Some(one) = (0..self.constraints.len()).find(nameless) {
                    return Ok(one);
                }
                Err(SchemaError::Ambiguous { which: which.to_string(), table: self.name.clone() })
            }
            (None, _) => {
                let names = self.constraints.iter().filter_map(Constraint::name).map(Ident::as_str);
                Err(SchemaError::not_found(ObjectKind::Constraint, which, Some(&self.name), names))
            }
        }
    }

    /// Returns the position of the index of that name, counted from 0.
    ///
    /// # Errors
    /// [`SchemaError::NotFound`], with the nearest name.
    pub fn index_position(&self, name: &Ident) -> Result<usize, SchemaError> {
        self.indexes.iter().position(|index| index.name == *name).ok_or_else(|| {
            let names = self.indexes.iter().map(|index| index.name.as_str());
            SchemaError::not_found(ObjectKind::Index, name, Some(&self.name), names)
        })
    }

    /// Checks that the table names only columns that it has, each once, and one primary key at most.
    ///
    /// # Errors
    /// The first fault, in the order columns, constraints, indexes.
    pub fn validate(&self) -> Result<(), SchemaError> {
        let mut seen = BTreeSet::new();
        for column in &self.columns {
            if !seen.insert(&column.name) {
                return Err(SchemaError::exists(ObjectKind::Column, &column.name, Some(&self.name)));
            }
            column.validate()?;
        }
        let known = |name: &Ident| {
            let names = seen.iter().map(|name| name.as_str());
            match seen.contains(name) {
                true => Ok(()),
                false => Err(SchemaError::not_found(ObjectKind::Column, name, Some(&self.name), names)),
            }
        };
        let (mut names, mut nameless) = (BTreeSet::new(), BTreeSet::new());
        for constraint in &self.constraints {
            if constraint.name().is_none() && !nameless.insert(constraint.likeness()) {
                return Err(SchemaError::exists(
                    ObjectKind::Constraint,
                    constraint.shape(),
                    Some(&self.name),
                ));
            }
            constraint.columns().into_iter().try_for_each(known)?;
            if let Constraint::ForeignKey(key) = constraint
                && key.references == self.name
            {
                key.referred_columns.iter().try_for_each(known)?;
            }
            if constraint.name().is_some_and(|name| !names.insert(name)) {
                return Err(SchemaError::exists(
                    ObjectKind::Constraint,
                    constraint.name().map_or("", Ident::as_str),
                    Some(&self.name),
                ));
            }
        }
        if self.constraints.iter().filter(|c| matches!(c, Constraint::PrimaryKey(_))).count() > 1 {
            return Err(SchemaError::exists(ObjectKind::Constraint, "primary key", Some(&self.name)));
        }
        let mut names = BTreeSet::new();
        for index in &self.indexes {
            index.named_columns().into_iter().try_for_each(known)?;
            if !names.insert(&index.name) {
                return Err(SchemaError::exists(ObjectKind::Index, &index.name, Some(&self.name)));
            }
        }
        Ok(())
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        let Self { name, columns, constraints, indexes, comment, options, added: _, written: _, stored: _ } =
            self;
        *name == other.name
            && *columns == other.columns
            && *comment == other.comment
            && *options == other.options
            && sorted(constraints, |c| c) == sorted(&other.constraints, |c| c)
            && sorted(indexes, |i| &i.name) == sorted(&other.indexes, |i| &i.name)
    }
}

fn sorted<T, K: Ord>(items: &[T], key: impl Fn(&T) -> &K) -> Vec<&T> {
    let mut items: Vec<&T> = items.iter().collect();
    items.sort_by(|a, b| key(a).cmp(key(b)));
    items
}
