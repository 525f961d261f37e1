//! Columns that come, and columns that change.

use crate::action::{AddColumn, AlterColumn, Edit, Position};
use crate::dialect::ColumnChange;
use crate::schema::mention::are_alike;
use crate::schema::{Column, Constraint, GeneratedStorage, Table};

use super::{ChangeKind, Impact, Setting, table};

/// Says what a new column does, and each of its constraints.
pub(super) fn add(add: &AddColumn, after: &Table, setting: Setting<'_>) -> Vec<Impact> {
    let AddColumn { column, position, constraints, if_not_exists: _ } = add;
    let name = &after.name;
    let shown = format!("`{}`", name.print_with_column(&column.name));
    let stays = setting.dialect.keeps_rows(ColumnChange::Add { column, table: after }, setting.server);
    let kind = match position {
        _ if !stays => ChangeKind::AddComputedColumn,
        Some(Position::Before(_) | Position::After(_)) => ChangeKind::PlaceColumn,
        Some(Position::Back(_)) | None => ChangeKind::AddColumn,
    };
    let breaks = must_be_given(column).then(|| format!("INSERTs that give no value for {shown}"));
    let mut made = vec![Impact { breaks, ..setting.on(kind, name, format!("column {shown}")) }];
    for constraint in constraints {
        made.extend(table::add_constraint(constraint, name, setting));
    }
    made
}

/// Says whether a row must be given a value for the column.
fn must_be_given(column: &Column) -> bool {
    !column.nullable
        && column.default.is_none()
        && column.generated.is_none()
        && column.identity.is_none()
        && column.autoincrement != Some(true)
}

/// Says what a change to a column does, part by part.
pub(super) fn alter(alter: &AlterColumn, now: &Table, after: &Table, setting: Setting<'_>) -> Vec<Impact> {
    use ChangeKind as Kind;
    let AlterColumn {
        column: name,
        ty,
        using,
        nullable: _,
        default,
        collation,
        comment,
        identity,
        autoincrement,
        generated,
        options,
    } = alter;
    let (Some(old), Some(new)) = (now.column(name), after.column(name)) else { return Vec::new() };
    let shown = format!("`{}`", now.name.print_with_column(name));
    let on = |kind| setting.on(kind, &now.name, format!("column {shown}"));
    let mut made = Vec::new();
    if ty.is_some() || collation.is_change() || using.is_some() {
        made.push(retype(alter, old, new, setting, &shown, &on));
    }
    match (old.nullable, new.nullable) {
        (true, false) => {
            let kind = if is_checked(now, name) { Kind::SetNotNullChecked } else { Kind::SetNotNull };
            made.push(Impact { breaks: Some(format!("whatever writes NULL to {shown}")), ..on(kind) });
        }
        (false, true) => made.push(on(Kind::DropNotNull)),
        _ => {}
    }
    if default.is_change() {
        let goes = old.default.is_some() && must_be_given(new);
        let breaks = goes.then(|| format!("INSERTs that give no value for {shown}"));
        made.push(Impact { breaks, ..on(Kind::ChangeDefault) });
    }
    match generated {
        Edit::Keep => {}
        Edit::Set(generated) => {
            let kind = match generated.storage {
                GeneratedStorage::Stored => Kind::ChangeGenerated,
                GeneratedStorage::Virtual => Kind::ChangeDefault,
            };
            made.push(Impact { breaks: Some(format!("whatever writes to {shown}")), ..on(kind) });
        }
        Edit::Drop => made.push(on(Kind::ChangeDefault)),
    }
    if identity.is_change() || autoincrement.is_change() {
        made.push(on(Kind::ChangeCounting));
    }
    if comment.is_change() {
        made.push(on(Kind::ChangeComment));
    }
    if !options.is_empty() {
        made.push(on(Kind::ChangeOptions));
    }
    made
}

fn retype(
    alter: &AlterColumn,
    old: &Column,
    new: &Column,
    setting: Setting<'_>,
    shown: &str,
    on: &dyn Fn(ChangeKind) -> Impact,
) -> Impact {
    let change = ColumnChange::Retype { from: old, to: new };
    let stays = alter.using.is_none() && setting.dialect.keeps_rows(change, setting.server);
    let kind = if stays { ChangeKind::WidenType } else { ChangeKind::ChangeType };
    let narrower = setting.dialect.narrows(&old.ty, &new.ty);
    let loses = narrower.then(|| format!("what the new type of {shown} cannot hold"));
    let breaks = narrower.then(|| format!("whatever writes values to {shown} that its new type refuses"));
    Impact { loses, breaks, ..on(kind) }
}

/// Says whether a check that holds for all rows says that the column is not NULL.
fn is_checked(table: &Table, column: &crate::name::Ident) -> bool {
    let quoted = format!("\"{column}\" IS NOT NULL");
    table.constraints.iter().any(|constraint| match constraint {
        Constraint::Check(check) => !check.not_valid && are_alike(check.sql.as_str(), &quoted),
        _ => false,
    })
}
