//! Whether a type holds less than another.

use crate::column_type::ColumnType;

/// Says whether values of one type may not fit the other, or come out changed.
///
/// Of types that are not told by their kind, such as native ones, nothing is known, and they are taken to hold less.
pub fn narrows(from: &ColumnType, to: &ColumnType) -> bool {
    use ColumnType::*;
    if from == to {
        return false;
    }
    let whole = |ty: &ColumnType| match ty {
        Boolean => Some(1),
        Smallint => Some(5),
        Integer => Some(10),
        Bigint => Some(19),
        _ => None,
    };
    let length = |ty: &ColumnType| match ty {
        String { length } | Unicode { length } => Some(length.unwrap_or(u32::MAX)),
        Text => Some(u32::MAX),
        _ => None,
    };
    // How long the text of a value gets.
    let printed = |ty: &ColumnType| match ty {
        Boolean => Some(5),
        Smallint => Some(6),
        Integer => Some(11),
        Bigint => Some(20),
        Date => Some(10),
        Uuid => Some(36),
        Enum { values, .. } if !values.is_empty() => {
            values.iter().map(|value| u32::try_from(value.chars().count()).unwrap_or(u32::MAX)).max()
        }
        _ => None,
    };
    if let (Some(from), Some(to)) = (whole(from), whole(to)) {
        return to < from;
    }
    if let (Some(from), Some(to)) = (length(from).or(printed(from)), length(to)) {
        return to < from;
    }
    match (from, to) {
        (
            Decimal { precision: Some(from), scale: from_scale },
            Decimal { precision: Some(to), scale: to_scale },
        ) => {
            let (from_scale, to_scale) = (from_scale.unwrap_or(0), to_scale.unwrap_or(0));
            to_scale < from_scale || to.saturating_sub(to_scale) < from.saturating_sub(from_scale)
        }
        (Decimal { .. }, Decimal { precision: None, .. }) => false,
        (from, Decimal { precision, scale }) if whole(from).is_some() => {
            let digits = precision.map_or(u32::MAX, |all| all.saturating_sub(scale.unwrap_or(0)));
            whole(from).is_some_and(|needed| digits < needed)
        }
        // 53 bits hold a whole number of 15 digits.
        (from, Double) if whole(from).is_some() => whole(from).is_some_and(|needed| needed > 15),
        (Float { precision: None }, Double) => false,
        (Float { precision: Some(from) }, Double) => *from > 53,
        (Float { precision: Some(from) }, Float { precision: Some(to) }) => to < from,
        (Date, Datetime | Datetimetz) => false,
        (Binary { length: from }, Binary { length: to }) => to.unwrap_or(u32::MAX) < from.unwrap_or(u32::MAX),
        (Enum { values: from, .. }, Enum { values: to, .. }) => from.iter().any(|value| !to.contains(value)),
        (Array(from), Array(to)) => narrows(from, to),
        // A text of JSON is stored as it is, or as what it means.
        (Json, Text) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_every_value_is_not_narrower() {
        let string = |length| ColumnType::String { length: Some(length) };
        let decimal =
            |precision, scale| ColumnType::Decimal { precision: Some(precision), scale: Some(scale) };
        let list = |values: &[&str]| ColumnType::Enum {
            name: None,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let wider = [
            (ColumnType::Integer, ColumnType::Bigint),
            (string(20), string(40)),
            (string(20), ColumnType::Text),
            (ColumnType::Integer, string(11)),
            (decimal(10, 2), decimal(12, 2)),
            (ColumnType::Integer, ColumnType::Double),
            (list(&["a"]), list(&["b", "a"])),
            (ColumnType::Date, ColumnType::Datetime),
        ];
        for (from, to) in wider {
            assert!(!narrows(&from, &to), "{from:?} to {to:?}");
            assert!(narrows(&to, &from), "{to:?} to {from:?}");
        }
        assert!(narrows(&decimal(10, 2), &decimal(10, 4)));
        assert!(narrows(&ColumnType::Bigint, &ColumnType::Double));
        assert!(narrows(&ColumnType::Datetimetz, &ColumnType::Datetime));
    }
}
