//! `limbeck lint`: what the revisions would do to data, to whoever is at work meanwhile, and to running code.

use limbeck::core::diagnostic::{Code, Diagnostic};
use limbeck::core::graph::{Heads, Range};
use limbeck::core::lint::{self, Level, Report};
use limbeck::core::revision::RevisionId;

use super::history::current;
use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::target::target;
use crate::{json, lint_text};

/// Judge revisions: data that goes, locks, code that breaks, and what should be known of a history
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only a part of the history: `A:B`, `A:`, `:B`, or one revision; `current` is where the database is
    #[arg(value_name = "RANGE", allow_hyphen_values = true)]
    range: Option<String>,
    /// For which database; may be given several times. Without it, for those configured
    #[arg(long = "server", value_name = "DIALECT[:VERSION]")]
    servers: Vec<String>,
    /// How findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "text", conflicts_with = "json")]
    format: Format,
    /// List the rules, and run none
    #[arg(long)]
    rules: bool,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// With the lines concerned
    Text,
    /// An array
    Json,
    /// As annotations of GitHub Actions
    Github,
}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let format = if context.global.json { Format::Json } else { self.format };
        if self.rules {
            let levels = context.config().map(|config| config.lint.levels).unwrap_or_default();
            return match format {
                Format::Json => json::print(context, &lint_text::rules_json(&levels)),
                Format::Text | Format::Github => lint_text::print_rules(context, &levels),
            };
        }
        let range: Range = match &self.range {
            Some(text) if !text.contains(':') => {
                let one = target(text)?;
                Range { from: Some(one.clone()), to: Some(one) }
            }
            Some(text) => text.parse().map_err(Diagnostic::from)?,
            None => Range::default(),
        };
        let project = context.project(HeadsCheck::Warn)?;
        let history = project.history();
        let from_database =
            [&range.from, &range.to].into_iter().flatten().any(limbeck::core::graph::Target::is_current);
        let heads = if from_database { current(context, &project)? } else { Heads::default() };
        let headers = history.graph().history(&range, &heads).map_err(Diagnostic::from)?;
        let revisions: Vec<RevisionId> = headers.iter().map(|header| header.revision.clone()).collect();
        let databases = context.lint_databases(project.config(), &self.servers)?;
        let report = lint::lint(history, &revisions, &databases, &project.config().lint.levels)?;
        match format {
            Format::Json => json::print(context, &lint_text::findings_json(&report))?,
            Format::Text => report.findings.iter().try_for_each(|one| lint_text::print(context, one))?,
            Format::Github => report.findings.iter().try_for_each(|one| lint_text::annotate(context, one))?,
        }
        end(context, &report, revisions.len())
    }
}

/// Says how much was found; fails if something of it is an error.
fn end(context: &Context, report: &Report, revisions: usize) -> Result<(), Failure> {
    let count = |level| report.findings.iter().filter(|finding| finding.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::On));
    let excepted = match report.excepted {
        0 => String::new(),
        excepted => format!(", {excepted} excepted by the files"),
    };
    let told = format!(
        "{} and {} in {}{excepted}",
        many(errors, "error"),
        many(warnings, "warning"),
        many(revisions, "revision")
    );
    if report.has_errors() {
        return Err(Diagnostic::new(Code::CheckFailed, told)
            .hint("mend them, or say in the file why not: `lint = [{ rule = \"…\", reason = \"…\" }]`")
            .into());
    }
    context.note(format_args!("{told}"));
    Ok(())
}

fn many(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
