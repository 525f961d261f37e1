//! How SQLite stores what is put into a column of a type (sqlite.org/datatype3.html#determination_of_column_affinity).

use std::fmt;

/// The affinity of a column. INTEGER and NUMERIC are one: they differ in CAST alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Affinity {
    Numeric,
    Text,
    Blob,
    Real,
}

impl fmt::Display for Affinity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Numeric => "NUMERIC",
            Self::Text => "TEXT",
            Self::Blob => "BLOB",
            Self::Real => "REAL",
        })
    }
}

/// Returns the affinity of a type, by the text of it; the first rule that fits counts.
pub(super) fn affinity(ty: &str) -> Affinity {
    let ty = ty.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| ty.contains(word));
    match () {
        () if has(&["INT"]) => Affinity::Numeric,
        () if has(&["CHAR", "CLOB", "TEXT"]) => Affinity::Text,
        () if has(&["BLOB"]) || ty.trim().is_empty() => Affinity::Blob,
        () if has(&["REAL", "FLOA", "DOUB"]) => Affinity::Real,
        () => Affinity::Numeric,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rule_that_fits_counts() {
        let found = ["", "CHARINT", "varchar(3)", "blob", "DOUBLE PRECISION", "DECIMAL(10, 2)", "STRING"];
        let found = found.map(affinity);
        use Affinity::{Blob, Numeric, Real, Text};
        assert_eq!(found, [Blob, Numeric, Text, Blob, Real, Numeric, Numeric]);
    }
}
