//! The SQL types that Diesel provides, and which names mean the same one.

use super::backend::Backend;

/// Names of `diesel::sql_types` on every back end, each with the type that it is an alias of.
const COMMON: &[(&str, &str)] = &[
    ("Bool", "Bool"),
    ("SmallInt", "SmallInt"),
    ("Int2", "SmallInt"),
    ("Smallint", "SmallInt"),
    ("Integer", "Integer"),
    ("Int4", "Integer"),
    ("BigInt", "BigInt"),
    ("Int8", "BigInt"),
    ("Bigint", "BigInt"),
    ("Float", "Float"),
    ("Float4", "Float"),
    ("Double", "Double"),
    ("Float8", "Double"),
    ("Numeric", "Numeric"),
    ("Decimal", "Numeric"),
    ("Text", "Text"),
    ("VarChar", "Text"),
    ("Varchar", "Text"),
    ("Char", "Text"),
    ("Tinytext", "Text"),
    ("Mediumtext", "Text"),
    ("Longtext", "Text"),
    ("Binary", "Binary"),
    ("Tinyblob", "Binary"),
    ("Blob", "Binary"),
    ("Mediumblob", "Binary"),
    ("Longblob", "Binary"),
    ("Varbinary", "Binary"),
    ("Bit", "Binary"),
    ("Date", "Date"),
    ("Time", "Time"),
    ("Timestamp", "Timestamp"),
];

const POSTGRES: &[(&str, &str)] = &[
    ("SmallSerial", "SmallInt"),
    ("Serial", "Integer"),
    ("BigSerial", "BigInt"),
    ("Bpchar", "Text"),
    ("Bytea", "Binary"),
    ("Citext", "Citext"),
    ("CChar", "CChar"),
    ("Json", "Json"),
    ("Jsonb", "Jsonb"),
    ("Uuid", "Uuid"),
    ("Interval", "Interval"),
    ("Timestamptz", "Timestamptz"),
    ("Money", "Money"),
    ("Oid", "Oid"),
    ("PgLsn", "PgLsn"),
    ("Inet", "Inet"),
    ("Cidr", "Cidr"),
    ("MacAddr", "MacAddr"),
    ("Macaddr", "MacAddr"),
    ("MacAddr8", "MacAddr8"),
    ("Macaddr8", "MacAddr8"),
    ("Int4range", "Range<Integer>"),
    ("Int8range", "Range<BigInt>"),
    ("Daterange", "Range<Date>"),
    ("Numrange", "Range<Numeric>"),
    ("Tsrange", "Range<Timestamp>"),
    ("Tstzrange", "Range<Timestamptz>"),
    ("Int4multirange", "Multirange<Integer>"),
    ("Int8multirange", "Multirange<BigInt>"),
    ("Datemultirange", "Multirange<Date>"),
    ("Nummultirange", "Multirange<Numeric>"),
    ("Tsmultirange", "Multirange<Timestamp>"),
    ("Tstzmultirange", "Multirange<Timestamptz>"),
];

const MYSQL: &[(&str, &str)] =
    &[("TinyInt", "TinyInt"), ("Tinyint", "TinyInt"), ("Datetime", "Datetime"), ("Json", "Json")];

/// What Diesel stores as a number, text, bytes or a timestamp on SQLite, where its command line knows no other word for it.
const SQLITE: &[(&str, &str)] = &[
    ("Numeric", "Double"),
    ("Decimal", "Double"),
    ("Json", "Text"),
    ("Jsonb", "Binary"),
    ("TimestamptzSqlite", "Timestamp"),
];

/// Returns the type that a name of `diesel::sql_types` means on a back end; `None` for a name that Diesel does not provide there.
pub(super) fn canonical(name: &str, backend: Backend) -> Option<&'static str> {
    let own = match backend {
        Backend::Sqlite => SQLITE,
        Backend::Postgres => POSTGRES,
        Backend::Mysql => MYSQL,
    };
    own.iter().chain(COMMON).find(|(known, _)| *known == name).map(|(_, meant)| *meant)
}

/// Returns all names that Diesel provides on a back end.
pub(super) fn names(backend: Backend) -> impl Iterator<Item = &'static str> {
    let own = match backend {
        Backend::Sqlite => SQLITE,
        Backend::Postgres => POSTGRES,
        Backend::Mysql => MYSQL,
    };
    COMMON.iter().chain(own).map(|(name, _)| *name)
}
