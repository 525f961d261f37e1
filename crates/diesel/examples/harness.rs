//! A program with Diesel, whose migrations are Limbeck's: `run_pending_migrations` runs them.
//!
//! `cargo run --package limbeck-diesel --features harness --example harness`. On PostgreSQL it is the same with `PgConnection`, the
//! feature `postgres` of `diesel` and of `limbeck`, and `limbeck::server("postgres:16")`.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

use diesel::prelude::*;
use diesel_migrations::MigrationHarness;
use limbeck::core::history::History;
use limbeck_diesel::harness::Migrations;
use schema::account;

const ACCOUNT: &str = r#"
revision = "aaaa"
message = "accounts"

[[upgrade]]
create_table = "account"
columns = [{ name = "id", type = "integer", primary_key = true }, { name = "email", type = "string(320)", nullable = false }]
"#;

const NICKNAME: &str = r#"
revision = "bbbb"
down_revision = "aaaa"
message = "nicknames"

[[upgrade]]
alter_table = "account"
actions = [{ add_column = "nickname", type = "text" }]
"#;

#[allow(missing_docs, reason = "the macro makes what has none")]
mod schema {
    diesel::table! {
        account (id) {
            id -> Integer,
            email -> Text,
            nickname -> Nullable<Text>,
        }
    }
}

/// Migrates a database in memory, and uses it.
pub(crate) fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    // A program would take them from files, with `embed_migrations!` or `HistoryBuilder::directories`.
    let history = [("aaaa.toml", ACCOUNT), ("bbbb.toml", NICKNAME)]
        .into_iter()
        .fold(History::builder(), |builder, (path, text)| builder.text(PathBuf::from(path), Arc::from(text)))
        .build()?;
    let migrations =
        Migrations::<SqliteConnection>::new(history, limbeck::server("sqlite")?, limbeck::settings())?;
    let mut connection = SqliteConnection::establish(":memory:")?;
    connection.run_pending_migrations(migrations.clone())?;

    let row = (account::email.eq("a@example.org"), account::nickname.eq("a"));
    diesel::insert_into(account::table).values(row).execute(&mut connection)?;
    let nicknames = account::table.select(account::nickname).load::<Option<String>>(&mut connection)?;
    assert_eq!(nicknames, [Some("a".to_owned())]);
    assert!(!connection.has_pending_migration(migrations)?);
    Ok(())
}
