//! `limbeck stamp`: sets the version table and runs nothing else.

use std::sync::Arc;

use limbeck::core::dialect::Missing;
use limbeck::core::graph::Target;
use limbeck::core::migrator::{self, Migrator, Purge};

use super::moves::tell;
use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::progress::Shown;
use crate::target::{script_range, targets};
use crate::{interrupt, json, plan_text};

/// Set the version table to some revisions, and run nothing else
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to: ids, `heads`, `base`; with `--sql` also `FROM:TO`
    #[arg(value_name = "REV", required = true, allow_negative_numbers = true)]
    revisions: Vec<String>,
    /// Delete all rows first, even those that name no revision
    #[arg(long)]
    purge: bool,
    /// Show what would be written; write nothing
    #[arg(long, conflicts_with = "sql")]
    plan: bool,
    /// Print a script; no database is needed
    #[arg(long, conflicts_with = "purge")]
    sql: bool,
    /// What the script is for, when no database says so: `sqlite`, `postgres:16`
    #[arg(long, value_name = "DIALECT[:VERSION]", requires = "sql")]
    server: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        if self.sql {
            return self.script(context);
        }
        let targets = targets(&self.revisions)?;
        let purge = if self.purge { Purge::All } else { Purge::Keep };
        let project = context.project(HeadsCheck::Warn)?;
        let settings = context.settings(project.config());
        let mut connection = match self.plan {
            true => context.connect(project.config(), Missing::Pretend)?,
            false => context.connect_or_create(project.config(), |pretended| {
                let mut migrator = Migrator::new(project.history(), pretended, settings.clone());
                migrator.plan_stamp(&targets, purge).map(drop)
            })?,
        };
        let transaction = settings.transaction;
        let mut migrator = Migrator::new(project.history(), &mut *connection, settings);
        if self.plan {
            for step in &migrator.plan_stamp(&targets, purge)?.steps {
                match context.global.json {
                    true => json::print(context, &json::planned(step, "stamp"))?,
                    false => plan_text::print(context, project.history(), step, "stamp")?,
                }
            }
            return Ok(());
        }
        let shown = Arc::new(Shown::new(&context.global, "stamp", transaction));
        interrupt::listen(context, migrator.cancel())?;
        let outcome = migrator.observed(shown.clone()).stamp(&targets, purge);
        shown.finish();
        tell(context, &outcome?, "stamp", transaction)
    }

    fn script(&self, context: &Context) -> Result<(), Failure> {
        let mut from = Target::base();
        let mut to = Vec::new();
        for text in &self.revisions {
            let (start, end) = script_range(text)?;
            from = start.unwrap_or(from);
            to.push(end);
        }
        let project = context.project(HeadsCheck::Warn)?;
        let (dialect, server) = context.server(project.config(), self.server.as_deref())?;
        let settings = context.settings(project.config());
        let script = migrator::offline_stamp(project.history(), dialect, &server, &settings, &from, &to)?;
        context.out.script(&script)
    }
}
