//! `limbeck schema`: the schema at a revision, known without a database.

use limbeck::core::diagnostic::Diagnostic;
use limbeck::core::script;
use limbeck::project::{dot, mermaid, schema_script};

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::target::target;

/// Print the schema at a revision; no database is needed
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which
    #[arg(value_name = "REV", default_value = "heads")]
    revision: String,
    /// As a model file, as SQL, or as a diagram
    #[arg(long, value_enum, default_value_t)]
    format: SchemaFormat,
    /// For which kind of database, when no database says so: `sqlite`, `postgres:16`
    #[arg(long, value_name = "DIALECT[:VERSION]")]
    server: Option<String>,
}

/// How a schema is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum SchemaFormat {
    /// A model file
    #[default]
    Toml,
    /// The statements that make it
    Sql,
    /// An entity relationship diagram of Mermaid
    Mermaid,
    /// A graph of Graphviz
    Dot,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let target = target(&self.revision)?;
        let project = context.project(HeadsCheck::Warn)?;
        let heads = project.history().graph().heads_at(&target).map_err(Diagnostic::from)?;
        let (dialect, server) = context.server(project.config(), self.server.as_deref())?;
        let schema = project.history().schema_at(&heads, server.names())?;
        let text = match self.format {
            SchemaFormat::Toml => script::print_model(&schema),
            SchemaFormat::Sql => schema_script(&schema, dialect, &server)?,
            SchemaFormat::Mermaid => mermaid(&schema),
            SchemaFormat::Dot => dot(&schema),
        };
        context.out.script(&text)
    }
}
