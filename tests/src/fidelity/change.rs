//! The changes that every fixture goes through: all that can be done to its columns, constraints and indexes, and groups.

use limbeck_core::action::{
    Action, AddColumn, AddIndex, AlterColumn, DropColumn, DropConstraint, Edit, Position, RemoveIndex,
    RenameColumn, RenameConstraint, SetComment,
};
use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::{Literal, RawSql, Value};
use limbeck_core::name::Ident;
use limbeck_core::op::{AlterTable, Operation, Recreate};
use limbeck_core::schema::{
    Check, Column, Constraint, ConstraintRef, ForeignKey, Index, IndexColumn, PrimaryKey, Table, Unique,
};

/// How many columns of a table are changed one by one: the first ones and the last ones.
const COLUMNS: usize = 6;

/// Of a table with more columns than this only the first and the last are changed.
const WIDE: usize = 100;

/// One change.
#[derive(Debug, Clone)]
pub struct Change {
    /// What it does, in a few words.
    pub label: String,
    /// The actions, in order.
    pub actions: Vec<Action>,
}

impl Change {
    fn new(label: impl Into<String>, actions: Vec<Action>) -> Self {
        Self { label: label.into(), actions }
    }

    /// Makes the operation of it.
    pub fn on(&self, table: &Table, recreate: Recreate) -> Operation {
        AlterTable { table: table.name.clone(), actions: self.actions.clone(), recreate }.into()
    }
}

/// Returns all changes of a table.
pub fn changes(table: &Table) -> Vec<Change> {
    let mut all = of_table(table);
    let ends = if table.columns.len() > WIDE { 1 } else { COLUMNS / 2 };
    let last = table.columns.len().saturating_sub(ends);
    let near = table.columns.iter().enumerate().filter(|(i, _)| *i < ends || *i >= last);
    all.extend(near.flat_map(|(_, column)| of_column(table, column)));
    all.extend(of_constraints(table));
    all.extend(groups(table));
    all
}

fn of_table(table: &Table) -> Vec<Change> {
    let first = &table.columns[0].name;
    vec![
        Change::new("nothing", vec![Action::SetComment(SetComment { comment: None })]),
        Change::new("add a column", vec![add("added", None)]),
        Change::new("add the first column", vec![add("added first", Some(Position::Before(first.clone())))]),
        Change::new("add a check", vec![check("1")]),
        Change::new("add a false check", vec![check("0")]),
        Change::new("add a unique constraint", vec![unique(first)]),
        Change::new("add a foreign key", vec![key_to_itself(table)]),
        Change::new("make an index", vec![make_index(first)]),
    ]
}

fn of_column(table: &Table, column: &Column) -> Vec<Change> {
    let name = &column.name;
    let mut changes = vec![
        Change::new(format!("drop {name}"), vec![drop(name)]),
        Change::new(format!("rename {name}"), vec![rename(name, "re\"named's")]),
        Change::new(
            format!("retype {name}"),
            vec![alter(name, |action| action.ty = Some(ColumnType::Binary { length: None }))],
        ),
        Change::new(
            format!("let {name} be NULL or not"),
            vec![alter(name, |action| action.nullable = Some(!column.nullable))],
        ),
        Change::new(
            format!("collate {name}"),
            vec![alter(name, |action| action.collation = Edit::Set(ident("RTRIM")))],
        ),
    ];
    changes.push(match column.default {
        Some(_) => Change::new(
            format!("take the default of {name}"),
            vec![alter(name, |action| action.default = Edit::Drop)],
        ),
        None => Change::new(format!("give {name} a default"), vec![give_default(name)]),
    });
    if column.default.is_some() && table.columns.len() < COLUMNS {
        changes.push(Change::new(format!("give {name} another default"), vec![give_default(name)]));
    }
    changes
}

fn of_constraints(table: &Table) -> Vec<Change> {
    let mut changes = Vec::new();
    for constraint in &table.constraints {
        let (Some(which), shape) = (ConstraintRef::to(constraint), shape(constraint)) else { continue };
        let drop = |constraint: &ConstraintRef| {
            vec![Action::DropConstraint(DropConstraint { constraint: constraint.clone(), if_exists: false })]
        };
        changes.push(Change::new(format!("drop {shape}"), drop(&shape)));
        if which != shape {
            changes.push(Change::new(format!("drop constraint {which}"), drop(&which)));
        }
        let name = RenameConstraint { constraint: which.clone(), to: ident("re named") };
        changes.push(Change::new(format!("name {which}"), vec![Action::RenameConstraint(name)]));
    }
    if table.primary_key().is_none() {
        let key = PrimaryKey { name: None, columns: vec![table.columns[0].name.clone()] };
        changes.push(Change::new("add a primary key", vec![Action::AddPrimaryKey(key)]));
    }
    for index in table.indexes.iter().take(3) {
        let drop = RemoveIndex { index: index.name.clone(), if_exists: false };
        changes.push(Change::new(format!("drop index {}", index.name), vec![Action::DropIndex(drop)]));
    }
    changes
}

/// Returns groups, which must be made in one go.
fn groups(table: &Table) -> Vec<Change> {
    let (first, last) = (&table.columns[0].name, &table.columns[table.columns.len() - 1].name);
    let mut groups = vec![
        Change::new(
            "group: add a column, default and rename the first, add a check",
            vec![add("added", None), give_default(first), rename(first, "first"), check("1")],
        ),
        Change::new(
            "group: retype the last, add one before it, make an index",
            vec![
                alter(last, |action| action.ty = Some(ColumnType::Text)),
                add("added", Some(Position::Before(last.clone()))),
                make_index(last),
            ],
        ),
    ];
    if first != last {
        groups.push(Change::new(
            "group: drop the last, rename the first, add a foreign key",
            vec![drop(last), key_to_itself(table), rename(first, "last")],
        ));
        groups.push(Change::new(
            "group: the first and the last change names",
            vec![
                rename(first, "between"),
                rename(last, first.as_str()),
                rename(&ident("between"), last.as_str()),
            ],
        ));
    }
    let rules: Vec<Action> = (table.constraints.iter())
        .filter(|constraint| !matches!(constraint, Constraint::PrimaryKey(_)))
        .filter_map(ConstraintRef::to)
        .map(|constraint| Action::DropConstraint(DropConstraint { constraint, if_exists: false }))
        .collect();
    if rules.len() > 1 {
        groups.push(Change::new("group: drop all constraints but the key", rules));
    }
    groups
}

fn ident(name: &str) -> Ident {
    Ident::new(name).expect("the name is no empty one")
}

fn shape(constraint: &Constraint) -> ConstraintRef {
    ConstraintRef::to(&constraint.nameless()).expect("SQLite has no exclusions")
}

fn drop(name: &Ident) -> Action {
    Action::DropColumn(DropColumn { column: name.clone(), if_exists: false })
}

fn rename(name: &Ident, to: &str) -> Action {
    Action::RenameColumn(RenameColumn { column: name.clone(), to: ident(to) })
}

fn alter(name: &Ident, change: impl FnOnce(&mut AlterColumn)) -> Action {
    let mut action = AlterColumn::new(name.clone());
    change(&mut action);
    Action::AlterColumn(Box::new(action))
}

fn give_default(name: &Ident) -> Action {
    alter(name, |action| action.default = Edit::Set(Value::Literal(Literal::text("it's"))))
}

fn add(name: &str, position: Option<Position>) -> Action {
    let mut column = Column::new(ident(name), ColumnType::Integer);
    column.nullable = false;
    column.default = Some(Value::Literal(Literal::Integer(5)));
    Action::AddColumn(AddColumn { column, position, constraints: Vec::new(), if_not_exists: false })
}

fn check(sql: &str) -> Action {
    Action::AddCheck(Check { name: Some(ident("ck new")), sql: RawSql::new(sql), not_valid: false })
}

fn unique(column: &Ident) -> Action {
    Action::AddUnique(Unique {
        name: Some(ident("uq new")),
        columns: vec![column.clone()],
        nulls_not_distinct: false,
        deferrable: None,
    })
}

fn key_to_itself(table: &Table) -> Action {
    let first = vec![table.columns[0].name.clone()];
    Action::AddForeignKey(ForeignKey::new(first.clone(), table.name.clone(), first))
}

fn make_index(column: &Ident) -> Action {
    Action::CreateIndex(AddIndex::new(Index {
        name: ident("ix \"new\""),
        unique: false,
        columns: vec![IndexColumn::column(column.clone())],
        filter: None,
        include: Vec::new(),
        using: None,
        nulls_not_distinct: false,
        options: limbeck_core::schema::Options::new(),
    }))
}
