//! What upgrade and downgrade share: a run, a plan or a script.

use std::sync::Arc;

use limbeck::core::diagnostic::{Code, Diagnostic};
use limbeck::core::dialect::Missing;
use limbeck::core::graph::{Direction, Heads, Target};
use limbeck::core::migrator::{self, Migrator, Outcome, TransactionMode};
use limbeck::project::Project;

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::progress::Shown;
use crate::revision_text::in_backticks;
use crate::target::{script_range, target};
use crate::{interrupt, json, plan_text};

/// Whether the database is moved, or only what would move it is shown.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct How {
    /// Show steps, ways, hazards and statements; run nothing
    #[arg(long, conflicts_with = "sql")]
    plan: bool,
    /// Print a script; no database is needed, and the target may be `FROM:TO`
    #[arg(long)]
    sql: bool,
    /// What the script is for, when no database says so: `sqlite`, `postgres:16`
    #[arg(long, value_name = "DIALECT[:VERSION]", requires = "sql")]
    server: Option<String>,
}

/// What a script makes of where the database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// It must be where the script starts.
    Plain,
    /// What is applied is passed over.
    Idempotent,
}

impl How {
    /// Moves the database to a target, or shows how.
    pub(super) fn go(
        &self,
        context: &Context,
        text: &str,
        direction: Direction,
        form: Form,
    ) -> Result<(), Failure> {
        if self.sql {
            return self.script(context, text, direction, form);
        }
        if text.contains(':') {
            return Err(Diagnostic::new(Code::Usage, format!("a range such as `{text}` is for scripts"))
                .hint("add `--sql`, or name one target")
                .into());
        }
        let target = target(text)?;
        let project = context.project(HeadsCheck::Warn)?;
        let settings = context.settings(project.config());
        let mut connection = match (direction, self.plan) {
            (Direction::Up, false) => context.connect_or_create(project.config(), |pretended| {
                Migrator::new(project.history(), pretended, settings.clone()).plan_upgrade(&target).map(drop)
            })?,
            (Direction::Up, true) => context.connect(project.config(), Missing::Pretend)?,
            (Direction::Down, _) => context.connect(project.config(), Missing::Refuse)?,
        };
        let transaction = settings.transaction;
        let migrator = Migrator::new(project.history(), &mut *connection, settings);
        match self.plan {
            true => plan(context, &project, migrator, &target, direction),
            false => run(context, migrator, &target, direction, transaction),
        }
    }

    fn script(&self, context: &Context, text: &str, direction: Direction, form: Form) -> Result<(), Failure> {
        let (from, to) = script_range(text)?;
        let project = context.project(HeadsCheck::Warn)?;
        let (dialect, server) = context.server(project.config(), self.server.as_deref())?;
        let settings = context.settings(project.config());
        let history = project.history();
        let script = match (direction, from) {
            (Direction::Up, from) => {
                let from = from.unwrap_or_else(Target::base);
                let print = match form {
                    Form::Plain => migrator::offline_upgrade,
                    Form::Idempotent => migrator::offline_idempotent,
                };
                print(history, dialect, &server, &settings, &from, &to)?
            }
            (Direction::Down, Some(from)) => {
                migrator::offline_downgrade(history, dialect, &server, &settings, &from, &to)?
            }
            (Direction::Down, None) => {
                return Err(Diagnostic::new(Code::Usage, "a downgrade as a script must say where it starts")
                    .hint(format!("write the target as `FROM:{text}`"))
                    .into());
            }
        };
        if !script.is_empty() {
            context.note(format_args!("{}", dialect.script_advice()));
        }
        context.out.script(&script)
    }
}

fn run(
    context: &Context,
    migrator: Migrator<'_>,
    target: &Target,
    direction: Direction,
    transaction: TransactionMode,
) -> Result<(), Failure> {
    let verb = json::verb(direction);
    let shown = Arc::new(Shown::new(&context.global, verb, transaction));
    interrupt::listen(context, migrator.cancel())?;
    let mut migrator = migrator.observed(shown.clone());
    let outcome = match direction {
        Direction::Up => migrator.upgrade(target),
        Direction::Down => migrator.downgrade(target),
    };
    shown.finish();
    tell(context, &outcome?, verb, transaction)
}

/// Tells what a run did, as far as it was not told while it ran.
pub(super) fn tell(
    context: &Context,
    outcome: &Outcome,
    verb: &str,
    transaction: TransactionMode,
) -> Result<(), Failure> {
    if context.global.json && transaction == TransactionMode::Run {
        for report in &outcome.steps {
            json::print(context, &json::step(report, verb))?;
        }
    }
    if outcome.steps.is_empty() {
        context.note(format_args!("nothing to do: the database is at {}", at(&outcome.heads)));
    } else {
        context.detail(format_args!("the database is at {}", at(&outcome.heads)));
    }
    Ok(())
}

fn at(heads: &Heads) -> String {
    if heads.is_empty() { "`base`".to_owned() } else { in_backticks(heads.iter()) }
}

fn plan(
    context: &Context,
    project: &Project,
    mut migrator: Migrator<'_>,
    target: &Target,
    direction: Direction,
) -> Result<(), Failure> {
    let plan = match direction {
        Direction::Up => migrator.plan_upgrade(target)?,
        Direction::Down => migrator.plan_downgrade(target)?,
    };
    let verb = json::verb(direction);
    for (number, step) in plan.steps.iter().enumerate() {
        if number > 0 && !context.global.json {
            context.out.line("")?;
        }
        match context.global.json {
            true => json::print(context, &json::planned(step, verb))?,
            false => plan_text::print(context, project.history(), step, verb)?,
        }
    }
    if plan.steps.is_empty() {
        context.note(format_args!("nothing to do: the database is at {}", at(&plan.route.start)));
    }
    Ok(())
}
