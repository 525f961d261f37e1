//! Tables, views and sequences.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::dialect::{Connection, DatabaseError};
use limbeck_core::literal::{Literal, RawSql};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Sequence, Table, View};

use super::names::{Wanted, text};
use crate::connection::MysqlConnection;
use crate::dialect::NAME;
use crate::lower::sql_for_any_mode;

/// The tables of a database by the names that the server gives, with all that is not inside a table.
pub(super) struct Tables {
    pub(super) tables: BTreeMap<String, Table>,
    pub(super) views: BTreeMap<TableName, View>,
    pub(super) sequences: BTreeMap<TableName, Sequence>,
}

pub(super) fn read(connection: &mut MysqlConnection, wanted: &Wanted) -> Result<Tables, DatabaseError> {
    let sql = sql_for_any_mode().kw(
        "SELECT TABLE_NAME, TABLE_TYPE, ENGINE, ROW_FORMAT, TABLE_COLLATION, CREATE_OPTIONS, TABLE_COMMENT \
         FROM information_schema.TABLES",
    );
    let rows = connection.query(&sql.sql(&wanted.condition("TABLE_SCHEMA", "TABLE_NAME")).finish())?;
    let mut found = Tables { tables: BTreeMap::new(), views: BTreeMap::new(), sequences: BTreeMap::new() };
    let mut sequences = Vec::new();
    for row in &rows {
        let [name, kind, engine, format, collation, create, comment] = &row[..] else { continue };
        let Some(full) = wanted.name(name) else { continue };
        match text(kind) {
            "BASE TABLE" => {
                let mut table = Table::new(full, Vec::new());
                table.comment = Some(text(comment).to_owned()).filter(|comment| !comment.is_empty());
                let options = options(text(engine), text(format), text(collation), text(create));
                table.options.insert(NAME.to_owned(), options);
                found.tables.insert(text(name).to_owned(), table);
            }
            "SEQUENCE" => sequences.push(full),
            _ => {}
        }
    }
    if !wanted.is_choice() {
        found.views = views(connection, wanted)?;
        found.sequences = read_sequences(connection, &sequences)?;
    }
    Ok(found)
}

fn options(engine: &str, format: &str, collation: &str, create: &str) -> BTreeMap<String, Literal> {
    let mut options = BTreeMap::from([("engine".to_owned(), Literal::text(engine))]);
    if !collation.is_empty() {
        let charset = collation.split('_').next().unwrap_or(collation);
        options.insert("default_charset".to_owned(), Literal::text(charset));
        options.insert("collate".to_owned(), Literal::text(collation));
    }
    // What the table was made with; ROW_FORMAT alone tells what it is by default too.
    if create.to_ascii_lowercase().contains("row_format=") {
        options.insert("row_format".to_owned(), Literal::text(format));
    }
    options
}

/// Returns the names and texts of the views in the database of a table.
pub(crate) fn view_texts(
    connection: &mut MysqlConnection,
    table: &TableName,
) -> Result<Vec<(String, String)>, DatabaseError> {
    let sql = sql_for_any_mode()
        .kw("SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA =");
    let sql = match &table.schema {
        Some(schema) => sql.text(schema.as_str()),
        None => sql.kw("DATABASE()"),
    };
    let rows = connection.query(&sql.finish())?;
    let texts = rows.iter().filter_map(|row| Some((text(row.first()?).to_owned(), query(text(row.get(1)?)))));
    Ok(texts.collect())
}

/// Returns the query of a view with quotes doubled, as an author writes them, where the server has put a backslash. Behind
/// another backslash a quote ends its text.
fn query(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match (c, rest.as_str().chars().next()) {
            ('\\', Some('\'')) => {
                out.push_str("''");
                rest.next();
            }
            ('\\', Some(other)) => {
                out.extend([c, other]);
                rest.next();
            }
            _ => out.push(c),
        }
    }
    out
}

fn views(
    connection: &mut MysqlConnection,
    wanted: &Wanted,
) -> Result<BTreeMap<TableName, View>, DatabaseError> {
    let sql = sql_for_any_mode()
        .kw("SELECT TABLE_NAME, VIEW_DEFINITION, TABLE_SCHEMA FROM information_schema.VIEWS");
    let rows = connection.query(&sql.sql(&wanted.condition("TABLE_SCHEMA", "TABLE_NAME")).finish())?;
    let views = rows.iter().filter_map(|row| {
        let name = wanted.name(row.first()?)?;
        // The server names the database before everything that is in it.
        let own = text(row.get(2)?);
        let query =
            query(text(row.get(1)?)).replace(&format!("`{own}`."), "").replace(&format!("\"{own}\"."), "");
        let sql = RawSql::new(query);
        Some((name.clone(), View { name, sql, materialized: false }))
    });
    Ok(views.collect())
}

/// Returns the names of the other databases, the server's own left out.
pub(super) fn schemas(connection: &mut MysqlConnection) -> Result<BTreeSet<Ident>, DatabaseError> {
    let sql = "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN \
               ('mysql', 'information_schema', 'performance_schema', 'sys', COALESCE(DATABASE(), ''))";
    let rows = connection.query(sql)?;
    Ok(rows.iter().filter_map(|row| Ident::new(text(row.first()?)).ok()).collect())
}

/// Reads the sequences, each of which is a table with one row (mariadb.com/kb/en/create-sequence).
fn read_sequences(
    connection: &mut MysqlConnection,
    names: &[TableName],
) -> Result<BTreeMap<TableName, Sequence>, DatabaseError> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut sql = sql_for_any_mode();
    for (i, name) in names.iter().enumerate() {
        let select =
            "SELECT start_value, increment, minimum_value, maximum_value, cache_size, cycle_option FROM";
        sql = sql.when(i > 0, |sql| sql.kw("UNION ALL")).kw(select).table(name);
    }
    let rows = connection.query(&sql.finish())?;
    let sequences = names.iter().zip(&rows).map(|(name, row)| {
        let number = |at: usize| row.get(at).and_then(Literal::as_integer);
        let sequence = Sequence {
            name: name.clone(),
            start: number(0),
            increment: number(1),
            min: number(2),
            max: number(3),
            cache: number(4),
            cycle: number(5) == Some(1),
        };
        (name.clone(), sequence)
    });
    Ok(sequences.collect())
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn a_quote_is_doubled_where_a_backslash_stands_for_that() {
        assert_eq!(query(r"select 'it\'s' AS `a`"), "select 'it''s' AS `a`");
        assert_eq!(query(r"select 'C:\\' AS `a`,'\'' AS `b`"), r"select 'C:\\' AS `a`,'''' AS `b`");
    }
}
