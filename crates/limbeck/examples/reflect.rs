//! Reads the schema of a database, and prints what it holds and how long that took; `cargo xtask bench reflect` runs it.

#![allow(clippy::print_stdout, reason = "a program that talks on its streams")]

use std::time::Instant;

use limbeck::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("name the database by its URL")?;
    let mut connection = connect(&url)?;
    let start = Instant::now();
    let schema = connection.reflect(None)?;
    let seconds = start.elapsed().as_secs_f64();
    let tables = || schema.tables.values();
    let columns: usize = tables().map(|table| table.columns.len()).sum();
    let indexes: usize = tables().map(|table| table.indexes.len()).sum();
    let keys: usize = tables().map(|table| table.foreign_keys().count()).sum();
    println!("{} {columns} {indexes} {keys} {seconds}", tables().count());
    Ok(())
}
