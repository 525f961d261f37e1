//! Draws tables.

use std::collections::BTreeMap;

use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::Literal;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::CreateTable;
use limbeck_core::schema::{Column, Constraint, Options, PrimaryKey, Table, Unique};

use super::super::rng::Rng;
use super::super::server::Server;
use super::{Around, column, name, rules};

/// Makes the table that foreign keys point at.
pub(super) fn parent(around: &Around) -> CreateTable {
    let whole = |called: &str| Column { nullable: false, ..Column::new(name(called), ColumnType::Integer) };
    let mut table = Table::new(around.parent.clone(), vec![whole("id"), whole("x"), whole("y")]);
    let pair = vec![name("x"), name("y")];
    table.constraints = vec![
        Constraint::PrimaryKey(PrimaryKey { name: None, columns: vec![name("id")] }),
        Constraint::Unique(Unique {
            name: Some(name("uq_o")),
            columns: pair,
            nulls_not_distinct: false,
            deferrable: None,
        }),
    ];
    CreateTable { table, if_not_exists: false }
}

/// Draws a table; `None` when parts were drawn that do not fit each other.
pub(super) fn table(rng: &mut Rng, called: TableName, around: &Around) -> Option<Table> {
    let server = around.server;
    // On PostgreSQL, what keys and indexes are called is theirs alone in the schema.
    let short: String = called.name.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
    let mut columns = Vec::new();
    let keyed = rng.below(10);
    if keyed < 7 {
        columns.push(key(rng, server));
    }
    let count = 2 + rng.below(5);
    for name in column::names(rng, count) {
        let drawn = column::column(rng, name, &columns, around);
        columns.push(drawn);
    }
    let mut table = Table::new(called, columns);
    let key_name = rng.percent(30).then(|| name(&format!("pk_{short}")));
    if keyed < 7 {
        let counts = table.columns[0].autoincrement == Some(true) && server == Server::Sqlite;
        let name = key_name.filter(|_| !counts);
        table.constraints.push(Constraint::PrimaryKey(PrimaryKey { name, columns: vec![super::name("id")] }));
    } else if keyed < 9 {
        let able = |one: &&mut Column| {
            super::types::can_be_key(&one.ty, server) && one.generated.is_none() && one.identity.is_none()
        };
        let mut parts: Vec<&mut Column> = table.columns.iter_mut().filter(able).take(2).collect();
        parts.iter_mut().for_each(|one| one.nullable = false);
        let columns: Vec<Ident> = parts.iter().map(|one| one.name.clone()).collect();
        if !columns.is_empty() {
            table.constraints.push(Constraint::PrimaryKey(PrimaryKey { name: key_name, columns }));
        }
    }
    for number in 0..rng.below(4) {
        let suffix = format!("{short}_{number}");
        table.constraints.extend(rules::constraint(rng, &table, &suffix, around));
    }
    for number in 0..rng.below(3) {
        table.indexes.extend(rules::index(rng, &table, &format!("ix_{short}_{number}"), around));
    }
    if server != Server::Sqlite && rng.percent(20) {
        table.comment = Some(column::comment(rng));
    }
    table.options = options(rng, &table, server);
    table.validate().ok().map(|()| table)
}

fn key(rng: &mut Rng, server: Server) -> Column {
    let types = [
        ColumnType::Integer,
        ColumnType::Bigint,
        ColumnType::Smallint,
        ColumnType::String { length: Some(20) },
    ];
    let ty = if rng.percent(60) { ColumnType::Integer } else { rng.pick(&types).clone() };
    let mut column = Column { nullable: false, ..Column::new(name("id"), ty) };
    match rng.below(8) {
        0 => column.autoincrement = Some(false),
        1 if column.ty == ColumnType::Integer => column.autoincrement = Some(true),
        2 if server == Server::Postgres && !matches!(column.ty, ColumnType::String { .. }) => {
            column.identity = Some(column::identity(rng));
        }
        _ => {}
    }
    column
}

fn options(rng: &mut Rng, table: &Table, server: Server) -> Options {
    let mut own: BTreeMap<String, Literal> = BTreeMap::new();
    let mut set = |key: &str, value: Literal| drop(own.insert(key.to_owned(), value));
    let word = |rng: &mut Rng, words: &[&str]| Literal::text(*rng.pick(words));
    match server {
        Server::Postgres => {
            // A partitioned table holds no rows, and so not how they are stored.
            match table.columns.iter().find(|one| matches!(one.ty, ColumnType::Integer | ColumnType::Date)) {
                Some(column)
                    if table.constraints.is_empty() && column.name.as_str().len() == 1 && rng.percent(40) =>
                {
                    let how = rng.pick(&["LIST", "RANGE", "HASH"]);
                    set("partition_by", Literal::text(format!("{how} ({})", column.name)));
                }
                _ => {
                    if rng.percent(10) {
                        set(
                            "with",
                            word(rng, &["fillfactor = 70", "fillfactor = 50, autovacuum_enabled = false"]),
                        );
                    }
                    if rng.percent(5) {
                        set("unlogged", Literal::Bool(true));
                    }
                    if rng.percent(5) {
                        set("using", Literal::text("heap"));
                    }
                }
            }
            if rng.percent(5) {
                set("tablespace", Literal::text("pg_default"));
            }
        }
        Server::Mysql | Server::Mariadb => {
            if rng.percent(25) {
                set("engine", Literal::text("InnoDB"));
            }
            if rng.percent(25) {
                set(if rng.percent(50) { "charset" } else { "default_charset" }, Literal::text("utf8mb4"));
                if rng.percent(50) {
                    set("collate", word(rng, &["utf8mb4_bin", "utf8mb4_unicode_ci"]));
                }
            }
            if rng.percent(10) {
                set("row_format", word(rng, &["DYNAMIC", "COMPACT"]));
            }
            if rng.percent(8) {
                set("auto_increment", Literal::Integer(100));
            }
            if rng.percent(5) {
                set("key_block_size", Literal::Integer(8));
            }
        }
        Server::Sqlite => {
            let counts = table.columns.iter().any(|one| one.autoincrement == Some(true));
            if rng.percent(10) && table.primary_key().is_some() && !counts {
                set("without_rowid", Literal::Bool(true));
            }
        }
    }
    match own.is_empty() {
        true => Options::new(),
        false => Options::from([(server.dialect().name().to_owned(), own)]),
    }
}
