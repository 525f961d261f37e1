//! How often each tool kept everything, refused, or lost something, and by which measures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use limbeck_tests::fidelity::{Loss, Measure};

use crate::tool::{TOOLS, Tool};

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub(crate) enum Verdict {
    /// It was made, and nothing else changed.
    Preserved,
    /// It was not made, and nothing changed.
    Refused,
    /// Something else changed.
    Lost,
}

/// The counts of all tools, by name.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    verdicts: BTreeMap<(&'static str, Verdict), u64>,
    measures: BTreeMap<(&'static str, Measure), u64>,
}

impl Counts {
    /// Counts a change.
    pub(crate) fn count(&mut self, tool: Tool, verdict: Verdict, losses: &[Loss]) {
        *self.verdicts.entry((tool.name, verdict)).or_default() += 1;
        let measures: BTreeSet<Measure> = losses.iter().map(|loss| loss.measure).collect();
        for measure in measures {
            *self.measures.entry((tool.name, measure)).or_default() += 1;
        }
    }

    /// Adds the counts of other fixtures.
    pub(crate) fn add(&mut self, other: Self) {
        for (key, count) in other.verdicts {
            *self.verdicts.entry(key).or_default() += count;
        }
        for (key, count) in other.measures {
            *self.measures.entry(key).or_default() += count;
        }
    }

    /// Says whether Limbeck lost anything.
    pub(crate) fn ours_lost(&self) -> bool {
        TOOLS.iter().any(|tool| tool.is_ours() && self.verdicts.contains_key(&(tool.name, Verdict::Lost)))
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:24}{:>10}{:>10}{:>10}   lost by measure", "", "preserved", "refused", "lost")?;
        for tool in TOOLS {
            write!(f, "{:24}", tool.name)?;
            for verdict in [Verdict::Preserved, Verdict::Refused, Verdict::Lost] {
                write!(f, "{:>10}", self.verdicts.get(&(tool.name, verdict)).copied().unwrap_or_default())?;
            }
            let own = self.measures.iter().filter(|((name, _), _)| *name == tool.name);
            let measures: Vec<String> =
                own.map(|((_, measure), count)| format!("{measure} {count}")).collect();
            writeln!(f, "   {}", measures.join(", "))?;
        }
        Ok(())
    }
}
