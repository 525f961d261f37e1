//! Prints the actions of `alter_table`.

use crate::action::{
    Action, ActionKind, AddColumn, AddIndex, AlterColumn, DropColumn, DropConstraint, Position, RemoveIndex,
    RenameColumn, RenameConstraint, SetComment, SetOptions,
};
use crate::schema::Constraint;

use super::column::{Constraints, column};
use super::constraint::{self, Head};
use super::index::index;
use super::item::{Item, Toml};

/// Prints an action.
pub(super) fn action(action: &Action) -> Item {
    let head: &'static str = ActionKind::from(action).into();
    let toml = match action {
        Action::AddColumn(add) => add_column(add),
        Action::DropColumn(DropColumn { column, if_exists }) => {
            Toml::with(head, Item::ident(column)).flag("if_exists", *if_exists)
        }
        Action::RenameColumn(RenameColumn { column, to }) => {
            Toml::with(head, Item::ident(column)).put("to", Item::ident(to))
        }
        Action::AlterColumn(alter) => alter_column(alter),
        Action::AddPrimaryKey(key) => constraint::primary_key(key, Head::Action(head)),
        Action::AddUnique(unique) => constraint::unique(unique, Head::Action(head)),
        Action::AddForeignKey(key) => constraint::foreign_key(key, Head::Action(head)),
        Action::AddCheck(check) => constraint::check(check, Head::Action(head)),
        Action::AddExclude(exclude) => constraint::exclude(exclude, Head::Action(head)),
        Action::DropConstraint(DropConstraint { constraint, if_exists }) => {
            Toml::with(head, Item::constraint_ref(constraint)).flag("if_exists", *if_exists)
        }
        Action::RenameConstraint(RenameConstraint { constraint, to }) => {
            Toml::with(head, Item::constraint_ref(constraint)).put("to", Item::ident(to))
        }
        Action::CreateIndex(AddIndex { index: one, if_not_exists }) => {
            Toml::with(head, Item::ident(&one.name)).and(index(one)).flag("if_not_exists", *if_not_exists)
        }
        Action::DropIndex(RemoveIndex { index, if_exists }) => {
            Toml::with(head, Item::ident(index)).flag("if_exists", *if_exists)
        }
        Action::SetComment(SetComment { comment: Some(comment) }) => Toml::with(head, Item::text(comment)),
        Action::SetComment(SetComment { comment: None }) => {
            Toml::with(head, Toml::with("drop", Item::boolean(true)).item())
        }
        Action::SetOptions(SetOptions { options }) => {
            Toml::with(head, Toml::default().options(options).item())
        }
    };
    toml.item()
}

fn add_column(add: &AddColumn) -> Toml {
    let AddColumn { column: one, position, constraints, if_not_exists } = add;
    let mut left = Constraints::new(constraints);
    let toml = Toml::with("add_column", Item::ident(&one.name)).and(column(one, &mut left));
    let key = left.take(|constraint| matches!(constraint, Constraint::PrimaryKey(_)));
    let key = key.and_then(|key| match key {
        Constraint::PrimaryKey(key) => Some(constraint::primary_key(key, Head::Item("columns")).item()),
        _ => None,
    });
    let check = left
        .take(|constraint| matches!(constraint, Constraint::Check(check) if check.name.is_none() && !check.not_valid));
    let check = check.and_then(|check| match check {
        Constraint::Check(check) => Some(Item::sql(&check.sql)),
        _ => None,
    });
    let toml = toml.maybe("primary_key", key).maybe("check", check).and(constraint::lists(&left.rest()));
    let toml = match position {
        None => toml,
        Some(Position::Before(other) | Position::Back(other)) => toml.put("before", Item::ident(other)),
        Some(Position::After(other)) => toml.put("after", Item::ident(other)),
    };
    toml.flag("if_not_exists", *if_not_exists)
}

fn alter_column(alter: &AlterColumn) -> Toml {
    let AlterColumn {
        column,
        ty,
        using,
        nullable,
        default,
        collation,
        comment,
        identity,
        autoincrement,
        generated,
        options,
    } = alter;
    Toml::with("alter_column", Item::ident(column))
        .maybe("type", ty.as_ref().map(Item::column_type))
        .maybe("using", using.as_ref().map(Item::sql))
        .maybe("nullable", nullable.map(Item::boolean))
        .edit("default", default, |toml, value| toml.value("default", value))
        .edit("generated", generated, |toml, value| toml.put("generated", Item::generated(value)))
        .edit("identity", identity, |toml, value| toml.put("identity", Item::identity(value)))
        .edit("autoincrement", autoincrement, |toml, value| toml.put("autoincrement", Item::boolean(*value)))
        .edit("collation", collation, |toml, value| toml.put("collation", Item::ident(value)))
        .edit("comment", comment, |toml, value| toml.put("comment", Item::text(value)))
        .options(options)
}
