//! `limbeck history`: the graph, newest first.

use limbeck::core::diagnostic::Diagnostic;
use limbeck::core::graph::{Heads, Range};
use limbeck::core::migrator::Migrator;
use limbeck::project::Project;

use crate::context::{Context, HeadsCheck};
use crate::draw::{Detail, draw};
use crate::failure::Failure;
use crate::json;
use crate::revision_text::{Parts, Words};

/// Draw the history, newest first
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only a part of it: `A:B`, `A:`, `:B`; `current` is where the database is
    #[arg(short, long, value_name = "A:B", allow_hyphen_values = true)]
    rev_range: Option<String>,
    /// Mark where the database is
    #[arg(short, long)]
    indicate_current: bool,
    /// A line a revision, as `parent -> id, message`, in place of the drawing
    #[arg(long)]
    no_graph: bool,
}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let range: Range = match &self.rev_range {
            Some(text) => text.parse().map_err(Diagnostic::from)?,
            None => Range::default(),
        };
        let project = context.project(HeadsCheck::Warn)?;
        let graph = project.history().graph();
        let ends = [&range.from, &range.to];
        let from_database =
            self.indicate_current || ends.into_iter().flatten().any(limbeck::core::graph::Target::is_current);
        let heads = if from_database { current(context, &project)? } else { Heads::default() };
        let headers = graph.history(&range, &heads).map_err(Diagnostic::from)?;
        if context.global.json {
            return json::print_revisions(context, graph, &headers);
        }
        let mut words = Words::new(graph);
        if self.indicate_current {
            let current = graph.current(&heads).map_err(Diagnostic::from)?;
            words.current = current.into_iter().map(|header| header.revision.clone()).collect();
        }
        let detail = if context.global.verbose { Detail::All } else { Detail::Line };
        if !self.no_graph {
            return draw(graph, &words, &headers, detail, &context.out);
        }
        let parts = Parts { parents: true, base: false, message: true };
        headers.iter().try_for_each(|header| match detail {
            Detail::All => context.out.line(words.long(header)),
            Detail::Line => context.out.line(words.short(header, parts)),
        })
    }
}

/// Reads where the database is.
pub(super) fn current(context: &Context, project: &Project) -> Result<Heads, Failure> {
    let mut connection = context.connect_to_look(project.config())?;
    let settings = context.settings(project.config());
    Ok(Migrator::new(project.history(), &mut *connection, settings).current()?)
}
