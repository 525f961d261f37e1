//! Changes of a table, as `op.…` or within `batch_alter_table`.

use limbeck_core::action::{
    Action, AddColumn, AddIndex, AlterColumn, DropColumn, DropConstraint, Edit, Position, RemoveIndex,
    RenameColumn, SetComment,
};
use limbeck_core::name::TableName;
use limbeck_core::op::{AlterTable, Recreate};
use limbeck_core::schema::{Constraint, Table};

use super::super::server::Server;
use super::{Arguments, Writer, column, ident, idents, raw, text};

/// Where the calls of a change go to.
#[derive(Clone, Copy)]
struct Place<'t> {
    table: &'t TableName,
    batch: bool,
}

impl Place<'_> {
    /// Writes a call: `op.NAME(TABLE, …, schema=…)`, or `batch.NAME(…)`.
    fn call(self, name: &str, arguments: Arguments, own: Arguments) -> String {
        match self.batch {
            true => own.call(&format!("batch.{name}")),
            false => {
                let schema = self.table.schema.as_ref().map(ident);
                arguments.all(own.0).maybe("schema", schema).call(&format!("op.{name}"))
            }
        }
    }

    /// Writes a call whose first argument is a name, and whose second is the table.
    fn call_on(self, name: &str, first: String, own: Arguments) -> String {
        match self.batch {
            true => Arguments::new().with(first).all(own.0).call(&format!("batch.{name}")),
            false => self.call(name, Arguments::new().with(first).with(ident(&self.table.name)), own),
        }
    }

    fn table(self) -> Arguments {
        Arguments::new().with(ident(&self.table.name))
    }
}

impl Writer<'_> {
    pub(super) fn alter_table(self, op: &AlterTable) -> String {
        let AlterTable { table: name, actions, recreate } = op;
        let place = Place { table: name, batch: self.style.batch };
        let mut now = self.before.tables[name].clone();
        let mut lines = Vec::new();
        if place.batch {
            let mut arguments = Arguments::new().with(ident(&name.name)).maybe("schema", self.schema(name));
            if self.server == Server::Sqlite {
                arguments = arguments.key("copy_from", self.whole_table(&now));
            }
            let counts = now.columns.iter().any(|column| column.autoincrement == Some(true));
            if self.server == Server::Sqlite && counts {
                arguments = arguments.key("table_kwargs", "{\"sqlite_autoincrement\": True}");
            }
            if *recreate == Recreate::Always {
                arguments = arguments.key("recreate", text("always"));
            }
            lines.push(format!("with {} as batch:", arguments.call("op.batch_alter_table")));
        }
        let indent = if place.batch { "    " } else { "" };
        for action in actions {
            lines.extend(self.action(action, &now, place).into_iter().map(|line| format!("{indent}{line}")));
            action.apply(&mut now, self.before).expect("the actions were tried when they were drawn");
        }
        lines.join("\n")
    }

    /// Writes a table with its indexes, as batch mode wants to be told of it.
    fn whole_table(self, table: &Table) -> String {
        let indexes = table
            .indexes
            .iter()
            .map(|index| self.index_parts(Arguments::new().with(ident(&index.name)), index).call("index_of"));
        let indexes = format!("[{}]", indexes.collect::<Vec<_>>().join(", "));
        let arguments = Arguments::new().with(indexes).with(ident(&table.name.name)).with("sa.MetaData()");
        self.table_parts(table, arguments).call("table_of")
    }

    fn action(self, action: &Action, now: &Table, place: Place<'_>) -> Vec<String> {
        vec![match action {
            Action::AddColumn(add) => self.add_column(add, place),
            Action::DropColumn(DropColumn { column, if_exists }) => place.call(
                "drop_column",
                place.table(),
                Arguments::new().with(ident(column)).flag("if_exists", *if_exists),
            ),
            Action::RenameColumn(RenameColumn { column, to }) => {
                let own = Arguments::new().with(ident(column)).key("new_column_name", ident(to));
                place.call("alter_column", place.table(), self.existing(own, now, column))
            }
            Action::AlterColumn(alter) => self.alter_column(alter, now, place),
            Action::AddPrimaryKey(key) => {
                let name = key.name.as_ref().map_or_else(|| "None".to_owned(), ident);
                place.call_on("create_primary_key", name, Arguments::new().with(idents(&key.columns)))
            }
            Action::AddUnique(unique) => {
                let name = unique.name.as_ref().map_or_else(|| "None".to_owned(), ident);
                let own = self.unique_options(Arguments::new().with(idents(&unique.columns)), unique);
                place.call_on("create_unique_constraint", name, own)
            }
            Action::AddForeignKey(key) => {
                let name = key.name.as_ref().map_or_else(|| "None".to_owned(), ident);
                let columns = [idents(&key.columns), idents(&key.referred_columns)];
                let referent = ident(&key.references.name);
                match place.batch {
                    true => {
                        let own = Arguments::new().with(name).with(referent).all(columns);
                        let own = own.maybe("referent_schema", self.schema(&key.references));
                        self.key_options(own, key).call("batch.create_foreign_key")
                    }
                    false => {
                        let own = Arguments::new()
                            .with(name)
                            .with(ident(&place.table.name))
                            .with(referent)
                            .all(columns);
                        let own = own.maybe("source_schema", self.schema(place.table));
                        let own = own.maybe("referent_schema", self.schema(&key.references));
                        self.key_options(own, key).call("op.create_foreign_key")
                    }
                }
            }
            Action::AddCheck(check) => {
                let name = check.name.as_ref().map_or_else(|| "None".to_owned(), ident);
                let own = Arguments::new().with(raw(check.sql.as_str()));
                place.call_on(
                    "create_check_constraint",
                    name,
                    own.flag("postgresql_not_valid", check.not_valid),
                )
            }
            Action::AddExclude(exclude) => {
                let name = exclude.name.as_ref().map_or_else(|| "None".to_owned(), ident);
                place.call_on(
                    "create_exclude_constraint",
                    name,
                    self.exclude_parts(Arguments::new(), exclude),
                )
            }
            Action::DropConstraint(DropConstraint { constraint, if_exists }) => {
                let at = now.constraint_position(constraint).expect("a constraint that is there is dropped");
                let kind = match &now.constraints[at] {
                    Constraint::PrimaryKey(_) => Some("primary"),
                    Constraint::Unique(_) => Some("unique"),
                    Constraint::ForeignKey(_) => Some("foreignkey"),
                    Constraint::Check(_) => Some("check"),
                    Constraint::Exclude(_) => None,
                };
                let name = now.constraints[at].name().expect("only named constraints are dropped");
                let own = Arguments::new().maybe("type_", kind.map(text)).flag("if_exists", *if_exists);
                place.call_on("drop_constraint", ident(name), own)
            }
            Action::CreateIndex(AddIndex { index, if_not_exists }) => {
                let own = self.index_parts(Arguments::new(), index).flag("if_not_exists", *if_not_exists);
                place.call_on("create_index", ident(&index.name), own)
            }
            Action::DropIndex(RemoveIndex { index, if_exists }) => {
                place.call_on("drop_index", ident(index), Arguments::new().flag("if_exists", *if_exists))
            }
            Action::SetComment(SetComment { comment }) => {
                let existing = now.comment.as_deref().map(text);
                match comment {
                    Some(comment) => {
                        let own = Arguments::new().with(text(comment)).maybe("existing_comment", existing);
                        place.call("create_table_comment", place.table(), own)
                    }
                    None => {
                        let own = Arguments::new().maybe("existing_comment", existing);
                        place.call("drop_table_comment", place.table(), own)
                    }
                }
            }
            Action::RenameConstraint(_) | Action::SetOptions(_) => {
                unreachable!("Alembic has no such operation, and none is drawn")
            }
        }]
    }

    fn add_column(self, add: &AddColumn, place: Place<'_>) -> String {
        let AddColumn { column, position, constraints, if_not_exists } = add;
        let mut made = self.column(column, None);
        made.pop();
        for constraint in constraints {
            match constraint {
                Constraint::ForeignKey(key) => {
                    let table = &key.references;
                    let schema = table.schema.iter().map(|schema| format!("{schema}.")).collect::<String>();
                    let target = text(&format!("{schema}{}.{}", table.name, key.referred_columns[0]));
                    let arguments = Arguments::new().with(target).maybe("name", key.name.as_ref().map(ident));
                    let key = self.key_options(arguments, key).call("sa.ForeignKey");
                    // Parts that are no keywords stand before those that are.
                    made = made.replacen(", nullable=", &format!(", {key}, nullable="), 1);
                }
                _ => made.push_str(", unique=True"),
            }
        }
        made.push(')');
        let own = Arguments::new().with(made).flag("if_not_exists", *if_not_exists);
        let own = match position {
            None | Some(Position::Back(_)) => own,
            Some(Position::Before(name)) => own.key("insert_before", ident(name)),
            Some(Position::After(name)) => own.key("insert_after", ident(name)),
        };
        place.call("add_column", place.table(), own)
    }

    /// Adds what the column is before the change.
    fn existing(self, arguments: Arguments, now: &Table, name: &limbeck_core::name::Ident) -> Arguments {
        let old = now.column(name).expect("the column is there");
        let counts = self.server.is_mysql() && counts_up(old, now);
        arguments
            .key("existing_type", self.ty(&old.ty, old.collation.as_ref()))
            .key("existing_nullable", if old.nullable { "True" } else { "False" })
            .maybe("existing_server_default", column::source(old))
            .maybe("existing_comment", old.comment.as_deref().map(text))
            .flag("existing_autoincrement", counts)
    }

    fn alter_column(self, alter: &AlterColumn, now: &Table, place: Place<'_>) -> String {
        let AlterColumn { column: name, ty, using, nullable, default, comment, identity, .. } = alter;
        let old = now.column(name).expect("the column is there");
        let truth = |truth: bool| if truth { "True" } else { "False" }.to_owned();
        let own = Arguments::new().with(ident(name));
        // A type says its collation, so keeping it is saying it again.
        let own = own.maybe("type_", ty.as_ref().map(|ty| self.ty(ty, old.collation.as_ref())));
        let own = own.maybe("nullable", nullable.map(truth));
        let own = match (default, identity) {
            (Edit::Set(value), _) => own.key("server_default", column::default(value)),
            (_, Edit::Set(identity)) => own.key("server_default", column::identity(identity)),
            (Edit::Drop, _) | (_, Edit::Drop) => own.key("server_default", "None"),
            (Edit::Keep, Edit::Keep) => own,
        };
        let own = match comment {
            Edit::Set(comment) => own.key("comment", text(comment)),
            Edit::Drop => own.key("comment", "None"),
            Edit::Keep => own,
        };
        // A column that can count no more is told so.
        let stops = self.server.is_mysql()
            && counts_up(old, now)
            && ty.is_some()
            && !counts_up(&alter.changed(old), now);
        let own = own.maybe("autoincrement", stops.then(|| "False".to_owned()));
        let own = own.maybe("postgresql_using", using.as_ref().map(|using| text(using.as_str())));
        place.call("alter_column", place.table(), self.existing(own, now, name))
    }
}

/// Says whether MySQL counts a column up, as SQLAlchemy has it.
fn counts_up(column: &limbeck_core::schema::Column, table: &Table) -> bool {
    use limbeck_core::column_type::ColumnType;
    let key = table.primary_key().is_some_and(|key| key.columns == [column.name.clone()]);
    let whole = matches!(column.ty, ColumnType::Smallint | ColumnType::Integer | ColumnType::Bigint);
    let points = table.foreign_keys().any(|key| key.columns.contains(&column.name));
    column.default.is_none() && column.autoincrement.unwrap_or(key && whole && !points)
}
