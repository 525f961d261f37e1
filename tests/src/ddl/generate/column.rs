//! Draws columns: a type, and what a column may have besides.

use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::{Literal, RawSql, Value};
use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Generated, GeneratedStorage, Identity};

use super::super::rng::Rng;
use super::super::server::Server;
use super::types::{self, Sort, sort_of};
use super::{Around, name, word};

/// Names of columns: plain ones, which expressions may name, and unkind ones.
const PLAIN: [&str; 7] = ["a", "b", "c", "d", "amount", "title", "kept_at"];
const UNKIND: [&str; 7] = ["order", "Größe", "we\"ird", "it's", "two words", "select", "back`tick"];

/// Says whether expressions can name a column without quotes.
pub(super) fn is_plain(column: &Ident) -> bool {
    let made = ["new_", "renamed_"].iter().any(|start| column.as_str().starts_with(start));
    made || PLAIN.contains(&column.as_str())
}

/// Draws so many names, all different.
pub(super) fn names(rng: &mut Rng, count: usize) -> Vec<Ident> {
    let mut names: Vec<Ident> = Vec::new();
    let mut plain = PLAIN.to_vec();
    rng.shuffle(&mut plain);
    while names.len() < count {
        let drawn = match plain.pop().filter(|_| rng.percent(85)) {
            Some(plain) => plain,
            None => rng.pick(&UNKIND),
        };
        let drawn = name(drawn);
        if !names.contains(&drawn) {
            names.push(drawn);
        }
    }
    names
}

/// Draws a comment.
pub(super) fn comment(rng: &mut Rng) -> String {
    word(rng, &["note", "it's a \"note\"", "two\nlines", "back\\slash", "100% sure: yes", "Größe"]).to_owned()
}

/// Draws a column. `others` are those that an expression may name.
pub(super) fn column(rng: &mut Rng, name: Ident, others: &[Column], around: &Around) -> Column {
    let server = around.server;
    let ty = types::any(rng, server, &around.enums);
    let sort = sort_of(&ty, server);
    let mut column = Column { nullable: rng.percent(65), ..Column::new(name, ty) };
    if rng.percent(15) && server != Server::Sqlite {
        column.comment = Some(comment(rng));
    }
    match rng.below(20) {
        0..=6 => column.default = default(rng, &column.ty, around),
        7 if !others.is_empty() => generate(rng, &mut column, others, server),
        8 if server == Server::Postgres
            && sort == Sort::Whole
            && matches!(column.ty, ColumnType::Integer | ColumnType::Bigint | ColumnType::Smallint) =>
        {
            column.nullable = false;
            column.identity = Some(identity(rng));
        }
        _ => {}
    }
    if matches!(column.ty, ColumnType::String { .. } | ColumnType::Text)
        && column.generated.is_none()
        && rng.percent(15)
    {
        column.collation = Some(name_of_collation(rng, server));
    }
    column
}

fn name_of_collation(rng: &mut Rng, server: Server) -> Ident {
    name(match server {
        Server::Postgres => word(rng, &["C", "POSIX", "de-x-icu"]),
        Server::Mysql | Server::Mariadb => word(rng, &["utf8mb4_bin", "utf8mb4_unicode_ci"]),
        Server::Sqlite => word(rng, &["NOCASE", "RTRIM"]),
    })
}

fn generate(rng: &mut Rng, column: &mut Column, others: &[Column], server: Server) {
    let whole = |one: &&Column| {
        is_plain(&one.name) && one.generated.is_none() && matches!(one.ty, ColumnType::Integer)
    };
    let Some(other) = others.iter().find(whole) else { return };
    column.ty = ColumnType::Integer;
    column.collation = None;
    let storage = match server {
        Server::Postgres => GeneratedStorage::Stored,
        _ => *rng.pick(&[GeneratedStorage::Stored, GeneratedStorage::Virtual]),
    };
    // MariaDB has no NOT NULL for what it computes.
    column.nullable = true;
    column.generated = Some(Generated { sql: RawSql::new(format!("{} * 2 + 1", other.name)), storage });
}

/// Draws the options of an identity column.
pub(super) fn identity(rng: &mut Rng) -> Identity {
    let (some, always, cycle) = (rng.percent(60), rng.percent(40), rng.percent(20));
    let mut maybe = |value: i64| (some && rng.percent(50)).then_some(value);
    Identity {
        always,
        start: maybe(10),
        increment: maybe(5),
        min: maybe(1),
        max: maybe(1000),
        cache: maybe(2),
        cycle: some && cycle,
    }
}

/// Draws a default that fits a type; `None` where nothing does.
pub(super) fn default(rng: &mut Rng, ty: &ColumnType, around: &Around) -> Option<Value> {
    let server = around.server;
    let sql = |sql: &str| Some(Value::Sql(RawSql::new(sql)));
    match sort_of(ty, server) {
        Sort::Whole => match rng.below(5) {
            0 => sql("(1 + 2)"),
            1 => sql("7"),
            2 if !is_unsigned(ty) => sql("-5"),
            _ => Some(Value::from(5)),
        },
        Sort::Text => match rng.below(6) {
            0 => sql("'raw'"),
            1 => Some(Value::from("it's")),
            2 => Some(Value::from("")),
            3 if server != Server::Sqlite => sql("lower('ABC')"),
            4 => Some(Value::from("b\\s")),
            _ => Some(Value::from("x")),
        },
        // MySQL takes no plain default for these.
        Sort::Long => None,
        Sort::Json if server.is_mysql() => None,
        Sort::Json => Some(Value::from("{}")),
        Sort::Number => match rng.below(3) {
            0 => sql("1.5"),
            1 => Some(Value::Literal(Literal::Float(2.5))),
            _ => Some(Value::from(0)),
        },
        Sort::Truth => Some(Value::from(rng.percent(50))),
        Sort::Date => Some(Value::from("2026-01-02")),
        Sort::Moment => moment(rng, ty, server),
        Sort::Enum => match ty {
            ColumnType::Enum { name: None, values } => {
                values.first().map(|value| Value::from(value.as_str()))
            }
            ColumnType::Enum { name: Some(name), values } => {
                let known = around.enums.iter().find(|(known, _)| known == name).map(|(_, values)| values);
                let value = values.first().or_else(|| known?.first())?;
                Some(Value::from(value.as_str()))
            }
            _ => None,
        },
        Sort::Range | Sort::Other => None,
    }
}

fn is_unsigned(ty: &ColumnType) -> bool {
    matches!(ty.on("mysql"), ColumnType::Native(raw) if raw.as_str().contains("UNSIGNED"))
}

fn moment(rng: &mut Rng, ty: &ColumnType, server: Server) -> Option<Value> {
    let sql = |sql: &str| Some(Value::Sql(RawSql::new(sql)));
    // The precision of a default must be that of the type.
    let fraction = match ty.on(server.dialect().name()) {
        ColumnType::Native(raw) => raw.as_str().split(['(', ')']).nth(1).filter(|_| server.is_mysql()),
        _ => None,
    };
    match (fraction, rng.below(4)) {
        (Some(digits), 0) => sql(&format!("now({digits})")),
        (Some(digits), 1) => {
            sql(&format!("CURRENT_TIMESTAMP({digits}) ON UPDATE CURRENT_TIMESTAMP({digits})"))
        }
        (Some(digits), _) => sql(&format!("CURRENT_TIMESTAMP({digits})")),
        (None, 0) if server != Server::Sqlite => sql("now()"),
        (None, 1) if server.is_mysql() => sql("CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP"),
        (None, 2) => Some(Value::from("2026-01-02 03:04:05")),
        _ => sql("CURRENT_TIMESTAMP"),
    }
}
