//! What an operation touches, as far as the touch of another branch could matter to it.

use crate::action::{Action, AlterColumn};
use crate::column_type::ColumnType;
use crate::dialect::Names;
use crate::name::{Ident, TableName};
use crate::op::{Access, Change, Footprint, Object, Operation};
use crate::schema::{Column, Constraint, Index};

use crate::schema::words::{Words, folded};

/// One touch.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Touch {
    pub(super) object: Object,
    pub(super) how: How,
}

/// How something is touched: as a footprint says it, with what more has to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// Its state matters and stays.
    Reads,
    /// A text names it, or may.
    Mentions,
    /// A key, index or expression is made over it.
    Builds,
    /// A foreign key points at it.
    Points,
    /// It gets another type.
    Retypes,
    /// It changes in another way.
    Writes,
    /// It comes to be.
    Creates,
    /// It goes.
    Drops,
}

impl How {
    /// Says whether it leaves the object as it is.
    pub(super) fn only_looks(self) -> bool {
        matches!(self, Self::Reads | Self::Mentions | Self::Builds | Self::Points)
    }
}

impl From<Access> for How {
    fn from(access: Access) -> Self {
        match access {
            Access::Reads => Self::Reads,
            Access::Writes => Self::Writes,
            Access::Creates => Self::Creates,
            Access::Drops => Self::Drops,
        }
    }
}

/// Returns what an operation touches, beyond its footprint: columns that expressions name, keys that foreign keys point
/// at, names that share a namespace.
pub(super) fn touches(operation: &Operation, names: Names) -> Vec<Touch> {
    let mut all: Vec<Touch> = footprint(&operation.footprint());
    match operation {
        Operation::CreateTable(create) => {
            let table = &create.table;
            create.table.columns.iter().for_each(|column| of_column(&table.name, column, &mut all));
            for constraint in &table.constraints {
                of_constraint(&table.name, constraint, names, &mut all);
            }
            table.indexes.iter().for_each(|index| of_index(&table.name, index, &mut all));
            // Everything in it is new, so that only what it points at can be touched by others.
            let own = &table.name;
            all.retain(|touch| !matches!(&touch.object, Object::Column(table, _) if table == own));
        }
        Operation::AlterTable(alter) => {
            for action in &alter.actions {
                of_action(&alter.table, action, names, &mut all);
            }
        }
        Operation::CreateIndex(create) => of_index(&create.table, &create.index, &mut all),
        _ => {}
    }
    all
}

/// Returns what an operation touches that finds made what it would make: nothing but whether that is there.
pub(super) fn idle_touches(operation: &Operation) -> Vec<Touch> {
    let mut all = footprint(&operation.footprint());
    all.retain(|touch| matches!(touch.object, Object::Table(_) | Object::Index(_)));
    all
}

fn footprint(footprint: &Footprint) -> Vec<Touch> {
    let touches = footprint.iter().filter(|(_, object)| **object != Object::Anything);
    touches.map(|(access, object)| Touch { object: object.clone(), how: access.into() }).collect()
}

fn of_action(table: &TableName, action: &Action, names: Names, all: &mut Vec<Touch>) {
    match action {
        Action::AddColumn(add) => {
            of_column(table, &add.column, all);
            for constraint in &add.constraints {
                of_constraint(table, constraint, names, all);
            }
        }
        Action::AlterColumn(change) => of_change(table, change, all),
        Action::CreateIndex(add) => of_index(table, &add.index, all),
        // Whether it is a key, whose index gets the name too, is not said here.
        Action::RenameConstraint(rename) if names.dialect == "postgres" => {
            all.push(Touch { object: Object::Index(rename.to.clone()), how: How::Creates });
        }
        action => {
            if let Some(constraint) = action.constraint() {
                of_constraint(table, &constraint, names, all);
            }
        }
    }
}

fn of_column(table: &TableName, column: &Column, all: &mut Vec<Touch>) {
    if let Some(generated) = &column.generated {
        mentions(table, generated.sql.as_str(), all);
    }
    of_type(&column.ty, all);
}

fn of_type(ty: &ColumnType, all: &mut Vec<Touch>) {
    match ty {
        ColumnType::Enum { name: Some(name), values } => {
            let how = if values.is_empty() { How::Reads } else { How::Creates };
            all.push(Touch { object: Object::Type(name.clone()), how });
        }
        ColumnType::Array(item) => of_type(item, all),
        ColumnType::Variant { base, variants } => {
            of_type(base, all);
            variants.values().for_each(|ty| of_type(ty, all));
        }
        ColumnType::Native(text) => {
            // It may be the name of a type of one's own.
            if let Ok(name) = TableName::parse(text.as_str()) {
                all.push(Touch { object: Object::Type(name), how: How::Mentions });
            }
        }
        _ => {}
    }
}

fn of_change(table: &TableName, change: &AlterColumn, all: &mut Vec<Touch>) {
    if let Some(ty) = &change.ty {
        of_type(ty, all);
        let column = Object::Column(table.clone(), change.column.clone());
        all.push(Touch { object: column, how: How::Retypes });
    }
    if let Some(using) = &change.using {
        mentions(table, using.as_str(), all);
    }
    if let crate::action::Edit::Set(generated) = &change.generated {
        mentions(table, generated.sql.as_str(), all);
    }
}

fn of_index(table: &TableName, index: &Index, all: &mut Vec<Touch>) {
    for column in index.named_columns() {
        all.push(Touch { object: Object::Column(table.clone(), column.clone()), how: How::Builds });
    }
    for text in index.texts() {
        mentions(table, text, all);
    }
}

fn of_constraint(table: &TableName, constraint: &Constraint, names: Names, all: &mut Vec<Touch>) {
    for column in constraint.columns() {
        all.push(Touch { object: Object::Column(table.clone(), column.clone()), how: How::Builds });
    }
    for text in constraint.texts() {
        mentions(table, text.as_str(), all);
    }
    if let Constraint::ForeignKey(key) = constraint {
        // SQLite too, which looks for the column only when rows change (sqlite.org/foreignkeys.html#fk_schemacommands), and
        // refuses every change of rows from then on.
        for column in &key.referred_columns {
            all.push(Touch {
                object: Object::Column(key.references.clone(), column.clone()),
                how: How::Points,
            });
        }
        // The primary key is meant, whatever its columns.
        if key.referred_columns.is_empty() {
            all.push(Touch { object: Object::Table(key.references.clone()), how: How::Points });
        }
    }
    if let Some(object) = shared_name(table, constraint, names) {
        all.push(Touch { object, how: How::Creates });
    }
}

/// Returns the object whose name a constraint takes: on PostgreSQL a key is also an index; what MySQL has no name for is
/// numbered as it comes.
fn shared_name(table: &TableName, constraint: &Constraint, names: Names) -> Option<Object> {
    let is_key =
        matches!(constraint, Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclude(_));
    match (names.dialect, constraint.name()) {
        ("postgres", Some(name)) if is_key => Some(Object::Index(name.clone())),
        // Foreign keys and checks have names that are their database's (dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html).
        ("mysql", Some(name)) if !is_key => Some(Object::Constraint(anywhere(), name.to_string())),
        ("mysql", None) if !matches!(constraint, Constraint::PrimaryKey(_)) => {
            Some(Object::Constraint(table.clone(), numbered(constraint)))
        }
        ("postgres", None) if matches!(constraint, Constraint::Check(_) | Constraint::Exclude(_)) => {
            Some(Object::Constraint(table.clone(), numbered(constraint)))
        }
        _ => None,
    }
}

/// Where a name belongs that is not a table's.
fn anywhere() -> TableName {
    TableName::unqualified(Ident::new("*").expect("the name is good"))
}

/// How the constraints of a kind are called that the server numbers.
fn numbered(constraint: &Constraint) -> String {
    format!("a {} without a name", constraint.kind().to_string().replace('_', " "))
}

/// Adds every column that a text on a table may name.
fn mentions(table: &TableName, sql: &str, all: &mut Vec<Touch>) {
    let words = Words::of_expression(sql);
    match words.list() {
        Some(list) => all.extend(
            list.filter_map(|word| Ident::new(word).ok())
                .map(|column| Touch { object: Object::Column(table.clone(), column), how: How::Mentions }),
        ),
        None => all.push(Touch { object: Object::Table(table.clone()), how: How::Mentions }),
    }
}

/// Returns the text of an operation that may name anything: of a view, or SQL that is run as it is.
pub(super) fn free_text(operation: &Operation) -> Option<Words> {
    match operation {
        Operation::CreateView(create) => Some(Words::of(create.view.sql.as_str())),
        Operation::Execute(execute) => Some(Words::of(execute.sql.as_str())),
        _ => None,
    }
}

/// Returns the place where touches meet: objects that have nothing to do with each other differ in it.
pub(super) fn ground(object: &Object) -> String {
    let table = |name: &TableName| folded(&name.name.to_string());
    match object {
        // Relations share their names; which schema is meant may be left to the connection.
        Object::Table(name)
        | Object::Column(name, _)
        | Object::Constraint(name, _)
        | Object::Rows(name)
        | Object::View(name)
        | Object::Sequence(name)
        | Object::Type(name) => table(name),
        Object::Index(name) | Object::Schema(name) => folded(name.as_str()),
        Object::Anything => String::new(),
    }
}

/// Says whether two keys of an index or constraint are the same thing for the purpose of meeting.
pub(super) fn same_object(one: &Object, other: &Object) -> bool {
    let alike = |a: &str, b: &str| folded(a) == folded(b);
    match (one, other) {
        (Object::Column(_, a), Object::Column(_, b)) => alike(a.as_str(), b.as_str()),
        (Object::Constraint(_, a), Object::Constraint(_, b)) => alike(a, b),
        (Object::Column(..), Object::Constraint(..)) | (Object::Constraint(..), Object::Column(..)) => false,
        // A table as a whole is met by whatever is in it.
        _ => true,
    }
}
