//! Prints columns, with the constraints that have their place on them.

use crate::name::Ident;
use crate::schema::{
    Column, Constraint, ForeignKey, Generated, GeneratedStorage, Identity, PrimaryKey, Unique,
};

use super::constraint::rules;
use super::item::{Item, Toml};

/// The constraints of a table or of an added column, each printed once.
pub(super) struct Constraints<'a> {
    left: Vec<&'a Constraint>,
}

impl<'a> Constraints<'a> {
    pub(super) fn new(constraints: &'a [Constraint]) -> Self {
        Self { left: constraints.iter().collect() }
    }

    /// Takes the first that is wanted.
    pub(super) fn take(&mut self, wanted: impl Fn(&Constraint) -> bool) -> Option<&'a Constraint> {
        let at = self.left.iter().position(|constraint| wanted(constraint))?;
        Some(self.left.remove(at))
    }

    /// Returns those that have not been taken.
    pub(super) fn rest(self) -> Vec<&'a Constraint> {
        self.left
    }
}

/// Prints a column but for its name. The constraints that fit on it are taken.
pub(super) fn column(column: &Column, constraints: &mut Constraints<'_>) -> Toml {
    let Column {
        name,
        ty,
        nullable,
        default,
        collation,
        comment,
        generated,
        identity,
        autoincrement,
        options,
    } = column;
    let in_key = |constraint: &&Constraint| matches!(constraint, Constraint::PrimaryKey(PrimaryKey { columns, .. }) if columns.contains(name));
    let is_key = constraints.left.iter().any(in_key);
    let own_key = constraints.take(|constraint| {
        matches!(constraint, Constraint::PrimaryKey(PrimaryKey { name: None, columns }) if alone(columns, name))
    });
    let mut toml = Toml::with("type", Item::column_type(ty)).flag("primary_key", own_key.is_some());
    if !nullable && !is_key {
        toml = toml.put("nullable", Item::boolean(false));
    }
    if let Some(default) = default {
        toml = toml.value("default", default);
    }
    toml = toml
        .maybe("generated", generated.as_ref().map(Item::generated))
        .maybe("identity", identity.as_ref().map(Item::identity))
        .maybe("autoincrement", autoincrement.map(Item::boolean))
        .maybe("collation", collation.as_ref().map(Item::ident))
        .maybe("comment", comment.as_deref().map(Item::text));
    let unique = constraints.take(|constraint| {
        matches!(constraint, Constraint::Unique(Unique { name: None, columns, nulls_not_distinct: false, deferrable: None })
            if alone(columns, name))
    });
    toml = toml.flag("unique", unique.is_some());
    let reference = constraints.take(|constraint| {
        matches!(constraint, Constraint::ForeignKey(ForeignKey { name: None, columns, referred_columns, not_valid: false, .. })
            if alone(columns, name) && referred_columns.len() == 1)
    });
    if let Some(Constraint::ForeignKey(key)) = reference {
        let target = key.references.print_with_column(&key.referred_columns[0]);
        toml = rules(toml.put("references", Item::text(&target)), key);
    }
    toml.options(options)
}

fn alone(columns: &[Ident], name: &Ident) -> bool {
    columns == std::slice::from_ref(name)
}

impl Item {
    /// Writes the expression of a generated column.
    pub(super) fn generated(generated: &Generated) -> Self {
        let Generated { sql, storage } = generated;
        match storage {
            GeneratedStorage::Stored => Self::sql(sql),
            GeneratedStorage::Virtual => {
                Toml::with("sql", Self::sql(sql)).put("storage", Self::word(*storage)).item()
            }
        }
    }

    /// Writes an identity's options.
    pub(super) fn identity(identity: &Identity) -> Self {
        if *identity == Identity::default() {
            return Self::boolean(true);
        }
        let Identity { always, start, increment, min, max, cache, cycle } = identity;
        Toml::default()
            .flag("always", *always)
            .and(super::object::counting([start, increment, min, max, cache], *cycle))
            .item()
    }
}
