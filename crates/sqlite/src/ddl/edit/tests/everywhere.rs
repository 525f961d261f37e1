//! Every kind of change on every text of the fixtures, and on odd ones: nothing is lost that was not to go.

use limbeck_core::diagnostic::Code;
use limbeck_core::literal::{Literal, RawSql, Value};
use limbeck_core::schema::{Check, Constraint, Table, mention};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::{column, ident};
use crate::ddl::edit::edit_table;
use crate::ddl::generate;
use crate::ddl::tests::texts::{ODD, stored};
use crate::ddl::{TokenKind, parse_table, read_table, tokenize};
use crate::lower::{Enums, definition};

/// What must hold of a change besides that its text says what it is to say.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Effect {
    /// All tokens stay, in their order.
    Adds,
    /// No token is new.
    Takes,
    /// All comments stay, in their order.
    Changes,
    /// Columns change places, and their comments with them.
    Moves,
    /// Some of all.
    Several,
}

type Change = (String, Effect, Table);

fn tokens(sql: &str) -> Vec<&str> {
    let tokens = tokenize(sql).into_iter().filter(|token| token.kind != TokenKind::Space);
    // What ends a line is no matter here, and SQLite takes a `\r` before it as a part of a comment.
    tokens.map(|token| token.text.trim_end()).collect()
}

fn comments(sql: &str) -> Vec<&str> {
    let tokens = tokenize(sql).into_iter().filter(|token| token.kind == TokenKind::Comment);
    tokens.map(|token| token.text.trim_end()).collect()
}

fn is_subsequence(part: &[&str], whole: &[&str]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|token| rest.any(|other| other == token))
}

/// Returns the changes that can be made to a table.
fn changes(from: &Table) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    let mut add = |what: String, effect: Effect, change: &dyn Fn(&mut Table)| {
        let mut to = from.clone();
        change(&mut to);
        if to != *from || effect == Effect::Moves {
            all.push((what, effect, to));
        }
    };
    for position in 0..=from.columns.len() {
        let new = column("\"new 'one\" TEXT DEFAULT 'it''s' NOT NULL");
        add(format!("add at {position}"), Effect::Adds, &|to| to.columns.insert(position, new.clone()));
    }
    for (i, there) in from.columns.iter().enumerate() {
        let name = &there.name;
        add(format!("drop `{name}`"), Effect::Takes, &|to| {
            to.columns.remove(i);
            let mentions = |sql: &RawSql| mention::mentions(sql.as_str(), name);
            to.columns.retain(|column| column.generated.as_ref().is_none_or(|own| !mentions(&own.sql)));
            let gone =
                |name: &limbeck_core::name::Ident| to.columns.iter().all(|column| column.name != *name);
            to.constraints
                .retain(|one| !one.columns().into_iter().any(gone) && !one.texts().into_iter().any(mentions));
        });
        add(format!("type of `{name}`"), Effect::Changes, &|to| to.columns[i].ty = column("a BLOB").ty);
        add(format!("no type of `{name}`"), Effect::Takes, &|to| to.columns[i].ty = column("a").ty);
        add(format!("flip NULL of `{name}`"), Effect::Changes, &|to| to.columns[i].nullable ^= true);
        if there.generated.is_none() {
            let default = Value::Literal(Literal::Integer(7));
            let effect = if there.default.is_some() { Effect::Changes } else { Effect::Adds };
            add(format!("default of `{name}`"), effect, &|to| to.columns[i].default = Some(default.clone()));
            add(format!("no default of `{name}`"), Effect::Takes, &|to| to.columns[i].default = None);
        }
        let effect = if there.collation.is_some() { Effect::Changes } else { Effect::Adds };
        add(format!("collate `{name}`"), effect, &|to| to.columns[i].collation = Some(ident("RTRIM")));
        add(format!("do not collate `{name}`"), Effect::Takes, &|to| to.columns[i].collation = None);
        let unique = super::constraint("CONSTRAINT \"new\" UNIQUE (a)");
        add(format!("unique `{name}`"), Effect::Adds, &|to| {
            let mut unique = unique.clone();
            if let Constraint::Unique(unique) = &mut unique {
                unique.columns = vec![name.clone()];
            }
            to.constraints.push(unique);
        });
        add(format!("reference of `{name}`"), Effect::Adds, &|to| {
            let mut key = super::constraint("FOREIGN KEY (a) REFERENCES \"no one\" (x) ON DELETE CASCADE");
            if let Constraint::ForeignKey(key) = &mut key {
                key.columns = vec![name.clone()];
            }
            to.constraints.push(key);
        });
        add(format!("key `{name}`"), Effect::Adds, &|to| {
            if from.primary_key().is_none() && there.generated.is_none() {
                to.constraints.push(Constraint::PrimaryKey(limbeck_core::schema::PrimaryKey {
                    name: None,
                    columns: vec![name.clone()],
                }));
            }
        });
    }
    add("check".to_owned(), Effect::Adds, &|to| {
        let sql = RawSql::new("1 > 0 -- always\n");
        to.constraints.push(Constraint::Check(Check { name: None, sql, not_valid: false }));
    });
    for (i, there) in from.constraints.iter().enumerate() {
        add(format!("remove {}", there.shape()), Effect::Takes, &|to| {
            let gone = to.constraints.remove(i);
            if let Constraint::PrimaryKey(key) = gone {
                let own = to.columns.iter_mut().filter(|column| key.columns.contains(&column.name));
                own.for_each(|column| column.autoincrement = None);
            }
        });
        add(format!("name {}", there.shape()), Effect::Changes, &|to| {
            *to.constraints[i].name_mut() = Some(ident("a \"new name"));
        });
        add(format!("unname {}", there.shape()), Effect::Takes, &|to| *to.constraints[i].name_mut() = None);
    }
    add("reverse".to_owned(), Effect::Moves, &|to| to.columns.reverse());
    add("rotate".to_owned(), Effect::Moves, &|to| to.columns.rotate_left(1.min(from.columns.len())));
    all
}

/// Says what SQLite has against a text.
fn fault(sql: &str) -> Option<String> {
    let made = rusqlite::Connection::open_in_memory().unwrap().execute_batch(sql);
    made.err().map(|error| error.to_string())
}

fn is_taken(sql: &str) -> bool {
    fault(sql).is_none()
}

/// Checks that SQLite takes a text, but for two keys that became one whose clauses disagree, which it says.
fn check_taken(place: &str, sql: &str) {
    if let Some(fault) = fault(sql) {
        assert!(fault.contains("conflicting ON CONFLICT"), "{place}\n{sql}\n{fault}");
    }
}

fn holds(sql: &str, from: &Table, (what, effect, to): &Change) {
    let place = format!("{sql}\n{what}");
    let enums = Enums::new();
    // No column left, or a key that SQLite has not.
    let Ok(plain) = definition(to, &to.name, &enums) else { return };
    if to.columns.is_empty() || !is_taken(sql) || !is_taken(&plain) {
        return;
    }
    let out = match edit_table(sql, from, to, &enums) {
        // Moved, a clause apart from its foreign key would be about another one.
        Err(fault) if *effect == Effect::Moves && sql.contains("b DEFERRABLE") => {
            return assert_eq!(fault.code, Code::WouldLose);
        }
        other => other.unwrap_or_else(|fault| panic!("{place}: {fault}")),
    };
    check_taken(&place, &out);
    let (old, new) = (tokens(sql), tokens(&out));
    match effect {
        Effect::Adds => assert!(is_subsequence(&old, &new), "{place}\n{out}"),
        // What the key had implied is said when the key goes.
        Effect::Takes => {
            let news = ["NOT", "NULL"];
            let kept: Vec<&str> = new.iter().copied().filter(|token| !news.contains(token)).collect();
            // What was about others comes again, at the end, when the column goes that it stood on.
            let again = what.starts_with("drop") && !to.constraints.is_empty();
            assert!(again || is_subsequence(&kept, &old), "{place}\n{out}");
        }
        Effect::Changes => assert!(
            is_subsequence(&comments(sql), &comments(&out)) || loses_inner_comment(what),
            "{place}\n{out}"
        ),
        Effect::Several => {}
        Effect::Moves => {
            let sorted = |mut tokens: Vec<String>| {
                tokens.sort();
                tokens
            };
            let owned = |tokens: &[&str]| tokens.iter().map(|&token| token.to_owned()).collect();
            assert_eq!(sorted(owned(&old)), sorted(owned(&new)), "{place}\n{out}");
        }
    }
    if definition(from, &from.name, &enums).is_err() {
        return;
    }
    let back = edit_table(&out, to, from, &enums).unwrap_or_else(|fault| panic!("{place}\n{out}: {fault}"));
    check_taken(&place, &back);
}

/// A clause that is replaced takes along the comments within it.
fn loses_inner_comment(what: &str) -> bool {
    what.starts_with("type of")
        || what.starts_with("default of")
        || what.starts_with("collate")
        || what.starts_with("flip")
}

#[test]
fn every_change_of_every_text_keeps_what_it_is_not_about() {
    let texts = ODD.map(str::to_owned).into_iter().chain(stored().into_iter().map(|(_, sql)| sql));
    let mut made = 0;
    for (i, sql) in texts.enumerate() {
        if parse_table(&sql).is_err() {
            continue;
        }
        let from = read_table(&sql).unwrap();
        let changes = changes(&from);
        // Of the many changes to wide tables, each table shows others.
        let step = changes.len() / 10 + 1;
        for change in changes.iter().skip(i % step).step_by(step) {
            holds(&sql, &from, change);
            made += 1;
        }
    }
    assert!(made > 500, "{made}");
}

proptest! {
    #![proptest_config(Config { cases: 500, failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_change_of_a_random_text_keeps_what_it_is_not_about(choices in vec(any::<u8>(), 0..600), change in any::<usize>()) {
        let sql = generate::definition(&choices);
        if let Ok(read) = read_table(&sql) {
            let changes = changes(&read);
            holds(&sql, &read, &changes[change % changes.len()]);
        }
    }

    #[test]
    fn several_changes_are_made_at_once(choices in vec(any::<u8>(), 0..600), picks in vec(any::<usize>(), 2..6)) {
        let sql = generate::definition(&choices);
        if let Ok(read) = read_table(&sql) {
            let mut all = (String::new(), Effect::Several, read.clone());
            for pick in picks {
                let changes = changes(&all.2);
                let Some(next) = changes.get(pick % changes.len().max(1)) else { break };
                all = (format!("{}, {}", all.0, next.0), Effect::Several, next.2.clone());
            }
            holds(&sql, &read, &all);
        }
    }
}
