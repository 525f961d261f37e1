//! `execute`: the author's SQL, statement by statement, so that each is recorded that commits by itself.

use limbeck_core::dialect::Statement;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{Execute, Transaction};

use super::index::drop_invalid;
use crate::split::{split, words};

/// Lowers `execute`.
///
/// A text that opens or ends transactions is left whole, and run as it stands. A `CREATE INDEX CONCURRENTLY` that was
/// broken off leaves an invalid index behind, which is dropped first; it cannot run in a transaction, and is outside.
pub(super) fn execute(op: &Execute) -> Vec<Statement> {
    let Execute { sql, state: _ } = op;
    let run = |sql: &str| Statement::new(sql, "run the author's SQL");
    let parts = split(sql.as_str());
    let moves = |part: &&str| {
        let first = words(part).next().map(str::to_uppercase);
        let moving =
            ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE"];
        first.is_some_and(|first| moving.contains(&first.as_str()))
    };
    if parts.len() < 2 && parts.first().and_then(|part| concurrent_index(part)).is_none()
        || parts.iter().any(moves)
    {
        return vec![run(sql.as_str())];
    }
    let one = |part: &&str| match concurrent_index(part) {
        Some(index) => {
            let sql = format!("{};\n{}", drop_invalid(&index), part.trim());
            Statement { transaction: Transaction::Outside, ..run(&sql) }
        }
        None => run(part.trim()),
    };
    parts.iter().map(one).collect()
}

/// Returns the index that a statement makes while writers go on, with the schema of its table, if both are named.
fn concurrent_index(sql: &str) -> Option<TableName> {
    let mut words = words(sql).peekable();
    let mut eat = |wanted: &str| words.next_if(|word| word.eq_ignore_ascii_case(wanted)).is_some();
    if !eat("CREATE") {
        return None;
    }
    eat("UNIQUE");
    if !(eat("INDEX") && eat("CONCURRENTLY")) {
        return None;
    }
    if eat("IF") {
        (eat("NOT") && eat("EXISTS")).then_some(())?;
    }
    let name = ident(words.next().filter(|name| !name.eq_ignore_ascii_case("ON"))?)?;
    words.next_if(|word| word.eq_ignore_ascii_case("ON"))?;
    words.next_if(|word| word.eq_ignore_ascii_case("ONLY"));
    let first = ident(words.next()?)?;
    let schema = words.next_if(|word| *word == ".").map(|_| first);
    Some(TableName { schema, name })
}

/// Reads a name as PostgreSQL does: in small letters where it stands without quotes.
fn ident(word: &str) -> Option<Ident> {
    let name = match word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => word.to_lowercase(),
    };
    Ident::new(&name).ok()
}

#[cfg(test)]
mod tests {
    use limbeck_core::literal::RawSql;

    use super::*;

    fn lowered(sql: &str) -> Vec<(String, Transaction)> {
        let op = Execute { sql: RawSql::new(sql), state: None };
        execute(&op).into_iter().map(|statement| (statement.sql, statement.transaction)).collect()
    }

    #[test]
    fn each_statement_stands_alone_unless_the_text_moves_transactions() {
        let inside = |sql: &str| (sql.to_owned(), Transaction::Inside);
        assert_eq!(
            lowered("CREATE TABLE t (a int); SELECT ';'\n;"),
            [inside("CREATE TABLE t (a int)"), inside("SELECT ';'")]
        );
        assert_eq!(lowered("BEGIN; DELETE FROM t; COMMIT"), [inside("BEGIN; DELETE FROM t; COMMIT")]);
        assert_eq!(lowered("UPDATE t SET a = 1 -- all;\n"), [inside("UPDATE t SET a = 1 -- all;\n")]);
    }

    #[test]
    fn what_a_broken_index_left_is_dropped_before_it_is_made() {
        let name = |sql: &str| concurrent_index(sql).map(|name| name.to_string());
        assert_eq!(
            name("create unique index concurrently IF NOT EXISTS Ix on only S.T (a)").as_deref(),
            Some("s.ix")
        );
        assert_eq!(name("CREATE INDEX CONCURRENTLY \"it's\" ON \"T\"(a)").as_deref(), Some("it's"));
        assert_eq!(name("CREATE INDEX CONCURRENTLY ON t (a)"), None);
        assert_eq!(name("CREATE INDEX ix ON t (a)"), None);
        let made = lowered("CREATE INDEX CONCURRENTLY ix ON t (a)");
        assert!(
            made[0].0.starts_with("DO '") && made[0].0.ends_with(";\nCREATE INDEX CONCURRENTLY ix ON t (a)")
        );
        assert_eq!(made[0].1, Transaction::Outside);
    }
}
