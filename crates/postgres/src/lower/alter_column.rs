//! `alter_column`: what a column is, changed in place.

use limbeck_core::action::{AlterColumn, Edit};
use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Version;
use limbeck_core::literal::RawSql;
use limbeck_core::schema::{Column, Identity, Schema, Table};
use limbeck_core::sql::Sql;

use super::batch::{Batch, Part};
use super::counting::Counting;
use super::options::{COLUMN, Own};
use super::{column, create_table, sql, types, unsupported};
use crate::dialect::NAME;

/// The first PostgreSQL that can change the expression of a generated column (postgresql.org/docs/release/17.0).
pub(super) const SET_EXPRESSION: Version = Version::new(17, 0, 0);

/// Lowers `alter_column`.
///
/// A default that does not fit the new type by itself is taken away and put back. So is NOT NULL kept in step with
/// identity, which allows no NULL.
pub(super) fn alter_column(
    alter: &AlterColumn,
    [now, after]: [&Table; 2],
    before: &Schema,
    counting: &mut Counting<'_>,
    batch: &mut Batch<'_>,
) -> Result<(), Diagnostic> {
    let AlterColumn {
        column: name,
        ty: _,
        using,
        nullable: _,
        default,
        collation: _,
        comment,
        identity,
        autoincrement: _,
        generated,
        options,
    } = alter;
    let old = &now.columns[now.column_position(name)?];
    let new = &after.columns[after.column_position(name)?];
    column::check_counting(&now.name, new, new.autoincrement)?;
    column::check_typed(name, &new.ty)?;
    let part = |part: Sql| (Part::AlterColumn(name), sql().kw("ALTER COLUMN").ident(name).sql(&part));
    let add = |text: Sql, batch: &mut Batch<'_>| {
        let (part, text) = part(text);
        batch.part(part, text);
    };
    counting.alter(alter, [old, new], now, batch);
    let mut put_back = false;
    if let Some(retyped) = retype(alter, old, new) {
        create_table::brought_enums(std::slice::from_ref(new), before)
            .into_iter()
            .for_each(|one| batch.before(one));
        put_back = old.default.is_some() && !retyped.takes_default;
        if put_back {
            add(sql().kw("DROP DEFAULT"), batch);
        }
        let part = match using {
            Some(using) => Part::RetypeBy(name, using),
            None => Part::Retype(name),
        };
        batch.part(part, sql().kw("ALTER COLUMN").ident(name).sql(&retyped.text));
        if retyped.rewrites {
            batch.copies();
        }
    }
    write_identity(identity, old, new, &mut |text| add(text, batch));
    let (was_nullable, is_nullable) = (allows_null(now, old), allows_null(after, new));
    match (was_nullable, is_nullable) {
        (true, false) => {
            add(sql().kw("SET NOT NULL"), batch);
            batch.scans();
        }
        (false, true) => add(sql().kw("DROP NOT NULL"), batch),
        _ => {}
    }
    match (default, &new.default) {
        (Edit::Keep, Some(value)) if put_back => add(sql().kw("SET DEFAULT").value(value), batch),
        (Edit::Keep, _) => {}
        (Edit::Set(value), _) => add(sql().kw("SET DEFAULT").value(value), batch),
        (Edit::Drop, _) if put_back => {}
        (Edit::Drop, _) => add(sql().kw("DROP DEFAULT"), batch),
    }
    write_generated(generated, old, now, &mut |text| add(text, batch))?;
    let own = Own::read(options, &COLUMN, format!("column `{name}`"))?;
    for key in own.keys() {
        let value = own.raw(key)?.unwrap_or_else(|| RawSql::new("DEFAULT"));
        add(sql().kw(if key == "storage" { "SET STORAGE" } else { "SET COMPRESSION" }).raw(&value), batch);
    }
    batch.because(format!("alter column `{name}`"));
    if comment.is_change() {
        batch.then(column::comment(&now.name, name, new.comment.as_deref()));
    }
    Ok(())
}

/// Says whether PostgreSQL lets the column hold NULL.
fn allows_null(table: &Table, column: &Column) -> bool {
    let key = table.primary_key().is_some_and(|key| key.columns.contains(&column.name));
    column.nullable && !key && column.identity.is_none() && !super::counts_up(table, column)
}

/// A change of type.
struct Retyped {
    text: Sql,
    /// The default becomes one of the new type by itself, as by an assignment.
    takes_default: bool,
    /// Every row is written anew.
    rewrites: bool,
}

fn retype(alter: &AlterColumn, old: &Column, new: &Column) -> Option<Retyped> {
    if alter.ty.is_none() && !alter.collation.is_change() {
        return None;
    }
    let (from, to) = (old.ty.on(NAME), new.ty.on(NAME));
    let text = types::write(sql().kw("TYPE"), to);
    // Without it the new type would bring its own.
    let text = text.maybe(new.collation.as_ref(), |sql, collation| sql.kw("COLLATE").ident(collation));
    let casts = alter.using.is_none() && !is_assignable(from, to);
    let text = match &alter.using {
        Some(using) => text.kw("USING").raw(using),
        None if casts => cast(text.kw("USING"), old, new),
        None => text,
    };
    // Of native types nothing is known; whoever says how to convert them can say so because it takes words.
    let is_known = alter.using.is_none() || !is_native(from) && !is_native(to);
    // What stays of the old type would keep an enum from going.
    let is_enum = matches!(from, ColumnType::Enum { name: Some(_), .. });
    let takes_default = from == to || is_assignable(from, to) && is_known && !is_enum;
    Some(Retyped { text, takes_default, rewrites: alter.using.is_some() || !is_widening(from, to) })
}

/// Writes the value of a column of one type as one of another type.
fn cast(sql: Sql, old: &Column, new: &Column) -> Sql {
    let sql = sql.ident(&old.name);
    // Nothing but its text leads from an enum to another type.
    let is_enum = matches!(old.ty.on(NAME), ColumnType::Enum { .. });
    types::write(sql.when(is_enum, |sql| sql.glue("::").kw("text")).glue("::"), new.ty.on(NAME))
}

/// Writes the value of an old column as it goes into a new one: by the author's expression, or by a cast where an
/// assignment does not make it.
pub(super) fn converted(sql: Sql, old: &Column, new: &Column, using: Option<&RawSql>) -> Sql {
    match using {
        Some(using) => sql.kw("(").glue("").raw(using).close(")"),
        None if is_assignable(old.ty.on(NAME), new.ty.on(NAME)) => sql.ident(&old.name),
        None => cast(sql, old, new),
    }
}

/// Groups of types among which PostgreSQL assigns by itself (postgresql.org/docs, `pg_cast`).
#[derive(PartialEq, Eq)]
enum Family {
    Text,
    Number,
    Moment,
    Other,
}

fn family(ty: &ColumnType) -> Family {
    match ty {
        ColumnType::String { .. } | ColumnType::Unicode { .. } | ColumnType::Text => Family::Text,
        ColumnType::Enum { name: None, .. } => Family::Text,
        ColumnType::Smallint
        | ColumnType::Integer
        | ColumnType::Bigint
        | ColumnType::Float { .. }
        | ColumnType::Double
        | ColumnType::Decimal { .. } => Family::Number,
        ColumnType::Date | ColumnType::Datetime | ColumnType::Datetimetz => Family::Moment,
        _ => Family::Other,
    }
}

fn is_native(ty: &ColumnType) -> bool {
    matches!(ty, ColumnType::Native(_) | ColumnType::Array(_))
}

/// Says whether values of one type can be assigned to the other. Of native types nothing is known, so it is tried.
fn is_assignable(from: &ColumnType, to: &ColumnType) -> bool {
    let (from_family, to_family) = (family(from), family(to));
    from == to
        || to_family == Family::Text
        || is_native(from)
        || is_native(to)
        || (from_family != Family::Other && from_family == to_family)
        || (from_family == Family::Moment && matches!(to, ColumnType::Time))
        || matches!(
            (from, to),
            (ColumnType::Time, ColumnType::Interval) | (ColumnType::Interval, ColumnType::Time)
        )
}

/// Says whether the rows stay as they are: text that may become longer, or a number with more digits before the point.
pub(crate) fn is_widening(from: &ColumnType, to: &ColumnType) -> bool {
    let length = |ty: &ColumnType| match ty {
        ColumnType::String { length } | ColumnType::Unicode { length } => Some(length.unwrap_or(u32::MAX)),
        ColumnType::Text => Some(u32::MAX),
        _ => None,
    };
    match (from, to) {
        (ColumnType::Decimal { precision: Some(_), .. }, ColumnType::Decimal { precision: None, .. }) => true,
        (
            ColumnType::Decimal { precision: Some(old), scale: old_scale },
            ColumnType::Decimal { precision: Some(new), scale: new_scale },
        ) => old_scale == new_scale && old <= new,
        _ => from == to || length(from).zip(length(to)).is_some_and(|(old, new)| old <= new),
    }
}

fn write_identity(edit: &Edit<Identity>, old: &Column, new: &Column, add: &mut dyn FnMut(Sql)) {
    match (edit, &old.identity, &new.identity) {
        (Edit::Keep, ..) | (_, None, None) => {}
        (_, Some(_), None) => add(sql().kw("DROP IDENTITY")),
        (_, None, Some(identity)) => add(column::write_identity(sql().kw("ADD"), identity)),
        (_, Some(old), Some(new)) => {
            let changes = identity_changes(old, new);
            if !changes.is_empty() {
                add(changes.iter().fold(sql(), |sql, change| sql.kw("SET").sql(change)));
            }
        }
    }
}

/// Returns what changes of an identity column, in Alembic's order. What goes becomes what PostgreSQL has by itself.
pub(super) fn identity_changes(old: &Identity, new: &Identity) -> Vec<Sql> {
    let Identity { always, start, increment, min, max, cache, cycle } = new;
    let mut changes = Vec::new();
    if *always != old.always {
        changes.push(sql().kw("GENERATED").kw(if *always { "ALWAYS" } else { "BY DEFAULT" }));
    }
    let numbers = [
        ("INCREMENT BY", increment, &old.increment, "INCREMENT BY 1"),
        ("START WITH", start, &old.start, "START WITH 1"),
        ("MINVALUE", min, &old.min, "NO MINVALUE"),
        ("MAXVALUE", max, &old.max, "NO MAXVALUE"),
        ("CACHE", cache, &old.cache, "CACHE 1"),
    ];
    for (words, new, old, usual) in numbers {
        match new {
            Some(number) if new != old => changes.push(sql().kw(words).number(*number)),
            None if old.is_some() => changes.push(sql().kw(usual)),
            _ => {}
        }
    }
    if *cycle != old.cycle {
        changes.push(sql().kw(if *cycle { "CYCLE" } else { "NO CYCLE" }));
    }
    changes
}

fn write_generated(
    edit: &Edit<limbeck_core::schema::Generated>,
    old: &Column,
    table: &Table,
    add: &mut dyn FnMut(Sql),
) -> Result<(), Diagnostic> {
    let name = table.name.print_with_column(&old.name);
    match (edit, &old.generated) {
        (Edit::Keep, _) | (Edit::Drop, None) => Ok(()),
        (Edit::Drop, Some(_)) => {
            add(sql().kw("DROP EXPRESSION"));
            Ok(())
        }
        (Edit::Set(new), Some(old)) if new == old => Ok(()),
        // Where that is not known, and where it is stored in another way, the table is made anew.
        (Edit::Set(new), Some(_)) => {
            add(sql().kw("SET EXPRESSION AS (").glue("").raw(&new.sql).close(")"));
            Ok(())
        }
        (Edit::Set(_), None) => {
            Err(unsupported(format!("PostgreSQL cannot make `{name}` a generated column, which is there"))
                .hint("drop the column and add it anew, as two actions"))
        }
    }
}
