//! Which tables are read, and how their names are told.

use limbeck_core::literal::Literal;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::sql::Sql;

use crate::lower;

/// Tables of one database.
pub(super) struct Wanted {
    /// The database; `None` is the connection's own.
    schema: Option<Ident>,
    /// The tables; `None` is all of them.
    tables: Option<Vec<Ident>>,
}

impl Wanted {
    /// Takes a choice of tables apart by their databases.
    pub(super) fn each(only: Option<&[TableName]>) -> Vec<Self> {
        let Some(only) = only else { return vec![Self { schema: None, tables: None }] };
        let mut all: Vec<Self> = Vec::new();
        for table in only {
            match all.iter_mut().find(|wanted| wanted.schema == table.schema) {
                Some(Self { tables: Some(tables), .. }) => tables.push(table.name.clone()),
                _ => all.push(Self { schema: table.schema.clone(), tables: Some(vec![table.name.clone()]) }),
            }
        }
        all
    }

    /// Returns the condition for the tables, over two columns that tell a table's database and name.
    pub(super) fn condition(&self, schema: &'static str, table: &'static str) -> Sql {
        let sql = lower::sql_for_any_mode().kw("WHERE").kw(schema).kw("=");
        // A constant there lets the server open only these tables (mariadb.com/kb, Information Schema optimizations).
        let sql = match &self.schema {
            Some(name) => sql.text(name.as_str()),
            None => sql.kw("DATABASE()"),
        };
        match self.tables.as_deref() {
            None => sql,
            Some([only]) => sql.kw("AND").kw(table).kw("=").text(only.as_str()),
            Some(several) => {
                sql.kw("AND").kw(table).kw("IN").list(several, |sql, name| sql.text(name.as_str()))
            }
        }
    }

    /// Returns the full name of one of the tables.
    pub(super) fn name(&self, table: &Literal) -> Option<TableName> {
        let name = Ident::new(table.as_text()?).ok()?;
        Some(TableName { schema: self.schema.clone(), name })
    }

    /// Returns the name of a table that may be in another database. `own` is the database of the tables wanted.
    pub(super) fn other(&self, schema: &Literal, table: &Literal, own: &Literal) -> Option<TableName> {
        let mut name = self.name(table)?;
        if schema != own {
            name.schema = Some(Ident::new(schema.as_text()?).ok()?);
        }
        Some(name)
    }

    /// Says whether only some tables are read.
    pub(super) fn is_choice(&self) -> bool {
        self.tables.is_some()
    }
}

/// Returns the text of a cell; empty for NULL.
pub(super) fn text(cell: &Literal) -> &str {
    cell.as_text().unwrap_or_default()
}
