//! How the server would write checks: it folds constants, turns `NOT` inside out and names operators in its own way, by the types
//! of the columns, so that no text tells before. A temporary table is made and looked at; neither it nor its end commits anything
//! (dev.mysql.com/doc/refman/8.4/en/implicit-commit.html).

use limbeck_core::dialect::{Connection, DatabaseError, Speller};
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{CreateTable, Operation};
use limbeck_core::schema::{Check, Column, Constraint, Schema, Table};

use crate::connection::MysqlConnection;
use crate::lower;
use crate::text;

/// The temporary table.
const ASKED: &str = "_limbeck_asked";

impl Speller for MysqlConnection {
    fn checks(&mut self, table: &Table, around: &Schema) -> Result<Option<Vec<RawSql>>, DatabaseError> {
        let asked = asked(table);
        let count = asked.constraints.len();
        let make = Operation::from(CreateTable { table: asked, if_not_exists: false });
        let Ok(lowered) = lower::lower(&make, around, self.server()) else { return Ok(None) };
        let made = lowered.statements.first().and_then(|make| make.sql.strip_prefix("CREATE TABLE"));
        let Some(made) = made else { return Ok(None) };
        match self.execute(&format!("CREATE TEMPORARY TABLE{made}")) {
            Ok(()) => {}
            // There may be no right to make one, or it takes no such check.
            Err(DatabaseError::Statement { .. }) => return Ok(None),
            Err(other) => return Err(other),
        }
        let shown = self.query(&format!("SHOW CREATE TABLE `{ASKED}`"));
        self.execute(&format!("DROP TEMPORARY TABLE `{ASKED}`"))?;
        let shown = shown?;
        let text = shown.first().and_then(|row| row.get(1)?.as_text()).unwrap_or_default();
        Ok((0..count).map(|number| clause(text, number)).collect())
    }
}

/// Returns a table with the columns of another, as far as their types go, and its checks under names of our own.
fn asked(table: &Table) -> Table {
    let bare = |column: &Column| Column {
        collation: column.collation.clone(),
        ..Column::new(column.name.clone(), column.ty.clone())
    };
    let mut asked =
        Table::new(TableName::unqualified(ident(ASKED)), table.columns.iter().map(bare).collect());
    let checks = table.constraints.iter().filter_map(|one| match one {
        Constraint::Check(check) => Some(&check.sql),
        _ => None,
    });
    asked.constraints = checks
        .enumerate()
        .map(|(number, sql)| {
            Constraint::Check(Check { name: Some(ident(&name(number))), sql: sql.clone(), not_valid: false })
        })
        .collect();
    asked
}

fn name(number: usize) -> String {
    format!("_limbeck_check_{number}_")
}

fn ident(name: &str) -> Ident {
    Ident::new(name).expect("names in the program are good")
}

/// Returns what stands between the parentheses of a check.
fn clause(shown: &str, number: usize) -> Option<RawSql> {
    let (_, behind) = shown.split_once(&name(number))?;
    let (_, behind) = behind.split_once("CHECK ")?;
    text::enclosed(behind).map(RawSql::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_ends_where_its_parenthesis_does() {
        let shown = "CREATE TEMPORARY TABLE `_limbeck_asked` (\n  `a)` int,\n  CONSTRAINT `_limbeck_check_0_` CHECK (`a)` <> ')' and \
                     (`a)` > 1)),\n  CONSTRAINT `_limbeck_check_1_` CHECK (`b` = 'it''s')\n) ENGINE=InnoDB";
        assert_eq!(clause(shown, 0).unwrap().as_str(), "`a)` <> ')' and (`a)` > 1)");
        assert_eq!(clause(shown, 1).unwrap().as_str(), "`b` = 'it''s'");
        assert_eq!(clause(shown, 2), None);
    }
}
