//! Named enums, which are types of their own.

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Cost, Expect, Hazard, ServerInfo, Statement};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterEnum, CreateEnum, DropEnum, EnumAction, ValuePosition};
use limbeck_core::schema::{Column, Constraint, Index, NamedEnum, Schema, Table, mention};
use limbeck_core::sql::Sql;

use super::anew::computed_from;
use super::batch::{Batch, Part};
use super::{constraint, create_table, index, sql, unsupported};
use crate::dialect::NAME;

/// Lowers `create_enum`.
pub(super) fn create_enum(op: &CreateEnum) -> Vec<Statement> {
    let CreateEnum { definition, if_not_exists } = op;
    let mut statement = make(definition);
    if *if_not_exists {
        // PostgreSQL has no IF NOT EXISTS for types.
        let name = sql().table(&definition.name).finish();
        let body = sql().kw("BEGIN IF pg_catalog.to_regtype(").glue("").text(&name).close(")");
        let body = body.kw("IS NULL THEN EXECUTE").text(&statement.sql).close("; END IF; END");
        statement.sql = sql().kw("DO").text(&body.finish()).finish();
    }
    vec![statement]
}

/// Lowers `drop_enum`.
pub(super) fn drop_enum(op: &DropEnum) -> Vec<Statement> {
    let DropEnum { name, if_exists } = op;
    let sql = sql().kw("DROP TYPE").when(*if_exists, |sql| sql.kw("IF EXISTS")).table(name);
    vec![Statement::new(sql.finish(), format!("drop enum `{name}`"))]
}

/// Returns the statement that makes an enum.
pub(super) fn make(definition: &NamedEnum) -> Statement {
    let NamedEnum { name, values } = definition;
    let sql = sql().kw("CREATE TYPE").table(name).kw("AS ENUM").list(values, |sql, value| sql.text(value));
    Statement::new(sql.finish(), format!("make enum `{name}`"))
}

/// Returns the enums that columns bring along.
pub(super) fn brought<'c>(columns: impl IntoIterator<Item = &'c Column>) -> Vec<NamedEnum> {
    columns.into_iter().filter_map(|column| create_table::brought_by(&column.ty)).collect()
}

/// Returns the statements that drop the enums which columns brought along and nothing uses any more.
pub(super) fn left_behind(columns: &[Column], after: &Schema) -> Vec<Statement> {
    let mut gone: Vec<TableName> = Vec::new();
    for one in brought(columns) {
        let used =
            after.tables.values().flat_map(|table| &table.columns).any(|column| is_of(&column.ty, &one.name));
        if !used && !after.enums.contains_key(&one.name) && !gone.contains(&one.name) {
            gone.push(one.name);
        }
    }
    let drop = |name: &TableName| {
        Statement::new(
            sql().kw("DROP TYPE").table(name).finish(),
            format!("drop enum `{name}`, which nothing uses"),
        )
    };
    gone.iter().map(drop).collect()
}

fn is_of(ty: &ColumnType, name: &TableName) -> bool {
    match ty.on(NAME) {
        ColumnType::Enum { name: Some(own), values: _ } => own == name,
        ColumnType::Array(item) => is_of(item, name),
        _ => false,
    }
}

/// Lowers `alter_enum`: in place while values come and get other names; a value can only go with the type, so then a
/// new type takes its place and the columns of the old one move over.
pub(super) fn alter_enum(
    op: &AlterEnum,
    before: &Schema,
    server: &ServerInfo,
) -> Result<Vec<Statement>, Diagnostic> {
    let AlterEnum { name, actions } = op;
    let (old, new) = (op.definition(before)?, op.changed(before)?);
    if actions.iter().any(|action| matches!(action, EnumAction::DropValue { .. })) {
        return convert([&old, &new], op, before, server);
    }
    let one = |action: &EnumAction| {
        let sql = sql().kw("ALTER TYPE").table(name);
        let sql = match action {
            EnumAction::AddValue { value, position } => {
                let sql = sql.kw("ADD VALUE").text(value);
                match position {
                    None => sql,
                    Some(ValuePosition::Before(other)) => sql.kw("BEFORE").text(other),
                    Some(ValuePosition::After(other)) => sql.kw("AFTER").text(other),
                }
            }
            EnumAction::RenameValue { value, to } => sql.kw("RENAME VALUE").text(value).kw("TO").text(to),
            EnumAction::DropValue { .. } => sql,
        };
        Statement::new(sql.finish(), format!("alter enum `{name}`"))
    };
    Ok(actions.iter().map(one).collect())
}

/// Replaces an enum by a new type of the same name, in every column that has it.
fn convert(
    [definition, new]: [&NamedEnum; 2],
    op: &AlterEnum,
    before: &Schema,
    server: &ServerInfo,
) -> Result<Vec<Statement>, Diagnostic> {
    let (name, actions) = (&definition.name, &op.actions);
    // In front, as a name that has no room for it is cut off at its end.
    let old = name.sibling(name.name.with_affixes("_limbeck_old_", ""));
    let mut statements = Vec::new();
    let users =
        || before.tables.values().filter(|table| table.columns.iter().any(|column| is_of(&column.ty, name)));
    for table in users() {
        for column in table.columns.iter().filter(|column| is_of(&column.ty, name)) {
            if let Some(computed) = computed_from(&column.name, table).next() {
                return Err(in_the_way(name, computed, table));
            }
            statements.extend(op.without_moves().filter_map(|action| check(action, table, column)));
        }
    }
    let rename = sql().kw("ALTER TYPE").table(name).kw("RENAME TO").ident(&old.name);
    statements.push(Statement::new(rename.finish(), format!("put the old enum `{name}` aside")));
    statements.push(make(new));
    for table in users() {
        statements.extend(move_over(actions, table, definition, server)?);
    }
    let drop = sql().kw("DROP TYPE").table(&old).finish();
    statements.push(Statement::new(drop, "drop the old enum"));
    Ok(statements)
}

fn in_the_way(name: &TableName, computed: &Ident, table: &Table) -> Diagnostic {
    let computed = table.name.print_with_column(computed);
    unsupported(format!(
        "enum `{name}` cannot be made anew while `{computed}` is computed from a column of it"
    ))
    .hint("drop the computed column first and add it anew behind: its values are computed again")
}

/// Checks that no row holds a value that goes without another in its place.
fn check(action: &EnumAction, table: &Table, column: &Column) -> Option<Statement> {
    let EnumAction::DropValue { value, replace_with: None } = action else { return None };
    let holds = sql().kw("SELECT count(*) FROM").table(&table.name).kw("WHERE");
    let holds = match column.ty.on(NAME) {
        ColumnType::Array(_) => {
            holds.text(value).kw("= ANY (").glue("").ident(&column.name).close("::text[])")
        }
        _ => holds.ident(&column.name).glue("::").kw("text =").text(value),
    };
    let column = table.name.print_with_column(&column.name);
    let expect = Expect::NoRows {
        otherwise: format!("`{value}` cannot be dropped: rows that hold it in `{column}`: {{}}"),
        code: Code::StillInUse,
    };
    let why = format!("check that no `{column}` holds `{value}`");
    let check = Statement::new(holds.kw("HAVING count(*) > 0").finish(), why);
    Some(check.costing(Cost::scan(&table.name)).expecting(expect))
}

/// Moves the columns of a table to the new type in one `ALTER TABLE`. What compares them with values of the old type
/// goes before it and comes back after it.
fn move_over(
    actions: &[EnumAction],
    table: &Table,
    definition: &NamedEnum,
    server: &ServerInfo,
) -> Result<Vec<Statement>, Diagnostic> {
    let is_of = |column: &&Column| is_of(&column.ty, &definition.name);
    let columns: Vec<&Column> = table.columns.iter().filter(is_of).collect();
    let about = |text: &str| columns.iter().any(|column| mention::mentions(text, &column.name));
    let rules: Vec<&Constraint> =
        table.constraints.iter().filter(|one| one.texts().iter().any(|sql| about(sql.as_str()))).collect();
    let indexes: Vec<&Index> =
        table.indexes.iter().filter(|index| index.texts().iter().any(|sql| about(sql))).collect();
    let mut batch = Batch::new(&table.name);
    for index in &indexes {
        batch.then(index::remove(&table.name, &index.name, index::Existence::Strict));
    }
    for rule in &rules {
        let own = constraint::GivenNames::of(table).name_of(table, rule);
        batch.part(Part::DropRule(&own), sql().kw("DROP CONSTRAINT").ident(&own));
    }
    for column in &columns {
        let alter = || sql().kw("ALTER COLUMN").ident(&column.name);
        if column.default.is_some() {
            batch.part(Part::AlterColumn(&column.name), alter().kw("DROP DEFAULT"));
        }
        let text = super::types::write(alter().kw("TYPE"), &column.ty).kw("USING");
        batch.part(
            Part::Retype(&column.name),
            super::types::write(new_value(text, actions, column, definition).glue("::"), &column.ty),
        );
        if let Some(default) = &column.default {
            batch.part(
                Part::AlterColumn(&column.name),
                alter().kw("SET DEFAULT").value(&renamed(default, actions)),
            );
        }
    }
    for rule in &rules {
        batch.part(Part::AddRule(None), constraint::write(sql().kw("ADD"), rule, server)?);
    }
    batch.because(format!("move `{}` to the new enum", table.name));
    batch.copies();
    for action in actions {
        if let EnumAction::DropValue { value, replace_with: Some(_) } = action {
            batch.hazard(Hazard::LosesData(format!("which rows of `{}` held `{value}`", table.name)));
        }
    }
    for index in &indexes {
        batch.then(index::make(&table.name, index, index::Existence::Strict, server)?);
    }
    Ok(batch.finish())
}

/// Follows a default's value through the changes.
fn renamed(default: &limbeck_core::literal::Value, actions: &[EnumAction]) -> limbeck_core::literal::Value {
    use limbeck_core::literal::{Literal, Value};
    let Value::Literal(Literal::Text(text)) = default else { return default.clone() };
    Value::from(follow(text, actions))
}

/// Follows a value through the changes.
fn follow(value: &str, actions: &[EnumAction]) -> String {
    let step = |value: String, (from, to): (&str, &str)| if value == from { to.to_owned() } else { value };
    replacements(actions).fold(value.to_owned(), step)
}

fn replacements(actions: &[EnumAction]) -> impl Iterator<Item = (&str, &str)> {
    actions.iter().filter_map(|action| match action {
        EnumAction::RenameValue { value, to } => Some((value.as_str(), to.as_str())),
        EnumAction::DropValue { value, replace_with: Some(other) } => Some((value.as_str(), other.as_str())),
        EnumAction::DropValue { replace_with: None, .. } | EnumAction::AddValue { .. } => None,
    })
}

/// Writes what a column holds under the new type, as text.
fn new_value(text: Sql, actions: &[EnumAction], column: &Column, definition: &NamedEnum) -> Sql {
    if let ColumnType::Array(_) = column.ty.on(NAME) {
        let plain = sql().ident(&column.name).glue("::").kw("text[]");
        let value = replacements(actions).fold(plain, |value, (from, to)| {
            let call = sql().kw("array_replace(").glue("").sql(&value);
            call.close(",").text(from).close(",").text(to).close(")")
        });
        return text.sql(&value);
    }
    let value = || sql().ident(&column.name).glue("::").kw("text");
    let moved: Vec<(&String, String)> = definition
        .values
        .iter()
        .map(|old| (old, follow(old, actions)))
        .filter(|(old, new)| **old != *new)
        .collect();
    if moved.is_empty() {
        return text.sql(&value());
    }
    let case = moved.iter().fold(sql().kw("(CASE").sql(&value()), |case, (old, new)| {
        case.kw("WHEN").text(old).kw("THEN").text(new)
    });
    text.sql(&case.kw("ELSE").sql(&value()).kw("END").close(")"))
}
