//! Migration files in the program itself: it needs no files where it runs, and a broken one does not compile.

use limbeck::prelude::*;

static MIGRATIONS: limbeck::EmbeddedMigrations = embed_migrations!("examples/migrations");

pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let history = History::builder().embedded(MIGRATIONS).build()?;
    let mut connection = connect("sqlite::memory:")?;
    let outcome = Migrator::new(&history, &mut *connection, settings()).upgrade(&Target::heads())?;
    assert_eq!(outcome.heads.to_string(), "7d2f90c1a001");

    // The schema is known without the database.
    let schema = history.schema_at(&outcome.heads, "sqlite")?;
    let tables: Vec<String> = schema.tables.keys().map(ToString::to_string).collect();
    assert_eq!(tables, ["account", "cart", "nickname"]);
    Ok(())
}
