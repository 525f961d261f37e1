//! `execute`: the author's SQL, each statement of it in the transaction or outside it, as the server has it.

use limbeck_core::dialect::Statement;
use limbeck_core::op::{Execute, Transaction};

use super::split::{split, words};

/// Lowers `execute`.
///
/// Statements are run one by one, so that each can be recorded. What may change the schema commits by itself and
/// stands outside the transaction.
pub(super) fn execute(op: &Execute) -> Vec<Statement> {
    let Execute { sql, state } = op;
    let parts = split(sql.as_str());
    let mut statements: Vec<Statement> = parts.iter().map(|sql| one(sql)).collect();
    // What the author says of the effect is about all of it. It is over with the last statement that commits.
    let is_outside = |statement: &Statement| statement.transaction == Transaction::Outside;
    if let Some(state) = state
        && let Some(last) = statements.iter().rposition(is_outside)
    {
        let alone = statements.iter().filter(|statement| is_outside(statement)).count() == 1;
        if alone {
            statements[last] = statements[last].clone().making(state.iter().cloned());
        }
    }
    statements
}

fn one(sql: &str) -> Statement {
    let transaction = if stays_inside(sql) { Transaction::Inside } else { Transaction::Outside };
    Statement { transaction, ..Statement::new(sql, "run the author's SQL") }
}

/// What reads and changes rows, and commits nothing. All else may, `GRANT`, `ANALYZE`, `LOCK` and `CALL` among it
/// (dev.mysql.com/doc/refman/8.4/en/implicit-commit.html).
const ROWS: [&str; 11] = [
    "INSERT",
    "UPDATE",
    "DELETE",
    "REPLACE",
    "SELECT",
    "VALUES",
    "WITH",
    "TABLE",
    "DO",
    "SAVEPOINT",
    "RELEASE",
];

fn stays_inside(sql: &str) -> bool {
    let words: Vec<String> = words(sql).take(2).map(str::to_uppercase).collect();
    let mut words = words.iter().map(String::as_str);
    match (words.next(), words.next()) {
        // It sets something for the session; what is wider is no part of a transaction, and a password commits.
        (Some("SET"), Some("PASSWORD" | "AUTOCOMMIT" | "DEFAULT" | "ROLE" | "GLOBAL" | "PERSIST")) => false,
        (Some("SET"), _) => !sql.to_lowercase().contains("autocommit"),
        (Some(first), _) => ROWS.contains(&first),
        (None, _) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commits_by_itself_is_outside_the_transaction() {
        for inside in
            ["insert into t values (1)", "/* x */ WITH a AS (SELECT 1) SELECT 1", "SET @a = 1", "DO 1"]
        {
            assert!(stays_inside(inside), "{inside}");
        }
        for outside in [
            "GRANT SELECT ON t TO u",
            "ANALYZE TABLE t",
            "LOCK TABLES t READ",
            "CALL p()",
            "SET autocommit = 1",
            "SET PASSWORD = 'x'",
            "TRUNCATE t",
        ] {
            assert!(!stays_inside(outside), "{outside}");
        }
    }
}
