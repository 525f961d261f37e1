//! `limbeck import`: writes the history of another tool as files of Limbeck's.

#[cfg(feature = "alembic")]
mod alembic;

use std::path::PathBuf;

use crate::context::Context;
use crate::failure::Failure;

/// Write the history of an Alembic project as TOML and SQL files
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    from: From,
}

/// Where the history comes from.
#[derive(Debug, clap::Subcommand)]
enum From {
    Alembic(Alembic),
}

const AFTER: &str = "\
A file a revision, under the name of its script: the same id, parents, dependencies, labels,
message, upgrade and downgrade; in SQL where it is SQL alone. The scripts are read and not run.
What could not be told of one is not guessed: its file says `untold` with the reason and the line,
keeps its place in the graph, can be stamped, and is not run. A line a revision says what is
exact, what is assumed, and what is left. Files that are there already are never written over.

With --with-python, what the scripts alone do not tell is found out by calling their functions in
the Python of the project, with an `op` that writes down what it is asked for. `env.py` is run as
for `alembic upgrade --sql`; no database is opened. What reads rows is marked, and left. With
--scratch the scripts run on an empty database of yours, all up and all down again: what reads
rows is then what it is on a database that holds nothing else, and says so.";

/// Write the history of an Alembic project: `limbeck -c alembic.ini import alembic`
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
struct Alembic {
    /// Where to; made when it is missing. A `limbeck.toml` that reads it is made here, unless there is one
    #[arg(value_name = "DIR", default_value = "migrations")]
    into: PathBuf,
    /// Play the scripts with this Python, which has Alembic and the application: as `.venv/bin/python`
    #[arg(long, value_name = "PATH")]
    with_python: Option<PathBuf>,
    /// Play for this dialect: may be given several times; all three without it
    #[arg(long = "dialect", value_name = "DIALECT", value_parser = ["sqlite", "postgres", "mysql"])]
    #[arg(requires = "with_python")]
    dialects: Vec<String>,
    /// Play on this empty database; one a dialect, `sqlite::memory:` too
    #[arg(long, value_name = "URL", requires = "with_python")]
    scratch: Vec<String>,
    /// How long Python may take to import the application, or for one function
    #[arg(long, value_name = "SECONDS", default_value_t = 120, requires = "with_python")]
    patience: u64,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let From::Alembic(args) = self.from;
        #[cfg(feature = "alembic")]
        return alembic::run(context, args);
        #[cfg(not(feature = "alembic"))]
        {
            let Alembic { into, with_python: _, dialects: _, scratch: _, patience: _ } = args;
            use limbeck::core::diagnostic::{Code, Diagnostic};
            // Without the feature no configuration of such a project is read either, and that says why.
            context.config()?;
            let message =
                format!("nothing is written to `{}`: this build reads no Alembic project", into.display());
            Err(Diagnostic::new(Code::Usage, message)
                .hint("build `limbeck` with the feature `alembic`")
                .into())
        }
    }
}
