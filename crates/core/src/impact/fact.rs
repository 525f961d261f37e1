//! What is known of a kind of change on a database: the lock, whom it blocks, what becomes of the rows, and who says so.

use crate::dialect::{ServerInfo, Version};

use super::ChangeKind;

/// What a database does for a kind of change, from some version on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// The kind of change.
    pub change: ChangeKind,
    /// The flavour that does so; `None` is every one.
    pub flavour: Option<&'static str>,
    /// The first version that does so.
    pub since: Version,
    /// The lock, as the database calls it.
    pub lock: &'static str,
    /// Whom it blocks, for as long as the statement runs or its transaction is open.
    pub blocks: Blocks,
    /// What becomes of the rows that are there.
    pub rows: RowWork,
    /// The page that says so.
    pub source: &'static str,
}

/// Whom a lock blocks, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum Blocks {
    /// Nobody, or everybody for a moment.
    Nobody,
    /// Others that change the same table.
    Changes,
    /// Whoever writes.
    Writes,
    /// Whoever reads or writes.
    Everybody,
    /// It is the author's own SQL, of which nothing is known.
    Unknown,
}

/// What becomes of the rows that are there, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::Display)]
#[strum(serialize_all = "snake_case")]
pub enum RowWork {
    /// They are not looked at.
    None,
    /// That depends on the way in which the change is made, which the statements tell.
    ByWay,
    /// All are read.
    Scan,
    /// All are written anew.
    Rewrite,
    /// It is the author's own SQL, of which nothing is known.
    Unknown,
}

/// The facts of one page, to be told line by line.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    source: &'static str,
    flavour: Option<&'static str>,
}

impl Page {
    /// Names a page that speaks of every flavour.
    pub const fn of(source: &'static str) -> Self {
        Self { source, flavour: None }
    }

    /// Names a page that speaks of one flavour.
    pub const fn of_flavour(source: &'static str, flavour: &'static str) -> Self {
        Self { source, flavour: Some(flavour) }
    }

    /// Tells a fact that holds in every version.
    pub const fn says(self, change: ChangeKind, lock: &'static str, blocks: Blocks, rows: RowWork) -> Fact {
        self.says_since(Version::new(0, 0, 0), change, lock, blocks, rows)
    }

    /// Tells a fact that holds from a version on.
    pub const fn says_since(
        self,
        since: Version,
        change: ChangeKind,
        lock: &'static str,
        blocks: Blocks,
        rows: RowWork,
    ) -> Fact {
        let Self { source, flavour } = self;
        Fact { change, flavour, since, lock, blocks, rows, source }
    }
}

impl Fact {
    /// Returns the fact of the newest version that is not above the server's; `None` when nothing is known.
    pub fn find(facts: &'static [Fact], change: ChangeKind, server: &ServerInfo) -> Option<&'static Fact> {
        let fits = |fact: &&Fact| {
            fact.change == change
                && fact.since <= server.version
                && fact.flavour.is_none_or(|flavour| flavour == server.flavour)
        };
        // What is said of the flavour itself goes before what is said of all.
        facts.iter().filter(fits).max_by_key(|fact| (fact.flavour.is_some(), fact.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Page = Page::of("a");
    const OWN: Page = Page::of_flavour("b", "own");
    const FACTS: &[Fact] = &[
        PAGE.says(ChangeKind::AddColumn, "old", Blocks::Everybody, RowWork::Rewrite),
        PAGE.says_since(
            Version::new(11, 0, 0),
            ChangeKind::AddColumn,
            "new",
            Blocks::Everybody,
            RowWork::None,
        ),
        OWN.says(ChangeKind::AddColumn, "own", Blocks::Nobody, RowWork::None),
    ];

    #[test]
    fn the_newest_fact_that_is_not_above_the_server_is_found() {
        let lock = |flavour, major| {
            let server = ServerInfo::new("x", flavour, Version::new(major, 0, 0));
            Fact::find(FACTS, ChangeKind::AddColumn, &server).map(|fact| fact.lock)
        };
        assert_eq!(lock("x", 10), Some("old"));
        assert_eq!(lock("x", 11), Some("new"));
        assert_eq!(lock("x", 99), Some("new"));
        assert_eq!(lock("own", 99), Some("own"));
        let server = ServerInfo::new("x", "x", Version::new(11, 0, 0));
        assert_eq!(Fact::find(FACTS, ChangeKind::DropColumn, &server), None);
    }
}
