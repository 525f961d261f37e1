//! Looks among texts made by the grammar, with a choice a byte, for those over which the reader and SQLite differ.

#![no_main]

use libfuzzer_sys::fuzz_target;
use limbeck_sqlite::fuzzing::{definition, differs};

fuzz_target!(|choices: &[u8]| {
    let sql = definition(choices);
    if let Some(difference) = differs(&sql) {
        panic!("{difference}\n{sql}");
    }
});
