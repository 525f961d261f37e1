//! `ALTER TABLE`, clause by clause, and the statements that give other names.

use std::collections::BTreeMap;

use crate::name::{Ident, TableName};

use super::words::Words;
use super::{Again, Effect, Mark, Part};

/// Clauses that come to the same when they run again.
const HARMLESS: [&str; 34] = [
    "ALGORITHM",
    "AUTO_INCREMENT",
    "AVG_ROW_LENGTH",
    "CHARACTER",
    "CHARSET",
    "CHECKSUM",
    "CLUSTER",
    "COLLATE",
    "COMMENT",
    "COMPRESSION",
    "CONVERT",
    "DEFAULT",
    "DELAY_KEY_WRITE",
    "DISABLE",
    "ENABLE",
    "ENCRYPTION",
    "ENGINE",
    "FORCE",
    "INHERIT",
    "KEY_BLOCK_SIZE",
    "LOCK",
    "MAX_ROWS",
    "MIN_ROWS",
    "MODIFY",
    "NO",
    "NOWAIT",
    "ORDER",
    "OWNER",
    "REPLICA",
    "RESET",
    "ROW_FORMAT",
    "SET",
    "STATS_PERSISTENT",
    "VALIDATE",
];

/// What begins a rule in the list of columns, and no column.
const RULES: [&str; 11] = [
    "CONSTRAINT",
    "PRIMARY",
    "UNIQUE",
    "KEY",
    "INDEX",
    "FOREIGN",
    "CHECK",
    "FULLTEXT",
    "SPATIAL",
    "EXCLUDE",
    "LIKE",
];

/// What a clause makes different, or what becomes of it when it runs again.
type Clause = Result<Vec<(Part, bool)>, Again>;

/// Reads `ALTER TABLE` behind these words.
pub(super) fn table(mut words: Words<'_>) -> Effect {
    let lenient = words.eat_all(&["IF", "EXISTS"]);
    words.eat("ONLY");
    let Some(table) = words.name() else { return Effect::UNKNOWN };
    // MariaDB's `WAIT n`.
    if words.eat("WAIT") {
        return Effect::UNKNOWN;
    }
    let (mut marks, mut others, mut moved) = (Vec::new(), Vec::new(), None);
    for clause in words.clauses() {
        if let Some(to) = new_name(clause.clone(), &table) {
            moved = Some(to);
            continue;
        }
        match self::clause(clause) {
            Ok(parts) => {
                let of = |(part, there)| Mark { table: table.clone(), part, there };
                marks.extend(parts.into_iter().map(of));
            }
            Err(again) => others.push(again),
        }
    }
    if let Some(to) = moved {
        let whole = |table: &TableName, there| Mark { table: table.clone(), part: Part::Whole, there };
        return match lenient {
            true => Effect::UNKNOWN,
            false => Effect::marks(vec![whole(&table, false), whole(&to, true)], Again::Unknown),
        };
    }
    let harmless = marks.is_empty() && others.iter().all(|again| *again == Again::Harmless);
    Effect::marks(marks, if harmless { Again::Harmless } else { Again::Unknown })
}

/// Reads `RENAME [TO | AS] NAME`, which is not about a part of the table.
fn new_name(mut clause: Words<'_>, table: &TableName) -> Option<TableName> {
    if !clause.eat("RENAME") {
        return None;
    }
    let said = clause.eat_any(&["TO", "AS"]);
    let to = clause.name()?;
    // `RENAME a TO b` is a column on PostgreSQL.
    let alone = clause.is_over() && (said || !clause.passed(&["COLUMN", "INDEX", "KEY", "CONSTRAINT"]));
    let schema = to.schema.or_else(|| table.schema.clone());
    alone.then_some(TableName { schema, name: to.name })
}

fn clause(mut words: Words<'_>) -> Clause {
    let Some(first) = words.next_word() else { return Err(Again::Unknown) };
    match first.as_str() {
        "ADD" => add(words),
        "DROP" => remove(words),
        "CHANGE" => {
            words.eat("COLUMN");
            if words.eat_all(&["IF", "EXISTS"]) {
                return Err(Again::Unknown);
            }
            let (Some(from), Some(to)) = (words.ident(), words.ident()) else { return Err(Again::Unknown) };
            match from == to {
                true => Err(Again::Harmless),
                false => Ok(vec![(Part::Column(from), false), (Part::Column(to), true)]),
            }
        }
        "RENAME" => {
            let of: fn(Ident) -> Part = match () {
                () if words.eat_any(&["INDEX", "KEY"]) => Part::Index,
                () if words.eat("CONSTRAINT") => Part::Constraint,
                () => {
                    words.eat("COLUMN");
                    Part::Column
                }
            };
            let from = words.ident();
            match (from, words.eat("TO").then(|| words.ident()).flatten()) {
                (Some(from), Some(to)) => Ok(vec![(of(from), false), (of(to), true)]),
                _ => Err(Again::Unknown),
            }
        }
        "ALTER" | "MODIFY" if words.holds("USING") => Err(Again::Unknown),
        "ALTER" => Err(Again::Harmless),
        word if HARMLESS.contains(&word) => Err(Again::Harmless),
        _ => Err(Again::Unknown),
    }
}

/// Reads a clause behind `ADD`. The database gives a nameless rule or index another name each time.
fn add(mut words: Words<'_>) -> Clause {
    let named = |name: Option<Ident>, of: fn(Ident) -> Part| match name {
        Some(name) => Ok(vec![(of(name), true)]),
        None => Err(Again::Unknown),
    };
    if words.eat("CONSTRAINT") {
        let lenient = words.eat_all(&["IF", "NOT", "EXISTS"]);
        if ["PRIMARY", "UNIQUE", "FOREIGN", "CHECK"].iter().any(|kind| words.clone().eat(kind)) {
            return Err(Again::Unknown);
        }
        let name = words.ident();
        // On MySQL a unique constraint is an index, and a primary key has no name.
        return match () {
            () if lenient => Err(Again::Harmless),
            () if words.eat_all(&["PRIMARY", "KEY"]) => Ok(vec![(Part::PrimaryKey, true)]),
            () => named(name, Part::Constraint),
        };
    }
    if words.eat_all(&["PRIMARY", "KEY"]) {
        return Ok(vec![(Part::PrimaryKey, true)]);
    }
    if words.eat_any(&["FOREIGN", "CHECK", "PARTITION", "PERIOD", "SYSTEM", "EXCLUDE"]) {
        return Err(Again::Unknown);
    }
    let special = words.eat_any(&["UNIQUE", "FULLTEXT", "SPATIAL"]);
    if words.eat_any(&["INDEX", "KEY"]) || special {
        if words.eat_all(&["IF", "NOT", "EXISTS"]) {
            return Err(Again::Harmless);
        }
        return named(words.ident().filter(|_| !words.passed(&["USING"])), Part::Index);
    }
    words.eat("COLUMN");
    if words.eat_all(&["IF", "NOT", "EXISTS"]) {
        return Err(Again::Harmless);
    }
    let columns = match words.clone().opens() {
        true => columns(&mut words),
        false => words.ident().into_iter().collect(),
    };
    match columns.is_empty() {
        true => Err(Again::Unknown),
        false => Ok(columns.into_iter().map(|name| (Part::Column(name), true)).collect()),
    }
}

fn remove(mut words: Words<'_>) -> Clause {
    if words.eat_all(&["PRIMARY", "KEY"]) {
        return Ok(vec![(Part::PrimaryKey, false)]);
    }
    if words.eat_any(&["PARTITION", "PERIOD", "SYSTEM"]) {
        return Err(Again::Unknown);
    }
    let of: fn(Ident) -> Part = match () {
        () if words.eat_any(&["INDEX", "KEY"]) => Part::Index,
        () if words.eat_all(&["FOREIGN", "KEY"]) || words.eat_any(&["CONSTRAINT", "CHECK"]) => {
            Part::Constraint
        }
        () => {
            words.eat("COLUMN");
            Part::Column
        }
    };
    if words.eat_all(&["IF", "EXISTS"]) {
        return Err(Again::Harmless);
    }
    words.ident().map(|name| vec![(of(name), false)]).ok_or(Again::Unknown)
}

/// Reads the columns of a list in parentheses; none when there is no such list.
pub(super) fn columns(words: &mut Words<'_>) -> Vec<Ident> {
    if !words.opens() {
        return Vec::new();
    }
    let mut clauses = words.clauses();
    clauses.retain(|clause| !clause.clone().next_word().is_some_and(|word| RULES.contains(&word.as_str())));
    let is_query = |clause: &Words<'_>| clause.clone().eat_any(&["SELECT", "WITH", "VALUES", "TABLE"]);
    if clauses.iter().any(is_query) {
        return Vec::new();
    }
    clauses.iter_mut().filter_map(Words::ident).collect()
}

/// Reads `ALTER` of something that is no table, behind this word.
pub(super) fn other(mut words: Words<'_>) -> Effect {
    let value = words.eat("TYPE") && words.name().is_some() && words.eat_all(&["ADD", "VALUE"]);
    match () {
        () if value && words.eat_all(&["IF", "NOT", "EXISTS"]) => Effect::again(Again::Harmless),
        () if value => Effect::again(Again::Refused),
        _ => Effect::UNKNOWN,
    }
}

/// Reads `RENAME TABLE a TO b, …` behind its first word: all of it or nothing.
pub(super) fn rename(mut words: Words<'_>) -> Effect {
    if !words.eat_any(&["TABLE", "TABLES"]) || words.eat_all(&["IF", "EXISTS"]) {
        return Effect::UNKNOWN;
    }
    // Of each name, whether it is there before and after.
    let mut names: BTreeMap<TableName, (bool, bool)> = BTreeMap::new();
    for mut clause in words.clauses() {
        let Some(from) = clause.name() else { return Effect::UNKNOWN };
        let Some(to) = clause.eat("TO").then(|| clause.name()).flatten() else { return Effect::UNKNOWN };
        names.entry(from).or_insert((true, true)).1 = false;
        names.entry(to).or_insert((false, false)).1 = true;
    }
    let changed = names.into_iter().filter(|(_, (before, after))| before != after);
    let marks = changed.map(|(table, (_, there))| Mark { table, part: Part::Whole, there });
    Effect::marks(marks.collect(), Again::Unknown)
}
