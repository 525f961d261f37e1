//! `limbeck show`: one revision, or what it alone would run.

use limbeck::core::diagnostic::Diagnostic;
use limbeck::core::graph::{Direction, Target};
use limbeck::core::migrator::{Lowering, PlannedTask, plan_alone};
use limbeck::core::revision::RevisionHeader;
use limbeck::project::Project;

use super::history::current;
use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::revision_text::Words;
use crate::target::target;
use crate::{json, plan_text};

/// Show a revision
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Which: an id, `head`, `heads`, `current`
    #[arg(value_name = "REV")]
    revision: String,
    /// Print what it alone would run, without its row in the version table
    #[arg(long)]
    sql: bool,
    /// Print what undoes it
    #[arg(long, requires = "sql")]
    downgrade: bool,
    /// What the SQL is for, when no database says so: `sqlite`, `postgres:16`
    #[arg(long, value_name = "DIALECT[:VERSION]", requires = "sql")]
    server: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let target = target(&self.revision)?;
        let project = context.project(HeadsCheck::Warn)?;
        let graph = project.history().graph();
        let headers = find(context, &project, &target)?;
        if self.sql {
            return headers.iter().try_for_each(|header| self.print_sql(context, &project, header));
        }
        if context.global.json {
            return json::print_revisions(context, graph, &headers);
        }
        let words = Words::new(graph);
        headers.iter().try_for_each(|header| context.out.line(words.long(header)))
    }

    fn print_sql(
        &self,
        context: &Context,
        project: &Project,
        header: &RevisionHeader,
    ) -> Result<(), Failure> {
        let (dialect, server) = context.server(project.config(), self.server.as_deref())?;
        let settings = context.settings(project.config());
        let direction = if self.downgrade { Direction::Down } else { Direction::Up };
        let step = plan_alone(project.history(), dialect, &server, &settings, &header.revision, direction)?;
        if context.global.json {
            return json::print(context, &json::planned(&step, json::verb(direction)));
        }
        step.tasks.iter().try_for_each(|task| print_task(context, task))
    }
}

fn print_task(context: &Context, task: &PlannedTask) -> Result<(), Failure> {
    match &task.lowering {
        Lowering::Statements(lowered) => lowered
            .statements
            .iter()
            .try_for_each(|statement| context.out.script(&format!("{}\n\n", plan_text::sql(&statement.sql)))),
        Lowering::Work => context.out.line(format_args!("-- {}: Rust code\n", task.describe())),
        Lowering::FromDatabase(reason) => context.out.line(format_args!(
            "-- {}: decided when it runs, {}\n",
            task.describe(),
            reason.message
        )),
    }
}

fn find<'p>(
    context: &Context,
    project: &'p Project,
    target: &Target,
) -> Result<Vec<&'p RevisionHeader>, Failure> {
    let graph = project.history().graph();
    let found = match target.is_current() && graph.get("current").is_none() {
        true => graph.current(&current(context, project)?),
        false => graph.resolve(target),
    };
    Ok(found.map_err(Diagnostic::from)?)
}
