//! Which values the types hold, so that it is known whether all of one fit another
//! (dev.mysql.com/doc/refman/8.4/en/data-types.html, mariadb.com/kb/en/data-types).

use limbeck_core::column_type::ColumnType;
use limbeck_core::impact::narrows;
use limbeck_core::schema::Schema;

use crate::dialect::NAME;
use crate::{lower, reflect, server, text};

/// Says whether values of one type may not fit the other, or come out changed.
///
/// Of a type that is not known here nothing is known, and it is taken to hold less, or more.
pub(crate) fn holds_less(from: &ColumnType, to: &ColumnType) -> bool {
    let (from, to) = (from.on(NAME), to.on(NAME));
    if from == to {
        return false;
    }
    match (Range::of(from), Range::of(to)) {
        (Some(values), Some(room)) => charset_holds_less(from, to) || !values.fits(&room),
        _ => narrows(from, to),
    }
}

/// The values of a type.
#[derive(Debug, PartialEq)]
enum Range {
    /// Whole numbers.
    Whole {
        low: i128,
        high: i128,
    },
    /// Bits, which are a number without a sign.
    Bits(u32),
    /// Numbers with so many digits before and behind the point.
    Exact {
        whole: u32,
        behind: u32,
        signed: bool,
    },
    /// Numbers with a floating point: `bits` of them count, and `shape` is what they are rounded to.
    Floating {
        bits: u32,
        signed: bool,
        shape: Option<String>,
    },
    /// So many letters, without blanks at the end.
    Padded(u64),
    /// So many letters.
    Letters(u64),
    /// So many bytes of letters.
    Text(u64),
    /// So many bytes, neither more nor less.
    Padding(u64),
    /// So many bytes.
    Bytes(u64),
    Date,
    /// Spans of time, with so many digits of a second.
    Time(u32),
    /// Days with a time.
    Datetime(u32),
    /// Moments.
    Timestamp(u32),
    Year,
    Enum(Vec<String>),
    Set(Vec<String>),
    Json,
    Uuid,
    /// Any shape.
    Geometry,
    /// Another type, which holds what it holds.
    Other(String),
}

impl Range {
    /// `None` for a type that cannot be spelled by itself, as a named enum.
    fn of(ty: &ColumnType) -> Option<Self> {
        let server = server::named(server::MARIADB, None).ok()?;
        let spelled = lower::type_text(ty, &Schema::new(), &server).ok()?;
        Self::read(&text::type_text(&spelled))
    }

    fn read(text: &str) -> Option<Self> {
        let (head, arguments) = match text.split_once('(') {
            Some((name, rest)) => (name, rest.rsplit_once(')')?.0),
            None => (text, ""),
        };
        let name = head.split(' ').next()?;
        // ZEROFILL is UNSIGNED too.
        let behind = text.rsplit(')').next().unwrap_or(text);
        let signed = !behind.contains("unsigned") && !behind.contains("zerofill");
        let numbers: Vec<u32> = arguments.split(',').filter_map(|number| number.parse().ok()).collect();
        let first = numbers.first().copied();
        let whole = |bits: u32| match signed {
            true => Self::Whole { low: -(1 << (bits - 1)), high: (1 << (bits - 1)) - 1 },
            false => Self::Whole { low: 0, high: (1 << bits) - 1 },
        };
        let shape = || Some(arguments.to_owned()).filter(|shape| !shape.is_empty());
        Some(match name {
            "tinyint" => whole(8),
            "smallint" => whole(16),
            "mediumint" => whole(24),
            "int" => whole(32),
            "bigint" => whole(64),
            "bit" => Self::Bits(first?),
            "decimal" => {
                let scale = numbers.get(1).copied()?;
                Self::Exact { whole: first?.checked_sub(scale)?, behind: scale, signed }
            }
            "float" => Self::Floating { bits: 24, signed, shape: shape() },
            "double" => Self::Floating { bits: 53, signed, shape: shape() },
            "char" => Self::Padded(first?.into()),
            "varchar" => Self::Letters(first?.into()),
            "tinytext" => Self::Text(255),
            "text" => Self::Text(65_535),
            "mediumtext" => Self::Text(16_777_215),
            "longtext" => Self::Text(u32::MAX.into()),
            "binary" => Self::Padding(first?.into()),
            "varbinary" => Self::Bytes(first?.into()),
            "tinyblob" => Self::Bytes(255),
            "blob" => Self::Bytes(65_535),
            "mediumblob" => Self::Bytes(16_777_215),
            "longblob" => Self::Bytes(u32::MAX.into()),
            "date" => Self::Date,
            "time" => Self::Time(first.unwrap_or(0)),
            "datetime" => Self::Datetime(first.unwrap_or(0)),
            "timestamp" => Self::Timestamp(first.unwrap_or(0)),
            "year" => Self::Year,
            "enum" => Self::Enum(reflect::read_values(arguments)?),
            "set" => Self::Set(reflect::read_values(arguments)?),
            "json" => Self::Json,
            "uuid" => Self::Uuid,
            "geometry" => Self::Geometry,
            _ => Self::Other(text.to_owned()),
        })
    }

    /// Says whether all values fit another type and come out as they are.
    fn fits(&self, room: &Self) -> bool {
        use Range::*;
        if self == room {
            return true;
        }
        if let Some(letters) = room.letters() {
            // A letter has up to four bytes.
            let wide = if matches!(room, Text(_)) { 4 } else { 1 };
            return match self {
                Text(bytes) => *bytes <= letters && !matches!(room, Padded(_)),
                Json => u64::from(u32::MAX) <= letters,
                // A blank at its end is lost.
                Letters(_) if matches!(room, Padded(_)) => false,
                Padded(own) | Letters(own) => own.saturating_mul(wide) <= letters,
                Enum(_) | Set(_) => self.printed().is_some_and(|own| own.saturating_mul(wide) <= letters),
                other => other.printed().is_some_and(|printed| printed <= letters),
            };
        }
        if let (Some((low, high)), Some((least, most)), false) =
            (self.whole(), room.whole(), matches!(room, Year))
        {
            return least <= low && high <= most;
        }
        match (self, room) {
            (_, Exact { whole, behind, signed }) => match self {
                Exact { whole: needed, behind: fraction, signed: sign } => {
                    needed <= whole && fraction <= behind && (*signed || !sign)
                }
                _ => self.whole().is_some_and(|(low, high)| {
                    let most = 10_i128.checked_pow(*whole).map_or(i128::MAX, |power| power - 1);
                    high <= most && -most <= low && (*signed || low >= 0)
                }),
            },
            (_, Floating { bits, signed, shape: None }) => match self {
                Floating { bits: needed, signed: sign, .. } => needed <= bits && (*signed || !sign),
                _ => self.whole().is_some_and(|(low, high)| {
                    let most = 1_i128 << bits;
                    high <= most && -most <= low && (*signed || low >= 0)
                }),
            },
            // Letters are kept as the bytes that they are, of which each has up to four.
            (Padded(letters) | Letters(letters), Bytes(room)) => letters.saturating_mul(4) <= *room,
            (Text(bytes) | Padding(bytes) | Bytes(bytes), Bytes(room)) => bytes <= room,
            (Time(from), Time(to)) | (Datetime(from), Datetime(to)) | (Timestamp(from), Timestamp(to)) => {
                from <= to
            }
            (Date, Datetime(_)) => true,
            (Enum(from), Enum(to)) => from.iter().all(|value| to.contains(value)),
            (Enum(from), Set(to)) => from.iter().all(|value| !value.contains(',') && to.contains(value)),
            // They come out in the order of the type.
            (Set(from), Set(to)) => {
                let mut rest = to.iter();
                from.iter().all(|value| rest.any(|other| other == value))
            }
            (Other(name), Geometry) => {
                ["point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"]
                    .contains(&name.as_str())
                    || ["geometrycollection", "geomcollection"].contains(&name.as_str())
            }
            _ => false,
        }
    }

    /// Returns the least and the greatest whole number, of a type of whole numbers.
    fn whole(&self) -> Option<(i128, i128)> {
        match self {
            Self::Whole { low, high } => Some((*low, *high)),
            Self::Bits(bits) => Some((0, (1 << (*bits).min(64)) - 1)),
            Self::Exact { whole, behind: 0, signed } => {
                let most = 10_i128.checked_pow(*whole)? - 1;
                Some((if *signed { -most } else { 0 }, most))
            }
            Self::Year => Some((0, 2155)),
            _ => None,
        }
    }

    /// Returns how many letters a type of texts holds, if each is one byte.
    fn letters(&self) -> Option<u64> {
        match self {
            Self::Padded(letters) | Self::Letters(letters) => Some(*letters),
            Self::Text(bytes) => Some(*bytes),
            _ => None,
        }
    }

    /// Returns how long the text of a value gets at most.
    fn printed(&self) -> Option<u64> {
        let fraction = |digits: u32| if digits == 0 { 0 } else { u64::from(digits) + 1 };
        let length = |value: &String| value.chars().count() as u64;
        match self {
            Self::Whole { low, high } => Some(low.to_string().len().max(high.to_string().len()) as u64),
            Self::Exact { whole, behind, signed } => {
                Some(u64::from((*whole).max(1)) + fraction(*behind) + u64::from(*signed))
            }
            Self::Date => Some(10),
            Self::Time(digits) => Some(10 + fraction(*digits)),
            Self::Datetime(digits) | Self::Timestamp(digits) => Some(19 + fraction(*digits)),
            Self::Year => Some(4),
            Self::Enum(values) => values.iter().map(length).max(),
            Self::Set(values) => {
                Some(values.iter().map(length).sum::<u64>() + (values.len() as u64).saturating_sub(1))
            }
            Self::Uuid => Some(36),
            _ => None,
        }
    }
}

/// Says whether a type names a character set that may lack letters of the other's.
fn charset_holds_less(from: &ColumnType, to: &ColumnType) -> bool {
    let charset = |ty: &ColumnType| match ty {
        ColumnType::Native(raw) => {
            let words: Vec<String> = raw.as_str().split_whitespace().map(str::to_lowercase).collect();
            let at = words.iter().position(|word| word == "charset" || word == "set")?;
            words.get(at + 1).cloned()
        }
        _ => None,
    };
    match charset(to) {
        Some(charset_of_to) => charset_of_to != "utf8mb4" && charset(from) != Some(charset_of_to),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use limbeck_core::literal::RawSql;

    use super::*;

    /// Each type with those that hold all its values too; it holds less than any other of the table.
    const WIDER: &[(&str, &[&str])] = &[
        (
            "tinyint",
            &[
                "smallint",
                "int",
                "bigint",
                "decimal(5,2)",
                "float",
                "double",
                "char(4)",
                "varchar(12)",
                "text",
            ],
        ),
        (
            "tinyint unsigned",
            &[
                "smallint",
                "int",
                "int unsigned",
                "bigint",
                "bigint unsigned",
                "decimal(5,2)",
                "decimal(12,2) unsigned",
                "float",
                "double",
                "char(4)",
                "varchar(12)",
                "bit(8)",
                "text",
            ],
        ),
        ("smallint", &["int", "bigint", "float", "double", "varchar(12)", "text"]),
        ("int", &["bigint", "double", "varchar(12)", "text"]),
        (
            "int unsigned",
            &["bigint", "bigint unsigned", "double", "decimal(12,2) unsigned", "varchar(12)", "text"],
        ),
        ("bigint", &["text"]),
        ("bigint unsigned", &["text"]),
        ("decimal(5,2)", &["varchar(12)", "text"]),
        ("decimal(5,3)", &["varchar(12)", "text"]),
        ("decimal(12,2) unsigned", &["text"]),
        ("float", &["double"]),
        ("double", &[]),
        (
            "bit(8)",
            &[
                "smallint",
                "int",
                "int unsigned",
                "bigint",
                "bigint unsigned",
                "decimal(5,2)",
                "decimal(12,2) unsigned",
                "float",
                "double",
                "tinyint unsigned",
            ],
        ),
        ("char(4)", &["varchar(12)", "text", "varbinary(20)", "blob", "longblob"]),
        ("varchar(12)", &["text", "blob", "longblob"]),
        ("text", &["blob", "longblob"]),
        ("binary(8)", &["varbinary(20)", "blob", "longblob"]),
        ("varbinary(20)", &["blob", "longblob"]),
        ("blob", &["longblob"]),
        ("longblob", &[]),
        ("date", &["datetime", "datetime(6)", "varchar(12)", "text"]),
        ("time", &["time(3)", "varchar(12)", "text"]),
        ("time(3)", &["text"]),
        ("datetime", &["datetime(6)", "text"]),
        ("datetime(6)", &["text"]),
        ("timestamp", &["timestamp(6)", "text"]),
        ("timestamp(6)", &["text"]),
        (
            "year",
            &[
                "smallint",
                "int",
                "int unsigned",
                "bigint",
                "bigint unsigned",
                "decimal(12,2) unsigned",
                "float",
                "double",
                "char(4)",
                "varchar(12)",
                "text",
            ],
        ),
        (
            "enum('a','b')",
            &[
                "enum('c','b','a')",
                "set('a','b')",
                "set('b','a')",
                "set('b','c','a')",
                "char(4)",
                "varchar(12)",
                "text",
            ],
        ),
        ("enum('c','b','a')", &["set('b','c','a')", "char(4)", "varchar(12)", "text"]),
        ("set('b','a')", &["set('b','c','a')", "char(4)", "varchar(12)", "text"]),
        ("set('b','c','a')", &["varchar(12)", "text"]),
        ("set('a','b')", &["char(4)", "varchar(12)", "text"]),
        ("point", &["geometry"]),
        ("geometry", &[]),
        ("uuid", &["text"]),
        ("inet6", &[]),
    ];

    fn native(text: &str) -> ColumnType {
        ColumnType::Native(RawSql::new(text))
    }

    #[test]
    fn each_type_holds_less_than_those_that_hold_all_its_values() {
        let mut wrong = Vec::new();
        for (from, wider) in WIDER {
            for (to, _) in WIDER.iter().filter(|(to, _)| to != from) {
                if holds_less(&native(from), &native(to)) == wider.contains(to) {
                    wrong.push(format!("{from} to {to}"));
                }
            }
            assert!(wider.iter().all(|to| WIDER.iter().any(|(known, _)| known == to)), "{from}");
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn a_type_in_other_words_is_the_same() {
        for (from, to) in [
            ("INT(11)", "INTEGER"),
            ("bool", "TINYINT(1)"),
            ("NUMERIC(10, 2)", "decimal(10,2)"),
            ("ENUM('a', 'b')", "enum('a','b')"),
            ("datetime(0)", "DATETIME"),
            ("varchar(9) character set latin1", "VARCHAR(9) CHARSET utf8mb4"),
        ] {
            assert!(!holds_less(&native(from), &native(to)), "{from} to {to}");
        }
        assert!(holds_less(&native("varchar(9)"), &native("varchar(9) character set latin1")));
    }
}
