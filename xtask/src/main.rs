//! `cargo xtask`: what is done to the project rather than with it. One file a subcommand.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers that talks on its streams"
)]

mod bench;
mod conformance;
mod crash;
mod database;
mod demo;
mod diesel;
mod docs;
mod python;
mod run;
mod servers;
mod test;
mod with;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Any failure, with the words to show for it.
type Failure = Box<dyn std::error::Error>;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tests, conformance, benches and the demo of Limbeck")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes a shop database by migrations that branch, merge and rebuild, and shows each step
    Demo(demo::Arguments),
    /// Runs a command with the servers that tests need, and `LIMBECK_TEST_…_URL` set to where they are
    With(with::Arguments),
    /// Runs all tests, and ends with the line `N passed, N failed, N skipped`
    Test(test::Arguments),
    /// Runs the tests on Diesel's own connections to servers, which link libpq and MariaDB's client
    Diesel,
    /// Writes the generated pages of `docs/`
    Docs(docs::Arguments),
    /// Compares targets, routes and version rows with real Alembic on random histories
    Conformance(conformance::Arguments),
    /// Kills the tool and the servers at random moments of an upgrade, and looks whether the next run finishes
    Crash(crash::Arguments),
    /// Measures whole commands beside their peers, in one run
    Bench(bench::Arguments),
    /// Feeds a script of SQL to a SQLite file on one connection; what `bench` compares with
    #[command(hide = true)]
    Feed { database: PathBuf, script: PathBuf },
    /// Makes a table anew by hand; what `bench sqlite-alter` compares with
    #[command(hide = true)]
    Ideal { database: PathBuf },
    /// Runs a program, and prints its time and the peak of its memory
    #[command(hide = true)]
    Measure {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        program: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Demo(arguments) => demo::demo(&arguments),
        Command::Diesel => diesel::diesel(),
        Command::Docs(arguments) => docs::docs(&arguments),
        Command::With(arguments) => with::with(&arguments),
        Command::Test(arguments) => test::test(&arguments),
        Command::Conformance(arguments) => conformance::conformance(&arguments),
        Command::Crash(arguments) => crash::crash(&arguments),
        Command::Bench(arguments) => bench::bench(&arguments),
        Command::Feed { database, script } => bench::feed(&database, &script),
        Command::Ideal { database } => bench::ideal(&database),
        Command::Measure { program } => bench::measure_here(&program),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
