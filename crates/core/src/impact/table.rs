//! The actions of `alter_table`, one by one.

use crate::action::{
    Action, AddIndex, DropColumn, DropConstraint, RemoveIndex, RenameColumn, RenameConstraint,
};
use crate::name::TableName;
use crate::schema::{Constraint, Index, Table};

use super::{ChangeKind, Impact, Setting, column};

/// Returns what an action does. `now` is the table that it finds, `after` the one that it leaves.
pub(super) fn action(action: &Action, now: &Table, after: &Table, setting: Setting<'_>) -> Vec<Impact> {
    use ChangeKind as Kind;
    let name = &now.name;
    match action {
        Action::AddColumn(add) => column::add(add, after, setting),
        Action::DropColumn(DropColumn { column, .. }) => {
            let shown = format!("`{}`", name.print_with_column(column));
            vec![Impact {
                loses: Some(format!("the values of {shown}")),
                breaks: Some(format!("whatever uses column {shown}")),
                ..setting.on(Kind::DropColumn, name, format!("column {shown}"))
            }]
        }
        Action::RenameColumn(RenameColumn { column, .. }) => {
            let shown = format!("`{}`", name.print_with_column(column));
            vec![Impact {
                breaks: Some(format!("whatever calls column {shown} by its old name")),
                ..setting.on(Kind::RenameColumn, name, format!("column {shown}"))
            }]
        }
        Action::AlterColumn(alter) => column::alter(alter, now, after, setting),
        Action::AddPrimaryKey(_)
        | Action::AddUnique(_)
        | Action::AddForeignKey(_)
        | Action::AddCheck(_)
        | Action::AddExclude(_) => {
            let constraint = action.constraint().expect("these five add a constraint");
            add_constraint(&constraint, name, setting)
        }
        Action::DropConstraint(DropConstraint { constraint, .. }) => {
            vec![setting.on(Kind::DropConstraint, name, format!("constraint `{constraint}` of `{name}`"))]
        }
        Action::RenameConstraint(RenameConstraint { constraint, .. }) => {
            vec![setting.on(Kind::RenameConstraint, name, format!("constraint `{constraint}` of `{name}`"))]
        }
        Action::CreateIndex(AddIndex { index, .. }) => vec![create_index(name, index, setting)],
        Action::DropIndex(RemoveIndex { index, .. }) => {
            vec![setting.on(Kind::DropIndex, name, format!("index `{index}`"))]
        }
        Action::SetComment(_) => {
            vec![setting.on(Kind::ChangeComment, name, format!("the comment of `{name}`"))]
        }
        Action::SetOptions(_) => {
            vec![setting.on(Kind::ChangeOptions, name, format!("the options of `{name}`"))]
        }
    }
}

/// Says what an index on a table that is there does.
pub(super) fn create_index(table: &TableName, index: &Index, setting: Setting<'_>) -> Impact {
    let breaks = index
        .unique
        .then(|| format!("whatever writes rows to `{table}` that index `{}` refuses", index.name));
    Impact { breaks, ..setting.on(ChangeKind::CreateIndex, table, format!("index `{}`", index.name)) }
}

/// Says what a constraint on a table that is there does; a foreign key does it to both tables.
pub(super) fn add_constraint(
    constraint: &Constraint,
    table: &TableName,
    setting: Setting<'_>,
) -> Vec<Impact> {
    use ChangeKind as Kind;
    let kind = match constraint {
        Constraint::PrimaryKey(_) => Kind::AddPrimaryKey,
        Constraint::Unique(_) => Kind::AddUnique,
        Constraint::ForeignKey(key) if key.not_valid && setting.knows(Kind::AddForeignKeyNotValid) => {
            Kind::AddForeignKeyNotValid
        }
        Constraint::ForeignKey(_) => Kind::AddForeignKey,
        Constraint::Check(check) if check.not_valid && setting.knows(Kind::AddCheckNotValid) => {
            Kind::AddCheckNotValid
        }
        Constraint::Check(_) => Kind::AddCheck,
        Constraint::Exclude(_) => Kind::AddExclude,
    };
    let object = format!("{} of `{table}`", in_words(constraint));
    let breaks = Some(format!("whatever writes rows to `{table}` that the {object} refuses"));
    let mut made = vec![Impact { breaks, ..setting.on(kind, table, object) }];
    if let Constraint::ForeignKey(key) = constraint
        && key.references != *table
    {
        made.push(setting.on(Kind::PointAtTable, &key.references, format!("table `{}`", key.references)));
    }
    made
}

/// Names a constraint, literals in backticks: "unique constraint `uq_email`".
pub(crate) fn in_words(constraint: &Constraint) -> String {
    let kind = match constraint {
        Constraint::PrimaryKey(_) => "primary key",
        Constraint::Unique(_) => "unique constraint",
        Constraint::ForeignKey(_) => "foreign key",
        Constraint::Check(_) => "check",
        Constraint::Exclude(_) => "exclusion constraint",
    };
    match (constraint.name(), constraint) {
        (Some(name), _) => format!("{kind} `{name}`"),
        (None, Constraint::Check(check)) => format!("{kind} `{}`", check.sql),
        (None, _) => {
            let columns: Vec<String> = constraint.columns().iter().map(|name| format!("`{name}`")).collect();
            format!("{kind} over {}", columns.join(", "))
        }
    }
}
