//! What was found.

use rustc_hash::FxHashMap;

use crate::diagnostic::Place;
use crate::revision::RevisionId;

use super::{Level, Rule};

/// One finding.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// [`Level::On`] or [`Level::Error`].
    pub level: Level,
    /// What was found, in one sentence without a full stop, literals in backticks.
    pub message: String,
    /// The revision; `None` for what is true of the history as a whole.
    pub revision: Option<RevisionId>,
    /// Where, if a file says so.
    pub place: Option<Place>,
    /// The databases that it is true for, by flavour; none where that does not matter.
    pub servers: Vec<&'static str>,
}

/// All that was found: what is true of the history as a whole, then in the order of the history.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What was found.
    pub findings: Vec<Finding>,
    /// How many findings migration files take upon themselves, with a reason.
    pub excepted: usize,
}

impl Report {
    /// Says whether something was found that makes the command fail.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.level == Level::Error)
    }
}

/// Gathers findings, in any order.
#[derive(Default)]
pub(super) struct Gathering {
    /// By the place of the revision in the history.
    found: Vec<(usize, Finding)>,
    known: FxHashMap<(usize, &'static str, String), usize>,
    pub(super) excepted: usize,
}

impl Gathering {
    /// Adds a finding; the same finding for another database is that one with one more name.
    pub(super) fn add(&mut self, order: usize, finding: Finding) {
        let key = (order, finding.rule.code, finding.message.clone());
        match self.known.get(&key) {
            Some(at) => {
                let servers = &mut self.found[*at].1.servers;
                servers.extend(finding.servers);
                servers.dedup();
            }
            None => {
                self.known.insert(key, self.found.len());
                self.found.push((order, finding));
            }
        }
    }

    /// Returns all that was found, in order.
    pub(super) fn finish(mut self) -> Report {
        let start = |finding: &Finding| finding.place.as_ref().map_or(0, |place| place.span.start);
        self.found.sort_by_key(|(order, finding)| (*order, start(finding), finding.rule.code));
        let findings = self.found.into_iter().map(|(_, finding)| finding).collect();
        Report { findings, excepted: self.excepted }
    }
}
