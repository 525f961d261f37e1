//! `limbeck current`: where the database is.

use limbeck::core::diagnostic::{Code, Diagnostic};
use limbeck::core::migrator::Migrator;

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::json;
use crate::revision_text::{Parts, Words, in_backticks};

/// Show where the database is
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Fail with status 3 when a head is not applied
    #[arg(long)]
    check_heads: bool,
}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Warn)?;
        let graph = project.history().graph();
        let mut connection = context.connect_to_look(project.config())?;
        let settings = context.settings(project.config());
        let heads = Migrator::new(project.history(), &mut *connection, settings).current()?;
        let current = graph.current(&heads).map_err(Diagnostic::from)?;
        if context.global.json {
            json::print_revisions(context, graph, &current)?;
        } else {
            let words = Words::new(graph);
            for header in current {
                match context.global.verbose {
                    true => context.out.line(words.long(header))?,
                    false => context.out.line(words.short(header, Parts::default()))?,
                }
            }
        }
        if !self.check_heads {
            return Ok(());
        }
        let missing = graph.missing_heads(&heads).map_err(Diagnostic::from)?;
        match missing.is_empty() {
            true => Ok(()),
            false => Err(Diagnostic::new(Code::CheckFailed, "the database is not at all heads")
                .hint(format!("`limbeck upgrade heads` leads to {}", in_backticks(&missing)))
                .into()),
        }
    }
}
