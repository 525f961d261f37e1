//! `CREATE TABLE`.

use std::collections::BTreeMap;

use sqlparser::ast::helpers::stmt_create_table::CreateTableBuilder;
use sqlparser::ast::{self, CommentDef, CreateTableOptions, SqlOption};

use crate::column_type::ColumnType;
use crate::literal::Literal;
use crate::op::{CreateTable, Operation};
use crate::schema::{Constraint, Table};

use super::Reader;
use super::column::Defined;
use super::constraint::Rule;
use super::grammar::Grammar;

impl Reader<'_> {
    pub(super) fn create_table(&self, create: &ast::CreateTable) -> Option<Vec<Operation>> {
        let name = self.new_name(&create.name)?;
        // SQLite makes these by itself, and prints them with the others (sqlite.org/fileformat2.html#intschema).
        let is_own = name.name.as_str().to_ascii_lowercase().starts_with("sqlite_");
        if self.grammar == Grammar::Sqlite && is_own {
            return Some(Vec::new());
        }
        if create.temporary {
            // Nobody but the session sees it; but while it is there, its name means it.
            let hidden = self.schema.tables.contains_key(&name) || self.schema.views.contains_key(&name);
            return (!hidden).then(Vec::new);
        }
        if !self.is_all_read(create) || create.columns.is_empty() {
            return None;
        }
        let mut table = Table::new(name.clone(), Vec::new());
        for definition in &create.columns {
            let Defined { column, constraints } = self.column(&name, definition)?;
            table.columns.push(column);
            table.constraints.extend(constraints);
        }
        for rule in &create.constraints {
            match self.table_rule(&name, rule)? {
                Rule::Constraint(constraint) => table.constraints.push(constraint),
                Rule::Index(index) => table.indexes.push(index),
            }
        }
        self.settle(&mut table);
        self.options(&mut table, create)?;
        table.validate().ok()?;
        Some(vec![CreateTable { table, if_not_exists: create.if_not_exists }.into()])
    }

    /// Says whether the statement says nothing but what is read of it.
    fn is_all_read(&self, create: &ast::CreateTable) -> bool {
        let mut plain = CreateTableBuilder::new(create.name.clone())
            .columns(create.columns.clone())
            .constraints(create.constraints.clone())
            .if_not_exists(create.if_not_exists)
            .hive_formats(create.hive_formats.clone())
            .table_options(create.table_options.clone())
            .unlogged(create.unlogged)
            .without_rowid(create.without_rowid)
            .strict(create.strict)
            .build();
        plain.comment.clone_from(&create.comment);
        let hive = create.hive_formats.as_ref().is_none_or(|formats| *formats == ast::HiveFormat::default());
        plain == *create && hive
    }

    /// Spells the names in constraints as the columns have them, and makes the columns of the key NOT NULL.
    pub(super) fn settle(&self, table: &mut Table) {
        let names: Vec<_> = table.columns.iter().map(|column| column.name.clone()).collect();
        let own = table.name.clone();
        for constraint in &mut table.constraints {
            let spell = |name: &mut crate::name::Ident| *name = self.spelled(name, names.iter());
            match constraint {
                Constraint::PrimaryKey(key) => key.columns.iter_mut().for_each(spell),
                Constraint::Unique(unique) => unique.columns.iter_mut().for_each(spell),
                Constraint::ForeignKey(key) => {
                    key.columns.iter_mut().for_each(spell);
                    if key.references == own {
                        key.referred_columns.iter_mut().for_each(spell);
                    }
                }
                Constraint::Check(_) | Constraint::Exclude(_) => {}
            }
        }
        for index in &mut table.indexes {
            for column in index.columns.iter_mut().filter_map(|column| column.key.as_column_mut()) {
                *column = self.spelled(column, names.iter());
            }
        }
        let key = table.primary_key().map(|key| key.columns.clone()).unwrap_or_default();
        for column in table.columns.iter_mut().filter(|column| key.contains(&column.name)) {
            column.nullable = false;
            // Such as `int(11)`.
            let native = self.grammar.is_mysql() && matches!(column.ty, ColumnType::Native(_));
            let whole = native
                || matches!(column.ty, ColumnType::Smallint | ColumnType::Integer | ColumnType::Bigint);
            // A lone whole number would count up by itself, and nobody said that it does.
            if self.grammar != Grammar::Sqlite && key.len() == 1 && whole && column.identity.is_none() {
                column.autoincrement.get_or_insert(false);
            }
        }
    }

    fn options(&self, table: &mut Table, create: &ast::CreateTable) -> Option<()> {
        let mut own: BTreeMap<String, Literal> = BTreeMap::new();
        let mut set = |name: &str, value: Literal| drop(own.insert(name.to_owned(), value));
        if create.without_rowid {
            set("without_rowid", Literal::Bool(true));
        }
        if create.strict {
            set("strict", Literal::Bool(true));
        }
        if create.unlogged {
            set("unlogged", Literal::Bool(true));
        }
        if let Some(CommentDef::WithEq(text) | CommentDef::WithoutEq(text)) = &create.comment {
            table.comment = Some(text.clone());
        }
        let dialect = match (&create.table_options, self.grammar) {
            (CreateTableOptions::None, Grammar::Sqlite) => "sqlite",
            (CreateTableOptions::None, Grammar::Postgres) => "postgres",
            (CreateTableOptions::None, _) => "mysql",
            (CreateTableOptions::Plain(options), Grammar::Mysql | Grammar::Mariadb) => {
                for option in options {
                    match option {
                        SqlOption::Comment(CommentDef::WithEq(text) | CommentDef::WithoutEq(text)) => {
                            table.comment = Some(text.clone());
                        }
                        SqlOption::NamedParenthesizedList(list) if list.values.is_empty() => {
                            set(
                                option_name(&list.key.value)?,
                                Literal::text(list.name.as_ref()?.value.as_str()),
                            );
                        }
                        SqlOption::KeyValue { key, value } => {
                            set(option_name(&key.value)?, Literal::text(value.to_string()));
                        }
                        _ => return None,
                    }
                }
                "mysql"
            }
            _ => return None,
        };
        if !own.is_empty() {
            table.options.insert(dialect.to_owned(), own);
        }
        Some(())
    }
}

/// Returns the name of an option of a table; `None` for one that is not known here.
fn option_name(key: &str) -> Option<&'static str> {
    Some(match key.to_uppercase().as_str() {
        "ENGINE" => "engine",
        "CHARSET" | "DEFAULT CHARSET" | "CHARACTER SET" | "DEFAULT CHARACTER SET" => "charset",
        "COLLATE" | "DEFAULT COLLATE" => "collate",
        "AUTO_INCREMENT" => "auto_increment",
        "ROW_FORMAT" => "row_format",
        _ => return None,
    })
}
