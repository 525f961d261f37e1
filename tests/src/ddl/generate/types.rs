//! The types that cases draw from: each as Limbeck has it, as SQLAlchemy has it, and what values fit it.

use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::RawSql;
use limbeck_core::name::TableName;

use super::super::rng::Rng;
use super::super::server::Server;
use super::name;

/// What kind of values a type has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Sort {
    Whole,
    Text,
    /// Text that MySQL indexes only by its start, and gives no plain default.
    Long,
    Number,
    Truth,
    Date,
    Moment,
    Enum,
    Range,
    Json,
    Other,
}

/// A type that only some servers have.
struct Native {
    sql: &'static str,
    python: &'static str,
    sort: Sort,
}

macro_rules! natives {
    ($($sql:literal $python:literal $sort:ident,)*) => {
        &[$(Native { sql: $sql, python: $python, sort: Sort::$sort },)*]
    };
}

const POSTGRES: &[Native] = natives! {
    "JSONB" "postgresql.JSONB()" Other,
    "INET" "postgresql.INET()" Other,
    "CIDR" "postgresql.CIDR()" Other,
    "MACADDR" "postgresql.MACADDR()" Other,
    "MACADDR8" "postgresql.MACADDR8()" Other,
    "MONEY" "postgresql.MONEY()" Other,
    "OID" "postgresql.OID()" Other,
    "TSVECTOR" "postgresql.TSVECTOR()" Other,
    "TSQUERY" "postgresql.TSQUERY()" Other,
    "BYTEA" "postgresql.BYTEA()" Other,
    "REAL" "sa.REAL()" Number,
    "BIT(3)" "postgresql.BIT(3)" Other,
    "BIT VARYING(5)" "postgresql.BIT(5, varying=True)" Other,
    "INT4RANGE" "postgresql.INT4RANGE()" Range,
    "INT8RANGE" "postgresql.INT8RANGE()" Range,
    "NUMRANGE" "postgresql.NUMRANGE()" Range,
    "DATERANGE" "postgresql.DATERANGE()" Range,
    "TSRANGE" "postgresql.TSRANGE()" Range,
    "TSTZRANGE" "postgresql.TSTZRANGE()" Range,
    "INT4MULTIRANGE" "postgresql.INT4MULTIRANGE()" Other,
    "TSTZMULTIRANGE" "postgresql.TSTZMULTIRANGE()" Other,
    "INTERVAL YEAR TO MONTH" "postgresql.INTERVAL(fields='YEAR TO MONTH')" Other,
    "INTERVAL (3)" "postgresql.INTERVAL(precision=3)" Other,
    "TIMESTAMP(3) WITHOUT TIME ZONE" "postgresql.TIMESTAMP(precision=3)" Moment,
    "TIMESTAMP(0) WITH TIME ZONE" "postgresql.TIMESTAMP(timezone=True, precision=0)" Moment,
    "TIME(3) WITHOUT TIME ZONE" "postgresql.TIME(precision=3)" Other,
    "TIME WITH TIME ZONE" "sa.Time(timezone=True)" Other,
    "CHAR(5)" "sa.CHAR(5)" Text,
    "REGCLASS" "postgresql.REGCLASS()" Other,
};

const MYSQL: &[Native] = natives! {
    "INTEGER UNSIGNED" "mysql.INTEGER(unsigned=True)" Whole,
    "INTEGER(11)" "mysql.INTEGER(display_width=11)" Whole,
    "INTEGER(5) UNSIGNED ZEROFILL" "mysql.INTEGER(display_width=5, unsigned=True, zerofill=True)" Whole,
    "TINYINT(1)" "mysql.TINYINT(display_width=1)" Whole,
    "TINYINT UNSIGNED" "mysql.TINYINT(unsigned=True)" Whole,
    "SMALLINT UNSIGNED" "mysql.SMALLINT(unsigned=True)" Whole,
    "MEDIUMINT" "mysql.MEDIUMINT()" Whole,
    "BIGINT UNSIGNED" "mysql.BIGINT(unsigned=True)" Whole,
    "DECIMAL(10, 2) UNSIGNED" "mysql.DECIMAL(10, 2, unsigned=True)" Number,
    "FLOAT(10, 2)" "mysql.FLOAT(10, 2)" Number,
    "DOUBLE(10, 2) UNSIGNED" "mysql.DOUBLE(10, 2, unsigned=True)" Number,
    "REAL" "sa.REAL()" Number,
    "BIT(8)" "mysql.BIT(8)" Other,
    "YEAR" "mysql.YEAR()" Other,
    "DATETIME(6)" "mysql.DATETIME(fsp=6)" Moment,
    "TIMESTAMP" "mysql.TIMESTAMP()" Moment,
    "TIMESTAMP(3)" "mysql.TIMESTAMP(fsp=3)" Moment,
    "TIME(2)" "mysql.TIME(fsp=2)" Other,
    "TINYTEXT" "mysql.TINYTEXT()" Long,
    "MEDIUMTEXT" "mysql.MEDIUMTEXT()" Long,
    "LONGTEXT" "mysql.LONGTEXT()" Long,
    "TEXT(100)" "mysql.TEXT(100)" Long,
    "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" "mysql.VARCHAR(20, charset='utf8mb4', collation='utf8mb4_bin')" Text,
    "TEXT CHARACTER SET latin1" "mysql.TEXT(charset='latin1')" Long,
    "CHAR(5)" "mysql.CHAR(5)" Text,
    "NATIONAL VARCHAR(20)" "mysql.NVARCHAR(20)" Text,
    "SET('a','it''s')" "mysql.SET('a', \"it's\")" Other,
    "BINARY(16)" "sa.BINARY(16)" Other,
    "VARBINARY(20)" "sa.VARBINARY(20)" Other,
    "TINYBLOB" "mysql.TINYBLOB()" Long,
    "MEDIUMBLOB" "mysql.MEDIUMBLOB()" Long,
    "LONGBLOB" "mysql.LONGBLOB()" Long,
};

const MARIADB: &[Native] = natives! {
    "INET4" "mysql_mariadb.INET4()" Other,
    "INET6" "mysql_mariadb.INET6()" Other,
};

const SQLITE: &[Native] = natives! {
    "REAL" "sa.REAL()" Number,
    "CHAR(5)" "sa.CHAR(5)" Text,
    "NVARCHAR(20)" "sa.NVARCHAR(20)" Text,
    "TIMESTAMP" "sa.TIMESTAMP()" Moment,
    "DECIMAL(10, 2)" "sa.DECIMAL(10, 2)" Number,
    "CLOB" "sa.CLOB()" Long,
    "VARBINARY(20)" "sa.VARBINARY(20)" Other,
    "DOUBLE PRECISION" "sa.DOUBLE_PRECISION()" Number,
};

fn natives(server: Server) -> Vec<&'static Native> {
    match server {
        Server::Postgres => POSTGRES.iter().collect(),
        Server::Mysql => MYSQL.iter().collect(),
        Server::Mariadb => MYSQL.iter().chain(MARIADB).collect(),
        Server::Sqlite => SQLITE.iter().collect(),
    }
}

/// Returns how SQLAlchemy says a native type.
pub(in super::super) fn python_of(sql: &str, server: Server) -> Option<&'static str> {
    natives(server).into_iter().find(|native| native.sql == sql).map(|native| native.python)
}

/// Returns what kind of values a type has.
pub(in super::super) fn sort_of(ty: &ColumnType, server: Server) -> Sort {
    match ty {
        ColumnType::Smallint | ColumnType::Integer | ColumnType::Bigint => Sort::Whole,
        ColumnType::Boolean => Sort::Truth,
        ColumnType::String { .. } | ColumnType::Unicode { .. } => Sort::Text,
        ColumnType::Text if server.is_mysql() => Sort::Long,
        ColumnType::Text => Sort::Text,
        ColumnType::Float { .. } | ColumnType::Double | ColumnType::Decimal { .. } => Sort::Number,
        ColumnType::Date => Sort::Date,
        ColumnType::Datetime | ColumnType::Datetimetz => Sort::Moment,
        ColumnType::Interval if server != Server::Postgres => Sort::Other,
        ColumnType::Binary { .. } if server.is_mysql() => Sort::Long,
        ColumnType::Time | ColumnType::Interval | ColumnType::Binary { .. } | ColumnType::Uuid => Sort::Other,
        ColumnType::Json => Sort::Json,
        ColumnType::Enum { .. } => Sort::Enum,
        ColumnType::Array(_) => Sort::Other,
        ColumnType::Native(raw) => {
            let known = natives(server).into_iter().find(|native| native.sql == raw.as_str());
            known.map_or(Sort::Other, |native| native.sort)
        }
        ColumnType::Variant { .. } => sort_of(ty.on(server.dialect().name()), server),
    }
}

/// Says whether a plain index or key can be over a type.
pub(in super::super) fn can_be_key(ty: &ColumnType, server: Server) -> bool {
    // MySQL's keys have 3072 bytes.
    if let ColumnType::String { length: Some(length) } | ColumnType::Unicode { length: Some(length) } = ty
        && *length > 100
    {
        return false;
    }
    let sort = sort_of(ty, server);
    matches!(
        sort,
        Sort::Whole | Sort::Text | Sort::Number | Sort::Truth | Sort::Date | Sort::Moment | Sort::Enum
    )
}

/// The types that every server has.
fn generic(rng: &mut Rng, server: Server) -> ColumnType {
    let length = [5, 20, 255];
    let lengths: &[Option<u32>] =
        if server.is_mysql() { &[Some(5), Some(20)] } else { &[None, Some(5), Some(20)] };
    match rng.below(18) {
        0 => ColumnType::Smallint,
        1 | 2 => ColumnType::Integer,
        3 => ColumnType::Bigint,
        4 => ColumnType::Boolean,
        5 => ColumnType::String { length: *rng.pick(lengths) },
        6 => ColumnType::String { length: Some(*rng.pick(&length)) },
        7 => ColumnType::Text,
        8 => ColumnType::Unicode { length: *rng.pick(lengths) },
        9 => ColumnType::Float { precision: *rng.pick(&[None, Some(10), Some(53)]) },
        10 => ColumnType::Double,
        11 => {
            let precision = *rng.pick(&[None, Some(10)]);
            let scale = precision.and_then(|_| *rng.pick(&[None, Some(0), Some(2)]));
            ColumnType::Decimal { precision, scale }
        }
        12 => ColumnType::Date,
        13 => rng.pick(&[ColumnType::Time, ColumnType::Interval]).clone(),
        14 => rng.pick(&[ColumnType::Datetime, ColumnType::Datetimetz]).clone(),
        15 => ColumnType::Binary { length: *rng.pick(&[None, Some(20)]) },
        16 => ColumnType::Json,
        _ => ColumnType::Uuid,
    }
}

/// Draws a type. `enums` are the named enums that are there.
pub(super) fn any(rng: &mut Rng, server: Server, enums: &[(TableName, Vec<String>)]) -> ColumnType {
    match rng.below(20) {
        0..=5 => ColumnType::Native(RawSql::new(rng.pick(&natives(server)).sql)),
        6 if server == Server::Postgres => array(rng, server),
        7 if server != Server::Postgres => ColumnType::Enum { name: None, values: values(rng) },
        7 | 8 if !enums.is_empty() => {
            let (name, _) = rng.pick(enums).clone();
            ColumnType::Enum { name: Some(name), values: Vec::new() }
        }
        9 => ColumnType::Variant {
            base: Box::new(generic(rng, server)),
            variants: [(server.dialect().name().to_owned(), native(rng, server))].into(),
        },
        _ => generic(rng, server),
    }
}

/// Draws a type that brings its enum along.
pub(super) fn bringing(rng: &mut Rng) -> ColumnType {
    ColumnType::Enum { name: Some(TableName::unqualified(name("mood"))), values: values(rng) }
}

fn native(rng: &mut Rng, server: Server) -> ColumnType {
    ColumnType::Native(RawSql::new(rng.pick(&natives(server)).sql))
}

fn array(rng: &mut Rng, server: Server) -> ColumnType {
    let item = loop {
        match generic(rng, server) {
            ColumnType::Json | ColumnType::Interval => {}
            item => break item,
        }
    };
    let one = ColumnType::Array(Box::new(item));
    if rng.percent(20) { ColumnType::Array(Box::new(one)) } else { one }
}

/// Draws the values of an enum.
pub(super) fn values(rng: &mut Rng) -> Vec<String> {
    let count = 1 + rng.below(3);
    rng.pick_some(&["open", "paid", "it's", "Größe", "two words"], count)
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// Draws another type that values of one become by themselves, or by some cast.
pub(super) fn other(rng: &mut Rng, from: &ColumnType, server: Server) -> ColumnType {
    let longer = ColumnType::String { length: Some(200) };
    let choices: Vec<ColumnType> = match sort_of(from, server) {
        Sort::Whole => vec![
            ColumnType::Bigint,
            ColumnType::Integer,
            ColumnType::Decimal { precision: Some(12), scale: Some(2) },
            ColumnType::Double,
            longer,
            ColumnType::Text,
        ],
        Sort::Text | Sort::Long | Sort::Enum => {
            vec![longer, ColumnType::Text, ColumnType::Unicode { length: Some(99) }]
        }
        Sort::Number => vec![
            ColumnType::Decimal { precision: Some(20), scale: Some(4) },
            ColumnType::Double,
            ColumnType::Integer,
        ],
        Sort::Date | Sort::Moment => {
            vec![ColumnType::Datetime, ColumnType::Datetimetz, ColumnType::Date, longer]
        }
        _ => vec![longer, ColumnType::Text],
    };
    rng.pick(&choices).clone()
}
