//! `execute`: the author's SQL, each statement of it in the transaction or outside it, as the server has it.

use limbeck_core::dialect::Statement;
use limbeck_core::literal::RawSql;
use limbeck_core::op::{Execute, Transaction};

use super::split::split;

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
    let alone = Execute { sql: RawSql::new(sql), state: None };
    let transaction = if alone.leaves_schema() { Transaction::Inside } else { Transaction::Outside };
    Statement { transaction, ..Statement::new(sql, "run the author's SQL") }
}
