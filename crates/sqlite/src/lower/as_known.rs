//! Lets a script look whether a table is what the history says, before it writes down another text of it.
//!
//! A run reads the table itself. A script knows it from the history alone, and what somebody has changed by hand would
//! be lost with the old text: so SQLite is asked there what it is asked here of the text that the history makes. How the
//! text is laid out may differ, for SQLite writes in it too where it adds columns or gives them other names.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Expect, Statement};
use limbeck_core::name::Ident;
use limbeck_core::schema::{Constraint, Table};
use limbeck_core::sql::Sql;
use rusqlite::Connection;

use super::group::Group;
use super::{sql, text};
use crate::ddl;

/// Words that begin what SQLite says nothing of.
const WORDS: [&str; 13] = [
    "CHECK",
    "CONFLICT",
    "COLLATE",
    "DEFERRABLE",
    "INITIALLY",
    "MATCH",
    "AUTOINCREMENT",
    "GENERATED",
    "STORED",
    "STRICT",
    "CONSTRAINT",
    "--",
    "/*",
];

/// Makes the statement that finds what is not as the history says; none where the database itself was read.
///
/// # Errors
/// The text that the history makes cannot be written, or SQLite does not take it.
pub(super) fn check(group: &Group<'_>) -> Result<Option<Statement>, Diagnostic> {
    if group.start.stored.is_some() {
        return Ok(None);
    }
    let (start, name) = (group.start, group.name());
    let own = text::of_table(group)?;
    let facts = facts(start, &own);
    let known = known(start, &own, &facts).map_err(|error| {
        let message = format!("SQLite cannot make table `{name}` as the history says: {error}");
        Diagnostic::new(Code::StatementFailed, message)
    })?;
    let rows = known.iter().fold(sql().kw("VALUES"), |rows, fact| {
        let rows = if *fact == known[0] { rows } else { rows.close(",") };
        rows.kw("(").glue("").text(fact).close(")")
    });
    let differ = |one: &'static str, other: &'static str| {
        let found = sql().kw("SELECT fact FROM").kw(one).kw("EXCEPT SELECT fact FROM").kw(other);
        sql().kw("(").glue("").sql(&found).close(")")
    };
    let found = sql().kw("WITH found (fact) AS (").glue("").sql(&facts).close("),");
    let found = found.kw("known (fact) AS (").glue("").sql(&rows).close(")");
    let found = found.kw("SELECT fact FROM").sql(&differ("found", "known"));
    let found = found.kw("UNION ALL SELECT 'not ' || fact FROM").sql(&differ("known", "found"));
    let otherwise = format!("table `{name}` is not what the history says; what differs: {{}}");
    let why = format!("check that `{name}` is what the history says");
    let none = Expect::NoRows { otherwise, code: Code::WouldLose };
    Ok(Some(Statement::new(found.finish(), why).expecting(none)))
}

/// Asks for all that SQLite says of a table, a line each, and for what only its text says.
fn facts(table: &Table, own: &str) -> Sql {
    let name = table.name.name.as_str();
    let columns = sql()
        .kw("SELECT printf('column %s %s %d %d %d %s', name, upper(replace(type, ' ', '')), \"notnull\", pk, hidden, dflt_value)")
        .kw("FROM pragma_table_xinfo(")
        .glue("")
        .text(name)
        .close(")");
    let keys = sql()
        .kw("SELECT printf('foreign key %s -> %s %s %s %s', group_concat(\"from\" || ' ' || ifnull(\"to\", '')), \"table\", on_update, on_delete, \"match\")")
        .kw("FROM pragma_foreign_key_list(")
        .glue("")
        .text(name)
        .close(")")
        .kw("GROUP BY id");
    let names = sql().kw("SELECT group_concat(ifnull(name, ''), ' ') FROM pragma_index_info(l.name)");
    let unique = sql().kw("SELECT 'key ' || (").glue("").sql(&names).close(")");
    let unique = unique.kw("FROM pragma_index_list(").glue("").text(name).close(") AS l WHERE origin <> 'c'");
    let owned = sql().kw("SELECT type || ' ' || name FROM sqlite_schema WHERE tbl_name =").text(name);
    let owned = owned.kw("COLLATE NOCASE AND sql IS NOT NULL AND type <> 'table'");
    let all = [columns, keys, unique, owned].into_iter().chain(in_text(table, own));
    all.reduce(|all, one| all.kw("UNION ALL").sql(&one)).expect("there are some")
}

/// Asks what the text says that SQLite does not: how often each word is in it, and which conditions are.
fn in_text(table: &Table, own: &str) -> Vec<Sql> {
    // A word within a name stands as often as the name does, which differs between layouts.
    let names = ddl::meaningful(own);
    let in_a_name = |word: &str| {
        let longer = |token: &ddl::Token<'_>| {
            token.text.len() > word.len() && token.text.to_ascii_uppercase().contains(word)
        };
        names.iter().any(longer)
    };
    let words: Vec<&str> = WORDS.into_iter().filter(|word| !in_a_name(word)).collect();
    let count = "(length(sql) - length(replace(upper(sql), column1, ''))) / length(column1)";
    let conditions = table.constraints.iter().filter_map(|one| match one {
        Constraint::Check(check) => Some(check.sql.as_str()),
        _ => None,
    });
    let computed = table.columns.iter().filter_map(|column| Some(column.generated.as_ref()?.sql.as_str()));
    let conditions: Vec<&str> = conditions.chain(computed).collect();
    let is_there =
        sql().kw("instr(").glue("").sql(&plain("sql")).close(",").sql(&plain("column1")).close(") > 0");
    let asked = [(words, sql().kw(count)), (conditions, is_there)];
    let ask = |(texts, what): &(Vec<&str>, Sql)| {
        let list = sql().kw("VALUES");
        let list = texts.iter().enumerate().fold(list, |list, (i, text)| {
            let list = if i == 0 { list } else { list.close(",") };
            list.kw("(").glue("").text(text).close(")")
        });
        let told = sql().kw("SELECT column1 || ' ' || (").glue("").sql(what).close(")");
        let told = told.kw("FROM sqlite_schema, (").glue("").sql(&list).close(")");
        told.kw("WHERE type = 'table' AND name =").text(table.name.name.as_str()).kw("COLLATE NOCASE")
    };
    asked.iter().filter(|(texts, _)| !texts.is_empty()).map(ask).collect()
}

/// Writes a text in small letters, without spaces and the quotes around names, which SQLite may have put there.
fn plain(text: &'static str) -> Sql {
    const MARKS: [&str; 8] = ["char(10)", "char(13)", "char(9)", "' '", "'\"'", "'`'", "'['", "']'"];
    let lower = sql().kw("lower(").glue("").kw(text).close(")");
    MARKS
        .into_iter()
        .fold(lower, |of, mark| sql().kw("replace(").glue("").sql(&of).close(",").kw(mark).close(", '')"))
}

/// Asks SQLite itself what it says of a table that was made as the history says.
fn known(table: &Table, own: &str, facts: &Sql) -> rusqlite::Result<Vec<String>> {
    let connection = Connection::open_in_memory()?;
    connection.execute_batch(own)?;
    let mut statement = connection.prepare(&sql().sql(facts).finish())?;
    let mut found: Vec<String> =
        statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let index = |name: &Ident| format!("index {name}");
    found.extend(table.indexes.iter().map(|one| index(&one.name)));
    found.sort();
    found.dedup();
    Ok(found)
}
