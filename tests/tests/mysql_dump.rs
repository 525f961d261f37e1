//! What MariaDB's own client dumps of a database, as the model of it: each story of operations leads to a database that is what its
//! dump says.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use limbeck::project::From;
use limbeck_core::script::print_operations;
use limbeck_tests::backend::MARIADB;
use limbeck_tests::client::{dump_of_mariadb, has_client};
use limbeck_tests::{Fixture, Scratch, Site, operations};

/// What a dump holds that no model is told of, by a word of it.
const UNTOLD: [&str; 1] = ["PARTITION BY"];

/// Returns what the dump of the database that a story leads to differs in; `None` where it says what no model is told of.
fn difference(fixture: &Fixture, scratch: &mut Scratch) -> Option<String> {
    let names = scratch.connection.server().names();
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new(folder.path(), "model.sql", "");
    let all = fixture.setup(names).into_iter().chain(fixture.change(names)).collect();
    site.add("one", all).unwrap();
    // Some stories end in a refusal.
    site.upgrade(scratch).ok()?;
    let dump = dump_of_mariadb(&scratch.url().unwrap());
    if UNTOLD.iter().any(|word| dump.contains(word)) {
        return None;
    }
    site.say(&dump);
    match site.find_from(From::Database(&mut *scratch.connection), &[]) {
        Ok(found) if found.operations.is_empty() => Some(String::new()),
        Ok(found) => Some(print_operations(&found.operations)),
        Err(fault) => Some(fault),
    }
}

#[test]
fn a_database_is_what_its_dump_says() {
    if !has_client(&MARIADB) {
        return;
    }
    let (mut faults, mut same) = (Vec::new(), 0);
    for fixture in operations() {
        let Some(mut scratch) = (MARIADB.open)() else { return };
        if fixture.change(scratch.connection.server().names()).is_empty() {
            continue;
        }
        match difference(&fixture, &mut scratch) {
            None => {}
            Some(none) if none.is_empty() => same += 1,
            Some(fault) => faults.push(format!("{}: {fault}", fixture.name)),
        }
    }
    assert!(faults.is_empty(), "{} of {}\n{}", faults.len(), faults.len() + same, faults.join("\n"));
    assert!(same > 30, "{same} alone");
}

#[test]
fn the_dump_of_what_a_model_made_is_the_same_model() {
    if !has_client(&MARIADB) {
        return;
    }
    let Some(mut scratch) = (MARIADB.open)() else { return };
    let model = r"
        CREATE TABLE `or``g` (id INT UNSIGNED ZEROFILL AUTO_INCREMENT PRIMARY KEY, n INT, place POINT NOT NULL, j JSON,
            name VARCHAR(40) CHARACTER SET latin1 NOT NULL DEFAULT 'it\'s', code VARCHAR(9) COLLATE utf8mb4_bin, bio TEXT,
            kind ENUM('a', 'b') DEFAULT 'a', tags SET('x', 'y'), b BIT(3) DEFAULT b'101', p DECIMAL(10, 2) DEFAULT 1.50,
            d DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), u UUID DEFAULT (uuid()), t TIMESTAMP NULL,
            g INT GENERATED ALWAYS AS (n + 1) PERSISTENT, v INT AS (n * 2) VIRTUAL, `it's` INT COMMENT 'a;b',
            UNIQUE KEY uq (name(5)), KEY pre (name, bio(10)), FULLTEXT KEY ft (bio), SPATIAL KEY sp (place), KEY de (p DESC),
            CONSTRAINT ck CHECK (p > 0), CHECK (n BETWEEN 1 AND 9)
        ) ENGINE=InnoDB AUTO_INCREMENT=100 ROW_FORMAT=COMPACT COMMENT='it''s';
        CREATE TABLE c (id INT, o INT UNSIGNED, two INT UNIQUE, PRIMARY KEY (id, o),
            FOREIGN KEY (o) REFERENCES `or``g` (id) ON DELETE CASCADE) ENGINE=InnoDB;
        CREATE VIEW w AS SELECT id, o FROM c WHERE id > 1;
        CREATE SEQUENCE s INCREMENT BY 10 START WITH 5;";
    let folder = tempfile::tempdir().unwrap();
    let site = Site::new(folder.path(), "model.sql", model);
    let made = site.find_from(From::Database(&mut *scratch.connection), &[]).unwrap();
    assert_eq!(made.operations.len(), 4);
    site.add("one", made.operations).unwrap();
    site.upgrade(&mut scratch).unwrap();
    for text in [model, &dump_of_mariadb(&scratch.url().unwrap())] {
        site.say(text);
        let left = site.find_from(From::Database(&mut *scratch.connection), &[]).unwrap();
        assert!(left.operations.is_empty(), "{text}\n{}", print_operations(&left.operations));
    }
}
