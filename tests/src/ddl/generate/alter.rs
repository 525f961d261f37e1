//! Draws changes of a table: one to three actions, each of which fits what those before it left.

use limbeck_core::action::{
    Action, AddColumn, AddIndex, AlterColumn, DropColumn, DropConstraint, Edit, Position, RemoveIndex,
    RenameColumn, SetComment,
};
use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::RawSql;
use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Constraint, ConstraintRef, PrimaryKey, Schema, Table};

use super::super::rng::Rng;
use super::super::server::Server;
use super::types::{self, Sort, sort_of};
use super::{Around, column, name, rules};

/// Draws the actions of a change; `None` when none was found.
pub(super) fn actions(rng: &mut Rng, table: &Table, before: &Schema, around: &Around) -> Option<Vec<Action>> {
    let wanted = if rng.percent(60) { 1 } else { 2 + rng.below(2) };
    let mut now = table.clone();
    let mut actions: Vec<Action> = Vec::new();
    for attempt in 0..12 {
        let renamed = actions.iter().any(|action| matches!(action, Action::RenameColumn(_)));
        // Batch mode goes on to know a column by its old name.
        if actions.len() == wanted || (renamed && around.server == Server::Sqlite) {
            break;
        }
        let Some(action) = action(rng, &now, table, attempt, around) else { continue };
        let mut after = now.clone();
        if action.apply(&mut after, before).is_ok() {
            now = after;
            actions.push(action);
        }
    }
    (!actions.is_empty()).then_some(actions)
}

/// Draws one action. `start` is the table before the whole change.
fn action(rng: &mut Rng, now: &Table, start: &Table, attempt: usize, around: &Around) -> Option<Action> {
    let server = around.server;
    // Alembic's batch mode knows a column by the name that it had at first.
    let old: Vec<&Column> = now.columns.iter().filter(|one| start.columns.contains(one)).collect();
    let plain: Vec<&&Column> = old.iter().filter(|one| one.generated.is_none()).collect();
    if old.is_empty() {
        return None;
    }
    Some(match rng.below(24) {
        0..=3 => {
            let drawn = column::column(rng, name(&format!("new_{attempt}")), &now.columns, around);
            Action::AddColumn(added(rng, drawn, now, around)?)
        }
        4 | 5 => {
            let column = rng.pick(&old).name.clone();
            let in_use = |one: &Constraint| one.columns().contains(&&column) || !one.texts().is_empty();
            let indexed = now
                .indexes
                .iter()
                .any(|one| one.named_columns().contains(&&column) || !one.texts().is_empty());
            if now.constraints.iter().any(in_use) || indexed {
                return None;
            }
            Action::DropColumn(DropColumn {
                column,
                if_exists: server == Server::Postgres && rng.percent(15),
            })
        }
        6 | 7 => {
            let column = rng.pick(&old);
            let named = |text: &str| limbeck_core::schema::mention::mentions(text, &column.name);
            let in_text =
                now.constraints.iter().any(|one| one.texts().iter().any(|text| named(text.as_str())))
                    || now.indexes.iter().any(|one| one.texts().iter().any(|text| named(text)))
                    || now
                        .columns
                        .iter()
                        .any(|one| one.generated.as_ref().is_some_and(|made| named(made.sql.as_str())));
            if in_text {
                return None;
            }
            Action::RenameColumn(RenameColumn {
                column: column.name.clone(),
                to: name(&format!("renamed_{attempt}")),
            })
        }
        8..=15 => {
            if plain.is_empty() {
                return None;
            }
            let column = (**rng.pick(&plain)).clone();
            Action::AlterColumn(Box::new(altered(rng, &column, now, around)?))
        }
        16..=18 => Action::add_constraint(rules::constraint(rng, now, &format!("new_{attempt}"), around)?),
        19 => {
            if now.primary_key().is_some() {
                return None;
            }
            let able = |one: &&&Column| {
                types::can_be_key(&one.ty, server) && one.generated.is_none() && !one.nullable
            };
            let columns: Vec<Ident> = old.iter().filter(able).take(2).map(|one| one.name.clone()).collect();
            let name = (rng.percent(70) || server == Server::Sqlite).then(|| name("pk_new"));
            (!columns.is_empty()).then_some(Action::AddPrimaryKey(PrimaryKey { name, columns }))?
        }
        20 => {
            let dropped = rng.pick_some(&start.constraints, 1).pop()?;
            let named = dropped.name().filter(|_| now.constraints.contains(&dropped))?.clone();
            let if_exists = server == Server::Postgres && rng.percent(20);
            Action::DropConstraint(DropConstraint { constraint: ConstraintRef::Name(named), if_exists })
        }
        21 => {
            Action::CreateIndex(AddIndex::new(rules::index(rng, now, &format!("ix_new_{attempt}"), around)?))
        }
        22 => {
            let index = rng.pick_some(&start.indexes, 1).pop()?.name;
            Action::DropIndex(RemoveIndex { index, if_exists: false })
        }
        _ => {
            if server == Server::Sqlite {
                return None;
            }
            Action::SetComment(SetComment { comment: rng.percent(70).then(|| column::comment(rng)) })
        }
    })
}

fn added(rng: &mut Rng, mut column: Column, now: &Table, around: &Around) -> Option<AddColumn> {
    let server = around.server;
    // Rows that are there would have no value.
    if column.default.is_none() && column.generated.is_none() && column.identity.is_none() && rng.percent(70)
    {
        column.nullable = true;
    }
    let mut position = None;
    let batch_places = server == Server::Sqlite;
    if batch_places && rng.percent(20) {
        let other = rng.pick(&now.columns).name.clone();
        position = Some(if rng.percent(50) { Position::Before(other) } else { Position::After(other) });
    }
    let mut constraints = Vec::new();
    if server != Server::Sqlite
        && rng.percent(12)
        && types::can_be_key(&column.ty, server)
        && column.generated.is_none()
    {
        constraints.push(Constraint::Unique(limbeck_core::schema::Unique {
            name: None,
            columns: vec![column.name.clone()],
            nulls_not_distinct: false,
            deferrable: None,
        }));
    } else if column.ty == ColumnType::Integer
        && rng.percent(25)
        && column.generated.is_none()
        && column.identity.is_none()
    {
        constraints.push(Constraint::ForeignKey(limbeck_core::schema::ForeignKey {
            name: Some(name(&format!("fk_{}", column.name))),
            columns: vec![column.name.clone()],
            references: around.parent.clone(),
            referred_columns: vec![name("id")],
            on_delete: rng.percent(40).then_some(limbeck_core::schema::ReferentialAction::Cascade),
            on_update: None,
            match_type: None,
            deferrable: None,
            not_valid: false,
        }));
    }
    let if_not_exists =
        matches!(server, Server::Postgres | Server::Mariadb) && rng.percent(10) && constraints.is_empty();
    Some(AddColumn { column, position, constraints, if_not_exists })
}

fn altered(rng: &mut Rng, column: &Column, now: &Table, around: &Around) -> Option<AlterColumn> {
    let server = around.server;
    let is_key = now.primary_key().is_some_and(|key| key.columns.contains(&column.name));
    let mut alter = AlterColumn::new(column.name.clone());
    if rng.percent(45) {
        let ty = types::other(rng, &column.ty, server);
        if ty != column.ty {
            if server == Server::Postgres && column::is_plain(&column.name) && rng.percent(40) {
                let cast = cast_name(&ty);
                alter.using = Some(RawSql::new(format!("{}::text::{cast}", column.name)));
            }
            alter.ty = Some(ty);
        }
    }
    if rng.percent(35) && !is_key && column.identity.is_none() {
        alter.nullable = Some(!column.nullable);
    }
    let counted =
        column.autoincrement == Some(true) || (is_key && sort_of(&column.ty, server) == Sort::Whole);
    if rng.percent(40) && column.identity.is_none() && !counted {
        let after = alter.changed(column);
        alter.default = match (rng.percent(70), &column.default) {
            (true, _) => column::default(rng, &after.ty, around).map_or(Edit::Keep, Edit::Set),
            (false, Some(_)) => Edit::Drop,
            (false, None) => Edit::Keep,
        };
    }
    if rng.percent(20) && server != Server::Sqlite {
        alter.comment = match (rng.percent(70), &column.comment) {
            (true, _) => Edit::Set(column::comment(rng)),
            (false, Some(_)) => Edit::Drop,
            (false, None) => Edit::Keep,
        };
    }
    let whole = matches!(column.ty, ColumnType::Smallint | ColumnType::Integer | ColumnType::Bigint);
    if server == Server::Postgres
        && whole
        && alter == AlterColumn::new(column.name.clone())
        && rng.percent(50)
    {
        match (&column.identity, column.default.is_none() && !column.nullable && !counted) {
            (Some(_), _) if rng.percent(50) => alter.identity = Edit::Drop,
            (Some(_), _) | (None, true) => alter.identity = Edit::Set(column::identity(rng)),
            (None, false) => {}
        }
    }
    (alter != AlterColumn::new(column.name.clone())).then_some(alter)
}

/// Writes a type in a cast.
fn cast_name(ty: &ColumnType) -> &'static str {
    match ty {
        ColumnType::Bigint => "bigint",
        ColumnType::Integer => "integer",
        ColumnType::Decimal { .. } => "numeric",
        ColumnType::Double => "float8",
        ColumnType::Datetime => "timestamp",
        ColumnType::Datetimetz => "timestamptz",
        ColumnType::Date => "date",
        _ => "text",
    }
}
