//! A difference in the words in which both tools are compared, and those that Limbeck's operations amount to.

use std::collections::BTreeSet;
use std::fmt;

use limbeck_core::action::{Action, AlterColumn};
use limbeck_core::op::{Change, Operation};
use limbeck_core::schema::{Constraint, Index, Order, Schema};
use serde::Deserialize;

/// Something that comes (`+`), goes (`-`) or changes (`~`), its class, its table, and what it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Difference(pub(crate) String, pub(crate) String, pub(crate) String, pub(crate) String);

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(sign, class, table, what) = self;
        write!(f, "{sign} {class} of `{table}`: {what}")
    }
}

/// Leaves out what is said of tables that come or go, beside that.
pub(crate) fn without_parts(all: &BTreeSet<Difference>) -> BTreeSet<Difference> {
    let is_table = |one: &&Difference| one.1 == "table";
    let tables: BTreeSet<&String> = all.iter().filter(is_table).map(|one| &one.2).collect();
    all.iter().filter(|one| is_table(one) || !tables.contains(&one.2)).cloned().collect()
}

/// What Limbeck's operations amount to.
pub(crate) struct Told {
    /// To MySQL a unique index is a unique constraint.
    is_mysql: bool,
    /// Each with all that is known of it, so that what goes and comes back as it was is no difference.
    all: BTreeSet<(Difference, String)>,
}

/// Returns what operations on a schema amount to.
pub(crate) fn told(operations: &[Operation], before: &Schema, is_mysql: bool) -> BTreeSet<Difference> {
    let mut told = Told { is_mysql, all: BTreeSet::new() };
    let mut now = before.clone();
    for operation in operations {
        told.operation(operation, &now);
        operation.apply(&mut now).expect("the operations fit each other");
    }
    let back = |(Difference(sign, class, table, what), content): &(Difference, String)| {
        let other = if sign == "+" { "-" } else { "+" };
        let other = Difference(other.to_owned(), class.clone(), table.clone(), what.clone());
        sign != "~" && told.all.contains(&(other, content.clone()))
    };
    without_parts(&told.all.iter().filter(|one| !back(one)).map(|(one, _)| one.clone()).collect())
}

impl Told {
    fn add(&mut self, sign: &str, class: &str, table: &str, what: &str, content: String) {
        let difference = Difference(sign.to_owned(), class.to_owned(), table.to_owned(), what.to_owned());
        self.all.insert((difference, content));
    }

    fn operation(&mut self, operation: &Operation, now: &Schema) {
        let mut add = |sign: &str, class: &str, table: &str, what: &str| {
            self.add(sign, class, table, what, String::new());
        };
        match operation {
            Operation::CreateTable(create) => add("+", "table", create.table.name.name.as_str(), ""),
            Operation::DropTable(drop) => add("-", "table", drop.table.name.as_str(), ""),
            Operation::AlterTable(alter) => {
                for action in &alter.actions {
                    self.action(action, alter.table.name.as_str(), now);
                }
            }
            Operation::CreateEnum(create) => add("+", "enum", "", create.definition.name.name.as_str()),
            Operation::DropEnum(drop) => add("-", "enum", "", drop.name.name.as_str()),
            Operation::AlterEnum(alter) => add("~", "enum", "", alter.name.name.as_str()),
            Operation::CreateSequence(create) => add("+", "sequence", "", create.sequence.name.name.as_str()),
            Operation::AlterSequence(alter) => add("~", "sequence", "", alter.sequence.name.as_str()),
            Operation::DropSequence(drop) => add("-", "sequence", "", drop.sequence.name.as_str()),
            other => add("~", "other", "", &other.describe()),
        }
    }

    fn action(&mut self, action: &Action, table: &str, now: &Schema) {
        let there = now.tables.values().find(|one| one.name.name.as_str() == table);
        match action {
            Action::AddColumn(add) => self.add("+", "column", table, add.column.name.as_str(), String::new()),
            Action::DropColumn(drop) => self.add("-", "column", table, drop.column.as_str(), String::new()),
            Action::AlterColumn(alter) => self.column(alter, table),
            Action::AddPrimaryKey(key) => self.constraint("+", table, &Constraint::PrimaryKey(key.clone())),
            Action::AddUnique(unique) => self.constraint("+", table, &Constraint::Unique(unique.clone())),
            Action::AddForeignKey(key) => self.constraint("+", table, &Constraint::ForeignKey(key.clone())),
            Action::AddCheck(check) => self.constraint("+", table, &Constraint::Check(check.clone())),
            Action::DropConstraint(drop) => {
                let found = there.and_then(|there| {
                    Some(&there.constraints[there.constraint_position(&drop.constraint).ok()?])
                });
                match found {
                    Some(constraint) => self.constraint("-", table, constraint),
                    None => self.add("-", "constraint", table, &drop.constraint.to_string(), String::new()),
                }
            }
            Action::CreateIndex(add) => self.index("+", table, &add.index),
            Action::DropIndex(drop) => {
                let found =
                    there.and_then(|there| Some(&there.indexes[there.index_position(&drop.index).ok()?]));
                match found {
                    Some(index) => self.index("-", table, index),
                    None => self.add("-", "index", table, drop.index.as_str(), String::new()),
                }
            }
            Action::SetComment(_) => self.add("~", "table comment", table, "", String::new()),
            other => self.add("~", "other", table, &format!("{other:?}"), String::new()),
        }
    }

    fn column(&mut self, alter: &AlterColumn, table: &str) {
        let AlterColumn {
            column,
            ty,
            using: _,
            nullable,
            default,
            collation,
            comment,
            identity,
            autoincrement,
            generated,
            options,
        } = alter;
        let edits = [
            ("type", ty.is_some()),
            ("nullable", nullable.is_some()),
            ("default", default.is_change()),
            ("collation", collation.is_change()),
            ("comment", comment.is_change()),
            ("identity", identity.is_change()),
            ("autoincrement", autoincrement.is_change()),
            ("computed", generated.is_change()),
            ("options", !options.is_empty()),
        ];
        for (class, _) in edits.into_iter().filter(|(_, changes)| *changes) {
            self.add("~", class, table, column.as_str(), String::new());
        }
    }

    fn constraint(&mut self, sign: &str, table: &str, constraint: &Constraint) {
        let mut columns: Vec<&str> = constraint.columns().into_iter().map(|name| name.as_str()).collect();
        columns.sort_unstable();
        let columns = columns.join(", ");
        let content = format!("{constraint:?}");
        match constraint {
            Constraint::PrimaryKey(_) => self.add("~", "primary key", table, "", content),
            Constraint::Unique(_) => self.add(sign, "unique", table, &columns, content),
            Constraint::ForeignKey(_) => self.add(sign, "foreign key", table, &columns, content),
            // The database puts parentheses around it, quotes around names, and types behind numbers.
            Constraint::Check(check) => {
                let words = check.sql.as_str().replace(['(', ')', '`', '"'], "").replace("::numeric", "");
                self.add(sign, "check", table, &words, content);
            }
            Constraint::Exclude(_) => self.add(sign, "exclude", table, &constraint.shape(), content),
        }
    }

    fn index(&mut self, sign: &str, table: &str, index: &Index) {
        let content = format!("{index:?}");
        // SQLAlchemy reads no DESC back, so that to Alembic one that goes is always a constraint.
        let falls = sign == "+" && index.columns.iter().any(|column| column.order == Some(Order::Desc));
        if self.is_mysql && index.unique && !falls {
            let mut columns: Vec<&str> =
                index.named_columns().into_iter().map(|name| name.as_str()).collect();
            columns.sort_unstable();
            return self.add(sign, "unique", table, &columns.join(", "), content);
        }
        self.add(sign, "index", table, index.name.as_str(), content);
    }
}
