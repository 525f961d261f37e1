//! PostgreSQL: a database of its own for each scratch, on the server that `LIMBECK_TEST_POSTGRES_URL` names.

use std::fmt::Write;

use super::Backend;
use super::database::Maker;
use crate::Scratch;

/// PostgreSQL.
pub static POSTGRES: Backend = Backend {
    dialect: &limbeck_postgres::POSTGRES,
    name: "postgres",
    open: || MAKER.make().map(Scratch::of),
    empty,
    rows,
    others,
    check,
};

static MAKER: Maker =
    Maker { variable: "LIMBECK_TEST_POSTGRES_URL", made: "", dropped: "WITH (FORCE)", query: str::to_owned };

fn empty(scratch: &mut Scratch) {
    let own = "SELECT quote_ident(nspname) FROM pg_namespace
               WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'";
    for schema in scratch.rows(own) {
        let sql = format!("DROP SCHEMA {schema} CASCADE");
        scratch.connection.execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    scratch.connection.execute("CREATE SCHEMA public").unwrap_or_else(|error| panic!("{error}"));
    scratch.forget();
}

fn rows(scratch: &mut Scratch) -> String {
    let tables = scratch.rows(
        "SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg_%' AND n.nspname <> 'information_schema' ORDER BY 1",
    );
    let mut text = String::new();
    for table in tables {
        writeln!(text, "{table}").expect("writing to a String does not fail");
        for row in scratch.rows(&format!("SELECT to_jsonb(t)::text FROM {table} AS t ORDER BY 1")) {
            writeln!(text, "  {row}").expect("writing to a String does not fail");
        }
    }
    text
}

fn others(scratch: &mut Scratch) -> Vec<String> {
    scratch.rows(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
         UNION ALL SELECT oid::regclass::text || ' ' || pg_get_viewdef(oid) FROM pg_class
         WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace ORDER BY 1",
    )
}

/// Nothing is left running, and no index is left invalid.
fn check(scratch: &mut Scratch) {
    assert_eq!(scratch.rows("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"), [""; 0]);
    // Those of this database alone: the tests beside this one hold locks of their own on the same server.
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(scratch.rows(locks), ["0"]);
}
