//! What is known of the database at the other end.

use std::collections::BTreeMap;
use std::fmt;

use super::DialectOptions;
use crate::schema::IndexNames;

/// A version of a database, as far as three numbers tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
    /// The third number.
    pub patch: u16,
}

impl Version {
    /// Makes a version.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }

    /// Reads up to three numbers set apart by dots; those that are missing are 0. `None` if it is anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|part| part.parse::<u16>().ok());
        let mut next = || numbers.next().map_or(Some(0), |number| number);
        let version = Self { major: next()?, minor: next()?, patch: next()? };
        numbers.next().is_none().then_some(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// What is at the other end, as found at connect or as given for offline SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerInfo {
    /// The dialect's name.
    pub dialect: &'static str,
    /// The flavour, where a dialect has several (MySQL and MariaDB); else the dialect's name.
    pub flavour: &'static str,
    /// The version.
    pub version: Version,
    /// What a backslash in a text literal means to it.
    pub backslash: Backslash,
    /// What the project sets for the dialect, by the names of its options; those with their default are left out.
    pub options: BTreeMap<&'static str, &'static str>,
}

impl ServerInfo {
    /// Describes a server that takes a backslash for itself and for which the project sets nothing.
    pub fn new(dialect: &'static str, flavour: &'static str, version: Version) -> Self {
        Self { dialect, flavour, version, backslash: Backslash::Plain, options: BTreeMap::new() }
    }

    /// Takes over what a project sets for its dialect, in place of what was set before.
    #[must_use]
    pub fn with(mut self, options: &DialectOptions) -> Self {
        self.options = options.of(self.dialect);
        self
    }

    /// Returns the names by which migrations mean it.
    pub fn names(&self) -> Names {
        Names { dialect: self.dialect, flavour: self.flavour }
    }
}

/// What a backslash in a text literal means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Backslash {
    /// Itself, as in the SQL standard.
    #[default]
    Plain,
    /// It gives another meaning to what follows, and has to be doubled (MySQL without `NO_BACKSLASH_ESCAPES`,
    /// PostgreSQL without `standard_conforming_strings`).
    Escapes,
}

/// The names by which migrations mean a server, in `dialects = […]` and in options: its dialect's and its flavour's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Names {
    /// The dialect, of which there may be several flavours.
    pub dialect: &'static str,
    /// The flavour; the dialect's name where there is but one.
    pub flavour: &'static str,
}

impl Names {
    /// Returns among what the name of an index must be the only one (dev.mysql.com/doc/refman/8.4/en/create-index.html:
    /// an index is one of its table, and DROP INDEX has to name that).
    pub fn index_names(self) -> IndexNames {
        if self.dialect == "mysql" { IndexNames::OfTable } else { IndexNames::OfSchema }
    }
}

impl From<&'static str> for Names {
    /// Names a dialect with one flavour.
    fn from(dialect: &'static str) -> Self {
        Self { dialect, flavour: dialect }
    }
}
