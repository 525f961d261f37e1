//! How queries find their rows: by which index, so that one that is there and cannot be used is noticed.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::look::{Look, cells, quoted};
use super::token::{Kind, tokens};

/// Returns the plans of two queries for each index: one looks for its first key, one wants its order.
pub(super) fn plans(connection: &Connection, look: &Look) -> BTreeMap<String, String> {
    let mut plans = BTreeMap::new();
    for ((kind, name), sql) in &look.objects {
        let Some((keys, filter)) = (kind == "index").then(|| keys(sql)).flatten() else { continue };
        let owner = format!(
            "SELECT tbl_name FROM sqlite_schema WHERE type = 'index' AND name = {}",
            super::look::literal(name)
        );
        let Ok(owner) = cells(connection, &owner) else { continue };
        let Some(owner) = owner.first() else { continue };
        let from = format!("SELECT 1 FROM {}", quoted(&owner[0]));
        let and = filter.as_ref().map_or(String::new(), |filter| format!(" AND {filter}"));
        let only = filter.as_ref().map_or(String::new(), |filter| format!(" WHERE {filter}"));
        let first = keys[0].trim_end_matches(" DESC").trim_end_matches(" ASC");
        for query in
            [format!("{from} WHERE {first} = 1{and}"), format!("{from}{only} ORDER BY {}", keys.join(", "))]
        {
            let explained = cells(connection, &format!("EXPLAIN QUERY PLAN {query}"));
            let plan =
                explained.map(|rows| rows.iter().filter_map(|row| row.last().cloned()).collect::<Vec<_>>());
            plans.insert(query, plan.map_or_else(|error| error.to_string(), |plan| plan.join("; ")));
        }
    }
    plans
}

/// Returns the keys of an index and the rows that it is about, as written.
fn keys(sql: &str) -> Option<(Vec<String>, Option<String>)> {
    let all: Vec<_> = tokens(sql).into_iter().filter(|token| token.kind != Kind::Comment).collect();
    let open = all.iter().position(|token| token.text == "(")?;
    let (mut depth, mut from, mut keys) = (0, open + 1, Vec::new());
    for (i, token) in all.iter().enumerate().skip(open) {
        depth += i32::from(token.text == "(") - i32::from(token.text == ")");
        if (depth == 1 && token.text == ",") || depth == 0 {
            let words: Vec<&str> = all[from..i].iter().map(|token| token.text).collect();
            keys.push(words.join(" "));
            from = i + 1;
        }
        if depth == 0 {
            let filter = all.get(i + 1).filter(|token| token.is_word("WHERE")).map(|_| {
                let words: Vec<&str> = all[i + 2..].iter().map(|token| token.text).collect();
                words.join(" ")
            });
            return Some((keys, filter));
        }
    }
    None
}
