//! Another tool runs revisions one at a time, with the SQL that it is given.

#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

#[cfg(any(feature = "postgres", feature = "mysql"))]
#[path = "../../cli/tests/support/server.rs"]
mod server;

use std::path::PathBuf;
use std::sync::Arc;

use limbeck::core::dialect::{Connection, Enforcement};
use limbeck::core::graph::{Direction, Heads};
use limbeck::core::history::History;
use limbeck::core::literal::Literal;
use limbeck::core::migrator::{Guest, Migrator};
use limbeck::core::op::Transaction;
use limbeck::core::revision::RevisionId;

/// A table, a column of another type, something that cannot be in a transaction everywhere, and a merge point.
const FILES: [(&str, &str, &str); 5] = [
    (
        "aaaa",
        "",
        "create_table = \"t\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }, { name = \"it's\", type = \"string(9)\" }]",
    ),
    (
        "bbbb",
        "\"aaaa\"",
        "alter_table = \"t\"\nactions = [{ alter_column = \"it's\", type = \"string(99)\", nullable = false, default = \"x\" }]",
    ),
    (
        "cccc",
        "\"aaaa\"",
        "create_table = \"u\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }]",
    ),
    ("dddd", "\"bbbb\", \"cccc\"", "execute = \"INSERT INTO u (id) VALUES (1)\"\ntransaction = \"outside\""),
    ("eeee", "\"dddd\"", "create_index = \"ix\"\ntable = \"t\"\ncolumns = [\"it's\"]"),
];

fn history() -> History {
    let builder = FILES.iter().fold(History::builder(), |builder, (id, parents, body)| {
        let text = format!(
            "revision = \"{id}\"\ndown_revision = [{parents}]\n\n[[upgrade]]\n{body}\n\n{}",
            if *id == "dddd" { "[[downgrade]]\nexecute = \"DELETE FROM u\"\n" } else { "" }
        );
        builder.text(PathBuf::from(format!("{id}.toml")), Arc::from(text))
    });
    builder.build().unwrap()
}

fn heads(guest: &Guest, connection: &mut dyn Connection) -> Heads {
    let rows = connection.query(&guest.heads_query()).unwrap();
    rows.iter().filter_map(|row| row[0].as_text()).collect()
}

/// Does what such a tool does.
fn run(guest: &Guest, connection: &mut dyn Connection, revision: &RevisionId, direction: Direction) {
    let heads = heads(guest, connection);
    let script = match direction {
        Direction::Up => guest.upgrade(revision, &heads).unwrap().unwrap(),
        Direction::Down => guest.downgrade(revision, &heads).unwrap().unwrap(),
    };
    match script.transaction {
        Transaction::Inside => {
            connection.begin(Enforcement::default()).unwrap();
            script.statements.iter().for_each(|sql| connection.execute(sql).unwrap());
            connection.commit().unwrap();
        }
        Transaction::Outside => {
            assert_eq!(guest.transaction(revision).unwrap(), Transaction::Outside, "{revision}");
            script.statements.iter().for_each(|sql| connection.execute(sql).unwrap());
        }
    }
}

fn goes_up_and_down(url: &str) {
    let mut connection = limbeck::connect(url).unwrap();
    let (dialect, server) = (connection.dialect(), connection.server().clone());
    let guest = Guest::new(history(), dialect, server, limbeck::settings()).unwrap();
    connection.execute(&guest.tables().unwrap()).unwrap();
    connection.execute(&guest.tables().unwrap()).unwrap();
    let order: Vec<RevisionId> = guest.revisions().to_vec();
    assert!(guest.upgrade(&order[4], &Heads::default()).is_err());
    for revision in &order {
        run(&guest, &mut *connection, revision, Direction::Up);
        let heads = heads(&guest, &mut *connection);
        assert!(guest.upgrade(revision, &heads).unwrap().is_none());
    }
    let history = history();
    let mut migrator = Migrator::new(&history, &mut *connection, limbeck::settings());
    assert_eq!(migrator.current().unwrap().to_string(), "eeee");
    assert_eq!(migrator.log().unwrap().len(), 5);
    assert_eq!(connection.query("SELECT id FROM u").unwrap(), [[Literal::Integer(1)]]);
    for revision in order.iter().rev() {
        run(&guest, &mut *connection, revision, Direction::Down);
        let heads = heads(&guest, &mut *connection);
        assert!(guest.downgrade(revision, &heads).unwrap().is_none());
    }
    assert!(heads(&guest, &mut *connection).is_empty());
}

#[test]
fn a_tool_goes_up_and_down_on_sqlite() {
    goes_up_and_down("sqlite::memory:");
}

#[cfg(feature = "postgres")]
#[test]
fn a_tool_goes_up_and_down_on_postgres() {
    server::with_database("LIMBECK_TEST_POSTGRES_URL", goes_up_and_down);
}

#[cfg(feature = "mysql")]
#[test]
fn a_tool_goes_up_and_down_on_mariadb() {
    server::with_database("LIMBECK_TEST_MARIADB_URL", goes_up_and_down);
}

/// As Diesel does, sends what it is given as it is: the server makes one transaction of all that comes at once.
#[cfg(feature = "postgres")]
#[test]
fn what_postgres_takes_in_no_transaction_is_sent_by_itself() {
    server::with_database("LIMBECK_TEST_POSTGRES_URL", |url| {
        let files = [
            (
                "aaaa",
                "create_table = \"t\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }]\n",
            ),
            ("bbbb", "create_index = \"ix\"\ntable = \"t\"\ncolumns = [\"id\"]\nconcurrently = true\n"),
            (
                "cccc",
                "execute = \"CREATE INDEX CONCURRENTLY iy ON t (id); VACUUM t; -- done\"\ntransaction = \"outside\"\n\n\
                 [[downgrade]]\nexecute = \"DROP INDEX CONCURRENTLY iy\"\ntransaction = \"outside\"\n",
            ),
        ];
        let mut parent = String::new();
        let builder = files.iter().fold(History::builder(), |builder, (id, body)| {
            let text = format!("revision = \"{id}\"\ndown_revision = [{parent}]\n\n[[upgrade]]\n{body}");
            parent = format!("\"{id}\"");
            builder.text(PathBuf::from(format!("{id}.toml")), Arc::from(text))
        });
        let (dialect, server) = limbeck::server("postgres:15").unwrap();
        let guest = Guest::new(builder.build().unwrap(), dialect, server, limbeck::settings()).unwrap();
        let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
        client.batch_execute(&guest.tables().unwrap()).unwrap();
        let indexes = |client: &mut postgres::Client| -> i64 {
            client.query_one("SELECT count(*) FROM pg_indexes WHERE tablename = 't'", &[]).unwrap().get(0)
        };
        let up = guest.revisions().iter().map(|one| (one, Direction::Up));
        let down = guest.revisions().iter().rev().map(|one| (one, Direction::Down));
        let mut found = Vec::new();
        for (one, direction) in up.chain(down) {
            let rows = client.query(&guest.heads_query(), &[]).unwrap();
            let heads: Heads = rows.iter().map(|row| row.get::<_, &str>(0)).collect();
            let script = match direction {
                Direction::Up => guest.upgrade(one, &heads).unwrap().unwrap(),
                Direction::Down => guest.downgrade(one, &heads).unwrap().unwrap(),
            };
            let own = script.transaction == Transaction::Outside;
            assert_eq!(own, one.as_str() != "aaaa");
            let around = |sql: &'static str| (!own).then(|| sql.to_owned());
            let statements = around("BEGIN").into_iter().chain(script.statements).chain(around("COMMIT"));
            statements.for_each(|sql| {
                client.batch_execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"))
            });
            found.push(indexes(&mut client));
        }
        assert_eq!(found, [1, 2, 3, 2, 1, 0]);
    });
}
