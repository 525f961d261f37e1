//! `create_…_constraint`, `create_primary_key`, `create_foreign_key` and `drop_constraint`.

use limbeck_core::action::{Action, DropConstraint};
use limbeck_core::literal::RawSql;
use limbeck_core::name::Ident;
use limbeck_core::schema::{
    Check, Constraint, ConstraintRef, Exclude, ExcludeElement, ForeignKey, PrimaryKey, Unique,
};
use ruff_text_size::TextRange;

use super::Target;
use crate::eval::interpreter::{Eval, Interpreter};
use crate::eval::item::Arguments;
use crate::eval::value::Value;

impl Interpreter<'_> {
    fn name_arg(&self, at: TextRange, value: Option<&Value>) -> Eval<Option<Ident>> {
        let name = self.text_arg(at, value, "constraint_name")?;
        name.map(|name| self.ident(at, &name)).transpose()
    }

    /// Calls one of them, with the arguments of the method of a batch.
    pub(super) fn constraint_op(
        &mut self,
        at: TextRange,
        op: &str,
        target: &Target<'_>,
        args: Arguments,
    ) -> Eval<Value> {
        let name = self.name_arg(at, args.get(0, "constraint_name"))?;
        let action = match op {
            "drop_constraint" => {
                self.only(at, op, &args.named, &["constraint_name", "type_", "if_exists"])?;
                let kind = self.text_arg(at, args.get(1, "type_"), "type_")?;
                let constraint = match (name, kind.as_deref()) {
                    (_, Some("primary")) if self.dialect == "mysql" => ConstraintRef::PrimaryKey,
                    (Some(name), Some("check")) => {
                        ConstraintRef::Name(self.check_name(at, &target.table(), name)?)
                    }
                    (Some(name), _) => ConstraintRef::Name(name),
                    (None, Some("primary")) => ConstraintRef::PrimaryKey,
                    (None, _) => return self.untold(at, "a constraint without a name is dropped"),
                };
                let if_exists = self.flag_arg(at, args.named("if_exists"), "if_exists")? == Some(true);
                Action::DropConstraint(DropConstraint { constraint, if_exists })
            }
            "create_primary_key" => {
                self.only(at, op, &args.named, &["constraint_name", "columns"])?;
                let columns = self.columns_arg(at, op, &args)?;
                Action::add_constraint(Constraint::PrimaryKey(PrimaryKey { name, columns }))
            }
            "create_unique_constraint" => {
                let known = [
                    "constraint_name",
                    "columns",
                    "deferrable",
                    "initially",
                    "postgresql_nulls_not_distinct",
                ];
                self.only(at, op, &args.named, &known)?;
                Action::add_constraint(Constraint::Unique(Unique {
                    name,
                    columns: self.columns_arg(at, op, &args)?,
                    nulls_not_distinct: args.flag("postgresql_nulls_not_distinct")
                        && self.dialect == "postgresql",
                    deferrable: self.deferrable(at, &args)?,
                }))
            }
            _ => {
                self.only(at, op, &args.named, &["constraint_name", "condition", "postgresql_not_valid"])?;
                let Some(condition) = args.get(1, "condition").cloned() else {
                    return self.untold(at, "a check of nothing");
                };
                Action::add_constraint(Constraint::Check(Check {
                    name,
                    sql: RawSql::new(self.condition_text(at, &condition)?),
                    not_valid: args.flag("postgresql_not_valid") && self.dialect == "postgresql",
                }))
            }
        };
        self.act(target, vec![action]);
        Ok(Value::None)
    }

    fn columns_arg(&mut self, at: TextRange, op: &str, args: &Arguments) -> Eval<Vec<Ident>> {
        match args.get(1, "columns").cloned() {
            Some(columns) => self.column_names(at, &columns),
            None => self.untold(at, format!("`{op}` without columns")),
        }
    }

    /// `create_foreign_key`, with the arguments of the method of a batch.
    pub(super) fn foreign_key_op(
        &mut self,
        at: TextRange,
        target: &Target<'_>,
        args: Arguments,
    ) -> Eval<Value> {
        let known = [
            "constraint_name",
            "referent_table",
            "local_cols",
            "remote_cols",
            "referent_schema",
            "onupdate",
            "ondelete",
            "deferrable",
            "initially",
            "match",
            "postgresql_not_valid",
            "use_alter",
        ];
        self.only(at, "create_foreign_key", &args.named, &known)?;
        let name = self.name_arg(at, args.get(0, "constraint_name"))?;
        let Some(table) = self.text_arg(at, args.get(1, "referent_table"), "referent_table")? else {
            return self.untold(at, "a foreign key to nothing");
        };
        let (Some(local), Some(remote)) =
            (args.get(2, "local_cols").cloned(), args.get(3, "remote_cols").cloned())
        else {
            return self.untold(at, "a foreign key without columns");
        };
        let schema = self.text_arg(at, args.named("referent_schema"), "referent_schema")?;
        let mut key = ForeignKey::new(
            self.column_names(at, &local)?,
            self.table_name(at, &table, schema.as_deref())?,
            self.column_names(at, &remote)?,
        );
        self.key_options(at, &mut key, &args)?;
        key.name = name;
        self.act(target, vec![Action::add_constraint(Constraint::ForeignKey(key))]);
        Ok(Value::None)
    }

    pub(super) fn exclude_op(&mut self, at: TextRange, args: &Arguments) -> Eval<Value> {
        let known = ["where", "schema", "deferrable", "initially", "using"];
        self.only(at, "create_exclude_constraint", &args.named, &known)?;
        if self.dialect != "postgresql" {
            return self.untold(at, format!("{} has no exclusion constraints", self.dialect));
        }
        let name = self.name_arg(at, args.positional.first())?;
        let Some(table) = self.text_arg(at, args.positional.get(1), "table_name")? else {
            return self.untold(at, "an exclusion constraint of no table");
        };
        let schema = self.text_arg(at, args.named("schema"), "schema")?;
        let mut elements = Vec::new();
        for element in args.positional.iter().skip(2) {
            let pair = self.iterate(at, element)?;
            let [key, operator] = &pair[..] else { return self.untold(at, "an element of an exclusion") };
            let operator = self.text_arg(at, Some(operator), "operator")?.unwrap_or_default();
            elements
                .push(ExcludeElement { key: self.index_key(at, key)?.key, operator: RawSql::new(operator) });
        }
        let filter = match args.named("where").filter(|value| !matches!(value, Value::None)).cloned() {
            Some(filter) => Some(RawSql::new(self.condition_text(at, &filter)?)),
            None => None,
        };
        let using = self.text_arg(at, args.named("using"), "using")?.unwrap_or_else(|| "gist".to_owned());
        let exclude = Exclude {
            name,
            using: Some(self.ident(at, &using)?),
            elements,
            filter,
            deferrable: self.deferrable(at, args)?,
        };
        let target = Target::Alone(self.table_name(at, &table, schema.as_deref())?);
        self.act(&target, vec![Action::add_constraint(Constraint::Exclude(exclude))]);
        Ok(Value::None)
    }
}
