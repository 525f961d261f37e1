//! What a statement of the author's makes different, read from its text, so that a run that was broken off around it can
//! be resumed: whether it ran is looked up, or it is run again where that is safe.
//!
//! Only the words are read that tell the effect, and what is not surely understood counts as unknown.

mod alter;
mod look;
mod operation;
mod words;

use crate::dialect::Backslash;
use crate::name::{Ident, TableName};

pub(super) use look::look;
use words::Words;

/// What is known of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Effect {
    /// What is there after it and not before, or the other way round. A statement makes all of it or nothing, but for a
    /// `DROP` of several objects.
    pub(super) marks: Vec<Mark>,
    /// What becomes of it when it runs once more.
    pub(super) again: Again,
}

/// What becomes of a statement that runs once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// Nothing more happens.
    Harmless,
    /// The database refuses it, because what it would make is there, or what it would take away is not.
    Refused,
    /// It would change rows again, and can run in a transaction.
    Rows,
    /// That is not known.
    Unknown,
}

/// One thing that is there after a statement and not before, or the other way round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    table: TableName,
    part: Part,
    /// Whether it is there after the statement.
    there: bool,
}

/// A table or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Whole,
    Column(Ident),
    /// An index, or the constraint that the database makes of it.
    Index(Ident),
    Constraint(Ident),
    PrimaryKey,
}

/// What runs again without effect.
const HARMLESS: [&str; 30] = [
    "ANALYZE",
    "ATTACH",
    "CACHE",
    "CHECK",
    "CHECKPOINT",
    "CHECKSUM",
    "CLUSTER",
    "COMMENT",
    "DETACH",
    "DISCARD",
    "EXPLAIN",
    "FLUSH",
    "GRANT",
    "LISTEN",
    "LOCK",
    "NOTIFY",
    "OPTIMIZE",
    "PRAGMA",
    "REFRESH",
    "REINDEX",
    "REPAIR",
    "RESET",
    "SECURITY",
    "SET",
    "SHOW",
    "TRUNCATE",
    "UNLISTEN",
    "UNLOCK",
    "USE",
    "VACUUM",
];
/// What reads and changes rows.
const ROWS: [&str; 11] =
    ["COPY", "DELETE", "INSERT", "LOAD", "MERGE", "REPLACE", "SELECT", "TABLE", "UPDATE", "VALUES", "WITH"];
/// What has a name that only one can have, and is not part of a table.
const NAMED: [&str; 26] = [
    "VIEW",
    "SEQUENCE",
    "TRIGGER",
    "PROCEDURE",
    "FUNCTION",
    "AGGREGATE",
    "EVENT",
    "SCHEMA",
    "DATABASE",
    "TYPE",
    "DOMAIN",
    "USER",
    "ROLE",
    "EXTENSION",
    "SERVER",
    "RULE",
    "POLICY",
    "PUBLICATION",
    "SUBSCRIPTION",
    "COLLATION",
    "CONVERSION",
    "LANGUAGE",
    "OPERATOR",
    "TABLESPACE",
    "CAST",
    "PACKAGE",
];

impl Effect {
    const UNKNOWN: Self = Self { marks: Vec::new(), again: Again::Unknown };

    pub(super) fn again(again: Again) -> Self {
        Self { marks: Vec::new(), again }
    }

    fn marks(marks: Vec<Mark>, otherwise: Again) -> Self {
        Self { marks: net(marks), again: otherwise }
    }

    /// Reads a text. `backslash` is what a backslash in a text literal means to the server.
    ///
    /// A `DO` block ahead of a statement is the dialect's own, which clears away what a broken run left: the author's
    /// stands alone.
    pub(super) fn read(sql: &str, backslash: Backslash) -> Self {
        let Some(tokens) = words::tokens(sql, backslash) else { return Self::UNKNOWN };
        let mut statements = words::statements(&tokens);
        if statements.len() > 1 && statements[0].clone().eat("DO") {
            statements.remove(0);
        }
        match &statements[..] {
            [] => Self::again(Again::Harmless),
            [one] => Self::of(one.clone()),
            several => {
                let all: Vec<Again> = several
                    .iter()
                    .map(|one| Self::of(one.clone()))
                    .map(|effect| if effect.marks.is_empty() { effect.again } else { Again::Unknown })
                    .collect();
                match all.iter().all(|again| *again == all[0]) {
                    true if all[0] != Again::Refused => Self::again(all[0]),
                    _ => Self::UNKNOWN,
                }
            }
        }
    }

    /// Says whether it takes whole tables away and does nothing else.
    pub(super) fn only_drops(&self) -> bool {
        self.marks.iter().all(|mark| mark.part == Part::Whole && !mark.there)
    }

    fn of(mut words: Words<'_>) -> Self {
        let Some(first) = words.next_word() else { return Self::UNKNOWN };
        match first.as_str() {
            "CREATE" => create(words),
            "DROP" => drop(words),
            "ALTER" => {
                // MariaDB has `ALTER ONLINE IGNORE TABLE`.
                words.eat("ONLINE");
                words.eat("IGNORE");
                match words.eat("TABLE") {
                    true => alter::table(words),
                    false => alter::other(words),
                }
            }
            "RENAME" => alter::rename(words),
            "REVOKE" => Self::again(Again::Refused),
            // PostgreSQL's SELECT … INTO makes a table in the transaction, as rows are.
            word if ROWS.contains(&word) => Self::again(Again::Rows),
            word if HARMLESS.contains(&word) => Self::again(Again::Harmless),
            _ => Self::UNKNOWN,
        }
    }
}

/// Says whether a statement sets something for its session only, and not by a query, so that it can be set again.
pub(super) fn sets_session(sql: &str, backslash: Backslash) -> bool {
    let Some(tokens) = words::tokens(sql, backslash) else { return false };
    let statements = words::statements(&tokens);
    let [one] = &statements[..] else { return false };
    let mut words = one.clone();
    let sets = words.eat("SET") || words.eat("USE");
    let wider =
        ["GLOBAL", "PERSIST", "PERSIST_ONLY", "PASSWORD", "DEFAULT", "LOCAL", "CONSTRAINTS", "TRANSACTION"];
    sets && !words.eat_any(&wider) && !words.holds("SELECT")
}

fn create(mut words: Words<'_>) -> Effect {
    let replaces = words.eat_all(&["OR", "REPLACE"]);
    let Some(kind) = words.skip_to_kind(&["TABLE", "INDEX"], &NAMED) else { return Effect::UNKNOWN };
    if words.passed(&["TEMPORARY", "TEMP"]) {
        // It is gone with its session.
        return Effect::UNKNOWN;
    }
    if kind == "INDEX" {
        words.eat("CONCURRENTLY");
    }
    if replaces || words.eat_all(&["IF", "NOT", "EXISTS"]) {
        return Effect::again(Again::Harmless);
    }
    match kind.as_str() {
        "TABLE" => {
            let Some(table) = words.name() else { return Effect::UNKNOWN };
            let columns = alter::columns(&mut words).into_iter().map(Part::Column);
            let parts = [Part::Whole].into_iter().chain(columns);
            let marks = parts.map(|part| Mark { table: table.clone(), part, there: true });
            Effect::marks(marks.collect(), Again::Refused)
        }
        "INDEX" => index(words, true),
        _ => Effect::again(Again::Refused),
    }
}

fn drop(mut words: Words<'_>) -> Effect {
    let Some(kind) = words.skip_to_kind(&["TABLE", "INDEX"], &NAMED) else { return Effect::UNKNOWN };
    if kind == "INDEX" {
        words.eat("CONCURRENTLY");
    }
    if words.eat_all(&["IF", "EXISTS"]) {
        return Effect::again(Again::Harmless);
    }
    match kind.as_str() {
        "TABLE" => {
            let tables: Option<Vec<TableName>> =
                words.clauses().into_iter().map(|mut clause| clause.name()).collect();
            let Some(tables) = tables else { return Effect::UNKNOWN };
            let gone = |table| Mark { table, part: Part::Whole, there: false };
            // MariaDB drops the rest of several, and then says that some were not there.
            Effect::marks(tables.into_iter().map(gone).collect(), Again::Refused)
        }
        "INDEX" => index(words, false),
        _ => Effect::again(Again::Refused),
    }
}

/// Reads `NAME [USING …] ON TABLE`. The database gives a nameless index another name each time.
fn index(mut words: Words<'_>, there: bool) -> Effect {
    if words.clone().eat("ON") {
        return Effect::UNKNOWN;
    }
    let Some(name) = words.name() else { return Effect::UNKNOWN };
    if words.eat("USING") {
        words.next_word();
    }
    if !words.eat("ON") {
        // PostgreSQL and SQLite drop an index without its table.
        return Effect::again(if there { Again::Unknown } else { Again::Refused });
    }
    words.eat("ONLY");
    match words.name() {
        Some(table) => {
            Effect::marks(vec![Mark { table, part: Part::Index(name.name), there }], Again::Refused)
        }
        None => Effect::UNKNOWN,
    }
}

/// Leaves out what is made and taken away at once, as in a swap of two names.
fn net(marks: Vec<Mark>) -> Vec<Mark> {
    let opposed = |mark: &Mark| {
        marks.iter().any(|other| {
            other.there != mark.there && other.table == mark.table && look::is_same(&other.part, &mark.part)
        })
    };
    marks.iter().filter(|mark| !opposed(mark)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws an effect: `+t` for a table that comes, `-t.a` for a column that goes.
    fn effect(sql: &str) -> String {
        let Effect { marks, again } = Effect::read(sql, Backslash::Escapes);
        let drawn = marks.iter().map(|Mark { table, part, there }| {
            let sign = if *there { '+' } else { '-' };
            match part {
                Part::Whole => format!("{sign}{table}"),
                Part::Column(name) => format!("{sign}{table}.{name}"),
                Part::Index(name) => format!("{sign}{table} index {name}"),
                Part::Constraint(name) => format!("{sign}{table} rule {name}"),
                Part::PrimaryKey => format!("{sign}{table} key"),
            }
        });
        let drawn: Vec<String> = drawn.collect();
        if drawn.is_empty() { format!("{again:?}") } else { drawn.join(" ") }
    }

    #[test]
    fn what_is_made_and_taken_away_is_read() {
        let table = "CREATE TABLE `we``ird` (id INT, `b c` VARCHAR(9) DEFAULT 'it\\'s, (', PRIMARY KEY (id), CHECK (id > 0))";
        assert_eq!(effect(table), "+we`ird +we`ird.id +we`ird.b c");
        assert_eq!(effect("create table a.t as select 1"), "+a.t");
        assert_eq!(effect("CREATE UNIQUE INDEX i ON t (a)"), "+t index i");
        assert_eq!(effect("CREATE INDEX CONCURRENTLY \"I\" ON ONLY s.t (a)"), "+s.t index I");
        assert_eq!(effect("DO 'x';\nCREATE INDEX CONCURRENTLY i ON t (a)"), "+t index i");
        assert_eq!(effect("DROP INDEX i ON t"), "-t index i");
        assert_eq!(effect("DROP TABLE a, `b` CASCADE"), "-a -b");
        let alter =
            "ALTER TABLE t ADD COLUMN a INT, DROP COLUMN b, ADD KEY i (a), ADD CONSTRAINT c CHECK (a > 0),
                     DROP PRIMARY KEY, CHANGE d e INT, ALGORITHM=INPLACE";
        assert_eq!(effect(alter), "+t.a -t.b +t index i +t rule c -t key -t.d +t.e");
        assert_eq!(effect("ALTER TABLE t ADD (a INT, b INT)"), "+t.a +t.b");
        assert_eq!(effect("ALTER TABLE t ADD a INT, ADD INDEX (a)"), "+t.a");
        assert_eq!(effect("ALTER TABLE t RENAME TO u, ADD a INT"), "-t +u");
        assert_eq!(effect("ALTER TABLE t RENAME COLUMN a TO b"), "-t.a +t.b");
        assert_eq!(effect("RENAME TABLE t TO old, new TO t"), "-new +old");
    }

    #[test]
    fn what_may_run_again_is_told_from_what_may_not() {
        for harmless in [
            "CREATE TABLE IF NOT EXISTS t (a INT)",
            "CREATE OR REPLACE VIEW v AS SELECT 1",
            "DROP TABLE IF EXISTS t",
            "TRUNCATE TABLE t",
            "/* all */ OPTIMIZE TABLE t -- of it",
            "ALTER TABLE t MODIFY a BIGINT, COMMENT = 'x'",
            "ALTER TABLE t CHANGE a a INT",
            "VACUUM; ANALYZE",
        ] {
            assert_eq!(effect(harmless), "Harmless", "{harmless}");
        }
        for refused in [
            "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
            "CREATE DEFINER = `me`@`%` PROCEDURE p() SELECT 1",
            "CREATE VIEW v AS SELECT 1",
            "DROP INDEX CONCURRENTLY i",
            "ALTER TYPE mood ADD VALUE 'glad'",
        ] {
            assert_eq!(effect(refused), "Refused", "{refused}");
        }
        for rows in ["UPDATE t SET a = a + 1", "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x"] {
            assert_eq!(effect(rows), "Rows", "{rows}");
        }
        for unknown in [
            "RENAME TABLE a TO swap, b TO a, swap TO b",
            "ALTER TABLE t RENAME COLUMN a TO b, RENAME COLUMN b TO a",
            "ALTER TABLE t ADD INDEX (a)",
            "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (a)",
            "ALTER TABLE t ALTER COLUMN a TYPE int USING a * 2",
            "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u",
            "CREATE INDEX ON t (a)",
            "CREATE TEMPORARY TABLE t (a INT)",
            "CREATE TABLE a (b INT); CREATE TABLE c (d INT)",
            "CALL p()",
            "it's",
        ] {
            assert_eq!(effect(unknown), "Unknown", "{unknown}");
        }
    }
}
