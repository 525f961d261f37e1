//! `limbeck print-schema`: the `schema.rs` of a Diesel project.

use limbeck::core::diagnostic::{Code, Diagnostic};
use limbeck::core::graph::Target;
use limbeck::core::name::Ident;
use limbeck::project::{Side, schema_rs};

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;

const AFTER: &str = "\
The text is that of `diesel print-schema` but for its first line. `exclude` in `[autogenerate]` of
the configuration leaves tables out. With `model = \"src/schema.rs\"` it goes the other way: a
changed `schema.rs` becomes a revision with `limbeck revision --autogenerate`.";

/// Print the `schema.rs` of a Diesel project, from the database or from the history
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// Print what the history adds up to, with no database
    #[arg(long)]
    offline: bool,
    /// For which kind of database, with `--offline`: `sqlite`, `postgres:16`
    #[arg(long, value_name = "DIALECT[:VERSION]", requires = "offline")]
    server: Option<String>,
    /// The schema of the database whose tables are printed, in place of the usual one
    #[arg(long, short, value_name = "NAME")]
    schema: Option<String>,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Warn)?;
        let settings = context.settings(project.config());
        let named = self.schema.as_deref().map(Ident::new).transpose();
        let within = named.map_err(|error| Diagnostic::new(Code::BadName, error.to_string()))?;
        let (schema, dialect, server) = match self.offline {
            true => {
                let (dialect, server) = context.server(project.config(), self.server.as_deref())?;
                let heads = project.history().graph().heads_at(&Target::heads()).map_err(Diagnostic::from)?;
                let schema = project.schema_of(&Side::History(heads), &server, &settings, None)?;
                (schema, dialect, server)
            }
            false => {
                let mut connection = context.connect_to_look(project.config())?;
                let (dialect, server) = (connection.dialect(), connection.server().clone());
                let schema =
                    project.schema_of(&Side::Database, &server, &settings, Some(&mut *connection))?;
                (schema, dialect, server)
            }
        };
        let text = schema_rs(&schema, dialect, &server, within.as_ref())?;
        context.out.script(&text)
    }
}
