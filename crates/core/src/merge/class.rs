//! What comes of joining two branches, in a word.

/// What comes of joining two branches. Ordered: what is worse is greater.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::Display,
    strum::IntoStaticStr,
    strum::EnumIter,
)]
#[strum(serialize_all = "kebab-case")]
pub enum MergeClass {
    /// Neither touches what the other does.
    Independent,
    /// Both orders are valid and lead to the same schema, the order of columns aside.
    Commuting,
    /// Both orders are valid, and what they lead to differs.
    OrderDependent,
    /// It cannot be told, because of SQL that is not understood, or of what only rows or the server's types decide.
    Unknown,
    /// An order fails.
    Conflict,
}

impl MergeClass {
    /// Says whether the branches may be joined as they are.
    pub fn is_clean(self) -> bool {
        matches!(self, Self::Independent | Self::Commuting)
    }
}
