//! What PostgreSQL sends for a cell, in its binary form, as a literal.

use std::error::Error;

use limbeck_core::literal::Literal;
use postgres::types::{FromSql, Kind, Type};

/// A cell of any type.
pub(crate) struct Cell(pub(crate) Literal);

type Fault = Box<dyn Error + Sync + Send>;

impl<'a> FromSql<'a> for Cell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Fault> {
        Ok(Self(literal(ty, raw)?))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Fault> {
        Ok(Self(Literal::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// Reads a cell that is not NULL. Dates, times, numbers of any length and documents become texts.
///
/// # Errors
/// A type whose binary form is not known here.
fn literal(ty: &Type, raw: &[u8]) -> Result<Literal, Fault> {
    if let Kind::Domain(base) = ty.kind() {
        return literal(base, raw);
    }
    let text = |raw: &[u8]| Ok(Literal::text(std::str::from_utf8(raw)?));
    Ok(match *ty {
        Type::BOOL => Literal::Bool(bool::from_sql(ty, raw)?),
        Type::INT2 => Literal::Integer(i16::from_sql(ty, raw)?.into()),
        Type::INT4 => Literal::Integer(i32::from_sql(ty, raw)?.into()),
        Type::INT8 => Literal::Integer(i64::from_sql(ty, raw)?),
        Type::OID | Type::XID | Type::CID => Literal::Integer(u32::from_be_bytes(raw.try_into()?).into()),
        Type::FLOAT4 => Literal::Float(f32::from_sql(ty, raw)?.into()),
        Type::FLOAT8 => Literal::Float(f64::from_sql(ty, raw)?),
        Type::BYTEA => Literal::Bytes(raw.into()),
        Type::VOID => Literal::Null,
        Type::JSONB => return text(raw.get(1..).unwrap_or_default()),
        Type::UUID => Literal::text(uuid(raw)),
        Type::NUMERIC => Literal::text(numeric(raw)?),
        Type::DATE => Literal::text(date(i64::from(i32::from_be_bytes(raw.try_into()?)))),
        Type::TIME => Literal::text(time(i64::from_be_bytes(raw.try_into()?))),
        Type::TIMESTAMP => Literal::text(moment(i64::from_be_bytes(raw.try_into()?))),
        Type::TIMESTAMPTZ => Literal::text(format!("{}+00", moment(i64::from_be_bytes(raw.try_into()?)))),
        Type::CHAR
        | Type::NAME
        | Type::TEXT
        | Type::VARCHAR
        | Type::BPCHAR
        | Type::JSON
        | Type::XML
        | Type::UNKNOWN => return text(raw),
        _ if matches!(ty.kind(), Kind::Enum(_)) || ty.name() == "citext" => return text(raw),
        _ => return Err(format!("cannot read a value of type `{ty}`; cast it to `text`").into()),
    })
}

fn uuid(raw: &[u8]) -> String {
    let hex: String = raw.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// Reads a decimal number: digits of base 10,000 and their weight (PostgreSQL's `numeric_send`).
fn numeric(raw: &[u8]) -> Result<String, Fault> {
    let word = |i: usize| -> Result<i16, Fault> {
        let bytes = raw.get(2 * i..2 * i + 2).ok_or("a number is cut off")?;
        Ok(i16::from_be_bytes(bytes.try_into()?))
    };
    let (digits, weight, sign, scale) = (word(0)?, word(1)?, word(2)? as u16, word(3)?);
    match sign {
        0xC000 => return Ok("NaN".to_owned()),
        0xD000 => return Ok("Infinity".to_owned()),
        0xF000 => return Ok("-Infinity".to_owned()),
        _ => {}
    }
    let digit = |position: i16| -> Result<i16, Fault> {
        match (0..digits).contains(&position) {
            true => word(4 + usize::try_from(position)?),
            false => Ok(0),
        }
    };
    let mut whole = String::new();
    for position in 0..=weight {
        whole.push_str(&format!("{:04}", digit(position)?));
    }
    let mut text = if sign == 0x4000 { "-".to_owned() } else { String::new() };
    let whole = whole.trim_start_matches('0');
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if scale > 0 {
        let mut part = String::new();
        let mut position = weight + 1;
        while part.len() < usize::try_from(scale)? {
            part.push_str(&format!("{:04}", digit(position)?));
            position += 1;
        }
        part.truncate(usize::try_from(scale)?);
        text = format!("{text}.{part}");
    }
    Ok(text)
}

/// Writes a number of days since 2000-01-01 (howardhinnant.github.io/date_algorithms.html, `civil_from_days`).
fn date(days: i64) -> String {
    let shifted = days + 10_957 + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Writes a number of microseconds since midnight.
fn time(micros: i64) -> String {
    let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
    let text = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    match rest {
        0 => text,
        rest => format!("{text}.{rest:06}").trim_end_matches('0').to_owned(),
    }
}

/// Writes a number of microseconds since 2000-01-01.
fn moment(micros: i64) -> String {
    const DAY: i64 = 86_400_000_000;
    format!("{} {}", date(micros.div_euclid(DAY)), time(micros.rem_euclid(DAY)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_written_as_sql_has_them() {
        assert_eq!(date(0), "2000-01-01");
        assert_eq!(date(-1), "1999-12-31");
        assert_eq!(date(8_827), "2024-03-02");
        assert_eq!(moment(-1_500_000), "1999-12-31 23:59:58.5");
    }

    #[test]
    fn a_decimal_number_keeps_its_digits() {
        let raw = |words: &[u16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
        assert_eq!(numeric(&raw(&[2, 0, 0, 2, 12, 3400])).unwrap(), "12.34");
        assert_eq!(numeric(&raw(&[1, 1, 0x4000, 0, 5])).unwrap(), "-50000");
        assert_eq!(numeric(&raw(&[1, 0xFFFF, 0, 3, 50])).unwrap(), "0.005");
        assert_eq!(numeric(&raw(&[0, 0, 0, 2])).unwrap(), "0.00");
        assert_eq!(numeric(&raw(&[0, 0, 0xC000, 0])).unwrap(), "NaN");
    }
}
