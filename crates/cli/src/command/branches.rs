//! `limbeck branches`: where the history parts.

use limbeck::core::revision::RevisionHeader;

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::json;
use crate::revision_text::{Parts, Words};

/// List the revisions that several others follow
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Warn)?;
        let graph = project.history().graph();
        let points: Vec<&RevisionHeader> =
            graph.in_order().filter(|header| graph.is_branch_point(header.revision.as_str())).collect();
        if context.global.json {
            return json::print_revisions(context, graph, &points);
        }
        let words = Words::new(graph);
        for point in points {
            match context.global.verbose {
                true => context.out.line(words.long(point))?,
                false => context.out.line(words.short(point, Parts::default()))?,
            }
            let id = point.revision.as_str();
            let indent = " ".repeat(id.len());
            for child in graph.children(id).into_iter().filter_map(|child| graph.get(child.as_str())) {
                let parts = Parts { message: true, ..Parts::default() };
                context.out.line(format_args!("{indent} -> {}", words.short(child, parts)))?;
            }
        }
        Ok(())
    }
}
