//! What is shown while a run is under way.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use limbeck::core::dialect::Progress;
use limbeck::core::migrator::{Counting, Observer, StatementEvent, StepEvent, StepReport, TransactionMode};

use crate::args::Global;
use crate::json;
use crate::plan_text;
use crate::revision_text;

/// Prints a line a step, and on a terminal how far the running statement has got.
pub(crate) struct Shown {
    verb: &'static str,
    lines: Lines,
    statements: Statements,
    bar: Option<ProgressBar>,
    /// Whether the bar counts rows: not before the running statement has written one.
    counting: AtomicBool,
}

/// What is printed of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    /// Words on standard error as each begins.
    Text,
    /// JSON on standard output as each is committed.
    Json,
    /// Nothing.
    None,
}

/// Whether statements are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Statements {
    Shown,
    Hidden,
}

impl Shown {
    pub(crate) fn new(global: &Global, verb: &'static str, transaction: TransactionMode) -> Self {
        let lines = match (global.json, global.quiet, transaction) {
            (true, _, TransactionMode::Revision | TransactionMode::None) => Lines::Json,
            // Steps of one transaction are told when all of it is done.
            (true, _, TransactionMode::Run) | (false, true, _) => Lines::None,
            (false, false, _) => Lines::Text,
        };
        let statements = if global.verbose { Statements::Shown } else { Statements::Hidden };
        let watched = lines == Lines::Text && std::io::stderr().is_terminal();
        let bar = watched.then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            bar.set_style(style("{spinner}"));
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self { verb, lines, statements, bar, counting: AtomicBool::new(false) }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, text: String) {
        let text = text + "\n";
        // At once, because standard error is not buffered. Nothing is left to be told if this fails.
        let write = || drop(anstream::stderr().write_all(text.as_bytes()));
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

/// How the bar looks while it is not known how far a statement has got.
const WAITING: &str = "{spinner} {msg}, {elapsed}";
/// How it looks when rows are counted.
const COUNTING: &str = "{spinner} {msg}: {human_pos} rows, {rate} a second, {elapsed}";
/// How it looks when it is also known how many rows there are.
const COUNTING_DOWN: &str = "{spinner} {msg}: {human_pos} of {human_len} rows, {rate} a second, {eta} left";

fn style(template: &'static str) -> ProgressStyle {
    let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
        // Less than one row a second is none.
        let rows = state.per_sec() as u64;
        // Drawing goes to memory; if even that fails there is nothing to be told.
        let _ = write!(out, "{}", HumanCount(rows));
    };
    ProgressStyle::with_template(template).expect("the template is sound").with_key("rate", rate)
}

impl Observer for Shown {
    fn counting(&self) -> Counting {
        if self.bar.is_some() { Counting::Rows } else { Counting::Nothing }
    }

    fn step_started(&self, event: &StepEvent<'_>) {
        if self.lines == Lines::Text {
            let step = revision_text::step(event.step, event.header);
            let count =
                if event.of > 1 { format!(" ({}/{})", event.number, event.of) } else { String::new() };
            self.line(format!("Running {} {step}{count}", self.verb));
        }
    }

    fn statement_started(&self, event: &StatementEvent<'_>) {
        if self.statements == Statements::Shown && self.lines == Lines::Text {
            self.line(format!("-- {}\n{}", event.statement.why, plan_text::sql(&event.statement.sql)));
        }
        let Some(bar) = &self.bar else { return };
        bar.set_style(style(WAITING));
        self.counting.store(false, Ordering::Relaxed);
        bar.reset();
        match event.rows {
            Some(rows) => bar.set_length(rows),
            None => bar.unset_length(),
        }
        bar.set_message(format!("[{}/{}] {}", event.number, event.of, event.statement.why));
    }

    fn progress(&self, progress: Progress) {
        if let (Some(bar), Some(rows @ 1..)) = (&self.bar, progress.rows) {
            if !self.counting.swap(true, Ordering::Relaxed) {
                bar.set_style(style(if bar.length().is_some() { COUNTING_DOWN } else { COUNTING }));
            }
            bar.set_position(rows);
        }
    }

    fn step_finished(&self, report: &StepReport) {
        if self.lines == Lines::Json {
            // A reader that is gone does not stop a migration half-way.
            let _ = writeln!(std::io::stdout(), "{}", json::step(report, self.verb));
        }
    }
}
