//! What was recorded of a function, as operations.

use std::fmt::Write;
use std::sync::Arc;

use limbeck_core::op::ScopedOperation;

use super::process::{Item, Play};
use crate::eval::{Translator, evaluate};

/// What a recorded call finds imported.
const HEADER: &str = "import sqlalchemy as sa
from alembic import op
from limbeck.types import Native
from sqlalchemy.dialects import mysql, postgresql, sqlite
def upgrade():
    pass
";

/// Why a recorded function is not told, and the line of the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Why {
    pub(super) reason: String,
    pub(super) line: Option<usize>,
}

/// Returns the operations of a function on one dialect, by SQLAlchemy's name. A call whose meaning is not known is the SQL
/// that Alembic makes of it.
///
/// # Errors
/// Why it was not played to its end, or the call that has neither a meaning nor SQL.
pub(super) fn operations(
    play: &Play,
    dialect: &'static str,
    translator: &Arc<Translator>,
) -> Result<Vec<ScopedOperation>, Why> {
    if let Some(ended) = &play.error {
        return Err(Why { reason: ended.why.clone(), line: ended.line });
    }
    let items = &play.items;
    let mut as_sql: Vec<bool> = items.iter().map(|item| item.python.is_none()).collect();
    loop {
        let (text, starts) = script(items, &as_sql)?;
        let (reason, line) = match evaluate(&Arc::from(text), dialect, translator) {
            Ok(operations) => return Ok(operations),
            Err(why) => why,
        };
        // Whatever is not told at one call is told by its SQL in the next round.
        let at = line.and_then(|line| starts.partition_point(|start| *start <= line).checked_sub(1));
        match at {
            Some(at) if !as_sql[at] => as_sql[at] = true,
            at => return Err(Why { reason, line: at.and_then(|at| items[at].line) }),
        }
    }
}

/// Writes a script of the calls; returns with it the line at which each begins.
fn script(items: &[Item], as_sql: &[bool]) -> Result<(String, Vec<usize>), Why> {
    let mut text = HEADER.to_owned();
    let mut starts = Vec::new();
    let mut line = HEADER.lines().count() + 1;
    for (item, as_sql) in items.iter().zip(as_sql) {
        starts.push(line);
        let call = match (&item.python, as_sql) {
            (Some(python), false) => python.clone(),
            _ => sql(item)?,
        };
        let (before, indent) = match item.outside {
            true => ("    with op.get_context().autocommit_block():\n        pass\n", "        "),
            false => ("", "    "),
        };
        text.push_str(before);
        call.lines().for_each(|line| {
            let _ = writeln!(text, "{indent}{line}");
        });
        line += before.lines().count() + call.lines().count();
    }
    Ok((text, starts))
}

/// Writes calls that run the SQL of an item as it stands.
fn sql(item: &Item) -> Result<String, Why> {
    let why = || Why {
        reason: item.why.clone().unwrap_or_else(|| "its SQL is not known".to_owned()),
        line: item.line,
    };
    let statements = item.sql.as_ref().filter(|sql| item.why.is_none() || !sql.is_empty()).ok_or_else(why)?;
    // A text of JSON is one of Python.
    let calls = statements
        .iter()
        .map(|sql| format!("op.get_bind().exec_driver_sql({})\n", serde_json::Value::from(sql.as_str())));
    Ok(calls.collect())
}

#[cfg(test)]
mod tests {
    use limbeck_core::op::Change;

    use super::*;

    fn item(python: Option<&str>, sql: &[&str]) -> Item {
        Item {
            line: Some(7),
            outside: false,
            python: python.map(str::to_owned),
            sql: Some(sql.iter().map(|sql| (*sql).to_owned()).collect()),
            why: None,
        }
    }

    fn told(items: Vec<Item>) -> Result<Vec<String>, Why> {
        let play = Play { items, reads: Vec::new(), error: None };
        let operations = operations(&play, "postgresql", &Arc::new(Translator::default()))?;
        Ok(operations.iter().map(|scoped| scoped.operation.describe()).collect())
    }

    #[test]
    fn a_call_that_is_not_known_is_its_sql_and_the_rest_stay_operations() {
        let items = vec![
            item(Some("op.drop_table('a')"), &["DROP TABLE a"]),
            item(Some("op.rename_table('b', oddity('c'))"), &["ALTER TABLE b RENAME TO \"it's\""]),
            item(None, &["SELECT ':x', '100%'"]),
            item(Some("with op.batch_alter_table('d') as batch_op:\n    batch_op.drop_column('e')"), &[]),
        ];
        let shown = told(items).unwrap().join("\n");
        insta::assert_snapshot!(shown, @r#"
        drop table `a`
        execute `ALTER TABLE b RENAME TO "it's"`
        execute `SELECT ':x', '100%'`
        alter table `d`: drop column `e`
        "#);
    }

    #[test]
    fn a_call_without_meaning_and_sql_is_not_told() {
        let mut unknown = item(Some("op.rename_table('b', oddity('c'))"), &[]);
        unknown.why = Some("NotImplementedError: no".to_owned());
        let why = Why { reason: "NotImplementedError: no".to_owned(), line: Some(7) };
        assert_eq!(told(vec![unknown]), Err(why));
    }
}
