//! A schema is read back in as many queries for many tables as for few.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use limbeck::core::literal::{Literal, Value};
use limbeck_core::dialect::Connection;
use limbeck_core::name::TableName;
use limbeck_tests::Scratch;
use limbeck_tests::backend::{MARIADB, POSTGRES};

/// Makes tables with keys and indexes, which point at each other.
fn make(scratch: &mut Scratch, tables: std::ops::Range<usize>) {
    for i in tables {
        let other = i.saturating_sub(1);
        let sql = format!(
            "CREATE TABLE t{i} (id INTEGER NOT NULL PRIMARY KEY, a INTEGER DEFAULT 1, b VARCHAR(20),
                 CONSTRAINT ck{i} CHECK (a > 0), CONSTRAINT uq{i} UNIQUE (b),
                 CONSTRAINT fk{i} FOREIGN KEY (a) REFERENCES t{other} (id))"
        );
        scratch.connection.execute(&sql).unwrap();
        scratch.connection.execute(&format!("CREATE INDEX ix{i} ON t{i} (a, b)")).unwrap();
    }
}

/// Returns how many queries it takes with 2 tables and with 40, all read and 2 or 40 read by name.
fn counts(
    scratch: &mut Scratch,
    mut queries: impl FnMut(&mut Scratch, Option<&[TableName]>) -> usize,
) -> [usize; 4] {
    let names = |count: usize| -> Vec<TableName> {
        (0..count).map(|i| TableName::parse(&format!("t{i}")).unwrap()).collect()
    };
    make(scratch, 0..2);
    let few = [queries(scratch, None), queries(scratch, Some(&names(2)))];
    make(scratch, 2..40);
    let many = [queries(scratch, None), queries(scratch, Some(&names(40)))];
    [few[0], many[0], few[1], many[1]]
}

fn read(connection: &mut dyn Connection, only: Option<&[TableName]>) {
    let schema = connection.reflect(only).unwrap();
    assert!(schema.tables.values().all(|table| table.indexes.len() == 1 && table.constraints.len() == 4));
}

#[test]
fn mariadb_is_asked_as_often_for_many_tables_as_for_few() {
    let Some(mut scratch) = (MARIADB.open)() else { return };
    let asked = |scratch: &mut Scratch| {
        let rows = scratch.connection.query("SHOW SESSION STATUS LIKE 'Questions'").unwrap();
        let text = rows[0].get(1).and_then(Literal::as_text).unwrap().to_owned();
        text.parse::<usize>().unwrap()
    };
    let [few, many, few_named, many_named] = counts(&mut scratch, |scratch, only| {
        let before = asked(scratch);
        read(&mut *scratch.connection, only);
        // The second look is one of its own.
        asked(scratch) - before - 1
    });
    assert!(few > 0 && few_named > 0);
    assert_eq!((few, few_named), (many, many_named));
}

#[test]
fn postgres_is_asked_as_often_for_many_tables_as_for_few() {
    let Some(mut scratch) = (POSTGRES.open)() else { return };
    let url = scratch.url().unwrap();
    let [few, many, few_named, many_named] = counts(&mut scratch, |_, only| {
        let (relayed, asked) = relay(&url);
        let mut connection = limbeck::connect(&relayed).unwrap();
        let before = asked.load(Ordering::SeqCst);
        read(&mut *connection, only);
        asked.load(Ordering::SeqCst) - before
    });
    assert!(few > 0 && few_named > 0);
    assert_eq!((few, few_named), (many, many_named));
}

#[test]
fn postgres_tells_a_serial_from_a_default_that_only_starts_like_one() {
    let Some(mut scratch) = (POSTGRES.open)() else { return };
    for sql in [
        "CREATE TABLE t (small SMALLSERIAL, whole SERIAL, big BIGSERIAL, odd SERIAL, sum SERIAL,
             plain INTEGER DEFAULT 7, made INTEGER GENERATED ALWAYS AS (plain + 1) STORED)",
        "ALTER TABLE t ALTER odd SET DEFAULT nextval('t_odd_seq') + 1",
        "ALTER TABLE t ALTER sum SET DEFAULT abs(nextval('t_sum_seq'))",
    ] {
        scratch.connection.execute(sql).unwrap();
    }
    let schema = scratch.connection.reflect(None).unwrap();
    let table = &schema.tables[&TableName::parse("t").unwrap()];
    let counting = table.columns.iter().filter(|column| column.autoincrement == Some(true));
    let counting: Vec<&str> = counting.map(|column| column.name.as_str()).collect();
    assert_eq!(counting, ["small", "whole", "big"]);
    let rest = table.columns.iter().filter(|column| column.autoincrement.is_none());
    let rest: Vec<String> = rest
        .map(|column| match (&column.default, &column.generated) {
            (Some(Value::Sql(sql)), None) => sql.as_str().to_owned(),
            (Some(value), None) => format!("{value:?}"),
            (_, generated) => generated.as_ref().unwrap().sql.as_str().to_owned(),
        })
        .collect();
    let [sum, absolute] = ["(nextval('t_odd_seq'::regclass) + 1)", "abs(nextval('t_sum_seq'::regclass))"];
    assert_eq!(rest, [sum, absolute, "Literal(Integer(7))", "(plain + 1)"]);
}

/// Returns the names of relations that are not in the schema as it is read back.
fn unknown(scratch: &mut Scratch) -> Vec<String> {
    let schema = scratch.connection.reflect(None).unwrap();
    let known = |name: &String| {
        schema.tables.keys().chain(schema.views.keys()).any(|known| known.name.as_str() == name)
    };
    let all = scratch.connection.relations().unwrap();
    assert!(all.iter().any(known), "{all:?}");
    all.into_iter().filter(|name| !known(name)).collect()
}

#[test]
fn what_is_not_read_back_is_named_all_the_same() {
    if let Some(mut scratch) = (POSTGRES.open)() {
        for sql in [
            "CREATE TABLE events (at DATE) PARTITION BY RANGE (at)",
            "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
            "CREATE VIEW seen AS SELECT at FROM events",
        ] {
            scratch.connection.execute(sql).unwrap();
        }
        assert_eq!(unknown(&mut scratch), ["events_2026"]);
    }
    if let Some(mut scratch) = (MARIADB.open)() {
        scratch.connection.execute("CREATE TABLE events (at DATE)").unwrap();
        scratch.connection.execute("CREATE VIEW seen AS SELECT at FROM events").unwrap();
        assert!(unknown(&mut scratch).is_empty());
    }
}

/// Stands between PostgreSQL and one client, and counts what the client asks. Returns the URL that leads there.
fn relay(url: &str) -> (String, Arc<AtomicUsize>) {
    let (start, rest) = url.rsplit_once('@').unwrap();
    let (address, name) = rest.split_once('/').unwrap();
    let name = name.split('?').next().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let relayed = format!("{start}@{}/{name}?sslmode=disable", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let (counted, address) = (asked.clone(), address.to_owned());
    thread::spawn(move || {
        let (client, _) = listener.accept().unwrap();
        let server = TcpStream::connect(address).unwrap();
        let (mut answers, mut to_client) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        thread::spawn(move || {
            // The client has gone when this fails.
            let _ = std::io::copy(&mut answers, &mut to_client);
            let _ = to_client.shutdown(Shutdown::Both);
        });
        let _ = pass_on(client, server, &counted);
    });
    (relayed, asked)
}

/// Passes on what a client says, message by message: the first has a length alone, the others a letter before it
/// (postgresql.org/docs/15/protocol-message-formats.html).
fn pass_on(mut client: TcpStream, mut server: TcpStream, asked: &AtomicUsize) -> std::io::Result<()> {
    let mut letter = None;
    loop {
        let mut length = [0; 4];
        client.read_exact(&mut length)?;
        let mut rest = vec![0; u32::from_be_bytes(length) as usize - 4];
        client.read_exact(&mut rest)?;
        // A simple query, or the parsing of one.
        if matches!(letter, Some(b'Q' | b'P')) {
            asked.fetch_add(1, Ordering::SeqCst);
        }
        let mut message: Vec<u8> = letter.into_iter().collect();
        message.extend(length);
        message.extend(rest);
        server.write_all(&message)?;
        let mut next = [0];
        client.read_exact(&mut next)?;
        letter = Some(next[0]);
    }
}
