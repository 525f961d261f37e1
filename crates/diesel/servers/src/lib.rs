//! What the tests of Limbeck on Diesel's connections to servers share; `cargo xtask diesel` runs them.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl};
use limbeck::core::history::History;
use limbeck::core::migrator::Guest;

/// How many databases this program has made.
static MADE: AtomicUsize = AtomicUsize::new(0);

/// Calls with the URL of an empty database on a server, which goes afterwards.
///
/// # Panics
/// When the variable names no server: `cargo xtask diesel` starts one.
pub fn with_database(variable: &str, call: impl FnOnce(&str) + std::panic::UnwindSafe) {
    let server = std::env::var(variable).unwrap_or_else(|_| panic!("`{variable}` names no server"));
    let server = server.split('?').next().unwrap_or_default();
    // Tests of one program run side by side.
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("limbeck_diesel_{}_{number}", std::process::id());
    let mut connection = limbeck::connect(server).expect("the server is there");
    connection.execute(&format!("CREATE DATABASE {name}")).expect("a database can be made");
    let start = server.rsplit_once('/').map_or(server, |(start, _)| start);
    let outcome = std::panic::catch_unwind(|| call(&format!("{start}/{name}")));
    connection.execute(&format!("DROP DATABASE {name}")).expect("a database can be dropped");
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

/// Returns revisions that follow each other: their ids, and what stands below the header.
pub fn history(files: &[(&str, &str)]) -> History {
    let mut parent = String::new();
    let builder = files.iter().fold(History::builder(), |builder, (id, body)| {
        let text = format!("revision = \"{id}\"\ndown_revision = [{parent}]\n\n[[upgrade]]\n{body}\n");
        parent = format!("\"{id}\"");
        builder.text(PathBuf::from(format!("{id}.toml")), Arc::from(text))
    });
    builder.build().expect("the history is good")
}

/// Makes the same ready for a kind of server.
pub fn guest(files: &[(&str, &str)], server: &str) -> Guest {
    let (dialect, server) = limbeck::server(server).expect("the kind of server is known");
    Guest::new(history(files), dialect, server, limbeck::settings()).expect("the graph is good")
}

/// A row with one text.
#[derive(QueryableByName)]
pub struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

/// Returns the column `text` of a query.
pub fn texts<C: Connection>(connection: &mut C, sql: &str) -> Vec<String>
where
    diesel::query_builder::SqlQuery: for<'q> diesel::query_dsl::methods::LoadQuery<'q, C, Row>,
{
    let rows: Vec<Row> =
        diesel::sql_query(sql).load(connection).unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.into_iter().map(|row| row.text).collect()
}
