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
exact, what is assumed, and what is left. Files that are there already are never written over.";

/// Write the history of an Alembic project: `limbeck -c alembic.ini import alembic`
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
struct Alembic {
    /// Where to; made when it is missing. A `limbeck.toml` that reads it is made here, unless there is one
    #[arg(value_name = "DIR", default_value = "migrations")]
    into: PathBuf,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let From::Alembic(Alembic { into }) = self.from;
        #[cfg(feature = "alembic")]
        return alembic::run(context, &into);
        #[cfg(not(feature = "alembic"))]
        {
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
