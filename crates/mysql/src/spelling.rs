//! How the server would write checks and defaults: it folds constants, turns `NOT` inside out, names operators in its own way and
//! turns values into the types of their columns, so that no text tells before. A temporary table is made and looked at; neither it nor its end commits anything
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
        let Some(shown) = self.shown(asked, around)? else { return Ok(None) };
        Ok((0..count).map(|number| clause(&shown, number)).collect())
    }

    fn defaults(
        &mut self,
        table: &Table,
        around: &Schema,
    ) -> Result<Option<Vec<Option<RawSql>>>, DatabaseError> {
        let columns = table.columns.iter().enumerate().map(|(number, column)| Column {
            default: column.default.clone(),
            nullable: column.nullable,
            ..Column::new(ident(&column_name(number)), column.ty.clone())
        });
        let asked = Table::new(TableName::unqualified(ident(ASKED)), columns.collect());
        let Some(shown) = self.shown(asked, around)? else { return Ok(None) };
        Ok(Some((0..table.columns.len()).map(|number| default(&shown, number)).collect()))
    }
}

impl MysqlConnection {
    /// Makes a temporary table and returns what the server says of it; `None` when it does not take it, or there is no right to
    /// make one.
    fn shown(&mut self, asked: Table, around: &Schema) -> Result<Option<String>, DatabaseError> {
        let make = Operation::from(CreateTable { table: asked, if_not_exists: false });
        let Ok(lowered) = lower::lower(&make, around, self.server()) else { return Ok(None) };
        let made = lowered.statements.first().and_then(|make| make.sql.strip_prefix("CREATE TABLE"));
        let Some(made) = made else { return Ok(None) };
        match self.execute(&format!("CREATE TEMPORARY TABLE{made}")) {
            Ok(()) => {}
            // It may lack a column that a default names, or there is no such function.
            Err(DatabaseError::Statement { .. } | DatabaseError::Repeated { .. }) => return Ok(None),
            Err(other) => return Err(other),
        }
        let shown = self.query(&format!("SHOW CREATE TABLE `{ASKED}`"));
        self.execute(&format!("DROP TEMPORARY TABLE `{ASKED}`"))?;
        let text = shown?.first().and_then(|row| Some(row.get(1)?.as_text()?.to_owned()));
        Ok(Some(text.unwrap_or_default()))
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

fn column_name(number: usize) -> String {
    format!("_limbeck_column_{number}_")
}

/// Returns what stands behind `DEFAULT` in the line of a column; no comment follows it, as none was asked for.
fn default(shown: &str, number: usize) -> Option<RawSql> {
    let (_, behind) = shown.split_once(&column_name(number))?;
    // Behind the quote of its name.
    let (_, text) = text::line(behind.get(1..)?).split_once(" DEFAULT ")?;
    Some(RawSql::new(text.trim_end().trim_end_matches(',')))
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

    #[test]
    fn a_default_ends_where_its_line_does() {
        let shown = "CREATE TEMPORARY TABLE `_limbeck_asked` (\n  `_limbeck_column_0_` time NOT NULL DEFAULT '00:00:00',\n  \
                     `_limbeck_column_1_` int(11),\n  `_limbeck_column_2_` text DEFAULT 'a,\n)'\n) ENGINE=InnoDB";
        assert_eq!(default(shown, 0).unwrap().as_str(), "'00:00:00'");
        assert_eq!(default(shown, 1), None);
        assert_eq!(default(shown, 2).unwrap().as_str(), "'a,\n)'");
        assert_eq!(default(shown, 3), None);
    }
}
