//! Why an operation does not fit the schema that it is applied to.

use std::fmt::Display;

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::name::TableName;

use super::OpaqueCause;

/// A kind of object that can be missing or there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum ObjectKind {
    /// A table.
    Table,
    /// A column of a table.
    Column,
    /// A constraint of a table.
    Constraint,
    /// An index of a table.
    Index,
    /// A named enum.
    Enum,
    /// A value of a named enum.
    #[strum(serialize = "enum value")]
    EnumValue,
    /// A view.
    View,
    /// A sequence.
    Sequence,
    /// A schema.
    Schema,
}

/// Why an operation does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// What the operation needs is not there.
    #[error("no {kind} `{name}`{}", of(.owner))]
    NotFound {
        /// What is missing.
        kind: ObjectKind,
        /// Its name.
        name: String,
        /// The table that should have it.
        owner: Option<TableName>,
        /// A name that is there and spelled alike.
        similar: Option<String>,
    },
    /// What the operation makes is there already.
    #[error("{kind} `{name}`{} exists already", of(.owner))]
    Exists {
        /// What is there.
        kind: ObjectKind,
        /// Its name.
        name: String,
        /// The table that has it.
        owner: Option<TableName>,
    },
    /// Several constraints fit.
    #[error("several constraints of table `{table}` are meant by {which}")]
    Ambiguous {
        /// How they were named.
        which: String,
        /// The table.
        table: TableName,
    },
    /// Something else needs what the operation would remove.
    #[error("{kind} `{name}` cannot be dropped: {by} needs it")]
    InUse {
        /// What would go.
        kind: ObjectKind,
        /// Its name.
        name: String,
        /// What needs it, in words.
        by: String,
    },
    /// Raw SQL may have changed it.
    #[error("the state of `{name}` is not known at this point of the history")]
    Opaque {
        /// What would have to be known.
        name: String,
        /// The statements that may have changed it.
        causes: Vec<OpaqueCause>,
    },
    /// There is no way back.
    #[error("no downgrade can be derived: {reason}")]
    Irreversible {
        /// Why not.
        reason: String,
    },
    /// The operation makes no sense in itself.
    #[error("{0}")]
    Contradiction(String),
}

fn of(owner: &Option<TableName>) -> String {
    owner.as_ref().map(|table| format!(" in table `{table}`")).unwrap_or_default()
}

impl SchemaError {
    /// Reports something missing, with the nearest of the names that are there.
    pub fn not_found<'a>(
        kind: ObjectKind,
        name: impl Display,
        owner: Option<&TableName>,
        there: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let name = name.to_string();
        let similar = nearest(&name, there).map(str::to_owned);
        Self::NotFound { kind, name, owner: owner.cloned(), similar }
    }

    /// Reports something that is there already.
    pub fn exists(kind: ObjectKind, name: impl Display, owner: Option<&TableName>) -> Self {
        Self::Exists { kind, name: name.to_string(), owner: owner.cloned() }
    }

    /// Reports something that cannot be undone.
    pub fn irreversible(reason: impl Into<String>) -> Self {
        Self::Irreversible { reason: reason.into() }
    }
}

impl From<SchemaError> for Diagnostic {
    fn from(error: SchemaError) -> Self {
        let diagnostic = Diagnostic::new(code(&error), error.to_string());
        match error {
            SchemaError::NotFound { kind, similar: Some(similar), .. } => {
                diagnostic.hint(format!("a {kind} with a similar name exists: `{similar}`"))
            }
            SchemaError::Opaque { causes, .. } => causes
                .into_iter()
                .filter_map(|cause| cause.place)
                .fold(diagnostic, |diagnostic, place| diagnostic.at(place.label("may have changed it")))
                .hint(
                    "state the effect of that statement with `state = [ …operations… ]`, or in a SQL file with DDL behind a line `-- limbeck:state`",
                ),
            SchemaError::Irreversible { .. } => {
                diagnostic.hint("write a `[[downgrade]]`, or say `irreversible = true`")
            }
            _ => diagnostic,
        }
    }
}

fn code(error: &SchemaError) -> Code {
    match error {
        SchemaError::NotFound { kind, .. } => match kind {
            ObjectKind::Table => Code::NoSuchTable,
            ObjectKind::Column => Code::NoSuchColumn,
            ObjectKind::Constraint => Code::NoSuchConstraint,
            ObjectKind::Index => Code::NoSuchIndex,
            _ => Code::NoSuchObject,
        },
        SchemaError::Exists { kind, .. } => match kind {
            ObjectKind::Table => Code::TableExists,
            ObjectKind::Column => Code::ColumnExists,
            ObjectKind::Constraint => Code::ConstraintExists,
            ObjectKind::Index => Code::IndexExists,
            _ => Code::ObjectExists,
        },
        SchemaError::Ambiguous { .. } => Code::NoSuchConstraint,
        SchemaError::InUse { .. } => Code::StillInUse,
        SchemaError::Opaque { .. } => Code::Opaque,
        SchemaError::Irreversible { .. } => Code::Irreversible,
        SchemaError::Contradiction(_) => Code::Contradiction,
    }
}
