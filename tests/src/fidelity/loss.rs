//! What a change has lost, and by which measure that is seen.

use std::fmt;

/// What is measured.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::Display, strum::EnumIter, strum::IntoStaticStr,
)]
#[strum(serialize_all = "lowercase")]
pub enum Measure {
    /// An object is gone, or one is there that nobody asked for.
    Objects,
    /// The text of an object is another one beyond the clause that was to change.
    Text,
    /// A comment in a text is gone.
    Comments,
    /// What SQLite says of a column: type, nullability, default, collation, position in the key.
    Columns,
    /// A value, or its storage class.
    Values,
    /// A rowid.
    Rowids,
    /// Foreign keys and unique keys, as SQLite lists them.
    Keys,
    /// STRICT, WITHOUT ROWID.
    Options,
    /// A rule no longer refuses what it refused, or refuses what it let in.
    Rules,
    /// What a statement does through triggers, foreign-key actions, defaults and counts.
    Effects,
    /// How a query finds its rows.
    Plans,
    /// The statistics of ANALYZE.
    Statistics,
    /// How far AUTOINCREMENT has counted.
    Sequence,
    /// What `integrity_check` and `foreign_key_check` find.
    Integrity,
    /// Page size, encoding, user version and the like.
    Header,
    /// The connection is not set up as it was.
    Session,
    /// The change was refused, and the database is another one all the same.
    Half,
}

/// One thing that was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// By which measure.
    pub measure: Measure,
    /// What, with the old and the new.
    pub what: String,
}

impl Loss {
    pub(super) fn new(measure: Measure, what: impl Into<String>) -> Self {
        Self { measure, what: what.into() }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.measure, self.what)
    }
}
