//! How the server would write checks and defaults: it folds constants, turns `NOT` inside out, names operators in its own way and
//! turns values into the types of their columns, so that no text tells before. A temporary table is made and looked at; neither it nor its end commits anything
//! (dev.mysql.com/doc/refman/8.4/en/implicit-commit.html).

use limbeck_core::dialect::{Connection, DatabaseError, Speller, Texts};
use limbeck_core::literal::{RawSql, Value};
use limbeck_core::name::Ident;
use limbeck_core::op::{CreateTable, Operation};
use limbeck_core::schema::{Constraint, Schema, Table};

use crate::connection::MysqlConnection;
use crate::{lower, normal, text};

impl Speller for MysqlConnection {
    fn kept(&mut self, tables: &[Table], around: &Schema) -> Result<Vec<Option<Table>>, DatabaseError> {
        tables.iter().map(|table| self.kept_one(table, around)).collect()
    }

    // There are no temporary views, and to make another would commit.
    fn kept_queries(&mut self, queries: &[RawSql]) -> Result<Vec<Option<RawSql>>, DatabaseError> {
        Ok(vec![None; queries.len()])
    }
}

impl MysqlConnection {
    fn kept_one(&mut self, table: &Table, around: &Schema) -> Result<Option<Table>, DatabaseError> {
        let Some(shown) = self.shown(table, around)? else { return Ok(None) };
        let mut kept = table.clone();
        let normal = normal::table(table, around, self.server(), Texts::Printed);
        for (column, normal) in kept.columns.iter_mut().zip(normal.columns) {
            column.ty = normal.ty;
            let Some(line) = line_of(&shown, &column.name) else { return Ok(None) };
            column.default = column.default.as_ref().and_then(|_| default(line)).map(Value::Sql);
            if let Some(generated) = &mut column.generated {
                let Some(sql) = computed(line) else { return Ok(None) };
                generated.sql = sql;
            }
        }
        for constraint in &mut kept.constraints {
            if let Constraint::Check(check) = constraint {
                let Some(sql) = check.name.as_ref().and_then(|name| clause(&shown, name)) else {
                    return Ok(None);
                };
                check.sql = sql;
            }
        }
        Ok(Some(kept))
    }

    /// Makes a temporary table and returns what the server says of it; `None` when it does not take it, or there is no right to
    /// make one.
    fn shown(&mut self, asked: &Table, around: &Schema) -> Result<Option<String>, DatabaseError> {
        let make = Operation::from(CreateTable { table: asked.clone(), if_not_exists: false });
        let Ok(lowered) = lower::lower(&make, around, self.server()) else { return Ok(None) };
        let made = lowered.statements.first().and_then(|make| make.sql.strip_prefix("CREATE TABLE"));
        let Some(made) = made else { return Ok(None) };
        match self.execute(&format!("CREATE TEMPORARY TABLE{made}")) {
            Ok(()) => {}
            // It may lack a column that a default names, or there is no such function.
            Err(DatabaseError::Statement { .. } | DatabaseError::Repeated { .. }) => return Ok(None),
            Err(other) => return Err(other),
        }
        let name = format!("`{}`", asked.name.name.as_str());
        let shown = self.query(&format!("SHOW CREATE TABLE {name}"));
        self.execute(&format!("DROP TEMPORARY TABLE {name}"))?;
        let text = shown?.first().and_then(|row| Some(row.get(1)?.as_text()?.to_owned()));
        Ok(Some(text.unwrap_or_default()))
    }
}

/// Returns what stands behind the name of a column in its line; no comment is there, as none was asked for.
fn line_of<'s>(shown: &'s str, column: &Ident) -> Option<&'s str> {
    // The mode of the session says in which quotes.
    let behind = ["`", "\""].into_iter().find_map(|quote| {
        let name = column.as_str().replace(quote, &quote.repeat(2));
        shown.split_once(&format!("\n  {quote}{name}{quote} ")).map(|(_, behind)| behind)
    })?;
    Some(text::line(behind).trim_end().trim_end_matches(','))
}

/// Returns what stands behind `DEFAULT` in the line of a column.
fn default(line: &str) -> Option<RawSql> {
    let (_, text) = line.split_once(" DEFAULT ")?;
    Some(RawSql::new(text))
}

/// Returns what a column is computed from.
fn computed(line: &str) -> Option<RawSql> {
    let (_, behind) = line.split_once(" GENERATED ALWAYS AS ")?;
    text::enclosed(behind).map(RawSql::new)
}

/// Returns what stands between the parentheses of a check.
fn clause(shown: &str, name: &Ident) -> Option<RawSql> {
    let (_, behind) = shown.split_once(name.as_str())?;
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
        let clause = |number: u32| {
            let name = Ident::new(&format!("_limbeck_check_{number}_")).unwrap();
            clause(shown, &name).map(|sql| sql.to_string())
        };
        assert_eq!(clause(0).unwrap(), "`a)` <> ')' and (`a)` > 1)");
        assert_eq!(clause(1).unwrap(), "`b` = 'it''s'");
        assert_eq!(clause(2), None);
    }

    #[test]
    fn a_default_ends_where_its_line_does() {
        let shown = "CREATE TEMPORARY TABLE `_limbeck_asked` (\n  `a` time NOT NULL DEFAULT '00:00:00',\n  `b` int(11),\n  \
                     `c``d` text DEFAULT 'a,\n)',\n  `e` int(11) GENERATED ALWAYS AS (`b` + 1) STORED\n) ENGINE=InnoDB";
        let line = |name: &str| line_of(shown, &Ident::new(name).unwrap()).unwrap();
        assert_eq!(default(line("a")).unwrap().as_str(), "'00:00:00'");
        assert_eq!(default(line("b")), None);
        assert_eq!(default(line("c`d")).unwrap().as_str(), "'a,\n)'");
        assert_eq!(computed(line("e")).unwrap().as_str(), "`b` + 1");
        assert_eq!(
            line_of("CREATE TABLE \"t\" (\n  \"a\"\"b\" int(11)\n)", &Ident::new("a\"b").unwrap()),
            Some("int(11)")
        );
    }
}
