//! Scripts that stop where the rows are not as a statement must find them.

use limbeck_core::dialect::{Dialect, Enforcement, Expect, Guarded, ScriptGuard, Statement};
use limbeck_core::name::TableName;

use crate::MYSQL;

/// Makes the client stop, which it does at the first error.
#[derive(Debug)]
pub(crate) struct Guard;

impl ScriptGuard for Guard {
    fn open(&self, enforcement: Enforcement, _changed: &[TableName]) -> Vec<String> {
        MYSQL.transaction_script(enforcement).0
    }

    fn statement(&self, statement: &Statement) -> Guarded {
        let sql = match &statement.expect {
            // Outside a routine nothing raises an error on a condition, but a subquery with two rows does.
            Expect::NoRows { otherwise, code: _ } | Expect::NoneMissed { otherwise, code: _ } => format!(
                "-- fails if {}\nSET @limbeck_check = IF(EXISTS ({}), (SELECT 1 UNION ALL SELECT 2), 0)",
                otherwise.replace(['\n', '\r'], " ").replace("{}", "more than 0"),
                statement.sql
            ),
            Expect::Anything | Expect::Success { .. } | Expect::Remember(_) | Expect::AsRemembered { .. } => {
                statement.sql.clone()
            }
        };
        Guarded { sql: vec![sql], held: 0 }
    }

    fn close(&self, enforcement: Enforcement, _held: usize) -> Vec<String> {
        MYSQL.transaction_script(enforcement).1
    }
}
