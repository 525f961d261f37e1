//! How SQLite stores what is put into a column of a type (sqlite.org/datatype3.html#determination_of_column_affinity).

use std::fmt;

use limbeck_core::column_type::ColumnType;
use limbeck_core::impact::narrows;

use super::types::{Enums, type_name};
use crate::dialect::NAME;

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

/// Says whether values may come out changed when a column takes another type. Neither a length nor a kind of number is kept to, so
/// that they stay as they are while the affinity does; a number becomes a text that is the same number.
pub(crate) fn converts_with_loss(from: &ColumnType, to: &ColumnType) -> bool {
    let affinity_of = |ty: &ColumnType| type_name(ty, &Enums::new()).map(|text| affinity(&text)).ok();
    match (affinity_of(from), affinity_of(to)) {
        (Some(from), Some(to)) => {
            from != to && to != Affinity::Blob && !(from == Affinity::Numeric && to == Affinity::Text)
        }
        _ => narrows(from.on(NAME), to.on(NAME)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_stored_anew_may_be_lost() {
        let text = |length| ColumnType::String { length };
        let native = |text: &str| ColumnType::Native(limbeck_core::literal::RawSql::new(text));
        for (from, to) in [
            (text(Some(20)), text(Some(5))),
            (native("INT"), ColumnType::Bigint),
            (ColumnType::Bigint, ColumnType::Text),
            (ColumnType::Text, native("")),
        ] {
            assert!(!converts_with_loss(&from, &to), "{from:?} to {to:?}");
        }
        for (from, to) in [(ColumnType::Text, ColumnType::Integer), (ColumnType::Bigint, ColumnType::Double)]
        {
            assert!(converts_with_loss(&from, &to), "{from:?} to {to:?}");
        }
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        let found = ["", "CHARINT", "varchar(3)", "blob", "DOUBLE PRECISION", "DECIMAL(10, 2)", "STRING"];
        let found = found.map(affinity);
        use Affinity::{Blob, Numeric, Real, Text};
        assert_eq!(found, [Blob, Numeric, Text, Blob, Real, Numeric, Numeric]);
    }
}
