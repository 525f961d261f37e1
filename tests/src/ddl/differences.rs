//! The deliberate differences from Alembic's SQL, each as narrow a rule as it can be told.
//!
//! `docs/alembic-differences.md` gives the reasons under the same names; a test keeps the two lists the same.

use limbeck_core::action::{Action, Edit};
use limbeck_core::op::{Change, CreateTable, Operation};
use limbeck_core::schema::Constraint;

use super::case::Case;
use super::server::Server;
use super::text::Line;

/// What both tools make of a case.
pub(super) struct Scene<'s> {
    pub(super) case: &'s Case,
    pub(super) ours: &'s mut Vec<Line>,
    pub(super) theirs: &'s mut Vec<Line>,
}

/// Takes a listed difference out of both texts. Says whether it was there.
type Rule = fn(&mut Scene<'_>) -> bool;

const COUNTS: &str = "what counts up follows from the whole table";

const LATER: &str = "rules that `CREATE TABLE` would take otherwise";

const RULES: &[(&str, Rule)] = &[
    ("`CHANGE` where a name stays, or nothing else changes", change),
    ("parentheses around defaults on MySQL", parentheses),
    ("no default, and NULL as the default, on MySQL", no_default),
    (LATER, later_rules),
    (COUNTS, counting),
    ("the index that MySQL makes for a foreign key", index_of_key),
];

/// Takes all listed differences out of both texts, and names those that were there.
pub(super) fn rewrite(scene: &mut Scene<'_>, found: &mut Vec<&'static str>) {
    for (name, rule) in RULES {
        if rule(scene) {
            found.push(name);
        }
    }
}

/// What Alembic refuses and Limbeck does: the name, and words of the error.
const INABILITIES: &[(&str, &str)] = &[
    ("expressions in an index in batch mode", "KeyError: '("),
    ("a generated column that gets another name on MySQL", "AssertionError"),
    (
        "expressions in an exclusion constraint that is added",
        "Column must be constructed with a non-blank name",
    ),
    ("an `Interval` in batch mode", "object has no attribute 'name'"),
    ("a length beside an expression in an index", "'_textual_index_element' object"),
];

/// Names the listed difference by which Alembic makes no SQL.
pub(super) fn of_inability(error: &str, _case: &Case) -> Option<&'static str> {
    INABILITIES.iter().find(|(_, words)| error.contains(words)).map(|(name, _)| *name)
}

/// What Limbeck refuses and Alembic does: the name, and words of the error.
const REFUSALS: &[(&str, &str)] = &[("a column that is told to count up and cannot", "cannot count up")];

/// Names the listed difference by which Limbeck refuses what Alembic makes SQL of.
pub(super) fn of_refusal(message: &str, _case: &Case) -> Option<&'static str> {
    REFUSALS.iter().find(|(_, words)| message.contains(words)).map(|(name, _)| *name)
}

/// What the server refuses of Alembic's SQL alone: the name, and words of the error.
const FAILURES: &[(&str, &str)] = &[
    ("generated columns in batch mode", "cannot INSERT into generated column"),
    ("an identity that is set to what it is", "syntax error at end of input"),
    (COUNTS, "there can be only one auto column"),
];

/// Names the listed difference by which the server refuses Alembic's SQL alone.
pub(super) fn of_failure(fault: &str, _case: &Case) -> Option<&'static str> {
    FAILURES.iter().find(|(_, words)| fault.contains(words)).map(|(name, _)| *name)
}

/// Takes a listed difference out of what the catalogs say. Says whether a case can show it.
type Facts = fn(&Case, &mut Vec<String>) -> bool;

const CATALOGS: &[(&str, Facts)] = &[
    ("`AUTOINCREMENT` of a key that points somewhere", counting_key_that_points),
    ("the order of a new index in batch mode", order_in_batch),
    ("the place of a new column beside one that comes or goes in batch mode", place_beside_other),
    (COUNTS, counters_of_table),
    (LATER, second_keys),
    ("an identity that is set anew", identity_set_anew),
];

/// Names the listed difference by which the catalogs differ.
pub(super) fn of_catalogs(ours: &[String], theirs: &[String], case: &Case) -> Option<&'static str> {
    let alike = |rule: &Facts| {
        let (mut ours, mut theirs) = (ours.to_vec(), theirs.to_vec());
        rule(case, &mut ours) && rule(case, &mut theirs) && {
            ours.sort();
            theirs.sort();
            ours == theirs
        }
    };
    CATALOGS.iter().find(|(_, rule)| alike(rule)).map(|(name, _)| *name)
}

/// SQLAlchemy forgets `sqlite_autoincrement` where the key is a foreign key too.
fn counting_key_that_points(case: &Case, facts: &mut Vec<String>) -> bool {
    let mut after = case.before.clone();
    let name = match &case.change {
        Operation::CreateTable(create) => &create.table.name,
        Operation::AlterTable(alter) => &alter.table,
        _ => return false,
    };
    let table = [
        case.change.apply(&mut after).ok().and_then(|()| after.tables.get(name)),
        case.before.tables.get(name),
    ];
    let points = table.into_iter().flatten().any(|table| {
        let counts = table.columns.iter().filter(|column| column.autoincrement == Some(true));
        counts.into_iter().any(|column| table.foreign_keys().any(|key| key.columns.contains(&column.name)))
    });
    let is_key =
        |fact: &str| fact.split_once(": PRIMARY KEY ( ").is_some_and(|(_, column)| !column.contains(','));
    facts.retain(|fact| !is_key(fact) && !fact.contains("sqlite_sequence"));
    for fact in facts.iter_mut() {
        *fact = fact.replace(" INTEGER PRIMARY KEY AUTOINCREMENT", " INTEGER");
    }
    points && case.server == Server::Sqlite
}

/// Alembic's batch mode loses its way when a neighbour of the new column goes, and lets others come between.
#[expect(clippy::ptr_arg, reason = "it stands in a table of functions of one type")]
fn place_beside_other(case: &Case, facts: &mut Vec<String>) -> bool {
    let Operation::AlterTable(alter) = &case.change else { return false };
    let has = |wanted: fn(&Action) -> bool| alter.actions.iter().any(wanted);
    for fact in facts.iter_mut().filter(|fact| fact.starts_with("column ")) {
        // The first cell is the table with the column's number.
        if let Some((start, rest)) = fact.split_once(" | ") {
            let table = start.rsplit_once(' ').map_or(start, |(table, _)| table);
            *fact = format!("{table} | {rest}");
        }
    }
    let added = alter.actions.iter().filter(|action| matches!(action, Action::AddColumn(_))).count();
    has(|action| matches!(action, Action::AddColumn(add) if add.position.is_some()))
        && (added > 1 || has(|action| matches!(action, Action::DropColumn(_))))
        && case.server == Server::Sqlite
}

/// Beside other changes, the sequence of a serial column, or that a column counts, tells only in the catalogs.
fn counters_of_table(case: &Case, facts: &mut Vec<String>) -> bool {
    for fact in facts.iter_mut() {
        if let Some((start, rest)) = fact.split_once("default=nextval(")
            && let Some((_, end)) = rest.split_once(" identity=")
        {
            *fact = format!("{start}default= identity={end}");
        }
        if let Some(start) = fact.strip_suffix(" AUTO_INCREMENT") {
            fact.truncate(start.len());
        }
    }
    facts.retain(|fact| !(fact.starts_with("sequence ") && fact.ends_with("#a")));
    case.server != Server::Sqlite && matches!(case.change, Operation::AlterTable(_))
}

/// Beside other texts, of two keys over the same columns the second tells only in the catalogs.
fn second_keys(case: &Case, facts: &mut Vec<String>) -> bool {
    let Operation::CreateTable(CreateTable { table, .. }) = &case.change else { return false };
    let keys = table
        .constraints
        .iter()
        .filter(|one| matches!(one, Constraint::PrimaryKey(_) | Constraint::Unique(_)));
    let keys: Vec<&Constraint> = keys.collect();
    let is_second = |key: &&&Constraint| {
        keys.iter().take_while(|other| other != key).any(|other| other.columns() == key.columns())
    };
    let second: Vec<&str> =
        keys.iter().filter(is_second).filter_map(|key| Some(key.name()?.as_str())).collect();
    let is_about = |fact: &str, name: &str| {
        fact.contains(&format!(".{name} u ")) || fact.contains(&format!("UNIQUE INDEX {name} "))
    };
    facts.retain(|fact| !second.iter().any(|name| is_about(fact, name)));
    // One side has none of them, which is the difference.
    !second.is_empty() && case.server == Server::Postgres
}

/// Alembic leaves the options of an identity as they are that the new one does not name.
fn identity_set_anew(case: &Case, facts: &mut Vec<String>) -> bool {
    let Operation::AlterTable(alter) = &case.change else { return false };
    let set = alter.actions.iter().any(|action| match action {
        Action::AlterColumn(column) => matches!(column.identity, Edit::Set(_)),
        _ => false,
    });
    facts.retain(|fact| !(fact.starts_with("sequence ") && fact.ends_with("#i")));
    set && counters_of_table(case, facts)
}

/// Alembic's batch mode makes an index of the columns alone.
fn order_in_batch(case: &Case, facts: &mut Vec<String>) -> bool {
    let Operation::AlterTable(alter) = &case.change else { return false };
    let ordered = alter.actions.iter().any(|action| match action {
        Action::CreateIndex(add) => add.index.columns.iter().any(|column| column.order.is_some()),
        _ => false,
    });
    for fact in facts.iter_mut().filter(|fact| fact.starts_with("index ix_new")) {
        *fact = fact.replace(" DESC", "");
    }
    facts.retain(|fact| {
        !(fact.starts_with("index ") && fact.contains("ix_new") && !fact.starts_with("index ix_new"))
    });
    ordered && case.server == Server::Sqlite
}

/// Returns all names, in order.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let rules = RULES.iter().map(|(name, _)| *name);
    let errors = [INABILITIES, REFUSALS, FAILURES].into_iter().flatten().map(|(name, _)| *name);
    let catalogs = CATALOGS.iter().map(|(name, _)| *name);
    let by_errors_or_catalogs = errors.chain(catalogs).filter(|name| ![COUNTS, LATER].contains(name));
    rules.chain(by_errors_or_catalogs).collect()
}

/// Alembic writes a column with `CHANGE` when it is renamed, and when its default is an expression.
fn change(scene: &mut Scene<'_>) -> bool {
    let mut found = false;
    for line in scene.theirs.iter_mut().filter(|_| scene.case.server.is_mysql()) {
        let Some(at) = line.find(&["CHANGE"]) else { continue };
        let (from, to) = (line.0[at + 1].clone(), line.0[at + 2].clone());
        found = true;
        let value = line.find(&["DEFAULT"]).map(|at| &line.0[at + 1..]).unwrap_or_default();
        let value = value.split(|token| token == "COMMENT").next().unwrap_or_default();
        let alone =
            [&line.0[..at], &["ALTER", "COLUMN", &from, "SET", "DEFAULT"].map(str::to_owned), value].concat();
        if from == to && scene.ours.contains(&Line(alone.clone())) {
            line.0 = alone;
        } else if from == to {
            line.0.splice(at..at + 3, ["MODIFY".to_owned(), to]);
        } else {
            line.0.truncate(at);
            line.0.extend(["RENAME", "COLUMN", &from, "TO", &to].map(str::to_owned));
        }
    }
    found
}

/// SQLAlchemy puts numbers with a point or sign in parentheses, and expressions only in `CREATE TABLE` and `ADD COLUMN`.
fn parentheses(scene: &mut Scene<'_>) -> bool {
    if !scene.case.server.is_mysql() {
        return false;
    }
    let before = (scene.ours.clone(), scene.theirs.clone());
    let bare = |lines: &[Line]| lines.iter().map(without_parentheses).collect::<Vec<_>>();
    (*scene.ours, *scene.theirs) = (bare(scene.ours), bare(scene.theirs));
    before.0 != before.1 && (before.0 != *scene.ours || before.1 != *scene.theirs)
}

/// Takes away the parentheses that open right behind DEFAULT.
fn without_parentheses(line: &Line) -> Line {
    let mut left: Vec<String> = Vec::new();
    let (mut depth, mut open) = (0_i32, Vec::new());
    for token in &line.0 {
        let behind = left.last().is_some_and(|last| last == "DEFAULT");
        match token.as_str() {
            "(" => {
                depth += 1;
                if behind {
                    open.push(depth);
                    continue;
                }
            }
            ")" => {
                depth -= 1;
                if open.last() == Some(&(depth + 1)) {
                    open.pop();
                    continue;
                }
            }
            _ => {}
        }
        left.push(token.clone());
    }
    Line(left)
}

/// Without any default an INSERT would have to name a column that allows NULL.
fn no_default(scene: &mut Scene<'_>) -> bool {
    let mut found = false;
    for line in scene.ours.iter_mut().filter(|_| scene.case.server.is_mysql()) {
        if let Some(at) = line.find(&["SET", "DEFAULT", "NULL"]) {
            line.0.splice(at.., ["DROP", "DEFAULT"].map(str::to_owned));
            found = true;
        }
    }
    found
}

/// PostgreSQL takes NOT VALID in `CREATE TABLE` as valid, and makes only one of two keys over the same columns.
fn later_rules(scene: &mut Scene<'_>) -> bool {
    let Operation::CreateTable(_) = scene.case.change else { return false };
    if scene.case.server != Server::Postgres {
        return false;
    }
    let is_rule = |line: &Line| line.starts_with(&["ALTER", "TABLE"]) && line.find(&["ADD"]).is_some();
    let (rules, left): (Vec<Line>, Vec<Line>) = scene.ours.drain(..).partition(is_rule);
    *scene.ours = left;
    for rule in &rules {
        let at = rule.find(&["ADD"]).map_or(0, |at| at + 1);
        let rule: Vec<&str> = std::iter::once(",").chain(rule.0[at..].iter().map(String::as_str)).collect();
        for line in scene.theirs.iter_mut() {
            if let Some(at) = line.find(&rule) {
                line.0.drain(at..at + rule.len());
            }
        }
    }
    !rules.is_empty()
}

/// A column that is to count up, or no more, because of what becomes of its table is changed along.
fn counting(scene: &mut Scene<'_>) -> bool {
    let Operation::AlterTable(alter) = &scene.case.change else { return false };
    let before = scene.ours.len();
    let mut asked: Vec<&str> = Vec::new();
    for action in &alter.actions {
        if let Action::AlterColumn(column) = action {
            asked.push(column.column.as_str());
        }
    }
    match scene.case.server {
        Server::Postgres => {
            let starts: [&[&str]; 3] =
                [&["DROP", "SEQUENCE", "IF", "EXISTS"], &["CREATE", "SEQUENCE"], &["SELECT", "setval"]];
            scene.ours.retain(|line| !starts.iter().any(|start| line.starts_with(start)));
            if scene.ours.len() == before {
                return false;
            }
            scene.ours.retain(|line| !line.has(&["SET", "DEFAULT", "nextval"]));
            for name in asked {
                scene.ours.retain(|line| !line.has(&["ALTER", "COLUMN", name, "DROP", "DEFAULT"]));
            }
        }
        Server::Mysql | Server::Mariadb => {
            let mut is_asked = |line: &Line| {
                let Some(modified) = line.find(&["MODIFY"]).and_then(|at| line.0.get(at + 1)) else {
                    return true;
                };
                let place = asked.iter().position(|name| name == modified);
                place.map(|place| asked.remove(place)).is_some()
            };
            // What is asked for comes behind what has to be out of its way.
            let mut left: Vec<Line> = scene.ours.drain(..).rev().filter(|line| is_asked(line)).collect();
            left.reverse();
            *scene.ours = left;
        }
        Server::Sqlite => {}
    }
    scene.ours.len() < before
}

/// The server makes an index for a foreign key, and leaves it behind when the key goes; and it needs one while the key stays.
fn index_of_key(scene: &mut Scene<'_>) -> bool {
    if let Operation::DropIndex(_) = &scene.case.change {
        // What takes its place comes in the same statement.
        let before = scene.ours.len();
        scene.ours.retain(|line| !(line.starts_with(&["ALTER", "TABLE"]) && line.has(&["ADD", "INDEX"])));
        return scene.ours.len() < before;
    }
    let Operation::AlterTable(alter) = &scene.case.change else { return false };
    let before = scene.ours.len();
    let asked = |name: &str| {
        alter.actions.iter().any(|action| matches!(action, Action::DropIndex(drop) if drop.index == *name))
    };
    let keys: Vec<String> = scene
        .ours
        .iter()
        .filter_map(|line| line.find(&["DROP", "FOREIGN", "KEY"]).and_then(|at| line.0.get(at + 3)).cloned())
        .collect();
    scene.ours.retain(|line| {
        let follows = [&["ADD", "INDEX", "IF"], &["RENAME", "INDEX", "IF"]];
        if line.starts_with(&["ALTER", "TABLE"]) && follows.iter().any(|words| line.find(*words).is_some()) {
            return false;
        }
        let dropped = line.find(&["DROP", "INDEX"]).map(|at| &line.0[at + 2..]);
        let dropped =
            dropped.map(|rest| rest.strip_prefix(&["IF".to_owned(), "EXISTS".to_owned()]).unwrap_or(rest));
        match dropped.and_then(<[String]>::first) {
            Some(name) if line.starts_with(&["ALTER", "TABLE"]) => asked(name) || !keys.contains(name),
            _ => true,
        }
    });
    scene.ours.len() < before
}
