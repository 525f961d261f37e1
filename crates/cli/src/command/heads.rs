//! `limbeck heads`: the revisions that no other follows.

use limbeck::core::graph::RevisionGraph;
use limbeck::core::revision::RevisionHeader;

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::json;
use crate::revision_text::{Parts, Words};

/// List the revisions that no other follows
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Leave out those that another revision depends on
    #[arg(long)]
    resolve_dependencies: bool,
}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Warn)?;
        let graph = project.history().graph();
        let ids = if self.resolve_dependencies { graph.real_heads() } else { graph.heads() };
        let heads: Vec<&RevisionHeader> = ids.into_iter().filter_map(|id| graph.get(id.as_str())).collect();
        print(context, graph, &heads)
    }
}

fn print(context: &Context, graph: &RevisionGraph, headers: &[&RevisionHeader]) -> Result<(), Failure> {
    if context.global.json {
        return json::print_revisions(context, graph, headers);
    }
    let words = Words::new(graph);
    headers.iter().try_for_each(|header| match context.global.verbose {
        true => context.out.line(words.long(header)),
        false => context.out.line(words.short(header, Parts::default())),
    })
}
