//! The constraints of a table, and the ways to name one.

use std::collections::BTreeSet;
use std::fmt;

use crate::literal::RawSql;
use crate::name::{Ident, TableName};

use super::{IndexKey, Table};

/// A rule of a table. Every kind may have a name or none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, strum::EnumDiscriminants)]
#[strum_discriminants(
    name(ConstraintKind),
    doc = "The kind of a constraint.",
    derive(strum::IntoStaticStr, strum::EnumIter, strum::Display, PartialOrd, Ord),
    strum(serialize_all = "snake_case")
)]
pub enum Constraint {
    /// `PRIMARY KEY`; at most one a table.
    PrimaryKey(PrimaryKey),
    /// `UNIQUE`.
    Unique(Unique),
    /// `FOREIGN KEY`.
    ForeignKey(ForeignKey),
    /// `CHECK`.
    Check(Check),
    /// `EXCLUDE`, on PostgreSQL.
    Exclude(Exclude),
}

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PrimaryKey {
    /// Its name.
    pub name: Option<Ident>,
    /// Its columns, at least one, in key order.
    pub columns: Vec<Ident>,
}

/// A unique constraint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unique {
    /// Its name.
    pub name: Option<Ident>,
    /// Its columns, at least one.
    pub columns: Vec<Ident>,
    /// Whether two NULLs count as equal (PostgreSQL 15).
    pub nulls_not_distinct: bool,
    /// When it is checked.
    pub deferrable: Option<Deferrable>,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignKey {
    /// Its name.
    pub name: Option<Ident>,
    /// The columns of this table, at least one.
    pub columns: Vec<Ident>,
    /// The table that they point at.
    pub references: TableName,
    /// The columns there, as many as `columns`; empty means that table's primary key.
    pub referred_columns: Vec<Ident>,
    /// What happens here when the row there is deleted.
    pub on_delete: Option<ReferentialAction>,
    /// What happens here when the key there changes.
    pub on_update: Option<ReferentialAction>,
    /// How keys with NULLs in them match.
    pub match_type: Option<Match>,
    /// When it is checked.
    pub deferrable: Option<Deferrable>,
    /// Whether rows already there are left unchecked (PostgreSQL's NOT VALID).
    pub not_valid: bool,
}

impl ForeignKey {
    /// Says whether it points at the primary key of a table, or at columns that are unique together there.
    pub fn points_at_key_of(&self, parent: &Table) -> bool {
        if self.referred_columns.is_empty() {
            return parent.primary_key().is_some_and(|key| key.columns.len() == self.columns.len());
        }
        let alike = |columns: &[&Ident]| {
            columns.len() == self.referred_columns.len()
                && self.referred_columns.iter().all(|name| columns.contains(&name))
        };
        let of_constraint = parent.constraints.iter().any(|constraint| match constraint {
            Constraint::PrimaryKey(_) | Constraint::Unique(_) => alike(&constraint.columns()),
            _ => false,
        });
        of_constraint
            || parent.indexes.iter().any(|index| {
                index.unique
                    && index.filter.is_none()
                    && index.texts().is_empty()
                    && alike(&index.named_columns())
            })
    }

    /// Makes one without a name, for which the database does what it does by itself.
    pub fn new(columns: Vec<Ident>, references: TableName, referred_columns: Vec<Ident>) -> Self {
        Self {
            name: None,
            columns,
            references,
            referred_columns,
            on_delete: None,
            on_update: None,
            match_type: None,
            deferrable: None,
            not_valid: false,
        }
    }
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Check {
    /// Its name.
    pub name: Option<Ident>,
    /// The condition, without the parentheses around it.
    pub sql: RawSql,
    /// Whether rows already there are left unchecked (PostgreSQL's NOT VALID).
    pub not_valid: bool,
}

/// What constraints have in common that a [`ConstraintRef`] without a name could not tell apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness<'c> {
    PrimaryKey,
    Unique(BTreeSet<&'c Ident>),
    ForeignKey(&'c [Ident]),
    Check(String),
    Exclude(&'c Exclude),
}

/// An exclusion constraint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exclude {
    /// Its name.
    pub name: Option<Ident>,
    /// The index method; PostgreSQL takes gist when none is given.
    pub using: Option<Ident>,
    /// What is compared, and how; at least one.
    pub elements: Vec<ExcludeElement>,
    /// The rows that it is about.
    pub filter: Option<RawSql>,
    /// When it is checked.
    pub deferrable: Option<Deferrable>,
}

/// One comparison of an exclusion constraint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExcludeElement {
    /// What is compared.
    pub key: IndexKey,
    /// The operator, such as `&&`.
    pub operator: RawSql,
}

/// What a foreign key does when the row that it points at goes or changes.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum ReferentialAction {
    /// Refuse at the end of the statement or transaction.
    #[strum(serialize = "no action")]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Do the same here.
    Cascade,
    /// Put NULL.
    #[strum(serialize = "set null")]
    SetNull,
    /// Put the default.
    #[strum(serialize = "set default")]
    SetDefault,
}

impl ReferentialAction {
    /// Returns the SQL keywords.
    pub fn keywords(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}

/// How a foreign key of several columns matches when some are NULL.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum Match {
    /// Any NULL lets the row pass; the default.
    Simple,
    /// All or none may be NULL.
    Full,
    /// Those not NULL must match.
    Partial,
}

impl Match {
    /// Returns the SQL keyword behind `MATCH`.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Simple => "SIMPLE",
            Self::Full => "FULL",
            Self::Partial => "PARTIAL",
        }
    }
}

/// When a constraint is checked, where it is said.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum Deferrable {
    /// `NOT DEFERRABLE`.
    Not,
    /// `DEFERRABLE INITIALLY IMMEDIATE`.
    Immediate,
    /// `DEFERRABLE INITIALLY DEFERRED`.
    Deferred,
}

impl Deferrable {
    /// Returns the SQL keywords.
    pub fn keywords(self) -> &'static str {
        match self {
            Self::Not => "NOT DEFERRABLE",
            Self::Immediate => "DEFERRABLE INITIALLY IMMEDIATE",
            Self::Deferred => "DEFERRABLE INITIALLY DEFERRED",
        }
    }
}

impl Constraint {
    /// Returns the kind.
    pub fn kind(&self) -> ConstraintKind {
        self.into()
    }

    /// Returns the name, if it has one.
    pub fn name(&self) -> Option<&Ident> {
        match self {
            Self::PrimaryKey(PrimaryKey { name, .. })
            | Self::Unique(Unique { name, .. })
            | Self::ForeignKey(ForeignKey { name, .. })
            | Self::Check(Check { name, .. })
            | Self::Exclude(Exclude { name, .. }) => name.as_ref(),
        }
    }

    /// Returns the place of the name, to give it another.
    pub fn name_mut(&mut self) -> &mut Option<Ident> {
        match self {
            Self::PrimaryKey(PrimaryKey { name, .. })
            | Self::Unique(Unique { name, .. })
            | Self::ForeignKey(ForeignKey { name, .. })
            | Self::Check(Check { name, .. })
            | Self::Exclude(Exclude { name, .. }) => name,
        }
    }

    /// Returns how messages call it: by its name, or by its shape.
    pub fn shape(&self) -> String {
        ConstraintRef::to(self).map_or_else(|| "exclusion".to_owned(), |which| which.to_string())
    }

    /// Says whether both are nameless and of the same shape, so that nothing could tell them apart.
    pub fn is_twin(&self, other: &Self) -> bool {
        self.name().is_none() && other.name().is_none() && self.likeness() == other.likeness()
    }

    /// Returns what it has in common with those of the same shape.
    pub(crate) fn likeness(&self) -> Likeness<'_> {
        match self {
            Self::PrimaryKey(_) => Likeness::PrimaryKey,
            Self::Unique(unique) => Likeness::Unique(unique.columns.iter().collect()),
            Self::ForeignKey(key) => Likeness::ForeignKey(&key.columns),
            Self::Check(check) => Likeness::Check(super::mention::likeness(check.sql.as_str())),
            Self::Exclude(exclude) => Likeness::Exclude(exclude),
        }
    }

    /// Returns the expressions in it: of a check, and of an exclusion its keys and filter.
    pub fn texts(&self) -> Vec<&RawSql> {
        match self {
            Self::Check(check) => vec![&check.sql],
            Self::Exclude(exclude) => {
                let keys = exclude.elements.iter().filter_map(|element| match &element.key {
                    IndexKey::Sql(sql) => Some(sql),
                    IndexKey::Column(_) => None,
                });
                keys.chain(&exclude.filter).collect()
            }
            Self::PrimaryKey(_) | Self::Unique(_) | Self::ForeignKey(_) => Vec::new(),
        }
    }

    /// Returns the expressions in it, to change them.
    pub fn texts_mut(&mut self) -> Vec<&mut RawSql> {
        match self {
            Self::Check(check) => vec![&mut check.sql],
            Self::Exclude(exclude) => {
                let keys = exclude.elements.iter_mut().filter_map(|element| match &mut element.key {
                    IndexKey::Sql(sql) => Some(sql),
                    IndexKey::Column(_) => None,
                });
                keys.chain(&mut exclude.filter).collect()
            }
            Self::PrimaryKey(_) | Self::Unique(_) | Self::ForeignKey(_) => Vec::new(),
        }
    }

    /// Returns it without its name.
    #[must_use]
    pub fn nameless(&self) -> Self {
        let mut nameless = self.clone();
        *nameless.name_mut() = None;
        nameless
    }

    /// Returns the columns of this table that it names; none for checks, whose text is not read here.
    pub fn columns(&self) -> Vec<&Ident> {
        match self {
            Self::PrimaryKey(PrimaryKey { columns, .. })
            | Self::Unique(Unique { columns, .. })
            | Self::ForeignKey(ForeignKey { columns, .. }) => columns.iter().collect(),
            Self::Exclude(Exclude { elements, .. }) => {
                elements.iter().filter_map(|e| e.key.as_column()).collect()
            }
            Self::Check(_) => Vec::new(),
        }
    }

    /// Gives a column of this table another name, wherever the constraint names it.
    pub fn rename_column(&mut self, from: &Ident, to: &Ident) {
        let rename = |name: &mut Ident| {
            if name == from {
                *name = to.clone();
            }
        };
        match self {
            Self::PrimaryKey(PrimaryKey { columns, .. })
            | Self::Unique(Unique { columns, .. })
            | Self::ForeignKey(ForeignKey { columns, .. }) => columns.iter_mut().for_each(rename),
            Self::Exclude(Exclude { elements, .. }) => {
                elements.iter_mut().filter_map(|e| e.key.as_column_mut()).for_each(rename);
            }
            Self::Check(_) => {}
        }
    }
}

/// A way to name a constraint: by its name, or by its shape where it has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConstraintRef {
    /// By name.
    Name(Ident),
    /// The primary key, whatever its columns.
    PrimaryKey,
    /// The unique constraint over just these columns, in any order.
    Unique(Vec<Ident>),
    /// The check with this text; spaces, comments, the case of words and parentheses around the whole aside.
    Check(RawSql),
    /// The foreign key from just these columns, in this order.
    ForeignKey(Vec<Ident>),
}

impl ConstraintRef {
    /// Says whether the constraint is one that is meant.
    pub fn matches(&self, constraint: &Constraint) -> bool {
        match (self, constraint) {
            (Self::Name(name), _) => constraint.name() == Some(name),
            (Self::PrimaryKey, Constraint::PrimaryKey(_)) => true,
            (Self::Unique(columns), Constraint::Unique(unique)) => {
                columns.len() == unique.columns.len() && columns.iter().all(|c| unique.columns.contains(c))
            }
            (Self::Check(sql), Constraint::Check(check)) => {
                super::mention::are_alike(sql.as_str(), check.sql.as_str())
            }
            (Self::ForeignKey(columns), Constraint::ForeignKey(key)) => *columns == key.columns,
            _ => false,
        }
    }

    /// Returns the way to name a constraint for certain: its name, or its shape. `None` for a nameless exclusion.
    pub fn to(constraint: &Constraint) -> Option<Self> {
        Some(match constraint {
            other if other.name().is_some() => Self::Name(other.name()?.clone()),
            Constraint::PrimaryKey(_) => Self::PrimaryKey,
            Constraint::Unique(unique) => Self::Unique(unique.columns.clone()),
            Constraint::ForeignKey(key) => Self::ForeignKey(key.columns.clone()),
            Constraint::Check(check) => Self::Check(check.sql.clone()),
            Constraint::Exclude(_) => return None,
        })
    }
}

impl fmt::Display for ConstraintRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: &[Ident]| names.iter().map(Ident::as_str).collect::<Vec<_>>().join(", ");
        match self {
            Self::Name(name) => write!(f, "{name}"),
            Self::PrimaryKey => write!(f, "primary key"),
            Self::Unique(columns) => write!(f, "unique ({})", list(columns)),
            Self::Check(sql) => write!(f, "check ({sql})"),
            Self::ForeignKey(columns) => write!(f, "foreign key ({})", list(columns)),
        }
    }
}
