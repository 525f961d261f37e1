//! What a project and its migration files say of rules.

use std::collections::BTreeMap;

use super::{Level, Rule};

/// What becomes of each rule's findings.
#[derive(Debug, Clone, Default)]
pub struct Levels {
    stated: BTreeMap<&'static str, Level>,
}

impl Levels {
    /// States what becomes of a rule's findings, in place of what was stated before.
    pub fn set(&mut self, rule: &'static Rule, level: Level) {
        self.stated.insert(rule.name, level);
    }

    /// Returns what becomes of a rule's findings.
    pub fn of(&self, rule: &Rule) -> Level {
        self.stated.get(rule.name).copied().unwrap_or(rule.level)
    }

    /// Leaves out all rules but one, which is looked for at its own level or at least told.
    pub fn only(rule: &'static Rule) -> Self {
        let off = super::all().map(|other| (other.name, Level::Off));
        let mut levels = Self { stated: off.collect() };
        levels.set(rule, rule.level.max(Level::On));
        levels
    }
}

/// What a migration file says of a rule, for itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    /// The rule.
    pub rule: &'static Rule,
    /// What becomes of its findings in this file.
    pub level: Level,
    /// Why.
    pub reason: String,
}

impl Eq for Exception {}
