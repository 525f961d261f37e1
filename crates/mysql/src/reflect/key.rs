//! Indexes, keys, foreign keys and checks.

use std::collections::BTreeMap;

use limbeck_core::column_type::ColumnType;
use limbeck_core::dialect::{Connection, DatabaseError};
use limbeck_core::literal::RawSql;
use limbeck_core::name::Ident;
use limbeck_core::schema::mention;
use limbeck_core::schema::{
    Check, Constraint, ForeignKey, Index, IndexColumn, IndexKey, Order, PrimaryKey, ReferentialAction, Table,
    Unique,
};

use super::column::unescaped;
use super::names::{Wanted, text};
use crate::connection::MysqlConnection;
use crate::lower::sql_for_any_mode;
use crate::{server, text as spelling};

/// Reads indexes, and the primary and unique keys that some of them are.
///
/// A unique index over whole columns is read as a unique constraint, which is the same to the server.
pub(super) fn indexes(
    connection: &mut MysqlConnection,
    wanted: &Wanted,
    tables: &mut BTreeMap<String, Table>,
) -> Result<(), DatabaseError> {
    let mut sql = sql_for_any_mode()
        .kw("SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, COLUMN_NAME, COLLATION, SUB_PART, INDEX_TYPE,");
    let with_expressions = server::has(connection.server(), server::Feature::ExpressionIndexes);
    sql = if with_expressions { sql.kw("EXPRESSION") } else { sql.kw("NULL") };
    sql = sql.kw("FROM information_schema.STATISTICS");
    sql = sql.sql(&wanted.condition("TABLE_SCHEMA", "TABLE_NAME"));
    let rows = connection.query(&sql.kw("ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX").finish())?;
    let mut found: Vec<(String, Index)> = Vec::new();
    for row in &rows {
        let [owner, name, non_unique, column, direction, part, kind, expression] = &row[..] else { continue };
        let Ok(name) = Ident::new(text(name)) else { continue };
        let is_same = |(known, index): &(String, Index)| known == text(owner) && index.name == name;
        if !found.last().is_some_and(is_same) {
            let mut index = Index::new(name.clone(), Vec::new());
            index.unique = non_unique.as_integer() == Some(0);
            index.using = match text(kind) {
                // MariaDB says HASH of unique keys over long values, which nobody asked for.
                "" | "BTREE" | "HASH" => None,
                other => Ident::new(&other.to_lowercase()).ok(),
            };
            found.push((text(owner).to_owned(), index));
        }
        let key = match (Ident::new(text(column)), text(expression)) {
            (Ok(column), "") => IndexKey::Column(column),
            (_, expression) => IndexKey::Sql(RawSql::new(expression.replace("\\'", "'").as_str())),
        };
        let mut one = IndexColumn::column(name);
        one.key = key;
        one.order = (text(direction) == "D").then_some(Order::Desc);
        one.length = part.as_integer().and_then(|length| u32::try_from(length).ok());
        if let Some((_, index)) = found.last_mut() {
            index.columns.push(one);
        }
    }
    for (owner, index) in found {
        let Some(table) = tables.get_mut(&owner) else { continue };
        match as_constraint(&index) {
            Some(constraint) => table.constraints.push(constraint),
            None => table.indexes.push(without_spatial_lengths(index)),
        }
    }
    Ok(())
}

/// A spatial index has the length of what it keeps of a value, which nobody gave.
fn without_spatial_lengths(mut index: Index) -> Index {
    if index.using.as_ref().is_some_and(|using| using.as_str() == "spatial") {
        index.columns.iter_mut().for_each(|column| column.length = None);
    }
    index
}

fn as_constraint(index: &Index) -> Option<Constraint> {
    let whole = |column: &IndexColumn| match &column.key {
        IndexKey::Column(name) if column.length.is_none() && column.order.is_none() => Some(name.clone()),
        _ => None,
    };
    let columns: Option<Vec<Ident>> = index.columns.iter().map(whole).collect();
    match (columns, index.name.as_str()) {
        (Some(columns), "PRIMARY") => Some(Constraint::PrimaryKey(PrimaryKey { name: None, columns })),
        (Some(columns), _) if index.unique && index.using.is_none() => Some(Constraint::Unique(Unique {
            name: Some(index.name.clone()),
            columns,
            nulls_not_distinct: false,
            deferrable: None,
        })),
        _ => None,
    }
}

/// Reads foreign keys.
pub(super) fn foreign_keys(
    connection: &mut MysqlConnection,
    wanted: &Wanted,
    tables: &mut BTreeMap<String, Table>,
) -> Result<(), DatabaseError> {
    let rules = sql_for_any_mode().kw("SELECT TABLE_NAME, CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE \
         FROM information_schema.REFERENTIAL_CONSTRAINTS");
    let rules =
        connection.query(&rules.sql(&wanted.condition("CONSTRAINT_SCHEMA", "TABLE_NAME")).finish())?;
    if rules.is_empty() {
        return Ok(());
    }
    let rules: BTreeMap<(&str, &str), (&str, &str)> = rules
        .iter()
        .filter(|row| row.len() == 4)
        .map(|row| ((text(&row[0]), text(&row[1])), (text(&row[2]), text(&row[3]))))
        .collect();
    let sql = sql_for_any_mode().kw(
        "SELECT TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, \
         REFERENCED_COLUMN_NAME, TABLE_SCHEMA FROM information_schema.KEY_COLUMN_USAGE",
    );
    let sql = sql.sql(&wanted.condition("TABLE_SCHEMA", "TABLE_NAME"));
    let sql = sql
        .kw("AND REFERENCED_TABLE_NAME IS NOT NULL ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION");
    for row in &connection.query(&sql.finish())? {
        let [owner, name, column, other_schema, other, referred, own_schema] = &row[..] else { continue };
        let (Some(table), Some(references)) =
            (tables.get_mut(text(owner)), wanted.other(other_schema, other, own_schema))
        else {
            continue;
        };
        let (Ok(constraint), Ok(column), Ok(referred)) =
            (Ident::new(text(name)), Ident::new(text(column)), Ident::new(text(referred)))
        else {
            continue;
        };
        let last = table.constraints.last_mut();
        match last {
            Some(Constraint::ForeignKey(key)) if key.name.as_ref() == Some(&constraint) => {
                key.columns.push(column);
                key.referred_columns.push(referred);
            }
            _ => {
                let (on_delete, on_update) =
                    rules.get(&(text(owner), text(name))).copied().unwrap_or_default();
                table.constraints.push(Constraint::ForeignKey(ForeignKey {
                    name: Some(constraint),
                    columns: vec![column],
                    references,
                    referred_columns: vec![referred],
                    on_delete: action(on_delete),
                    on_update: action(on_update),
                    match_type: None,
                    deferrable: None,
                    not_valid: false,
                }));
            }
        }
    }
    Ok(())
}

/// Reads an action. What the server says where nothing was said is taken for nothing: both act alike.
fn action(rule: &str) -> Option<ReferentialAction> {
    match rule {
        "CASCADE" => Some(ReferentialAction::Cascade),
        "SET NULL" => Some(ReferentialAction::SetNull),
        "SET DEFAULT" => Some(ReferentialAction::SetDefault),
        _ => None,
    }
}

/// Reads checks; returns the columns that hold one of their own, which `MODIFY` would take away.
///
/// On MariaDB, JSON is a LONGTEXT with such a check (mariadb.com/kb/en/json); it is read as JSON.
pub(super) fn checks(
    connection: &mut MysqlConnection,
    wanted: &Wanted,
    tables: &mut BTreeMap<String, Table>,
) -> Result<Vec<Ident>, DatabaseError> {
    let mariadb = server::is_mariadb(connection.server());
    let sql = sql_for_any_mode();
    let sql = match mariadb {
        true => sql.kw(
            "SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE, LEVEL FROM information_schema.CHECK_CONSTRAINTS",
        ),
        false => sql.kw(
            "SELECT TABLE_NAME, c.CONSTRAINT_NAME, CHECK_CLAUSE, 'Table' FROM information_schema.CHECK_CONSTRAINTS \
             AS c JOIN information_schema.TABLE_CONSTRAINTS AS t ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA \
             AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME AND t.CONSTRAINT_TYPE = 'CHECK'",
        ),
    };
    let schema = if mariadb { "CONSTRAINT_SCHEMA" } else { "c.CONSTRAINT_SCHEMA" };
    let sql = sql.sql(&wanted.condition(schema, "TABLE_NAME")).kw("ORDER BY 1, 2");
    let mut inner = Vec::new();
    for row in &connection.query(&sql.finish())? {
        let [owner, name, clause, level] = &row[..] else { continue };
        let (Some(table), Ok(name)) = (tables.get_mut(text(owner)), Ident::new(text(name))) else { continue };
        let clause = unescaped(text(clause), mariadb);
        match text(level) {
            // The name is that of the column as it was made: it may have another since.
            "Column" => match table.columns.iter().position(|column| is_json(&clause, &column.name)) {
                Some(at) => {
                    table.columns[at].ty = ColumnType::Json;
                    table.columns[at].collation = None;
                }
                None if table.column(&name).is_some() => inner.push(name),
                None => {
                    let names = table.columns.iter().map(|column| &column.name);
                    inner.extend(names.filter(|name| mention::mentions(&clause, name)).cloned());
                }
            },
            _ => table.constraints.push(Constraint::Check(Check {
                name: Some(name),
                sql: RawSql::new(without_parentheses(&clause)),
                not_valid: false,
            })),
        }
    }
    Ok(inner)
}

fn is_json(clause: &str, column: &Ident) -> bool {
    spelling::plain(clause) == format!("json_valid {}", column.as_str().to_lowercase())
}

/// MySQL puts a check into parentheses of its own.
fn without_parentheses(clause: &str) -> &str {
    let Some(inner) = clause.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return clause };
    let mut depth = 0_i32;
    for c in inner.chars() {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth < 0 {
            return clause;
        }
    }
    inner
}
