//! How the server would write what it keeps: it parses expressions, puts casts into them and prints them anew, and has its own
//! names for types. A temporary table, or a view, is made and read back; it goes with the transaction, or back to where that was.

use limbeck_core::dialect::{ASKED, Connection, DatabaseError, Speller, Statement};
use limbeck_core::literal::RawSql;
use limbeck_core::op::{CreateTable, Operation};
use limbeck_core::schema::{Schema, Table, View};

use crate::connection::PostgresConnection;
use crate::{lower, reflect};

impl Speller for PostgresConnection {
    fn kept(&mut self, table: &Table, around: &Schema) -> Result<Option<Table>, DatabaseError> {
        let make = Operation::from(CreateTable { table: table.clone(), if_not_exists: false });
        // A type that is not there yet is not made, so that nothing is said of its columns.
        let alone = Schema { enums: around.enums.clone(), ..Schema::new() };
        let Ok(lowered) = lower::lower(&make, &alone, self.server()) else { return Ok(None) };
        let made: Vec<String> = lowered.statements.iter().filter_map(temporary).collect();
        self.aside(&made, reflect::temporary)
    }

    fn kept_view(&mut self, view: &View) -> Result<Option<RawSql>, DatabaseError> {
        // On a line of its own, so that a comment at its end hides nothing.
        let make = format!("CREATE TEMPORARY VIEW \"{ASKED}\" AS\n{}\n", view.sql);
        self.aside(&[make], |connection| {
            let sql = format!("SELECT pg_catalog.pg_get_viewdef('pg_temp.\"{ASKED}\"'::regclass)");
            let rows = connection.rows(&sql)?;
            Ok(rows.first().map(|row| RawSql::new(row.get::<_, String>(0))))
        })
    }
}

/// Returns the statement that makes a temporary table, or an index on it.
fn temporary(statement: &Statement) -> Option<String> {
    let sql = statement.sql.as_str();
    match sql.strip_prefix("CREATE TABLE") {
        Some(made) => Some(format!("CREATE TEMPORARY TABLE{made}")),
        None => (sql.starts_with("CREATE INDEX") || sql.starts_with("CREATE UNIQUE INDEX"))
            .then(|| sql.to_owned()),
    }
}
