//! MariaDB: a database of its own for each run, told by `SHOW CREATE TABLE`.

use limbeck_core::dialect::Connection;

use super::{Refused, rows};
use crate::backend::server;

const DATABASE: &str = "limbeck_ddl";

/// A connection to the server.
pub(in super::super) struct Mariadb {
    connection: Box<dyn Connection>,
}

impl Mariadb {
    /// Opens the server that the tests are told of, in its usual mode: the scripts are those of offline mode.
    pub(super) fn open() -> Option<Self> {
        let url = server("LIMBECK_TEST_MARIADB_URL")?;
        let connection = limbeck::connect(&url).unwrap_or_else(|fault| panic!("{fault}"));
        Some(Self { connection })
    }

    pub(super) fn run(&mut self, scene: &[String], change: &[String]) -> Result<Vec<String>, Refused> {
        let connection = self.connection.as_mut();
        let must = |connection: &mut dyn Connection, sql: &str| {
            connection.execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        };
        for database in [DATABASE, "sales", "Sa les"] {
            must(connection, &format!("DROP DATABASE IF EXISTS `{database}`"));
        }
        must(connection, &format!("CREATE DATABASE `{DATABASE}` CHARACTER SET utf8mb4"));
        must(connection, &format!("USE `{DATABASE}`"));
        for statement in scene {
            connection.execute(statement).map_err(|error| Refused::Scene(format!("{statement}: {error}")))?;
        }
        for statement in change {
            connection.execute(statement).map_err(|error| Refused::Change(error.to_string()))?;
        }
        Ok(facts(connection))
    }
}

fn facts(connection: &mut dyn Connection) -> Vec<String> {
    let tables = rows(
        connection,
        "SELECT CONCAT(IF(TABLE_TYPE = 'SEQUENCE', 'SEQUENCE', 'TABLE'), ' `', REPLACE(TABLE_SCHEMA, '`', '``'), '`.`',
             REPLACE(TABLE_NAME, '`', '``'), '`')
         FROM information_schema.TABLES WHERE TABLE_SCHEMA IN ('limbeck_ddl', 'sales', 'Sa les') ORDER BY 1",
    );
    let mut facts = rows(
        connection,
        "SELECT CONCAT('schema ', SCHEMA_NAME) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN
         ('information_schema', 'performance_schema', 'mysql', 'sys') ORDER BY 1",
    );
    for table in tables {
        let made = rows(connection, &format!("SHOW CREATE {table}")).join("\n");
        // Columns have an order that means something; what follows them has none.
        let lines = made.lines().map(|line| line.trim().trim_end_matches(','));
        let (columns, mut others): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.starts_with('`'));
        others.sort_unstable();
        facts.extend(columns.into_iter().chain(others).map(|line| format!("{table} {line}")));
        if table.starts_with("TABLE") {
            let name = &table["TABLE ".len()..];
            facts.extend(
                rows(connection, &format!("SELECT * FROM {name}"))
                    .into_iter()
                    .map(|row| format!("row {row}")),
            );
        }
    }
    facts
}
