//! The command line as a whole: what stands before or after any command.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use crate::command::Command;
use crate::json;

const AFTER: &str = "\
Targets: an id or the start of one, `head`, `heads`, `base`, `LABEL@head`, `+N`, `-N`, `REV+N`, `REV-N`.
Environment: LIMBECK_CONFIG stands for `-c`, LIMBECK_URL for `--url`; DATABASE_URL is used when no database is configured.
Exit status: 0 done, 1 failed, 2 wrong use or configuration, 3 a check found something.";

/// Database migrations with branches, merge points and a schema that is known at every revision
#[derive(Debug, Parser)]
#[command(name = "limbeck", version, after_help = AFTER, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The configuration file, also `alembic.ini`; without it, the nearest `limbeck.toml` here or above
    #[arg(short, long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The section of `alembic.ini`; without it, `alembic`
    #[arg(short = 'n', long = "name", global = true, value_name = "SECTION")]
    pub(crate) section: Option<String>,
    /// Do it for each of the `projects` that the configuration lists, one after the other
    #[arg(long, global = true, conflicts_with = "section")]
    pub(crate) all: bool,
    /// The database of that name in the configuration; without it, `default` or the only one
    #[arg(short, long, global = true, value_name = "NAME", conflicts_with = "url")]
    pub(crate) database: Option<String>,
    /// A database URL, in place of a configured one
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Print JSON, errors included
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say nothing but data and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// How long to wait for another process that holds the database
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) lock_timeout: u64,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Reads the command line; help, the version and faults are printed here.
pub(crate) fn parse() -> Result<Args, ExitCode> {
    Args::try_parse().map_err(|error| {
        let json = std::env::args_os().any(|arg| arg == OsStr::new("--json"));
        if json && error.use_stderr() {
            let text = error.render().to_string();
            let said = text.split("\n\n").next().unwrap_or_default();
            let said: Vec<&str> = said.split_whitespace().collect();
            json::print_usage_error(said.join(" ").trim_start_matches("error: "));
        } else {
            // Nothing is left to be told if this fails.
            let _ = error.print();
        }
        ExitCode::from(if error.use_stderr() { 2 } else { 0 })
    })
}
