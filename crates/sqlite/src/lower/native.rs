//! SQLite's own `ALTER TABLE`, for the actions that it makes soundly (sqlite.org/lang_altertable.html).

use limbeck_core::action::{
    Action, AddColumn, AddIndex, AlterColumn, DropColumn, DropConstraint, Edit, Position, RemoveIndex,
    RenameColumn, RenameConstraint, SetComment, SetOptions,
};
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Cost, Hazard, ServerInfo, Statement, Version};
use limbeck_core::literal::{Literal, Value};
use limbeck_core::name::Ident;
use limbeck_core::schema::{Check, Column, Constraint, Deferrable, GeneratedStorage, Schema, Table, mention};
use limbeck_core::sql::Sql;

use super::options::table_options;
use super::{checks, column, constraint, create_table, index, nullness, sql};
use crate::ddl;
use crate::options::SchemaEdit;
use crate::server::ALTERS_RULES;

/// Whether SQLite's own `ALTER TABLE` does.
pub(super) enum Native {
    /// It does, with these statements; none when there is nothing to do.
    Does(Vec<Statement>),
    /// It does not, for this reason.
    DoesNot(String),
}

/// Tries to make one action with SQLite's own means. `table` is as the actions before it left it.
///
/// # Errors
/// What SQLite has not at all.
pub(super) fn native(
    action: &Action,
    table: &Table,
    before: &Schema,
    server: &ServerInfo,
) -> Result<Native, Diagnostic> {
    let does_not = |what: &str| Ok(Native::DoesNot(format!("SQLite cannot {what} in place")));
    match action {
        Action::AddColumn(action) => add_column(action, table, before),
        Action::DropColumn(action) => Ok(drop_column(action, table)),
        Action::RenameColumn(RenameColumn { column, to }) => {
            Ok(Native::Does(vec![rename_column(table, column, to)]))
        }
        Action::AlterColumn(action) => Ok(alter_column(action, table, server)),
        Action::AddCheck(check) => add_check(check, table, server),
        Action::AddPrimaryKey(_) => does_not("add a primary key"),
        Action::AddUnique(_) => does_not("add a unique constraint"),
        Action::AddForeignKey(_) => does_not("add a foreign key"),
        Action::AddExclude(_) => does_not("add an exclusion constraint"),
        Action::DropConstraint(action) => Ok(drop_constraint(action, table, server.version)),
        Action::RenameConstraint(RenameConstraint { .. }) => does_not("rename a constraint"),
        Action::CreateIndex(AddIndex { index, if_not_exists }) => {
            let existence = index::Existence::from_flag(*if_not_exists);
            Ok(Native::Does(vec![index::make(&table.name, index, existence)?]))
        }
        Action::DropIndex(RemoveIndex { index, if_exists }) => {
            Ok(Native::Does(vec![index::remove(index, index::Existence::from_flag(*if_exists))]))
        }
        // SQLite keeps no comments.
        Action::SetComment(SetComment { comment: _ }) => Ok(Native::Does(Vec::new())),
        Action::SetOptions(SetOptions { options: _ }) => set_options(action, table, before),
    }
}

/// Makes the statement that renames a column. SQLite rewrites all that names it, views and triggers included.
pub(super) fn rename_column(table: &Table, column: &Ident, to: &Ident) -> Statement {
    let sql = alter(table).kw("RENAME COLUMN").ident(column).kw("TO").ident(to);
    Statement::new(sql.finish(), format!("rename column `{column}` to `{to}`"))
}

fn alter(table: &Table) -> Sql {
    sql().kw("ALTER TABLE").table(&table.name)
}

fn add_column(action: &AddColumn, table: &Table, before: &Schema) -> Result<Native, Diagnostic> {
    let AddColumn { column, position: _, constraints, if_not_exists } = action;
    if *if_not_exists && table.column(&column.name).is_some() {
        return Ok(Native::Does(Vec::new()));
    }
    create_table::check_strict(table, column, table_options(table)?, &before.enums)?;
    let mut sql = column::write(alter(table).kw("ADD COLUMN"), column, &before.enums)?;
    for constraint in constraints {
        sql = constraint::write_on_column(sql, constraint)?;
    }
    if let Some(reason) = why_not_at_the_end(action, table) {
        return Ok(Native::DoesNot(reason));
    }
    let mut statements = Vec::new();
    if lacks_value(column) {
        statements.push(checks::no_rows(&table.name, &column.name));
    }
    statements.push(Statement::new(sql.finish(), format!("add column `{}`", column.name)));
    Ok(Native::Does(statements))
}

/// Says whether rows that are there would have no value for a new column. SQLite takes it only while the table is
/// empty, and its words for it tell neither column nor rows.
pub(super) fn lacks_value(column: &Column) -> bool {
    !column.nullable && column.generated.is_none() && !has_default(column)
}

fn has_default(column: &Column) -> bool {
    !matches!(column.default, None | Some(Value::Literal(Literal::Null)))
}

/// Says why SQLite cannot add a column, wherever and with whatever rules; `None` when it can.
pub(super) fn why_not_in_place(column: &Column) -> Option<String> {
    let cannot = |what: &str| Some(format!("SQLite cannot add {what} in place"));
    if column.autoincrement == Some(true) {
        return cannot("a column that counts up");
    }
    if column.generated.as_ref().is_some_and(|generated| generated.storage == GeneratedStorage::Stored) {
        return cannot("a stored generated column");
    }
    if let Some(Value::Sql(default)) = &column.default
        && !is_constant(default.as_str())
    {
        return cannot("a column whose default is not constant");
    }
    None
}

/// Says why SQLite cannot add a column behind the others; `None` when it can.
fn why_not_at_the_end(action: &AddColumn, table: &Table) -> Option<String> {
    let AddColumn { column, position, constraints, if_not_exists: _ } = action;
    let last = table.columns.last().map(|column| &column.name);
    let cannot = |what: &str| Some(format!("SQLite cannot add {what} in place"));
    if let Some(Position::Before(_) | Position::Back(_)) = position {
        return cannot("a column before another");
    }
    if let Some(Position::After(other)) = position
        && last != Some(other)
    {
        return cannot("a column between others");
    }
    if let Some(reason) = why_not_in_place(column) {
        return Some(reason);
    }
    for constraint in constraints {
        let about_it_alone = constraint.columns().iter().all(|name| **name == column.name);
        match constraint {
            Constraint::PrimaryKey(_) => return cannot("a primary key"),
            Constraint::Unique(_) => return cannot("a unique column"),
            Constraint::Exclude(_) => return cannot("an exclusion constraint"),
            _ if !about_it_alone => return cannot("a constraint over several columns"),
            Constraint::ForeignKey(_) if has_default(column) => {
                return cannot("a foreign key on a column with a default");
            }
            Constraint::ForeignKey(_) | Constraint::Check(_) => {}
        }
    }
    None
}

fn is_constant(default: &str) -> bool {
    ddl::is_bare(default)
        && ddl::meaningful(default).iter().all(|token| {
            matches!(token.kind, ddl::TokenKind::Number | ddl::TokenKind::Text | ddl::TokenKind::Blob)
                || ["+", "-", "(", ")", "NULL", "TRUE", "FALSE"].iter().any(|word| token.is(word))
        })
        && ddl::meaningful(default).len() <= 3
}

fn drop_column(action: &DropColumn, table: &Table) -> Native {
    let DropColumn { column, if_exists } = action;
    if *if_exists && table.column(column).is_none() {
        return Native::Does(Vec::new());
    }
    for constraint in &table.constraints {
        let text = match constraint {
            Constraint::Check(Check { sql, .. }) => Some(sql.as_str()),
            _ => None,
        };
        if constraint.columns().contains(&column) || text.is_some_and(|sql| mention::mentions(sql, column)) {
            let kind = constraint.kind().to_string().replace('_', " ");
            return Native::DoesNot(format!("SQLite cannot drop a column that a {kind} is about in place"));
        }
    }
    if has_comments(table) {
        return Native::DoesNot("SQLite would take comments along".to_owned());
    }
    if table.columns.len() == 1 {
        return Native::DoesNot("SQLite cannot drop the only column of a table".to_owned());
    }
    // An index goes with its only column; the fold refuses one that is also about others.
    let tied = table.indexes.iter().filter(|index| {
        index.named_columns().contains(&column)
            || index.texts().iter().any(|sql| mention::mentions(sql, column))
    });
    let mut statements: Vec<Statement> =
        tied.map(|index| index::remove(&index.name, index::Existence::Strict)).collect();
    let sql = alter(table).kw("DROP COLUMN").ident(column);
    let lost = format!("the values of `{}`", table.name.print_with_column(column));
    let drop = Statement::new(sql.finish(), format!("drop column `{column}`"));
    statements.push(drop.hazard(Hazard::LosesData(lost)).costing(Cost::copy(&table.name)));
    Native::Does(statements)
}

fn alter_column(action: &AlterColumn, table: &Table, server: &ServerInfo) -> Native {
    let Some(column) = table.column(&action.column) else {
        return Native::DoesNot("the column is missing".to_owned());
    };
    let mut changed = action.changed(column);
    changed.comment.clone_from(&column.comment);
    if action.using.is_none() && changed == *column {
        return Native::Does(Vec::new());
    }
    // Only NULL: whatever else there is to change goes the long way.
    let name = &action.column;
    let AlterColumn { nullable: Some(nullable), using: None, .. } = action else {
        return Native::DoesNot(format!("SQLite cannot change {} in place", what_changes(action)));
    };
    changed.nullable = column.nullable;
    if changed != *column {
        return Native::DoesNot(format!("SQLite cannot change {} in place", what_changes(action)));
    }
    if server.version < ALTERS_RULES {
        return Native::DoesNot(format!("SQLite before {ALTERS_RULES} cannot change NOT NULL in place"));
    }
    if !nullable && let Some(reason) = looks_twice(server) {
        return Native::DoesNot(reason);
    }
    // SQLite looks for the first NOT behind the column, and would take this one (3.53.2, dropConstraintFunc).
    let misread = |key: &limbeck_core::schema::ForeignKey| {
        key.columns.contains(name) && key.deferrable == Some(Deferrable::Not)
    };
    if table.foreign_keys().any(misread) {
        return Native::DoesNot("SQLite would take NOT DEFERRABLE for NOT NULL".to_owned());
    }
    // SQLite takes comments along that stand beside the NOT NULL (3.53.2, dropConstraintFunc).
    if has_comments(table) {
        return Native::DoesNot("SQLite would take comments along".to_owned());
    }
    let sql = alter(table).kw("ALTER COLUMN").ident(name);
    match nullable {
        true => {
            let sql = sql.kw("DROP NOT NULL").finish();
            Native::Does(vec![Statement::new(sql, format!("let column `{name}` be NULL"))])
        }
        false => {
            let set = Statement::new(
                sql.kw("SET NOT NULL").finish(),
                format!("let column `{name}` no longer be NULL"),
            );
            Native::Does(vec![checks::no_nulls(table, name), set.costing(Cost::scan(&table.name))])
        }
    }
}

/// Says whether comments stand in the text of a table.
fn has_comments(table: &Table) -> bool {
    let text = match &table.stored {
        Some(stored) => stored.definition.as_ref(),
        None => table.written.as_ref(),
    };
    let is_comment = |token: &ddl::Token<'_>| token.kind == ddl::TokenKind::Comment;
    text.is_some_and(|text| ddl::tokenize(text.as_str()).iter().any(is_comment))
}

fn what_changes(action: &AlterColumn) -> &'static str {
    let AlterColumn {
        column: _,
        ty,
        using,
        nullable: _,
        default,
        collation,
        comment: _,
        identity,
        autoincrement,
        generated,
        options,
    } = action;
    match () {
        () if ty.is_some() || using.is_some() => "the type of a column",
        () if default.is_change() => "a default",
        () if collation.is_change() => "a collation",
        () if identity.is_change() || matches!(autoincrement, Edit::Set(_) | Edit::Drop) => {
            "how a column counts up"
        }
        () if generated.is_change() => "what a column is computed from",
        () if !options.is_empty() => "the options of a column",
        () => "a column",
    }
}

/// Says that a rule would be held to the rows twice, where an edit of the stored text needs no second look: SQLite's own
/// words tell neither how many rows break it nor which.
fn looks_twice(server: &ServerInfo) -> Option<String> {
    let edits = SchemaEdit::of(server) == SchemaEdit::Auto;
    edits.then(|| "SQLite would read all rows once more in place".to_owned())
}

fn add_check(check: &Check, table: &Table, server: &ServerInfo) -> Result<Native, Diagnostic> {
    let sql = constraint::write(alter(table).kw("ADD"), &Constraint::Check(check.clone()))?;
    if server.version < ALTERS_RULES {
        return Ok(Native::DoesNot(format!("SQLite before {ALTERS_RULES} cannot add a check in place")));
    }
    if let Some(reason) = looks_twice(server) {
        return Ok(Native::DoesNot(reason));
    }
    if !nullness::is_never_null(check.sql.as_str(), table) {
        let reason = "SQLite cannot add a check that may be NULL in place: it would refuse rows that pass it";
        return Ok(Native::DoesNot(reason.to_owned()));
    }
    let why = match &check.name {
        Some(name) => format!("add check `{name}`"),
        None => "add a check".to_owned(),
    };
    Ok(Native::Does(vec![
        checks::keeps_to(&table.name, check),
        Statement::new(sql.finish(), why).costing(Cost::scan(&table.name)),
    ]))
}

fn drop_constraint(action: &DropConstraint, table: &Table, version: Version) -> Native {
    let DropConstraint { constraint: which, if_exists } = action;
    let found = match table.constraint_position(which) {
        Ok(at) => &table.constraints[at],
        Err(_) if *if_exists => return Native::Does(Vec::new()),
        Err(error) => return Native::DoesNot(error.to_string()),
    };
    match found {
        Constraint::Check(_) if has_comments(table) => {
            Native::DoesNot("SQLite would take comments along".to_owned())
        }
        Constraint::Check(Check { name: Some(name), .. }) if version >= ALTERS_RULES => {
            let sql = alter(table).kw("DROP CONSTRAINT").ident(name);
            Native::Does(vec![Statement::new(sql.finish(), format!("drop check `{name}`"))])
        }
        other => {
            let kind = other.kind().to_string().replace('_', " ");
            Native::DoesNot(format!("SQLite cannot drop this {kind} in place"))
        }
    }
}

fn set_options(action: &Action, table: &Table, before: &Schema) -> Result<Native, Diagnostic> {
    let mut changed = table.clone();
    action.apply(&mut changed, before)?;
    match table_options(table)? == table_options(&changed)? {
        true => Ok(Native::Does(Vec::new())),
        false => Ok(Native::DoesNot("SQLite cannot change STRICT or WITHOUT ROWID in place".to_owned())),
    }
}
