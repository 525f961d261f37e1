//! Which values the types hold, so that it is known whether all of one fit another (postgresql.org/docs/current/datatype.html).

use limbeck_core::column_type::ColumnType;
use limbeck_core::impact::narrows;

use crate::dialect::NAME;
use crate::lower;
use crate::reflect::family_of;

/// Says whether values of one type may not fit the other, or come out changed.
///
/// Of a type that is not known here nothing is known but its text, and it is taken to hold less, or more.
pub(crate) fn holds_less(from: &ColumnType, to: &ColumnType) -> bool {
    match (from.on(NAME), to.on(NAME)) {
        (ColumnType::Enum { name: Some(_), .. }, ColumnType::Enum { name: Some(_), .. }) => {
            narrows(from.on(NAME), to.on(NAME))
        }
        (ColumnType::Array(from), ColumnType::Array(to)) => holds_less(from, to),
        (from, to) => match (family_of(from), family_of(to)) {
            (ColumnType::Array(from), ColumnType::Array(to)) => holds_less(&from, &to),
            _ => !Range::of(from).fits(&Range::of(to)),
        },
    }
}

/// The values of a type.
#[derive(Debug, PartialEq)]
enum Range {
    Boolean,
    /// Whole numbers.
    Whole {
        low: i128,
        high: i128,
    },
    /// Numbers with so many digits before and behind the point.
    Exact {
        whole: u32,
        behind: u32,
    },
    /// Numbers with a floating point, of which so many bits count.
    Floating(u32),
    /// Amounts, with as many digits behind the point as the server is set to.
    Money,
    /// So many letters.
    Letters(u32),
    /// So many letters, and blanks at the end, which say nothing.
    Padded(u32),
    /// Letters in at most 63 bytes.
    Name,
    /// So many bits, neither more nor less.
    Bits(u32),
    /// At most so many bits.
    BitsUpTo(u32),
    Date,
    /// Times, with so many digits of a second.
    Time(u32),
    /// Times with their time zone.
    Timetz(u32),
    /// Days with a time.
    Timestamp(u32),
    /// Moments.
    Timestamptz(u32),
    /// Spans of time in these units.
    Interval(String, u32),
    Json,
    Jsonb,
    Network,
    Host,
    Macaddr,
    Macaddr8,
    /// One of these, none longer than so many letters.
    Enum(u32),
    /// Another type, which holds what it holds.
    Other(String),
}

/// How many digits of a second there are if none are said.
const DIGITS: u32 = 6;

impl Range {
    fn of(ty: &ColumnType) -> Self {
        if let ColumnType::Enum { name: Some(_), values } = ty {
            let longest = values.iter().map(|value| value.chars().count()).max();
            return Self::Enum(longest.and_then(|letters| u32::try_from(letters).ok()).unwrap_or(u32::MAX));
        }
        Self::read(&lower::type_name(&family_of(ty)))
    }

    fn read(text: &str) -> Self {
        let text = if text.contains('"') { text.to_owned() } else { text.to_lowercase() };
        let (head, arguments, behind) = match text.split_once('(') {
            Some((head, rest)) => match rest.split_once(')') {
                Some((arguments, behind)) => (head.trim(), arguments, behind.trim()),
                None => return Self::Other(text),
            },
            None => (text.as_str(), "", ""),
        };
        let numbers: Vec<u32> =
            arguments.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        let first = numbers.first().copied();
        let digits = first.unwrap_or(DIGITS);
        let whole = |bits: u32| Self::Whole { low: -(1 << (bits - 1)), high: (1 << (bits - 1)) - 1 };
        match format!("{head} {behind}").trim() {
            "boolean" => Self::Boolean,
            "smallint" => whole(16),
            "integer" => whole(32),
            "bigint" => whole(64),
            "oid" => Self::Whole { low: 0, high: (1 << 32) - 1 },
            "numeric" => match (first, numbers.get(1).copied().unwrap_or_default()) {
                (None, _) => Self::Exact { whole: u32::MAX, behind: u32::MAX },
                (Some(all), behind) => Self::Exact { whole: all.saturating_sub(behind), behind },
            },
            "float" if first.is_some_and(|bits| bits <= 24) => Self::Floating(24),
            "float" | "double precision" => Self::Floating(53),
            "money" => Self::Money,
            "varchar" | "text" | "citext" => Self::Letters(first.unwrap_or(u32::MAX)),
            "character" => Self::Padded(first.unwrap_or(1)),
            "bpchar" => Self::Padded(u32::MAX),
            "name" => Self::Name,
            "bit" => Self::Bits(first.unwrap_or(1)),
            "bit varying" | "varbit" => Self::BitsUpTo(first.unwrap_or(u32::MAX)),
            "date" => Self::Date,
            "time without time zone" => Self::Time(digits),
            "time with time zone" | "timetz" => Self::Timetz(digits),
            "timestamp without time zone" => Self::Timestamp(digits),
            "timestamp with time zone" => Self::Timestamptz(digits),
            "json" => Self::Json,
            "jsonb" => Self::Jsonb,
            "cidr" => Self::Network,
            "inet" => Self::Host,
            "macaddr" => Self::Macaddr,
            "macaddr8" => Self::Macaddr8,
            name => match name.strip_prefix("interval") {
                Some(units) => Self::Interval(units.trim().to_owned(), digits),
                None => Self::Other(text),
            },
        }
    }

    fn fits(&self, room: &Self) -> bool {
        match (self, room) {
            (one, other) if one == other => true,
            // Each type has a text that says all of a value.
            (_, Self::Letters(u32::MAX)) => true,
            (Self::Padded(letters), Self::Padded(room)) => letters <= room,
            (values, Self::Letters(room)) => values.printed().is_some_and(|letters| letters <= *room),
            (Self::Boolean, Self::Whole { .. }) => true,
            (Self::Whole { low, high }, Self::Whole { low: least, high: most }) => {
                least <= low && high <= most
            }
            (Self::Whole { low, high }, Self::Exact { whole, .. }) => {
                low.abs().max(*high).to_string().len() <= *whole as usize
            }
            (Self::Whole { low, high }, Self::Floating(bits)) => low.abs().max(*high) <= 1 << bits,
            (Self::Exact { whole, behind }, Self::Exact { whole: most, behind: finest }) => {
                whole <= most && behind <= finest
            }
            (Self::Floating(bits), Self::Floating(room)) => bits <= room,
            (Self::Money, Self::Exact { whole, behind }) => *whole == u32::MAX && *behind == u32::MAX,
            (Self::Bits(bits) | Self::BitsUpTo(bits), Self::BitsUpTo(room)) => bits <= room,
            (Self::Date, Self::Timestamp(_) | Self::Timestamptz(_)) => true,
            (Self::Time(digits), Self::Time(room))
            | (Self::Timetz(digits), Self::Timetz(room))
            | (Self::Timestamp(digits), Self::Timestamp(room))
            | (Self::Timestamptz(digits), Self::Timestamptz(room)) => digits <= room,
            (Self::Time(digits), Self::Interval(units, room)) => units.is_empty() && digits <= room,
            (Self::Interval(units, digits), Self::Interval(kept, room)) => {
                (kept.is_empty() || kept == units) && digits <= room
            }
            (Self::Jsonb, Self::Json) | (Self::Network, Self::Host) | (Self::Macaddr, Self::Macaddr8) => true,
            _ => false,
        }
    }

    /// How long the text of a value gets, where that is known.
    fn printed(&self) -> Option<u32> {
        Some(match self {
            Self::Letters(letters) | Self::Padded(letters) | Self::Enum(letters) => *letters,
            Self::Bits(bits) | Self::BitsUpTo(bits) => *bits,
            Self::Boolean => 5,
            Self::Whole { low, high } => {
                u32::try_from(low.to_string().len().max(high.to_string().len())).ok()?
            }
            // `-1.00000015e-10`, and of the others `-2.2250738585072014e-308`.
            Self::Floating(24) => 15,
            Self::Floating(_) => 24,
            // With a sign and a point, or `NaN`.
            Self::Exact { whole, behind } => (*whole).max(1).saturating_add(*behind).saturating_add(2).max(4),
            Self::Name => 63,
            // `5874897-12-31`, `4713-01-01 BC`.
            Self::Date => 13,
            Self::Macaddr => 17,
            Self::Macaddr8 => 23,
            Self::Other(name) if name == "uuid" => 36,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use limbeck_core::literal::RawSql;

    use super::*;

    fn less(from: &str, to: &str) -> bool {
        let [from, to] = [from, to].map(|text| ColumnType::Native(RawSql::new(text)));
        holds_less(&from, &to)
    }

    #[test]
    fn what_takes_every_value_holds_no_less() {
        let wider = [
            ("smallint", "int4"),
            ("integer", "bigint"),
            ("oid", "int8"),
            ("smallint", "real"),
            ("int", "float8"),
            ("int", "numeric"),
            ("int", "numeric(10)"),
            ("bigint", "numeric(21,2)"),
            ("int", "varchar(11)"),
            ("real", "float8"),
            ("float8", "varchar(24)"),
            ("numeric(10,2)", "numeric(12,2)"),
            ("numeric(10,2)", "numeric"),
            ("numeric(10,2)", "varchar(12)"),
            ("money", "numeric"),
            ("varchar(5)", "varchar(6)"),
            ("varchar(5)", "text"),
            ("char(3)", "char(4)"),
            ("char(3)", "bpchar"),
            ("char(3)", "varchar(3)"),
            ("name", "varchar(63)"),
            ("bit(3)", "bit varying(3)"),
            ("varbit(3)", "varbit"),
            ("date", "timestamp"),
            ("date", "timestamptz(0)"),
            ("time(0)", "time"),
            ("time", "interval"),
            ("timetz(0)", "timetz"),
            ("timestamp(0)", "timestamp"),
            ("timestamp(0)", "timestamp(3)"),
            ("timestamptz(3)", "timestamp with time zone"),
            ("interval day", "interval"),
            ("interval(3)", "interval"),
            ("jsonb", "json"),
            ("cidr", "inet"),
            ("macaddr", "macaddr8"),
            ("macaddr", "varchar(17)"),
            ("uuid", "varchar(36)"),
            ("int[]", "bigint[]"),
        ];
        for (from, to) in wider {
            assert!(!less(from, to), "{from} to {to}");
            assert!(less(to, from), "{to} to {from}");
        }
    }

    #[test]
    fn each_value_has_a_text() {
        for from in
            ["boolean", "float8", "bytea", "xml", "json", "inet", "vector(3)", "point", "int[]", "bpchar"]
        {
            assert!(!less(from, "text"), "{from}");
            assert!(!less(from, "varchar"), "{from}");
        }
    }

    #[test]
    fn what_is_spelled_otherwise_holds_the_same() {
        for (one, other) in [
            ("timestamp(6)", "timestamp"),
            ("timestamptz(6)", "timestamp with time zone"),
            ("time(6)", "time without time zone"),
            ("interval(6)", "interval"),
            ("float(24)", "real"),
            ("float(53)", "double precision"),
            ("DEC(4)", "numeric(4,0)"),
            ("char", "character(1)"),
            ("bit", "bit(1)"),
            ("varchar", "text"),
        ] {
            assert!(!less(one, other), "{one} to {other}");
            assert!(!less(other, one), "{other} to {one}");
        }
    }

    #[test]
    fn what_may_not_fit_holds_less() {
        for (from, to) in [
            ("integer", "oid"),
            ("oid", "integer"),
            ("integer", "real"),
            ("bigint", "float8"),
            ("bigint", "numeric(19,2)"),
            ("numeric(10,2)", "numeric(10,4)"),
            ("numeric(4)", "smallint"),
            ("real", "numeric"),
            ("varchar(3)", "char(3)"),
            ("text", "bpchar"),
            ("bit(3)", "bit(4)"),
            ("timestamp", "timestamptz"),
            ("timestamptz", "timestamp"),
            ("timestamp", "date"),
            ("time", "timetz"),
            ("timetz", "time"),
            ("time(3)", "interval day"),
            ("interval", "interval day"),
            ("json", "jsonb"),
            ("text", "uuid"),
            ("vector(3)", "vector(2)"),
            ("point", "varchar(20)"),
        ] {
            assert!(less(from, to), "{from} to {to}");
        }
    }
}
