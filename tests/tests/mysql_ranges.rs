//! What MariaDB does to values whose column takes another type that is said to hold them all.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::RawSql;
use limbeck_tests::backend::MARIADB;

/// Types, each with values at its ends.
const TYPES: &[(&str, &[&str])] = &[
    ("tinyint", &["-128", "127"]),
    ("tinyint unsigned", &["0", "255"]),
    ("smallint", &["-32768", "32767"]),
    ("smallint unsigned", &["65535"]),
    ("mediumint", &["-8388608", "8388607"]),
    ("mediumint unsigned", &["16777215"]),
    ("int", &["-2147483648", "2147483647"]),
    ("int unsigned", &["4294967295"]),
    ("bigint", &["-9223372036854775808", "9223372036854775807"]),
    ("bigint unsigned", &["18446744073709551615"]),
    ("bit(1)", &["1"]),
    ("bit(32)", &["4294967295"]),
    ("bit(64)", &["18446744073709551615"]),
    ("decimal(5,2)", &["-999.99", "0.01"]),
    ("decimal(10,0)", &["-9999999999", "9999999999"]),
    ("decimal(12,4) unsigned", &["99999999.9999"]),
    ("decimal(20,0)", &["-99999999999999999999"]),
    ("float", &["-16777215", "0.5"]),
    ("double", &["9007199254740991", "-0.1"]),
    ("char(4)", &["'äöü€'"]),
    ("char(20)", &["'aaaaaaaaaaaaaaaaaaaa'"]),
    ("varchar(4)", &["'a   '", "'€€€€'"]),
    ("varchar(20)", &["REPEAT('€', 20)"]),
    ("varchar(64)", &["REPEAT('€', 64)"]),
    ("tinytext", &["REPEAT('a', 255)", "REPEAT('€', 85)"]),
    ("text", &["REPEAT('a', 65535)"]),
    ("mediumtext", &["REPEAT('a', 70000)"]),
    ("longtext", &["REPEAT('a', 70000)"]),
    ("binary(4)", &["x'00ff00ff'", "x'01'"]),
    ("varbinary(20)", &["REPEAT(x'ff', 20)", "x'0100'"]),
    ("tinyblob", &["REPEAT(x'ff', 255)"]),
    ("blob", &["REPEAT(x'ff', 65535)"]),
    ("mediumblob", &["REPEAT(x'ff', 70000)"]),
    ("date", &["'1000-01-01'", "'9999-12-31'"]),
    ("time", &["'-838:59:59'", "'838:59:59'"]),
    ("time(6)", &["'-838:59:59.999999'"]),
    ("datetime", &["'1000-01-01 00:00:00'", "'9999-12-31 23:59:59'"]),
    ("datetime(6)", &["'9999-12-31 23:59:59.999999'"]),
    ("timestamp", &["'1971-01-01 00:00:01'", "'2038-01-18 00:00:00'"]),
    ("timestamp(3)", &["'2038-01-18 00:00:00.999'"]),
    ("year", &["1901", "2155"]),
    ("enum('a','b')", &["'a'", "'b'"]),
    ("enum('long','b','a')", &["'long'", "'a'"]),
    ("set('a','b')", &["'a,b'", "''"]),
    ("set('c','b','a')", &["'a,b,c'"]),
    ("uuid", &["'123e4567-e89b-12d3-a456-426614174000'"]),
    ("inet6", &["'2001:db8::ff00:42:8329'"]),
    ("point", &["POINT(1, 2)"]),
    ("geometry", &["POINT(1, 2)"]),
    ("json", &["'{\"a\": 1}'"]),
];

#[test]
fn a_type_that_is_said_to_hold_all_values_of_another_takes_them_as_they_are() {
    let Some(mut scratch) = (MARIADB.open)() else { return };
    let native = |text: &str| ColumnType::Native(RawSql::new(text));
    let (mut faults, mut tried) = (Vec::new(), 0);
    for (from, values) in TYPES {
        let wider: Vec<&str> = TYPES.iter().map(|(to, _)| *to).filter(|to| to != from).collect();
        for to in wider.into_iter().filter(|to| !MARIADB.dialect.narrows(&native(from), &native(to))) {
            tried += 1;
            let rows: Vec<String> = values.iter().map(|value| format!("({value}, {value})")).collect();
            let make = format!(
                "CREATE OR REPLACE TABLE t (a {from} NULL, b {from} NULL); INSERT INTO t VALUES {}",
                rows.join(", ")
            );
            scratch.connection.execute(&make).unwrap_or_else(|fault| panic!("{from}: {fault}"));
            if let Err(fault) = scratch.connection.execute(&format!("ALTER TABLE t MODIFY b {to} NULL")) {
                faults.push(format!("{from} to {to}: {fault}"));
                continue;
            }
            // Blanks at the end are nothing to `<=>`.
            let shorter = if to.starts_with("bit") { "FALSE" } else { "LENGTH(a) > LENGTH(b)" };
            let changed = scratch.rows(&format!("SELECT a, b FROM t WHERE NOT (a <=> b) OR {shorter}"));
            if !changed.is_empty() {
                faults.push(format!("{from} to {to}: {changed:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(tried > 300, "{tried} pairs alone");
}
