//! How the server would write what it keeps: it parses expressions, puts casts into them and prints them anew, and has its own
//! names for types. A temporary table, or a view, is made and read back; it goes with the transaction, or back to where that was.

use limbeck_core::dialect::{Connection, DatabaseError, Speller, Statement, asked};
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{CreateTable, Operation};
use limbeck_core::schema::{Schema, Table};

use crate::connection::PostgresConnection;
use crate::{lower, reflect};

/// How many things are made at once: each takes locks, of which a server has some thousands for all who use it.
const AT_ONCE: usize = 100;

impl Speller for PostgresConnection {
    fn kept(&mut self, tables: &[Table], around: &Schema) -> Result<Vec<Option<Table>>, DatabaseError> {
        // A type that is not there yet is not made, so that nothing is said of its columns.
        let alone = Schema { enums: around.enums.clone(), ..Schema::new() };
        self.each_kept(tables, &|connection, tables| {
            let mut made = Vec::new();
            for (place, table) in tables.iter().enumerate() {
                let table = Table { name: TableName::unqualified(ident(&asked(place))), ..table.clone() };
                let make = Operation::from(CreateTable { table, if_not_exists: false });
                let Ok(lowered) = lower::lower(&make, &alone, connection.server()) else { return Ok(None) };
                made.extend(lowered.statements.iter().filter_map(temporary));
            }
            let found = connection.aside(&made, |connection| reflect::temporary(connection, tables.len()))?;
            let found = found.filter(|found| found.len() == tables.len());
            Ok(found.map(|found| found.into_values().collect()))
        })
    }

    fn kept_queries(&mut self, queries: &[RawSql]) -> Result<Vec<Option<RawSql>>, DatabaseError> {
        self.each_kept(queries, &|connection, queries| {
            let name = |place: usize| format!("\"{}\"", asked(place));
            // On a line of its own, so that a comment at its end hides nothing.
            let make = |(place, query)| format!("CREATE TEMPORARY VIEW {} AS\n{query}\n", name(place));
            let made: Vec<String> = queries.iter().enumerate().map(make).collect();
            let shown = |place| format!("pg_catalog.pg_get_viewdef('pg_temp.{}'::regclass)", name(place));
            let shown: Vec<String> = (0..queries.len()).map(shown).collect();
            let sql = format!("SELECT pg_catalog.unnest(ARRAY[{}])", shown.join(", "));
            let texts = |row: &postgres::Row| RawSql::new(row.get::<_, String>(0));
            connection.aside(&made, |connection| {
                Ok(connection.rows(&sql)?.iter().map(texts).collect::<Vec<RawSql>>())
            })
        })
    }
}

impl PostgresConnection {
    /// Asks about things, many at once. Where the server does not take one of them it takes none, and they are asked about in
    /// halves.
    fn each_kept<T: Clone>(
        &mut self,
        asked: &[T],
        ask: &Ask<'_, T>,
    ) -> Result<Vec<Option<T>>, DatabaseError> {
        let mut kept = Vec::with_capacity(asked.len());
        let mut left: Vec<&[T]> = asked.chunks(AT_ONCE).rev().collect();
        while let Some(part) = left.pop() {
            match (ask(self, part)?, part.len()) {
                (Some(answers), _) => kept.extend(answers.into_iter().map(Some)),
                (None, 1) => kept.push(None),
                (None, many) => {
                    let (first, second) = part.split_at(many / 2);
                    left.extend([second, first]);
                }
            }
        }
        Ok(kept)
    }
}

/// How the server is asked about some things at once: all of them in their order, or none when it does not take one.
type Ask<'a, T> = dyn Fn(&mut PostgresConnection, &[T]) -> Result<Option<Vec<T>>, DatabaseError> + 'a;

/// Returns the statement that makes a temporary table, or an index on it.
fn temporary(statement: &Statement) -> Option<String> {
    let sql = statement.sql.as_str();
    match sql.strip_prefix("CREATE TABLE") {
        Some(made) => Some(format!("CREATE TEMPORARY TABLE{made}")),
        None => (sql.starts_with("CREATE INDEX") || sql.starts_with("CREATE UNIQUE INDEX"))
            .then(|| sql.to_owned()),
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name).expect("names in the program are good")
}
