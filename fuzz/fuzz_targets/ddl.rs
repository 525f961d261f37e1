//! Looks for texts over which the reader of DDL and SQLite differ, or the reader fails.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|sql: &str| {
    if let Some(difference) = limbeck_sqlite::fuzzing::differs(sql) {
        panic!("{difference}\n{sql}");
    }
});
