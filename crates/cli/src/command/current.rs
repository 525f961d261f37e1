//! `limbeck current`: where the database is.

use limbeck::core::diagnostic::{Code, Diagnostic};
use limbeck::core::graph::{Heads, RevisionGraph};
use limbeck::core::migrator::Migrator;
use limbeck::core::revision::RevisionHeader;

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::json;
use crate::revision_text::{Parts, Words, in_backticks};
use crate::target::target;

/// Show where the database is
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Fail with status 3 when a head is not applied
    #[arg(long)]
    check_heads: bool,
    /// Show what is not applied yet of the branch of that label, and fail with status 3 when there is something
    #[arg(long, value_name = "LABEL", conflicts_with = "check_heads")]
    pending: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Warn)?;
        let graph = project.history().graph();
        let mut connection = context.connect_to_look(project.config())?;
        let settings = context.settings(project.config());
        let heads = Migrator::new(project.history(), &mut *connection, settings).current()?;
        let current = match &self.pending {
            Some(label) => pending(graph, &heads, label)?,
            None => graph.current(&heads).map_err(Diagnostic::from)?,
        };
        let count = current.len();
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
        if let (Some(label), 1..) = (&self.pending, count) {
            let (are, s) = if count == 1 { ("is", "") } else { ("are", "s") };
            let message = format!("{count} revision{s} of the branch `{label}` {are} not applied");
            return Err(Diagnostic::new(Code::CheckFailed, message)
                .hint(format!("`limbeck upgrade {label}@head` applies what is pending"))
                .into());
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

/// Returns the revisions of a branch that are not applied, parents before children. What they depend on in other branches
/// is not among them.
fn pending<'g>(
    graph: &'g RevisionGraph,
    heads: &Heads,
    label: &str,
) -> Result<Vec<&'g RevisionHeader>, Diagnostic> {
    let labels = || graph.headers().flat_map(|header| &header.branch_labels).map(String::as_str);
    if !labels().any(|known| known == label) {
        let fault = Diagnostic::new(Code::NoSuchRevision, format!("no branch is labelled `{label}`"));
        return Err(fault.similar(label, "a label", labels()));
    }
    let route = graph.upgrade(heads, &target(&format!("{label}@head"))?)?;
    let of_branch = route.steps.iter().map(|step| step.revision.as_str());
    Ok(of_branch
        .filter(|id| graph.branch_labels(id).contains(&label))
        .filter_map(|id| graph.get(id))
        .collect())
}
