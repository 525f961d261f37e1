//! Reads the actions of `alter_table`.

use crate::action::{
    Action, ActionKind, AddColumn, AddIndex, AlterColumn, DropColumn, DropConstraint, Edit, Position,
    RemoveIndex, RenameColumn, RenameConstraint, SetComment, SetOptions,
};
use crate::diagnostic::Code;
use crate::name::{Ident, TableName};
use crate::schema::Constraint;

use super::column::column;
use super::edit::edit;
use super::operation::head;
use super::options::{Dropping, options};
use super::{Keys, Node, constraint};

/// Reads one item of `actions`: one action, or two where a column brings an index.
pub(super) fn actions(node: &Node<'_>, table: Option<&TableName>) -> Option<Vec<Action>> {
    let (kind, mut keys) = head::<ActionKind>(node, "action")?;
    let actions = match kind {
        ActionKind::AddColumn => add_column(&mut keys, table),
        _ => action(kind, &mut keys).map(|action| vec![action]),
    };
    keys.finish();
    actions
}

fn action(kind: ActionKind, keys: &mut Keys<'_>) -> Option<Action> {
    let key: &'static str = kind.into();
    let head = keys.need(key)?;
    Some(match kind {
        ActionKind::AddColumn => return None,
        ActionKind::DropColumn => {
            let (column, if_exists) = (head.ident(), keys.flag("if_exists"));
            Action::DropColumn(DropColumn { column: column?, if_exists: if_exists? })
        }
        ActionKind::RenameColumn => {
            let (column, to) = (head.ident(), keys.required("to", Node::ident));
            Action::RenameColumn(RenameColumn { column: column?, to: to? })
        }
        ActionKind::AlterColumn => Action::AlterColumn(Box::new(alter_column(keys, head.ident())?)),
        ActionKind::AddPrimaryKey => Action::AddPrimaryKey(constraint::primary_key(keys, key)?),
        ActionKind::AddUnique => Action::AddUnique(constraint::unique(keys, key)?),
        ActionKind::AddForeignKey => Action::AddForeignKey(constraint::foreign_key(keys, key)?),
        ActionKind::AddCheck => Action::AddCheck(constraint::check(keys, key)?),
        ActionKind::AddExclude => Action::AddExclude(constraint::exclude(keys, key)?),
        ActionKind::DropConstraint => {
            let (constraint, if_exists) = (head.constraint_ref(), keys.flag("if_exists"));
            Action::DropConstraint(DropConstraint { constraint: constraint?, if_exists: if_exists? })
        }
        ActionKind::RenameConstraint => {
            let (constraint, to) = (head.constraint_ref(), keys.required("to", Node::ident));
            Action::RenameConstraint(RenameConstraint { constraint: constraint?, to: to? })
        }
        ActionKind::CreateIndex => {
            let index = super::index::index(keys, head.ident(), None);
            let if_not_exists = keys.flag("if_not_exists");
            Action::CreateIndex(AddIndex { index: index?, if_not_exists: if_not_exists? })
        }
        ActionKind::DropIndex => {
            let (index, if_exists) = (head.ident(), keys.flag("if_exists"));
            Action::DropIndex(RemoveIndex { index: index?, if_exists: if_exists? })
        }
        ActionKind::SetComment => {
            let comment = match edit(keys, key, Node::text)? {
                Edit::Set(comment) => Some(comment),
                Edit::Keep | Edit::Drop => None,
            };
            Action::SetComment(SetComment { comment })
        }
        ActionKind::SetOptions => {
            let mut inner = head.table()?;
            let read = options(&mut inner, Dropping::Allowed);
            inner.finish();
            let options = read?;
            if options.is_empty() {
                head.fault(Code::BadValue, "`set_options` must name a dialect and its options");
                return None;
            }
            Action::SetOptions(SetOptions { options })
        }
    })
}

/// Reads `add_column`, with the constraints written on the column and after it.
fn add_column(keys: &mut Keys<'_>, table: Option<&TableName>) -> Option<Vec<Action>> {
    let name = keys.need("add_column")?.ident();
    let written = column(keys, name);
    let lists = constraint::lists(keys);
    keys.exclude("before", "after");
    let before = keys.optional("before", Node::ident);
    let after = keys.optional("after", Node::ident);
    let if_not_exists = keys.flag("if_not_exists");
    let mut written = written?;
    let mut constraints = Vec::new();
    if let Some(key) = written.primary_key.take() {
        if key.columns.contains(&written.column.name) {
            written.forbid_null()?;
        }
        constraints.push(Constraint::PrimaryKey(key));
    }
    constraints.append(&mut written.constraints);
    constraints.extend(lists?);
    let index = match &written.index {
        Some((node, given)) => Some(super::table::own_index(node, given.clone(), table?, &written)?),
        None => None,
    };
    let position = match (before?, after?) {
        (Some(before), _) => Some(Position::Before(before)),
        (None, Some(after)) => Some(Position::After(after)),
        (None, None) => None,
    };
    let add = AddColumn { column: written.column, position, constraints, if_not_exists: if_not_exists? };
    let index = index.map(|index| Action::CreateIndex(AddIndex::new(index)));
    Some([Action::AddColumn(add)].into_iter().chain(index).collect())
}

fn alter_column(keys: &mut Keys<'_>, column: Option<Ident>) -> Option<AlterColumn> {
    let ty = keys.optional("type", Node::column_type);
    let using = keys.optional("using", Node::sql);
    let nullable = keys.optional("nullable", Node::flag);
    let default = edit(keys, "default", Node::literal_or_sql);
    let collation = edit(keys, "collation", Node::ident);
    let comment = edit(keys, "comment", Node::text);
    let identity = edit(keys, "identity", Node::identity);
    let autoincrement = edit(keys, "autoincrement", Node::flag);
    let generated = edit(keys, "generated", Node::generated);
    let options = options(keys, Dropping::Allowed);
    let change = AlterColumn {
        column: column?,
        ty: ty?,
        using: using?,
        nullable: nullable?,
        default: default?,
        collation: collation?,
        comment: comment?,
        identity: identity?,
        autoincrement: autoincrement?,
        generated: generated?,
        options: options?,
    };
    if change == AlterColumn::new(change.column.clone()) {
        keys.reader.fault(Code::MissingKey, keys.span(), "`alter_column` does not say what changes");
        return None;
    }
    Some(change)
}
