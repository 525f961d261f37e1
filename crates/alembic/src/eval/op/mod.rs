//! `op.…` and `batch_op.…`: one file a family, each of which records the operations of Limbeck that mean the same.

mod column;
mod constraint;
mod index;
mod rows;
mod table;

use std::cell::RefCell;
use std::rc::Rc;

use limbeck_core::action::{Action, DropConstraint};
use limbeck_core::name::TableName;
use limbeck_core::op::{AlterTable, Recreate};
use limbeck_core::schema::{Constraint, ConstraintRef};
use ruff_text_size::TextRange;

use super::interpreter::{Eval, Interpreter};
use super::item::Arguments;
use super::value::Value;

/// What `op.batch_alter_table` collects until its block ends.
pub(super) struct Batch {
    pub(super) table: TableName,
    pub(super) actions: Vec<Action>,
    pub(super) recreate: Recreate,
}

/// Where an action of a table goes: into a batch, or on its own.
pub(super) enum Target<'b> {
    Alone(TableName),
    Batch(&'b Rc<RefCell<Batch>>),
}

impl Target<'_> {
    pub(super) fn table(&self) -> TableName {
        match self {
            Self::Alone(table) => table.clone(),
            Self::Batch(batch) => batch.borrow().table.clone(),
        }
    }
}

impl Interpreter<'_> {
    /// Calls a function of `alembic.op`.
    pub(super) fn op(&mut self, at: TextRange, name: &str, args: Arguments) -> Eval<Value> {
        match name {
            "f" => Ok(self.keep_name(&args)),
            "get_bind" => Ok(Value::Bind),
            "get_context" => Ok(Value::Context),
            "inline_literal" => self.sa(at, "literal", args),
            "batch_alter_table" => self.batch(at, &args),
            "create_table" => self.create_table(at, &args),
            "drop_table" => self.drop_table(at, &args),
            "rename_table" => self.rename_table(at, &args),
            "create_table_comment" | "drop_table_comment" => {
                let table = self.table_of(at, &args)?;
                self.table_comment(at, name, &Target::Alone(table), 1, &args)
            }
            "create_index" => self.create_index(at, &args),
            "drop_index" => self.drop_index(at, &args),
            "execute" => self.execute(at, &args),
            "bulk_insert" => self.bulk_insert(at, &args),
            "add_column" | "drop_column" | "alter_column" => {
                let table = self.table_of(at, &args)?;
                self.column_op(at, name, &Target::Alone(table), shifted(args))
            }
            "create_primary_key"
            | "create_unique_constraint"
            | "create_check_constraint"
            | "drop_constraint" => {
                let table = match self.text_arg(at, args.get(1, "table_name"), "table_name")? {
                    Some(name) => {
                        let schema = self.text_arg(at, args.named("schema"), "schema")?;
                        self.table_name(at, &name, schema.as_deref())?
                    }
                    None => return self.untold(at, format!("`op.{name}` without a table")),
                };
                self.constraint_op(
                    at,
                    name,
                    &Target::Alone(table),
                    without(args, 1, &["table_name", "schema"]),
                )
            }
            "create_foreign_key" => {
                let Some(name) = self.text_arg(at, args.get(1, "source_table"), "source_table")? else {
                    return self.untold(at, "a foreign key of nothing");
                };
                let schema = self.text_arg(at, args.named("source_schema"), "source_schema")?;
                let table = self.table_name(at, &name, schema.as_deref())?;
                self.foreign_key_op(
                    at,
                    &Target::Alone(table),
                    without(args, 1, &["source_table", "source_schema"]),
                )
            }
            "create_exclude_constraint" => self.exclude_op(at, &args),
            _ => self.untold(at, format!("`op.{name}`")),
        }
    }

    /// Calls a method of a batch.
    pub(super) fn batch_op(
        &mut self,
        at: TextRange,
        batch: &Rc<RefCell<Batch>>,
        name: &str,
        args: Arguments,
    ) -> Eval<Value> {
        let target = Target::Batch(batch);
        match name {
            "f" => Ok(self.keep_name(&args)),
            "get_bind" => Ok(Value::Bind),
            "get_context" => Ok(Value::Context),
            "execute" => self.execute(at, &args),
            "add_column" | "drop_column" | "alter_column" => self.column_op(at, name, &target, args),
            "create_primary_key"
            | "create_unique_constraint"
            | "create_check_constraint"
            | "drop_constraint" => self.constraint_op(at, name, &target, args),
            "create_foreign_key" => self.foreign_key_op(at, &target, args),
            "create_index" | "drop_index" => self.batch_index(at, name, batch, &args),
            "create_table_comment" | "drop_table_comment" => self.table_comment(at, name, &target, 0, &args),
            _ => self.untold(at, format!("`batch_op.{name}`")),
        }
    }

    fn batch(&mut self, at: TextRange, args: &Arguments) -> Eval<Value> {
        let known =
            ["table_name", "schema", "recreate", "naming_convention", "partial_reordering", "reflect_kwargs"];
        // What a new table is made from is taken from the schema here.
        let also = ["reflect_args", "table_kwargs"];
        let known: Vec<&str> = known.into_iter().chain(also).collect();
        self.only(at, "batch_alter_table", &args.named, &known)?;
        if args.named("partial_reordering").is_some_and(|value| value.truth() != Some(false)) {
            return self.untold(at, "`partial_reordering` of a batch");
        }
        if self.dialect == "sqlite"
            && ["reflect_args", "table_kwargs"]
                .iter()
                .any(|key| args.named(key).is_some_and(|v| v.truth() != Some(false)))
        {
            return self.untold(at, "a batch that says what the new table is like");
        }
        let Some(name) = self.text_arg(at, args.get(0, "table_name"), "table_name")? else {
            return self.untold(at, "a batch of no table");
        };
        let schema = self.text_arg(at, args.get(1, "schema"), "schema")?;
        let recreate = match self.text_arg(at, args.get(2, "recreate"), "recreate")?.as_deref() {
            None | Some("auto") => Recreate::Auto,
            Some("always") => Recreate::Always,
            Some("never") => Recreate::Never,
            Some(other) => return self.untold(at, format!("`recreate` is `{other}`")),
        };
        let batch =
            Batch { table: self.table_name(at, &name, schema.as_deref())?, actions: Vec::new(), recreate };
        Ok(Value::Batch(Rc::new(RefCell::new(batch))))
    }

    /// Records what a batch has collected, when its block ends.
    pub(super) fn flush(&mut self, batch: &Rc<RefCell<Batch>>) -> Eval<()> {
        let actions = std::mem::take(&mut batch.borrow_mut().actions);
        let (table, recreate) = (batch.borrow().table.clone(), batch.borrow().recreate);
        if !actions.is_empty() {
            self.record(AlterTable { table, actions, recreate });
        }
        Ok(())
    }

    /// Records an action, alone or in its batch.
    pub(super) fn act(&mut self, target: &Target<'_>, actions: Vec<Action>) {
        match target {
            Target::Alone(table) => {
                if !actions.is_empty() {
                    let alter = AlterTable { table: table.clone(), actions, recreate: Recreate::Auto };
                    self.record(alter);
                }
            }
            Target::Batch(batch) => {
                for action in actions {
                    self.give_way(batch, &action);
                    batch.borrow_mut().actions.push(action);
                }
            }
        }
    }

    /// Drops what a rule takes the place of: where a table is made anew, a rule stands for the one that has its name, and a
    /// primary key for the one that is there.
    fn give_way(&mut self, batch: &Rc<RefCell<Batch>>, action: &Action) {
        let Some(rule) = action.constraint().filter(|_| self.dialect == "sqlite") else { return };
        let table = batch.borrow().table.clone();
        let there = match rule.name() {
            Some(name) => !self.rules.insert((table, name.clone())),
            None => false,
        };
        let constraint = match (&rule, rule.name()) {
            (Constraint::PrimaryKey(_), _) => ConstraintRef::PrimaryKey,
            (_, Some(name)) if there => ConstraintRef::Name(name.clone()),
            _ => return,
        };
        let drop = Action::DropConstraint(DropConstraint { constraint, if_exists: true });
        batch.borrow_mut().actions.push(drop);
    }

    /// Returns the table that the first argument names, in the schema of `schema`.
    fn table_of(&mut self, at: TextRange, args: &Arguments) -> Eval<TableName> {
        let Some(name) = self.text_arg(at, args.get(0, "table_name"), "table_name")? else {
            return self.untold(at, "an operation on no table");
        };
        let schema = self.text_arg(at, args.named("schema"), "schema")?;
        self.table_name(at, &name, schema.as_deref())
    }
}

/// Takes the table out of the arguments, so that they are those of the method of a batch.
fn shifted(args: Arguments) -> Arguments {
    without(args, 0, &["table_name", "schema"])
}

fn without(mut args: Arguments, position: usize, names: &[&str]) -> Arguments {
    if args.positional.len() > position {
        args.positional.remove(position);
    }
    args.named.retain(|(key, _)| !names.contains(&key.as_str()));
    args
}
