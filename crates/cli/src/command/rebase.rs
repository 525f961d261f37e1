//! `limbeck rebase`: lets a revision follow another one.

use limbeck::core::diagnostic::{Code, Diagnostic};
use limbeck::core::migrator::Migrator;

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::target::target;

/// Let a revision that no database has yet follow another one
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The revision
    #[arg(value_name = "REV")]
    revision: String,
    /// What it is to follow
    #[arg(long, value_name = "REV")]
    onto: String,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Skip)?;
        let graph = project.history().graph();
        let (revision, onto) = project.plan_rebase(&target(&self.revision)?, &target(&self.onto)?)?;
        let settings = context.settings(project.config());
        for mut connection in context.connect_to_all(project.config())? {
            let heads = Migrator::new(project.history(), &mut *connection, settings.clone()).current()?;
            let applied = graph.applied(&heads).map_err(Diagnostic::from)?;
            if applied.iter().any(|header| header.revision == revision) {
                let message =
                    format!("a database has revision `{revision}` already, so that it must stay where it is");
                return Err(Diagnostic::new(Code::Usage, message)
                    .hint("downgrade that database first, or join the branches with `limbeck merge`")
                    .into());
            }
        }
        let path = project.rebase(&revision, &onto)?;
        context.out.line(path.display())
    }
}
