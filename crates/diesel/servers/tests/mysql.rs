//! Revisions on a connection of Diesel's to MariaDB, inside the program's transaction, which nothing may commit.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use limbeck::core::graph::Target;
use limbeck::core::migrator::Migrator as OwnMigrator;
use limbeck_diesel::harness::{Fault, Migrator};
use limbeck_diesel_servers::{guest, history, texts, with_database};

const VARIABLE: &str = "LIMBECK_TEST_MARIADB_URL";
const SERVER: &str = "mariadb:10.11";

const FILES: [(&str, &str); 4] = [
    (
        "aaaa",
        "create_table = \"it's\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }, { name = \"a\", type = \"text\" }]",
    ),
    ("bbbb", "insert = \"it's\"\nrows = [{ id = 1, a = \"x\" }]"),
    (
        "cccc",
        "execute = \"UPDATE `it's` SET a = 'y'\"\n\n[[downgrade]]\nexecute = \"UPDATE `it's` SET a = 'x'\"",
    ),
    ("dddd", "alter_table = \"it's\"\nactions = [{ add_column = \"b\", type = \"text\" }]"),
];

const ROWS: &str = "SELECT CONCAT(id, ' ', a) AS text FROM `it's` ORDER BY id";

/// Makes the table by a run of Limbeck's own.
fn at_the_table(url: &str) -> MysqlConnection {
    let history = history(&FILES[..1]);
    let mut own = limbeck::connect(url).unwrap();
    OwnMigrator::new(&history, &mut *own, limbeck::settings()).upgrade(&Target::heads()).unwrap();
    MysqlConnection::establish(url).unwrap()
}

fn refusal(fault: Fault) -> String {
    let Fault::Refused(faults) = &fault else { panic!("{fault}") };
    faults.first().message.clone()
}

#[test]
fn changes_of_rows_are_committed_or_rolled_back_with_the_programs_own() {
    with_database(VARIABLE, |url| {
        let mut connection = at_the_table(url);
        let guest = guest(&FILES[..3], SERVER);
        for keeps in [false, true] {
            let ended = connection.transaction(|connection| {
                connection.batch_execute("INSERT INTO `it's` VALUES (2, 'own')")?;
                let ran = Migrator::new(&guest, connection).upgrade(&Target::heads()).unwrap();
                assert_eq!(ran.len(), 2);
                assert_eq!(texts(connection, ROWS), ["1 y", "2 y"]);
                if keeps { Ok(()) } else { Err(diesel::result::Error::RollbackTransaction) }
            });
            assert_eq!(ended.is_ok(), keeps);
            let (rows, heads): (&[&str], _) = if keeps { (&["1 y", "2 y"], "cccc") } else { (&[], "aaaa") };
            assert_eq!(texts(&mut connection, ROWS), rows);
            assert_eq!(Migrator::new(&guest, &mut connection).current().unwrap().to_string(), heads);
        }
        Migrator::new(&guest, &mut connection).downgrade(&"bbbb".parse().unwrap()).unwrap();
        assert_eq!(texts(&mut connection, ROWS), ["1 x", "2 x"]);
    });
}

#[test]
fn what_would_commit_the_programs_transaction_is_refused_before_anything_runs() {
    with_database(VARIABLE, |url| {
        let mut connection = at_the_table(url);
        let guest = guest(&FILES, SERVER);
        let rolled_back = connection.transaction(|connection| {
            connection.batch_execute("INSERT INTO `it's` VALUES (2, 'own')")?;
            let message = refusal(Migrator::new(&guest, connection).upgrade(&Target::heads()).unwrap_err());
            assert!(message.starts_with("revision `dddd` cannot run inside a transaction"), "{message}");
            assert!(message.contains("would commit it at `ALTER TABLE"), "{message}");
            assert_eq!(texts(connection, ROWS), ["2 own"]);
            Err::<(), _>(diesel::result::Error::RollbackTransaction)
        });
        assert_eq!(rolled_back, Err(diesel::result::Error::RollbackTransaction));
        assert_eq!(texts(&mut connection, ROWS), [""; 0]);
    });
}

#[test]
fn a_version_table_is_not_made_in_the_programs_transaction() {
    with_database(VARIABLE, |url| {
        let mut connection = MysqlConnection::establish(url).unwrap();
        let guest = guest(&FILES[..1], SERVER);
        connection.batch_execute("CREATE TABLE own (id INTEGER)").unwrap();
        let rolled_back = connection.transaction(|connection| {
            connection.batch_execute("INSERT INTO own VALUES (1)")?;
            let message = refusal(Migrator::new(&guest, connection).upgrade(&Target::heads()).unwrap_err());
            assert!(message.contains("the version table and the log are not there"), "{message}");
            Err::<(), _>(diesel::result::Error::RollbackTransaction)
        });
        assert_eq!(rolled_back, Err(diesel::result::Error::RollbackTransaction));
        assert_eq!(texts(&mut connection, "SELECT CAST(id AS CHAR) AS text FROM own"), [""; 0]);
    });
}
