//! A rule, as data.

use crate::impact::Impact;

use super::site::{RevisionSite, Site, Spot};

/// Something that a revision should not do unseen.
pub struct Rule {
    /// Its code: `R` and three digits, the first of which is the group.
    pub code: &'static str,
    /// Its name, as configurations and migration files write it.
    pub name: &'static str,
    /// What becomes of findings where nobody says otherwise.
    pub level: Level,
    /// What is found, in a few words.
    pub summary: &'static str,
    /// Why that is a hazard.
    pub why: &'static str,
    /// The safer way.
    pub instead: &'static str,
    /// The page that the reason is taken from.
    pub source: &'static str,
    /// The dialects that it is for; none is all.
    pub dialects: &'static [&'static str],
    /// The rules of other tools that look for the same.
    pub peers: &'static [Peer],
    /// What it looks at.
    pub(super) looks: Looks,
}

/// What becomes of the findings of a rule.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum Level {
    /// They are not looked for.
    Off,
    /// They are told.
    On,
    /// They make the command fail.
    Error,
}

/// A rule of another tool: the tool, and what it calls the rule.
pub type Peer = (&'static str, &'static str);

/// What a rule looks at. Each tells what it finds, in words.
pub(super) enum Looks {
    /// One change, with what it does to others.
    Change(fn(&Impact, &Site<'_>) -> Option<String>),
    /// One operation.
    Operation(fn(&Site<'_>) -> Option<String>),
    /// A revision as a whole, once all its operations are known.
    Revision(fn(&RevisionSite<'_>) -> Vec<Spot>),
    /// The graph of revisions; the linter looks itself.
    Graph,
}

/// Returns the rule of a name or code.
pub fn rule(name: &str) -> Option<&'static Rule> {
    super::rules::all().find(|rule| rule.name == name || rule.code == name)
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rule({} {})", self.code, self.name)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}
