//! The changes that every fixture goes through: all that can be done to its columns and constraints.

use limbeck_core::action::{
    Action, AddColumn, AlterColumn, DropColumn, DropConstraint, Edit, Position, RenameColumn, SetComment,
};
use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::{Literal, RawSql, Value};
use limbeck_core::name::Ident;
use limbeck_core::op::{AlterTable, Operation, Recreate};
use limbeck_core::schema::{Check, Column, Constraint, ConstraintRef, ForeignKey, Table, Unique};

/// What a change may touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Touches {
    /// Nothing that was there.
    Nothing,
    /// A column goes.
    Gone(Ident),
    /// A column has another name.
    Renamed(Ident, Ident),
    /// The values of a column may be converted.
    Values(Ident),
    /// Rules of a column, and no values.
    Rules(Ident),
    /// A constraint comes or goes.
    Constraints,
}

/// One change.
pub(crate) struct Change {
    pub(crate) label: String,
    pub(crate) operation: Operation,
    pub(crate) touches: Touches,
}

impl Change {
    pub(crate) fn is_neutral(&self) -> bool {
        self.touches == Touches::Nothing
    }
}

/// Returns all changes of a table.
pub(crate) fn changes(table: &Table) -> Vec<Change> {
    let mut all = vec![
        ("nothing".to_owned(), Action::SetComment(SetComment { comment: None }), Touches::Nothing),
        ("add a column".to_owned(), add("added", None), Touches::Nothing),
        (
            "add the first column".to_owned(),
            add("added first", Some(&table.columns[0].name)),
            Touches::Nothing,
        ),
        ("add a check".to_owned(), check("1"), Touches::Nothing),
        ("add a false check".to_owned(), check("0"), Touches::Constraints),
    ];
    for column in &table.columns {
        all.extend(of_column(column));
    }
    let first = vec![table.columns[0].name.clone()];
    let unique = Unique {
        name: Ident::new("uq new").ok(),
        columns: first.clone(),
        nulls_not_distinct: false,
        deferrable: None,
    };
    all.push(("add a unique constraint".to_owned(), Action::AddUnique(unique), Touches::Constraints));
    let key = ForeignKey {
        name: None,
        columns: first.clone(),
        references: table.name.clone(),
        referred_columns: first,
        on_delete: None,
        on_update: None,
        match_type: None,
        deferrable: None,
        not_valid: false,
    };
    all.push(("add a foreign key".to_owned(), Action::AddForeignKey(key), Touches::Constraints));
    for constraint in &table.constraints {
        let which = reference(constraint);
        let label = format!("drop the {} over {:?}", constraint.kind(), shown(constraint));
        let drop = Action::DropConstraint(DropConstraint { constraint: which, if_exists: false });
        all.push((label, drop, Touches::Constraints));
    }
    let mut changes = Vec::new();
    for (label, action, touches) in all {
        for recreate in [Recreate::Auto, Recreate::Always] {
            let operation = AlterTable { table: table.name.clone(), actions: vec![action.clone()], recreate };
            let label = if recreate == Recreate::Always { format!("{label}, anew") } else { label.clone() };
            changes.push(Change { label, operation: operation.into(), touches: touches.clone() });
        }
    }
    changes
}

fn shown(constraint: &Constraint) -> String {
    match constraint {
        Constraint::Check(check) => check.sql.as_str().to_owned(),
        other => other.columns().iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", "),
    }
}

fn reference(constraint: &Constraint) -> ConstraintRef {
    match constraint {
        Constraint::PrimaryKey(_) => ConstraintRef::PrimaryKey,
        Constraint::Unique(unique) => ConstraintRef::Unique(unique.columns.clone()),
        Constraint::Check(check) => ConstraintRef::Check(check.sql.clone()),
        Constraint::ForeignKey(key) => ConstraintRef::ForeignKey(key.columns.clone()),
        Constraint::Exclude(_) => unreachable!("SQLite has none"),
    }
}

fn add(name: &str, before: Option<&Ident>) -> Action {
    let mut column = Column::new(Ident::new(name).unwrap(), ColumnType::Integer);
    column.nullable = false;
    column.default = Some(Value::Literal(Literal::Integer(5)));
    let position = before.cloned().map(Position::Before);
    Action::AddColumn(AddColumn { column, position, constraints: Vec::new(), if_not_exists: false })
}

fn check(sql: &str) -> Action {
    Action::AddCheck(Check { name: Ident::new("ck new").ok(), sql: RawSql::new(sql), not_valid: false })
}

fn of_column(column: &Column) -> Vec<(String, Action, Touches)> {
    let name = &column.name;
    let to = Ident::new("re\"named's").unwrap();
    let alter = |change: &dyn Fn(&mut AlterColumn)| {
        let mut action = AlterColumn::new(name.clone());
        change(&mut action);
        Action::AlterColumn(Box::new(action))
    };
    let drop = Action::DropColumn(DropColumn { column: name.clone(), if_exists: false });
    let rename = Action::RenameColumn(RenameColumn { column: name.clone(), to: to.clone() });
    vec![
        (format!("drop {name}"), drop, Touches::Gone(name.clone())),
        (format!("rename {name}"), rename, Touches::Renamed(name.clone(), to)),
        (
            format!("retype {name}"),
            alter(&|action| action.ty = Some(ColumnType::Binary { length: None })),
            Touches::Values(name.clone()),
        ),
        (
            format!("let {name} be NULL or not"),
            alter(&|action| action.nullable = Some(!column.nullable)),
            Touches::Rules(name.clone()),
        ),
        (
            format!("give {name} a default"),
            alter(&|action| action.default = Edit::Set(Value::Literal(Literal::text("it's")))),
            Touches::Rules(name.clone()),
        ),
    ]
}
