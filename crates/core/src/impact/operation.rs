//! Takes an operation apart into the changes that it is made of.

use crate::name::TableName;
use crate::op::{
    AlterEnum, AlterTable, CreateIndex, CreateTable, DropEnum, DropIndex, DropSchema, DropSequence,
    DropTable, DropView, EnumAction, Operation, Recreate, RenameTable,
};
use crate::schema::Schema;

use super::{ChangeKind, Impact, Setting, table};

/// Returns what each change does that an operation is made of, in the order of being made. `before` is the schema that
/// the operation finds; what it does not know of is left out.
pub fn impacts(operation: &Operation, before: &Schema, setting: Setting<'_>) -> Vec<Impact> {
    use ChangeKind as Kind;
    match operation {
        Operation::CreateTable(CreateTable { table, if_not_exists: _ }) => {
            let made = Impact {
                fresh: true,
                ..setting.on(Kind::CreateTable, &table.name, format!("table `{}`", table.name))
            };
            let mut made = vec![made];
            let others =
                table.foreign_keys().map(|key| &key.references).filter(|other| **other != table.name);
            made.extend(
                others.map(|other| setting.on(Kind::PointAtTable, other, format!("table `{other}`"))),
            );
            made
        }
        Operation::DropTable(DropTable { table, .. }) => vec![Impact {
            loses: Some(format!("the rows of `{table}`")),
            breaks: Some(format!("whatever uses table `{table}`")),
            ..setting.on(Kind::DropTable, table, format!("table `{table}`"))
        }],
        Operation::RenameTable(RenameTable { table, .. }) => vec![Impact {
            breaks: Some(format!("whatever calls table `{table}` by its old name")),
            ..setting.on(Kind::RenameTable, table, format!("table `{table}`"))
        }],
        Operation::AlterTable(alter) => alter_table(alter, before, setting),
        Operation::CreateIndex(CreateIndex { table, index, concurrently, .. }) => {
            let mut made = table::create_index(table, index, setting);
            if *concurrently && setting.knows(Kind::CreateIndexConcurrently) {
                made = Impact {
                    breaks: made.breaks,
                    ..setting.on(Kind::CreateIndexConcurrently, table, made.object)
                };
            }
            vec![made]
        }
        Operation::DropIndex(DropIndex { index, table, concurrently, .. }) => {
            let Ok(owner) = before.index_owner(index, table.as_ref()) else { return Vec::new() };
            let kind = match *concurrently && setting.knows(Kind::DropIndexConcurrently) {
                true => Kind::DropIndexConcurrently,
                false => Kind::DropIndex,
            };
            vec![setting.on(kind, &owner.name, format!("index `{index}`"))]
        }
        Operation::CreateEnum(create) => {
            vec![setting.plain(Kind::CreateEnum, format!("enum `{}`", create.definition.name))]
        }
        Operation::AlterEnum(alter) => alter_enum(alter, setting),
        Operation::DropEnum(DropEnum { name, .. }) => vec![Impact {
            breaks: Some(format!("whatever uses enum `{name}`")),
            ..setting.plain(Kind::DropEnum, format!("enum `{name}`"))
        }],
        Operation::CreateView(create) => {
            vec![setting.plain(Kind::CreateView, format!("view `{}`", create.view.name))]
        }
        Operation::DropView(DropView { view: name, .. }) => vec![Impact {
            breaks: Some(format!("whatever reads view `{name}`")),
            ..setting.plain(Kind::DropView, format!("view `{name}`"))
        }],
        Operation::CreateSequence(create) => {
            vec![setting.plain(Kind::CreateSequence, format!("sequence `{}`", create.sequence.name))]
        }
        Operation::AlterSequence(alter) => {
            let name = &alter.sequence;
            vec![Impact {
                loses: alter.turns(before).then(|| format!("where sequence `{name}` stands")),
                ..setting.plain(Kind::AlterSequence, format!("sequence `{name}`"))
            }]
        }
        Operation::DropSequence(DropSequence { sequence: name, .. }) => vec![Impact {
            loses: Some(format!("where sequence `{name}` stands")),
            breaks: Some(format!("whatever uses sequence `{name}`")),
            ..setting.plain(Kind::DropSequence, format!("sequence `{name}`"))
        }],
        Operation::CreateSchema(create) => {
            vec![setting.plain(Kind::CreateSchema, format!("schema `{}`", create.schema))]
        }
        Operation::DropSchema(DropSchema { schema, .. }) => vec![Impact {
            loses: Some(format!("all that is in schema `{schema}`")),
            breaks: Some(format!("whatever uses schema `{schema}`")),
            ..setting.plain(Kind::DropSchema, format!("schema `{schema}`"))
        }],
        Operation::Execute(execute) => match execute.leaves_schema() {
            // What it does to rows is not known either.
            true => vec![setting.plain(Kind::Execute, "rows".to_owned())],
            false => vec![setting.plain(Kind::Execute, "whatever the SQL says".to_owned())],
        },
        Operation::Insert(insert) => {
            vec![setting.on(Kind::Insert, &insert.table, format!("rows of `{}`", insert.table))]
        }
        Operation::Delete(delete) => {
            vec![setting.on(Kind::Delete, &delete.table, format!("rows of `{}`", delete.table))]
        }
    }
}

fn alter_table(alter: &AlterTable, before: &Schema, setting: Setting<'_>) -> Vec<Impact> {
    let name = &alter.table;
    let Ok(start) = before.table(name) else { return Vec::new() };
    let mut now = start.clone();
    let mut made = Vec::new();
    if alter.recreate == Recreate::Always {
        made.push(setting.on(ChangeKind::RecreateTable, name, format!("table `{name}`")));
    }
    let actions = alter.in_order(start, before);
    let mut rest = actions.iter().peekable();
    while let Some(action) = rest.next() {
        let mut after = now.clone();
        // What does not fit is told elsewhere.
        if action.apply(&mut after, before).is_err() {
            break;
        }
        let validated = rest.peek().and_then(|next| action.validates_with(next, &now));
        match validated.filter(|_| setting.knows(ChangeKind::ValidateConstraint)) {
            Some(constraint) => {
                let object = format!("constraint `{constraint}` of `{name}`");
                made.push(setting.on(ChangeKind::ValidateConstraint, name, object));
                if rest.next().is_none_or(|next| next.apply(&mut after, before).is_err()) {
                    break;
                }
            }
            None => made.extend(table::action(action, &now, &after, setting)),
        }
        now = after;
    }
    made
}

fn alter_enum(alter: &AlterEnum, setting: Setting<'_>) -> Vec<Impact> {
    let name: &TableName = &alter.name;
    let actions = alter.actions.iter().map(|action| {
        let value = |value: &String| format!("value `{value}` of enum `{name}`");
        match action {
            EnumAction::AddValue { value: new, .. } => setting.plain(ChangeKind::AddEnumValue, value(new)),
            EnumAction::RenameValue { value: old, .. } => Impact {
                breaks: Some(format!("whatever reads or writes {}", value(old))),
                ..setting.plain(ChangeKind::RenameEnumValue, value(old))
            },
            EnumAction::DropValue { value: old, .. } if alter.moves(action) => {
                setting.plain(ChangeKind::DropEnumValue, format!("the place of {}", value(old)))
            }
            EnumAction::DropValue { value: old, replace_with } => Impact {
                loses: replace_with.as_ref().map(|_| format!("which rows held {}", value(old))),
                breaks: Some(format!("whatever writes {}", value(old))),
                ..setting.plain(ChangeKind::DropEnumValue, value(old))
            },
        }
    });
    actions.collect()
}
