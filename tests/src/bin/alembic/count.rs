//! What is counted, and how it is shown.

use std::collections::BTreeMap;
use std::fmt;

use limbeck_core::graph::Direction;

use crate::history::Sides;
use crate::normalize::{normal, without_what_stays};
use crate::oracle::Answer;
use crate::ours::Ours;
use crate::runs::Ran;

/// How the two compare for one direction of a revision on one dialect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// The SQL is the same.
    Equal,
    /// The SQL differs only in what Alembic loses of a column of MySQL, as docs/alembic-sql-differences.md lists.
    Listed,
    /// The SQL differs.
    Differs,
    /// Alembic itself has no SQL for it without a database.
    Unasked,
    /// Limbeck needs the database, or refuses.
    NotOffline,
    /// Limbeck cannot tell it.
    Untold,
}

impl Verdict {
    pub(crate) fn of(dialect: &str, ours: &Ours, theirs: &Answer) -> Self {
        match (ours, theirs) {
            (Ours::Untold(_), _) => Self::Untold,
            (_, Answer::Refused(_) | Answer::Impossible(_)) => Self::Unasked,
            (Ours::NotOffline(_), _) => Self::NotOffline,
            (Ours::Sql(ours), Answer::Sql(theirs)) => {
                let (ours, theirs) = (normal(ours), normal(theirs));
                let kept =
                    |side: &[String]| side.iter().map(|sql| without_what_stays(sql)).collect::<Vec<_>>();
                if ours == theirs {
                    Self::Equal
                } else if dialect == "mysql" && kept(&ours) == kept(&theirs) {
                    Self::Listed
                } else {
                    Self::Differs
                }
            }
        }
    }

    pub(crate) fn matters(self) -> bool {
        matches!(self, Self::Differs | Self::NotOffline | Self::Untold)
    }

    /// Returns what is to be told of it.
    pub(crate) fn lines(self, ours: &Ours, theirs: &Answer) -> Vec<String> {
        let mut lines = Vec::new();
        match (ours, theirs) {
            (Ours::Sql(ours), Answer::Sql(theirs)) => {
                let (ours, theirs) = (normal(ours), normal(theirs));
                lines.extend(
                    ours.iter().filter(|line| !theirs.contains(line)).map(|line| format!("+ {line}")),
                );
                lines.extend(
                    theirs.iter().filter(|line| !ours.contains(line)).map(|line| format!("- {line}")),
                );
                if lines.is_empty() {
                    lines.push("another order".to_owned());
                }
            }
            (
                Ours::Untold(reason) | Ours::NotOffline(reason),
                Answer::Refused(theirs) | Answer::Impossible(theirs),
            ) => {
                lines.push(format!("{reason}; Alembic: {theirs}"));
            }
            (Ours::Untold(reason) | Ours::NotOffline(reason), _) => lines.push(reason.clone()),
            (_, Answer::Refused(theirs) | Answer::Impossible(theirs)) => lines.push(theirs.clone()),
        }
        lines
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "equal",
            Self::Listed => "differs as listed",
            Self::Differs => "differs",
            Self::Unasked => "Alembic has no SQL without a database",
            Self::NotOffline => "needs the database",
            Self::Untold => "untold",
        })
    }
}

/// What came of running histories by both, on all kinds of databases together.
#[derive(Default)]
struct Runs {
    /// How many revisions both ran.
    revisions: usize,
    /// How many Alembic ran for both.
    lent: usize,
    behind: usize,
    /// How many times a history was run to its end, and how many times back to the base.
    whole: usize,
    base: usize,
    differences: usize,
}

/// The counts of a history, or of all.
#[derive(Default)]
pub(crate) struct Counts {
    revisions: usize,
    /// How many upgrades are told with no types file and no database.
    plain: usize,
    up: usize,
    down: usize,
    sql: BTreeMap<(&'static str, Verdict), usize>,
    /// How many revisions `history`, `heads` and `branches` were compared on, and how many differences there are.
    graph: (usize, usize),
    /// What came of running histories by both.
    ran: Runs,
}

impl Counts {
    pub(crate) fn ran(&mut self, ran: &Ran) {
        self.ran.revisions += ran.revisions;
        self.ran.lent += ran.lent;
        self.ran.behind += ran.behind;
        self.ran.whole += usize::from(ran.whole);
        self.ran.base += usize::from(ran.base);
        self.ran.differences += ran.differences.len();
    }

    pub(crate) fn graph(&mut self, revisions: usize, differences: usize) {
        self.graph = (revisions, differences);
    }

    /// Counts the upgrades that are told, by themselves, on every dialect that Alembic can run them on.
    pub(crate) fn plain(&mut self, sides: &[Sides], told: &[Vec<bool>]) {
        let upgrades = sides.first().map_or(0, |side| side.theirs.len());
        let whole = |number: &usize| {
            sides.iter().zip(told).all(|(side, told)| {
                told[*number] || matches!(side.pair(*number, Direction::Up).1, Answer::Impossible(_))
            })
        };
        self.plain += (0..upgrades).filter(whole).count();
    }

    pub(crate) fn revision(&mut self, direction: Direction, whole: bool) {
        match direction {
            Direction::Up => {
                self.revisions += 1;
                self.up += usize::from(whole);
            }
            Direction::Down => self.down += usize::from(whole),
        }
    }

    pub(crate) fn sql(&mut self, dialect: &'static str, _direction: Direction, verdict: &Verdict) {
        *self.sql.entry((dialect, *verdict)).or_default() += 1;
    }

    pub(crate) fn add(&mut self, other: &Counts) {
        self.revisions += other.revisions;
        self.plain += other.plain;
        self.up += other.up;
        self.down += other.down;
        self.graph.0 += other.graph.0;
        self.graph.1 += other.graph.1;
        let Runs { revisions, lent, behind, whole, base, differences } = &other.ran;
        self.ran.revisions += revisions;
        self.ran.lent += lent;
        self.ran.behind += behind;
        self.ran.whole += whole;
        self.ran.base += base;
        self.ran.differences += differences;
        for (key, count) in &other.sql {
            *self.sql.entry(*key).or_default() += count;
        }
    }

    pub(crate) fn head() -> String {
        let each = "equal/as listed/differs/needs database/not asked";
        format!(
            "{:16} revisions  up, plain    up told      down told    SQL: {each}, on sqlite, postgresql, mysql",
            "history"
        )
    }

    pub(crate) fn line(&self, name: &str) -> String {
        let percent = |part: usize| 100 * part / self.revisions.max(1);
        let of = |dialect: &'static str| {
            let get = |verdict: Verdict| self.sql.get(&(dialect, verdict)).copied().unwrap_or_default();
            let (equal, differs) = (get(Verdict::Equal), get(Verdict::Differs));
            let (needs, unasked) = (get(Verdict::NotOffline), get(Verdict::Unasked));
            let listed = get(Verdict::Listed);
            format!("{equal:4}/{listed:2}/{differs:3}/{needs:3}/{unasked:4}")
        };
        format!(
            "{name:16} {:9}  {:4} ({:3} %)  {:4} ({:3} %)  {:4} ({:3} %)  {}  {}  {}",
            self.revisions,
            self.plain,
            percent(self.plain),
            self.up,
            percent(self.up),
            self.down,
            percent(self.down),
            of("sqlite"),
            of("postgresql"),
            of("mysql")
        )
    }

    fn total(&self, verdict: Verdict) -> usize {
        self.sql.iter().filter(|((_, own), _)| *own == verdict).map(|(_, count)| count).sum()
    }

    /// Returns how many comparisons agree, listed differences among them, and how many do not.
    fn agreement(&self) -> (usize, usize) {
        (self.total(Verdict::Equal) + self.total(Verdict::Listed), self.total(Verdict::Differs))
    }

    pub(crate) fn verdict(&self) -> String {
        let (equal, differs) = self.agreement();
        let percent = |part: usize| 100 * part / self.revisions.max(1);
        format!(
            "{} of {} upgrades told with no types file and no database ({} %, wanted 75 %), {} with a types file and the schema that \
             is there ({} %, wanted 85 %); SQL equal in {equal} of {} comparisons ({:.1} %, wanted 97 %), {} more \
             are told and lack a schema to be lowered on; `history`, `heads` and `branches` of {} revisions compared with \
             Alembic's, {} differences; {} revisions run on SQLite and PostgreSQL by both and {} by Alembic alone ({} of them behind \
             others), {} histories to their end, {} back to the base, {} differences",
            self.plain,
            self.revisions,
            percent(self.plain),
            self.up,
            percent(self.up),
            equal + differs,
            100.0 * equal as f64 / (equal + differs).max(1) as f64,
            self.total(Verdict::NotOffline),
            self.graph.0,
            self.graph.1,
            self.ran.revisions,
            self.ran.lent,
            self.ran.behind,
            self.ran.whole,
            self.ran.base,
            self.ran.differences
        )
    }

    /// Says whether what is wanted is reached.
    pub(crate) fn holds(&self) -> bool {
        let (equal, differs) = self.agreement();
        self.graph.0 > 0
            && self.ran.revisions > 0
            && self.ran.differences == 0
            && self.graph.1 == 0
            && self.plain * 100 >= self.revisions * 75
            && self.up * 100 >= self.revisions * 85
            && equal * 100 >= (equal + differs) * 97
    }
}
