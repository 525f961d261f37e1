//! `limbeck check`: whether anything is not as it should be.

use limbeck::core::diagnostic::Diagnostic;
use limbeck::core::dialect::Connection;
use limbeck::core::diff::ColumnOrder;
use limbeck::project::{From, Plugs, Server};
use serde_json::json;

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::json;
use crate::render::{Weight, render};

const AFTER: &str = "\
It looks for several heads, branches that clash, changes of the model that no revision makes, applied files that were
changed, and databases that are not what the history says. Exit status: 0 when all is well, 3 when something was found.";

/// Check the history, the model and the databases
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// Judge the files as they would be after merging this git ref
    #[arg(long, value_name = "GITREF")]
    against: Option<String>,
    /// Look at no database
    #[arg(long)]
    offline: bool,
    /// For which kind of database, in place of those configured: `sqlite`, `postgres:16`
    #[arg(long, value_name = "DIALECT[:VERSION]")]
    server: Option<String>,
    /// What the schema should be, in place of the configured model: a file, a folder, a URL
    #[arg(long, value_name = "PATH|URL")]
    model: Vec<String>,
    /// Tell also where columns would be put that the model has and no revision makes
    #[arg(long)]
    column_order: bool,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let mut project = context.project(HeadsCheck::Skip)?;
        let settings = context.settings(project.config());
        let mut found: Vec<Diagnostic> = Vec::new();
        let mut connections = match !self.offline && self.against.is_none() {
            true => context.connect_to_all(project.config())?,
            false => Vec::new(),
        };
        for connection in &mut connections {
            found.extend(project.check_database(&mut **connection, &settings)?);
        }
        if let Some(git_ref) = &self.against {
            project = project.against(git_ref)?;
        }
        let servers = context.servers(project.config(), self.server.as_deref())?;
        let mut files = project.check_files(&servers)?;
        if !self.model.is_empty() || !project.config().model.is_empty() {
            let model = project.model(&self.model, &context.connect_options())?;
            let mut plugs = Plugs::new();
            if self.column_order {
                plugs = plugs.column_order(ColumnOrder::Kept);
            }
            for from in self.compared_with(&mut connections, servers) {
                let missing = project.check_model(&model, from, &plugs, &settings)?;
                // It is most often the same everywhere.
                if missing.is_some() {
                    files.extend(missing);
                    break;
                }
            }
        }
        files.append(&mut found);
        for (number, fault) in files.iter().enumerate() {
            if context.global.json {
                json::print(context, &json!({ "finding": json::error(fault)["error"] }))?;
                continue;
            }
            if number > 0 {
                context.out.line("")?;
            }
            context.out.line(render(fault, Weight::Warning))?;
        }
        match files.is_empty() {
            true => {
                context.note(format_args!("all is well"));
                Ok(())
            }
            false => Err(Failure::Found),
        }
    }

    /// Returns what the model is compared for: each database that is open, and each kind of server that none of them is.
    fn compared_with<'c>(
        &self,
        connections: &'c mut [Box<dyn Connection>],
        mut servers: Vec<Server>,
    ) -> Vec<From<'c>> {
        let mut all = Vec::new();
        if self.server.is_none() {
            for connection in connections {
                let kind = connection.dialect().name();
                servers.retain(|(dialect, _)| dialect.name() != kind);
                all.push(From::Database(&mut **connection));
            }
        }
        all.extend(servers.into_iter().map(From::History));
        all
    }
}
