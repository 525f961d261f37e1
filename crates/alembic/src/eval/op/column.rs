//! `add_column`, `drop_column` and `alter_column`, of `op` and of a batch.

use limbeck_core::action::{
    Action, AddColumn, AddIndex, AlterColumn, DropColumn, Edit, Position, RenameColumn,
};
use limbeck_core::literal::RawSql;
use ruff_text_size::TextRange;

use super::Target;
use crate::eval::interpreter::{Eval, Interpreter};
use crate::eval::item::{Arguments, Item};
use crate::eval::value::Value;

impl Interpreter<'_> {
    /// Calls one of them, with the arguments of the method of a batch.
    pub(super) fn column_op(
        &mut self,
        at: TextRange,
        name: &str,
        target: &Target<'_>,
        args: Arguments,
    ) -> Eval<Value> {
        match name {
            "add_column" => self.add_column(at, target, &args),
            "drop_column" => self.drop_column(at, target, &args),
            _ => self.alter_column(at, target, &args),
        }
    }

    fn add_column(&mut self, at: TextRange, target: &Target<'_>, args: &Arguments) -> Eval<Value> {
        self.only(
            at,
            "add_column",
            &args.named,
            &["column", "insert_before", "insert_after", "if_not_exists"],
        )?;
        let Some(Value::Item(item)) = args.get(0, "column").cloned() else {
            return self.untold(at, "`add_column` of no column");
        };
        let Item::Column(column) = &*item else {
            return self.untold(at, format!("`add_column` of {}", item.what()));
        };
        let table = target.table();
        let converted = self.column(at, &table, column)?;
        if converted.primary_key {
            return self.untold(at, "a column is added to a primary key");
        }
        // Only where a table is made anew does a new column have a place.
        let mut position = None;
        for (name, make) in [
            ("insert_before", Position::Before as fn(_) -> Position),
            ("insert_after", Position::After as fn(_) -> _),
        ] {
            if let Some(other) = self.text_arg(at, args.named(name), name)?
                && self.dialect == "sqlite"
            {
                position = Some(make(self.ident(at, &other)?));
            }
        }
        let add = AddColumn {
            column: converted.column,
            position,
            constraints: converted.constraints.into_iter().chain(converted.later).collect(),
            if_not_exists: self.flag_arg(at, args.named("if_not_exists"), "if_not_exists")? == Some(true),
        };
        let mut actions = vec![Action::AddColumn(add)];
        actions.extend(converted.index.map(|index| Action::CreateIndex(AddIndex::new(index))));
        self.act(target, actions);
        Ok(Value::None)
    }

    fn drop_column(&mut self, at: TextRange, target: &Target<'_>, args: &Arguments) -> Eval<Value> {
        let known =
            ["column_name", "if_exists", "mssql_drop_check", "mssql_drop_default", "mssql_drop_foreign_key"];
        self.only(at, "drop_column", &args.named, &known)?;
        let Some(name) = self.text_arg(at, args.get(0, "column_name"), "column_name")? else {
            return self.untold(at, "`drop_column` of no column");
        };
        let column = self.ident(at, &name)?;
        let if_exists = self.flag_arg(at, args.named("if_exists"), "if_exists")? == Some(true);
        self.act(target, vec![Action::DropColumn(DropColumn { column, if_exists })]);
        Ok(Value::None)
    }

    fn alter_column(&mut self, at: TextRange, target: &Target<'_>, args: &Arguments) -> Eval<Value> {
        let known = [
            "column_name",
            "nullable",
            "comment",
            "server_default",
            "new_column_name",
            "name",
            "type_",
            "existing_type",
            "existing_server_default",
            "existing_nullable",
            "existing_comment",
            "existing_autoincrement",
            "autoincrement",
            "postgresql_using",
            "insert_before",
            "insert_after",
            "existing_index",
            "existing_unique",
            // A default of Python's leaves no trace in the table.
            "default",
        ];
        self.only(at, "alter_column", &args.named, &known)?;
        let Some(name) = self.text_arg(at, args.get(0, "column_name"), "column_name")? else {
            return self.untold(at, "`alter_column` of no column");
        };
        if args.positional.len() > 1 {
            return self.untold(at, "`alter_column` with arguments by position");
        }
        let mut alter = AlterColumn::new(self.ident(at, &name)?);
        alter.nullable = self.flag_arg(at, args.named("nullable"), "nullable")?;
        match args.named("comment") {
            None | Some(Value::Bool(false)) => {}
            Some(Value::None) => alter.comment = Edit::Drop,
            value => {
                let text = self.text_arg(at, value, "comment")?;
                alter.comment = text.map_or(Edit::Keep, Edit::Set);
            }
        }
        if self.dialect == "sqlite" {
            alter.comment = Edit::Keep;
        }
        match args.named("server_default") {
            None | Some(Value::Bool(false)) => {}
            Some(Value::None) => alter.default = Edit::Drop,
            Some(Value::Item(item))
                if let Item::Construct(kind, given) = &**item
                    && &**kind == "Identity" =>
            {
                alter.identity = Edit::Set(self.identity(at, given)?);
            }
            Some(Value::Item(item))
                if let Item::Construct(kind, _) = &**item
                    && &**kind == "Computed" =>
            {
                return self.untold(at, "a column is made a computed one");
            }
            value => {
                let value = value.cloned();
                if let Some(default) = self.default(at, value.as_ref())? {
                    alter.default = Edit::Set(default);
                }
            }
        }
        if let Some(ty) = args.named("type_").filter(|value| !matches!(value, Value::None)).cloned() {
            let typed = self.typed(at, &ty)?;
            alter.ty = Some(typed.ty);
            if let Some(collation) = typed.collation {
                alter.collation = Edit::Set(self.ident(at, &collation)?);
            }
            if typed.check.is_some() {
                return self.untold(at, "a type that brings a check along");
            }
        }
        if let Some(using) = self.text_arg(at, args.named("postgresql_using"), "postgresql_using")?
            && self.dialect == "postgresql"
        {
            alter.using = Some(RawSql::new(using));
        }
        match args.named("autoincrement") {
            None | Some(Value::None) => {}
            Some(Value::Bool(truth)) if self.dialect == "mysql" => {
                alter.autoincrement = if *truth { Edit::Set(true) } else { Edit::Drop };
            }
            Some(Value::Bool(_)) => {}
            Some(other) => return self.untold(at, format!("`autoincrement` is {}", other.what())),
        }
        let rename = self.text_arg(
            at,
            args.named("new_column_name").or_else(|| args.named("name")),
            "new_column_name",
        )?;
        let mut actions = Vec::new();
        let column = alter.column.clone();
        if alter != AlterColumn::new(column.clone()) {
            actions.push(Action::AlterColumn(Box::new(alter)));
        }
        if let Some(to) = rename.filter(|to| *to != name) {
            actions.push(Action::RenameColumn(RenameColumn { column, to: self.ident(at, &to)? }));
        }
        self.act(target, actions);
        Ok(Value::None)
    }
}
