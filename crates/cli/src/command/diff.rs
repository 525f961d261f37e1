//! `limbeck diff`: the operations that lead from one schema to another.

use limbeck::core::dialect::Connection;
use limbeck::core::diff::{ColumnOrder, respell};
use limbeck::core::op::Change;
use limbeck::core::script;
use limbeck::project::{Side, differences, operations_script};
use serde_json::json;

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::json;

const AFTER: &str = "\
A side is `database`, `model`, the path of a model (`.toml`, `.sql`, or a folder with a `/`), the
URL of another database, or a revision: `head`, `current`, `base`, an id.
Exit status: 0 when both are the same, 3 when they differ.";

/// Print the operations that lead from one schema to another
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// The one
    #[arg(value_name = "FROM")]
    from: String,
    /// The other
    #[arg(value_name = "TO", default_value = "model")]
    to: String,
    /// As SQL
    #[arg(long)]
    sql: bool,
    /// For which kind of database, when no database says so: `sqlite`, `postgres:16`
    #[arg(long, value_name = "DIALECT[:VERSION]")]
    server: Option<String>,
    /// What `model` means, in place of the configured one: a file, a folder, a URL
    #[arg(long, value_name = "PATH|URL")]
    model: Vec<String>,
    /// Put columns that come where the other side has them, also where that takes a table made anew
    #[arg(long)]
    column_order: bool,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Warn)?;
        let settings = context.settings(project.config());
        let needs_database =
            [&self.from, &self.to].iter().any(|text| matches!(text.as_str(), "database" | "current"));
        let mut connection = match needs_database {
            true => Some(context.connect_to_look(project.config())?),
            false => None,
        };
        let (dialect, server) = match &connection {
            Some(connection) => (connection.dialect(), connection.server().clone()),
            None => context.server(project.config(), self.server.as_deref())?,
        };
        let server = server.with(&project.config().options);
        let mut side = |text: &str| -> Result<Side, Failure> {
            Ok(match (text, &mut connection) {
                ("current", Some(connection)) => {
                    let mut migrator = limbeck::core::migrator::Migrator::new(
                        project.history(),
                        &mut **connection,
                        settings.clone(),
                    );
                    Side::History(migrator.current()?)
                }
                ("model", _) => Side::Model(project.model(&self.model, &context.connect_options())?),
                _ => project.side(text, &context.connect_options())?,
            })
        };
        let (from, to) = (side(&self.from)?, side(&self.to)?);
        let texts = from.texts(&to);
        let there: Option<&mut dyn Connection> = match &mut connection {
            Some(connection) => Some(&mut **connection),
            None => None,
        };
        let (from, mut to) = project.schemas_of(&from, &to, &server, &settings, there)?;
        for cause in from.opaque.causes().iter().chain(to.opaque.causes()) {
            let place = cause.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
            context.note(format_args!("not known: what `{}` does to the schema{place}", cause.statement));
        }
        let mut respelled = from.clone();
        let mut operations = respell(&mut respelled, &mut to, dialect.letter_case());
        let columns = match self.column_order {
            true => ColumnOrder::Kept,
            false => project.config().column_order,
        };
        operations.extend(differences(&respelled, &to, columns, &(dialect, server.clone()), texts));
        if context.global.json {
            let described: Vec<String> = operations.iter().map(Change::describe).collect();
            let text = script::print_operations(&operations);
            json::print(context, &json!({ "differences": described, "operations": text }))?;
        } else if self.sql {
            context.out.script(&operations_script(&operations, &from, dialect, &server)?)?;
        } else {
            context.out.script(&script::print_operations(&operations))?;
        }
        if operations.is_empty() { Ok(()) } else { Err(Failure::Found) }
    }
}
