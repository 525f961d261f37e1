//! Histories that Alembic and Limbeck both run: are the catalogs, the rows and the version tables the same?

use std::collections::BTreeSet;
use std::error::Error;

use limbeck::settings;
use limbeck_core::diagnostic::{Code, Diagnostics};
use limbeck_core::graph::Target;
use limbeck_core::history::History;
use limbeck_core::migrator::{Migrator, Settings};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::revision::RevisionId;
use limbeck_tests::pair::{Had, Kind, Pair};
use serde_json::{Value, json};

use crate::history::order;
use crate::oracle::Oracle;

/// How many revisions lie between two looks.
const STRIDE: usize = 10;

/// The version table, in a name that is not the usual one.
const VERSION_TABLE: &str = "a version";

/// How far both came, and what differs.
#[derive(Default)]
pub(crate) struct Ran {
    /// How many revisions both ran, up to the last look.
    pub(crate) revisions: usize,
    /// How many Alembic ran on both databases, as Limbeck cannot tell them: the way on that it names itself. Of these, how many
    /// because it is not known what such a one before them has done.
    pub(crate) lent: usize,
    pub(crate) behind: usize,
    /// Whether these are all.
    pub(crate) whole: bool,
    /// How many revisions both took back, up to the last look; those that Alembic took back on both databases are not among
    /// them.
    pub(crate) back: usize,
    /// Whether both came back to the base.
    pub(crate) base: bool,
    /// Why it went no further.
    pub(crate) stopped: Vec<String>,
    pub(crate) differences: Vec<String>,
    /// What Alembic's batch mode has lost of indexes on SQLite, each once.
    pub(crate) lost: BTreeSet<String>,
}

impl Ran {
    /// Says it, with every difference.
    pub(crate) fn told(&self, history: &str, kind: Kind) -> String {
        let Self { revisions, lent, behind, whole, back, base, stopped, differences, lost } = self;
        let end = match (whole, base) {
            (true, true) => "to the end and back to the base",
            (true, false) => "to the end",
            _ => "not to the end",
        };
        let mut text = format!(
            "{history}: run on {}: {revisions} revisions by both and {lent} by Alembic alone ({behind} of them behind others), \
             {back} taken back by both, {end}",
            kind.name()
        );
        stopped.iter().for_each(|why| text.push_str(&format!("\n    stopped: {why}")));
        lost.iter().for_each(|lost| text.push_str(&format!("\n    lost by Alembic's batch mode: {lost}")));
        differences.iter().for_each(|difference| text.push_str(&format!("\n    differs: {difference}")));
        text
    }
}

/// Runs a history by both, each on a database of its own, as far as Alembic can, and compares after every tenth revision and at
/// the end; down to the base too, where there is a way. `None` where there is no such server.
pub(crate) fn run(
    history: &History,
    oracle: &mut Oracle,
    locations: &Value,
    kind: Kind,
) -> Result<Option<Ran>, Box<dyn Error>> {
    let Some(pair) = Pair::make(kind)? else { return Ok(None) };
    let ids = order(history)?;
    let (had, unseen) = (Had::default(), (0, 0));
    let mut run = Run { history, oracle, locations, pair, had, unseen, ran: Ran::default() };
    run.up(&ids)?;
    if run.ran.whole {
        run.down(&ids)?;
    }
    Ok(Some(run.ran))
}

struct Run<'a> {
    history: &'a History,
    oracle: &'a mut Oracle,
    locations: &'a Value,
    pair: Pair,
    had: Had,
    /// How many revisions both have run and taken back since the last look.
    unseen: (usize, usize),
    ran: Ran,
}

/// What a step led to.
enum Step {
    /// Both databases are further.
    Done,
    /// Alembic does not go on.
    Stopped,
}

impl Run<'_> {
    fn up(&mut self, ids: &[RevisionId]) -> Result<(), Box<dyn Error>> {
        for (number, id) in ids.iter().enumerate() {
            let last = number + 1 == ids.len();
            match self.step(id.as_str(), false)? {
                Step::Done if last || (number + 1) % STRIDE == 0 => self.compare(id.as_str())?,
                Step::Done => {}
                // What Alembic broke off may have left half of a revision.
                Step::Stopped => return Ok(()),
            }
        }
        self.ran.whole = true;
        Ok(())
    }

    fn down(&mut self, ids: &[RevisionId]) -> Result<(), Box<dyn Error>> {
        let graph = self.history.graph();
        let one_line = ids.windows(2).all(|pair| {
            let parents = graph.get(pair[1].as_str()).map(|header| header.down_revision.clone());
            parents.is_some_and(|parents| parents == [pair[0].clone()])
        });
        let targets: Vec<&str> = match one_line {
            true => ids.iter().rev().skip(1).map(RevisionId::as_str).chain(["base"]).collect(),
            false => vec!["base"],
        };
        for (number, target) in targets.iter().enumerate() {
            match self.step(target, true)? {
                Step::Done if *target == "base" || number % STRIDE == 0 => self.compare(target)?,
                Step::Done => {}
                Step::Stopped => return Ok(()),
            }
        }
        self.ran.base = true;
        Ok(())
    }

    /// Takes both databases to a target.
    fn step(&mut self, target: &str, down: bool) -> Result<Step, Box<dyn Error>> {
        let theirs = self.alembic(true, target, down)?;
        if let Err(why) = theirs {
            let way = if down { "down to " } else { "" };
            self.ran.stopped.push(format!("{way}{target}: Alembic: {why}"));
            return Ok(Step::Stopped);
        }
        self.pair.note(&mut self.had)?;
        let faults = match self.migrate(target, down) {
            Ok(()) => {
                *(if down { &mut self.unseen.1 } else { &mut self.unseen.0 }) += 1;
                return Ok(Step::Done);
            }
            Err(faults) => faults,
        };
        let fault = faults.first();
        // What a revision finds is not known behind one that was not told.
        let behind = fault.code == Code::Opaque && self.ran.lent > 0;
        self.ran.behind += usize::from(behind && !down);
        if fault.code != Code::Untold && !behind {
            let way = if down { "down to " } else { "" };
            let why = format!("Alembic runs it, Limbeck does not: {}", fault.message);
            // One that stays in the way is told once.
            if !self.ran.differences.iter().any(|other| other.ends_with(&why)) {
                self.ran.differences.push(format!("{way}{target}: {why}"));
            }
        }
        self.ran.lent += usize::from(!down);
        match self.alembic(false, target, down)? {
            Ok(_) => Ok(Step::Done),
            Err(why) => {
                self.ran.differences.push(format!("{target}: Alembic cannot go on where Limbeck was: {why}"));
                Ok(Step::Stopped)
            }
        }
    }

    fn alembic(
        &mut self,
        on_theirs: bool,
        target: &str,
        down: bool,
    ) -> Result<Result<Vec<String>, String>, Box<dyn Error>> {
        let database = if on_theirs { &self.pair.theirs } else { &self.pair.ours };
        let question = json!({
            "locations": self.locations,
            "url": database.sqlalchemy(),
            "options": { "version_table": VERSION_TABLE },
            "target": target,
            "down": down,
            "memo": if on_theirs { "now" } else { "before" },
        });
        self.oracle.heads("run", &question)
    }

    fn migrate(&self, target: &str, down: bool) -> Result<(), Diagnostics> {
        let open = self.pair.ours.open();
        let mut connection = open.map_err(|error| {
            limbeck_core::diagnostic::Diagnostic::new(Code::CannotConnect, error.to_string())
        })?;
        let mut migrator = Migrator::new(self.history, &mut *connection, own_settings());
        match (target, down) {
            ("base", true) => migrator.downgrade(&Target::base()).map(drop),
            (target, true) => migrator.downgrade(&Target::revision(target)).map(drop),
            (target, false) => migrator.upgrade(&Target::revision(target)).map(drop),
        }
    }

    /// Compares the two databases, and what each tool says of where the other's is.
    fn compare(&mut self, at: &str) -> Result<(), Box<dyn Error>> {
        let mut heads = Vec::new();
        for database in [&self.pair.ours, &self.pair.theirs] {
            let question =
                json!({ "url": database.sqlalchemy(), "options": { "version_table": VERSION_TABLE } });
            heads.push(self.oracle.heads("current", &question)?);
            let mut connection = database.open()?;
            let mut own: Vec<String> = Migrator::new(self.history, &mut *connection, own_settings())
                .current()?
                .iter()
                .map(ToString::to_string)
                .collect();
            own.sort_unstable();
            heads.push(Ok(own));
        }
        let differences = &mut self.ran.differences;
        if heads.windows(2).any(|pair| pair[0] != pair[1]) {
            differences.push(format!("at {at}: the heads are {heads:?}"));
        }
        let (up, back) = std::mem::take(&mut self.unseen);
        (self.ran.revisions, self.ran.back) = (self.ran.revisions + up, self.ran.back + back);
        let found = self.pair.differences(VERSION_TABLE, &self.had)?;
        differences.extend(found.differences.into_iter().map(|difference| format!("at {at}: {difference}")));
        self.ran.lost.extend(found.lost);
        Ok(())
    }
}

fn own_settings() -> Settings {
    let version_table = TableName::unqualified(Ident::new(VERSION_TABLE).expect("it is a good name"));
    Settings { version_table, ..settings() }
}
