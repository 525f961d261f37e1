//! `create_table`, `drop_table`, `rename_table`, and comments of tables.

use limbeck_core::action::{Action, SetComment};
use limbeck_core::literal::Literal;
use limbeck_core::op::{CreateEnum, CreateTable, DropTable, RenameTable};
use limbeck_core::schema::{Constraint, NamedEnum, PrimaryKey, Table};
use ruff_text_size::TextRange;

use super::Target;
use crate::eval::interpreter::{Eval, Interpreter};
use crate::eval::item::{Arguments, Item};
use crate::eval::types::Made;
use crate::eval::value::Value;

impl Interpreter<'_> {
    pub(super) fn create_table(&mut self, at: TextRange, args: &Arguments) -> Eval<Value> {
        let Some(name) =
            self.text_arg(at, args.positional.first().or_else(|| args.named("table_name")), "table_name")?
        else {
            return self.untold(at, "a table without a name");
        };
        let schema = self.text_arg(at, args.named("schema"), "schema")?;
        let mut table = Table::new(self.table_name(at, &name, schema.as_deref())?, Vec::new());
        let mut keys = Vec::new();
        let mut made: Vec<Made> = Vec::new();
        let mut columns = Vec::new();
        for part in args.positional.iter().skip(1) {
            let Value::Item(item) = part else {
                return self.untold(at, format!("{} in a table", part.what()));
            };
            match &**item {
                Item::Column(column) => {
                    let converted = self.column(at, &table.name, column)?;
                    if converted.primary_key {
                        keys.push(converted.column.name.clone());
                    }
                    table.columns.push(converted.column);
                    table.constraints.extend(converted.constraints);
                    table.indexes.extend(converted.index);
                    made.extend(converted.made);
                    columns.push(part.clone());
                }
                Item::Construct(kind, args) if &**kind == "Index" => {
                    let index = self.index_object(at, args)?;
                    table.indexes.push(index);
                }
                Item::Construct(kind, args) => {
                    let constraint = self.constraint(at, kind, args)?;
                    if !(&**kind == "ForeignKeyConstraint" && self.waits(at, args)?) {
                        table.constraints.push(constraint);
                    }
                }
                other => return self.untold(at, format!("{} in a table", other.what())),
            }
        }
        self.options(at, &mut table, args)?;
        let counts_up =
            self.flag_arg(at, args.named("sqlite_autoincrement"), "sqlite_autoincrement")? == Some(true);
        let stated = table.constraints.iter_mut().find_map(|constraint| match constraint {
            Constraint::PrimaryKey(key) => Some(key),
            _ => None,
        });
        match stated {
            // Columns marked as keys come into a key that is stated without any.
            Some(key) if key.columns.is_empty() => key.columns = keys,
            Some(_) => {}
            None if keys.is_empty() => {}
            None => {
                table.constraints.insert(0, Constraint::PrimaryKey(PrimaryKey { name: None, columns: keys }))
            }
        }
        table.constraints.retain(
            |constraint| !matches!(constraint, Constraint::PrimaryKey(key) if key.columns.is_empty()),
        );
        if self.dialect == "postgresql" {
            leave_doubles_out(&mut table);
        }
        let keys: Vec<_> = table.primary_key().map(|key| key.columns.clone()).unwrap_or_default();
        for column in table.columns.iter_mut().filter(|column| keys.contains(&column.name)) {
            column.nullable = false;
        }
        if counts_up && self.dialect == "sqlite" {
            table.columns.iter_mut().filter(|column| keys.contains(&column.name)).for_each(|column| {
                column.autoincrement = Some(true);
            });
        }
        if table.columns.is_empty() {
            return self.untold(at, "a table without columns");
        }
        self.make_enums(made);
        let if_not_exists = self.flag_arg(at, args.named("if_not_exists"), "if_not_exists")? == Some(true);
        self.record(CreateTable { table, if_not_exists });
        Ok(Value::item(Item::Table(crate::eval::item::Table {
            name: name.into(),
            schema: schema.filter(|schema| !schema.is_empty()).map(Into::into),
            columns,
            alias: None,
        })))
    }

    /// Records the named enums that new tables bring along: each once, before the first such table.
    ///
    /// Alembic remembers the names for as long as a run lasts, so that a revision before may have made one.
    fn make_enums(&mut self, made: Vec<Made>) {
        for Made { name, values } in made {
            if self.enums.insert(name.clone()) {
                self.record(CreateEnum { definition: NamedEnum { name, values }, if_not_exists: true });
            }
        }
    }

    /// Reads what stands behind the columns: the comment and the options of dialects.
    fn options(&mut self, at: TextRange, table: &mut Table, args: &Arguments) -> Eval<()> {
        table.comment = self.text_arg(at, args.named("comment"), "comment")?;
        for (key, value) in &args.named {
            let known = [
                "table_name",
                "schema",
                "comment",
                "if_not_exists",
                "info",
                "keep_existing",
                "extend_existing",
                "implicit_returning",
                "quote",
                "listeners",
                "mustexist",
                "sqlite_autoincrement",
            ];
            if known.contains(&key.as_str()) {
                continue;
            }
            let (dialect, option) = match key.split_once('_') {
                Some(("mysql", option)) => ("mysql", option),
                Some(("mariadb", option)) => ("mariadb", option),
                Some(("sqlite", option)) => ("sqlite", option),
                Some(("postgresql", option)) => ("postgres", option),
                Some(("oracle" | "mssql", _)) => continue,
                _ => return self.untold(at, format!("the argument `{key}` of `create_table`")),
            };
            let literal = match (dialect, option, value) {
                (_, _, Value::None) => continue,
                ("mysql" | "mariadb", _, Value::Str(text)) => Literal::text(&**text),
                ("mysql" | "mariadb", _, Value::Int(number)) => Literal::text(number.to_string()),
                ("sqlite", "with_rowid", Value::Bool(rowid)) => {
                    if !rowid {
                        let own = table.options.entry("sqlite".to_owned()).or_default();
                        own.insert("without_rowid".to_owned(), Literal::Bool(true));
                    }
                    continue;
                }
                ("sqlite", "strict", Value::Bool(strict)) => Literal::Bool(*strict),
                ("postgres", "tablespace" | "partition_by" | "using", Value::Str(text)) => {
                    Literal::text(&**text)
                }
                _ if dialect == crate::eval::types::core_name(self.dialect).unwrap_or_default() => {
                    return self.untold(at, format!("the argument `{key}` of `create_table`"));
                }
                _ => continue,
            };
            let option = match option {
                "engine" | "charset" | "collate" | "default_charset" | "row_format" | "comment" => {
                    option.to_owned()
                }
                other => other.to_lowercase(),
            };
            table.options.entry(dialect.to_owned()).or_default().insert(option, literal);
        }
        Ok(())
    }

    pub(super) fn drop_table(&mut self, at: TextRange, args: &Arguments) -> Eval<Value> {
        self.only(at, "drop_table", &args.named, &["table_name", "schema", "if_exists"])?;
        let table = self.table_of(at, args)?;
        let if_exists = self.flag_arg(at, args.named("if_exists"), "if_exists")? == Some(true);
        self.record(DropTable { table, if_exists });
        Ok(Value::None)
    }

    pub(super) fn rename_table(&mut self, at: TextRange, args: &Arguments) -> Eval<Value> {
        self.only(at, "rename_table", &args.named, &["old_table_name", "new_table_name", "schema"])?;
        let name = self.text_arg(at, args.get(0, "old_table_name"), "old_table_name")?;
        let to = self.text_arg(at, args.get(1, "new_table_name"), "new_table_name")?;
        let schema = self.text_arg(at, args.get(2, "schema"), "schema")?;
        let (Some(name), Some(to)) = (name, to) else { return self.untold(at, "a table without a name") };
        let table = self.table_name(at, &name, schema.as_deref())?;
        let to = self.ident(at, &to)?;
        self.record(RenameTable { table, to });
        Ok(Value::None)
    }

    pub(super) fn table_comment(
        &mut self,
        at: TextRange,
        name: &str,
        target: &Target<'_>,
        position: usize,
        args: &Arguments,
    ) -> Eval<Value> {
        self.only(at, name, &args.named, &["table_name", "comment", "existing_comment", "schema"])?;
        let comment = match name {
            "create_table_comment" => self.text_arg(at, args.get(position, "comment"), "comment")?,
            _ => None,
        };
        // SQLite keeps no comments, and Alembic writes none there.
        if self.dialect != "sqlite" {
            self.act(target, vec![Action::SetComment(SetComment { comment })]);
        }
        Ok(Value::None)
    }
}

/// Takes out a unique rule that a new table has twice, or as its primary key, as PostgreSQL does where both stand in one
/// `CREATE TABLE`: one index does for both, by the first name that there is.
fn leave_doubles_out(table: &mut Table) {
    let mut kept: Vec<Constraint> = Vec::new();
    let keys_first = |constraint: &Constraint| !matches!(constraint, Constraint::PrimaryKey(_));
    table.constraints.sort_by_key(keys_first);
    for constraint in table.constraints.drain(..) {
        let same = |other: &&mut Constraint| match (&constraint, &**other) {
            (Constraint::Unique(new), Constraint::PrimaryKey(key)) => {
                new.columns == key.columns && new.deferrable.is_none()
            }
            (Constraint::Unique(new), Constraint::Unique(old)) => {
                new.columns == old.columns
                    && new.deferrable == old.deferrable
                    && new.nulls_not_distinct == old.nulls_not_distinct
            }
            _ => false,
        };
        match kept.iter_mut().find(same) {
            Some(other) => {
                let name = constraint.name().cloned();
                let own = other.name_mut();
                *own = own.take().or(name);
            }
            None => kept.push(constraint),
        }
    }
    table.constraints = kept;
}
