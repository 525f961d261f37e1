//! Revisions on a connection of Diesel's to PostgreSQL, inside the program's transaction.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use limbeck::core::graph::Target;
use limbeck::core::migrator::Migrator as OwnMigrator;
use limbeck_diesel::harness::{Fault, Migrator};
use limbeck_diesel_servers::{guest, history, texts, with_database};

const VARIABLE: &str = "LIMBECK_TEST_POSTGRES_URL";
const SERVER: &str = "postgres:15";

const FILES: [(&str, &str); 4] = [
    (
        "aaaa",
        "create_table = \"it's\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }, \
         { name = \"state\", type = { enum = [\"open\", \"paid\"], name = \"state\" } }]",
    ),
    ("bbbb", "alter_table = \"it's\"\nactions = [{ add_column = \"Größe\", type = \"text\" }]"),
    (
        "cccc",
        "alter_table = \"it's\"\nactions = [{ alter_column = \"Größe\", type = \"string(9)\", nullable = false }]",
    ),
    ("dddd", "create_index = \"ix\"\ntable = \"it's\"\ncolumns = [\"Größe\"]\nconcurrently = true"),
];

const SCHEMA: &str = "SELECT c.relname || ' ' || coalesce(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || \
     a.attnotnull, '') AS text FROM pg_class AS c LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 \
     WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1";

#[test]
fn what_the_program_rolls_back_was_never_there_and_what_it_commits_is_as_limbecks_own_run_makes_it() {
    with_database(VARIABLE, |url| {
        let guest = guest(&FILES[..3], SERVER);
        let mut connection = PgConnection::establish(url).unwrap();
        let rolled_back = connection.transaction(|connection| {
            connection.batch_execute("CREATE TABLE own (id INTEGER)")?;
            assert_eq!(Migrator::new(&guest, connection).upgrade(&Target::heads()).unwrap().len(), 3);
            assert_eq!(Migrator::new(&guest, connection).current().unwrap().to_string(), "cccc");
            Err::<(), _>(diesel::result::Error::RollbackTransaction)
        });
        assert_eq!(rolled_back, Err(diesel::result::Error::RollbackTransaction));
        assert_eq!(texts(&mut connection, SCHEMA), [""; 0]);
        assert!(Migrator::new(&guest, &mut connection).current().unwrap().is_empty());
        assert_eq!(texts(&mut connection, SCHEMA), [""; 0], "to ask makes nothing");
        connection
            .transaction(|connection| {
                Migrator::new(&guest, connection).upgrade(&Target::heads()).unwrap();
                connection.batch_execute("INSERT INTO \"it's\" VALUES (1, 'paid', 'x')")
            })
            .unwrap();
        assert_eq!(texts(&mut connection, "SELECT \"Größe\" AS text FROM \"it's\""), ["x"]);
        let made = texts(&mut connection, SCHEMA);
        with_database(VARIABLE, move |url| {
            let history = history(&FILES[..3]);
            let mut own = limbeck::connect(url).unwrap();
            OwnMigrator::new(&history, &mut *own, limbeck::settings()).upgrade(&Target::heads()).unwrap();
            assert_eq!(texts(&mut PgConnection::establish(url).unwrap(), SCHEMA), made);
        });
        Migrator::new(&guest, &mut connection).downgrade(&Target::base()).unwrap();
        assert_eq!(
            texts(
                &mut connection,
                "SELECT typname::text AS text FROM pg_type WHERE typname IN ('it''s', 'state')"
            ),
            [""; 0]
        );
    });
}

#[test]
fn a_run_that_fails_leaves_the_transaction_usable_and_at_the_revision_before() {
    with_database(VARIABLE, |url| {
        let guest = guest(&FILES[..3], SERVER);
        let mut connection = PgConnection::establish(url).unwrap();
        Migrator::new(&guest, &mut connection).upgrade(&"aaaa".parse().unwrap()).unwrap();
        connection
            .transaction(|connection| {
                connection.batch_execute("INSERT INTO \"it's\" VALUES (1, 'open')")?;
                // The row has nothing in the column that `bbbb` adds and `cccc` wants filled.
                let fault = Migrator::new(&guest, connection).upgrade(&Target::heads()).unwrap_err();
                assert!(
                    matches!(&fault, Fault::Statement { revision, .. } if revision.as_str() == "cccc"),
                    "{fault}"
                );
                connection.batch_execute("INSERT INTO \"it's\" VALUES (2, 'paid')")
            })
            .unwrap();
        assert_eq!(texts(&mut connection, "SELECT count(*)::text AS text FROM \"it's\""), ["2"]);
        assert_eq!(Migrator::new(&guest, &mut connection).current().unwrap().to_string(), "aaaa");
    });
}

#[test]
fn an_index_that_is_made_concurrently_is_refused_before_anything_runs() {
    with_database(VARIABLE, |url| {
        let guest = guest(&FILES, SERVER);
        let mut connection = PgConnection::establish(url).unwrap();
        connection
            .transaction(|connection| {
                let fault = Migrator::new(&guest, connection).upgrade(&Target::heads()).unwrap_err();
                let Fault::Refused(faults) = &fault else { panic!("{fault}") };
                let message = &faults.first().message;
                assert!(message.starts_with("revision `dddd` cannot run inside a transaction"), "{message}");
                assert!(message.contains("CREATE INDEX CONCURRENTLY"), "{message}");
                assert_eq!(texts(connection, SCHEMA), [""; 0]);
                QueryResult::Ok(())
            })
            .unwrap();
    });
}
