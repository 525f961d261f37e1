//! What a table says, in one spelling, so that two models can be compared by what they mean to SQLite.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::literal::{RawSql, Value};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Column, Constraint, GeneratedStorage, Table};

use crate::ddl::project::{is_wrapped, value};
use crate::ddl::{Token, meaningful, same};
use crate::lower::options::{TableOptions, table_options};
use crate::lower::{self, Enums, rowid_column, type_name};

/// What a table says: all that its text holds of the model.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Form {
    pub(super) columns: Vec<ColumnForm>,
    /// In the order of the model.
    constraints: Vec<Constraint>,
    options: TableOptions,
}

/// What a column says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ColumnForm {
    pub(super) name: Ident,
    /// The text that its type is lowered to.
    pub(super) ty: String,
    /// Whether NULL is allowed, also by the primary key.
    pub(super) nullable: bool,
    /// Without parentheses around it, and with one space between tokens, as other expressions.
    pub(super) default: Option<String>,
    pub(super) collation: Option<String>,
    pub(super) generated: Option<(String, GeneratedStorage)>,
    pub(super) counts: bool,
}

impl Form {
    /// Spells a table.
    ///
    /// # Errors
    /// Types and options that SQLite has not.
    pub(super) fn of(table: &Table, enums: &Enums) -> Result<Self, Diagnostic> {
        let options = table_options(table)?;
        let rowid = rowid_column(table, options, enums).map(|column| &column.name);
        let key = table.primary_key();
        let refuses_null = |name: &Ident| {
            let in_key = key.is_some_and(|key| key.columns.contains(name));
            rowid == Some(name) || (in_key && (options.strict || options.without_rowid))
        };
        let column = |column: &Column| {
            Ok(ColumnForm {
                name: column.name.clone(),
                ty: spaced(&type_name(&column.ty, enums)?),
                nullable: column.nullable && !refuses_null(&column.name),
                default: column.default.as_ref().map(default_form),
                collation: column.collation.as_ref().map(|name| name.as_str().to_ascii_lowercase()),
                generated: column.generated.as_ref().map(|g| (spaced(g.sql.as_str()), g.storage)),
                counts: column.autoincrement == Some(true),
            })
        };
        Ok(Self {
            columns: table.columns.iter().map(column).collect::<Result<_, Diagnostic>>()?,
            constraints: table.constraints.iter().map(|one| constraint_form(one, &table.name)).collect(),
            options,
        })
    }

    /// Returns the column of that name.
    pub(super) fn column(&self, name: &Ident) -> Option<&ColumnForm> {
        self.columns.iter().find(|column| same(&column.name, name))
    }

    /// Says in words what of this the other one has not, or has otherwise; `None` when both say the same.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        let missing = |one: &Self, other: &Self| {
            let mut left = other.constraints.clone();
            one.constraints.iter().find_map(|constraint| match left.iter().position(|it| it == constraint) {
                Some(position) => {
                    left.remove(position);
                    None
                }
                None => Some(format!("the constraint `{}` differs", constraint.shape())),
            })
        };
        let column = self.columns.iter().find(|column| other.column(&column.name) != Some(column));
        let added = other.columns.iter().find(|column| self.column(&column.name).is_none());
        match column.or(added) {
            Some(column) => Some(format!("column `{}` differs", column.name)),
            None if self.columns != other.columns => Some("the order of the columns differs".to_owned()),
            None if self.options != other.options => Some("its options differ".to_owned()),
            None => missing(self, other).or_else(|| missing(other, self)),
        }
    }
}

/// Spells a default. A literal that was written as an expression, `(x'0f')`, is one.
pub(super) fn default_form(default: &Value) -> String {
    let written = |default: &Value| lower::column::write_default(lower::sql(), default).finish();
    unwrapped(&written(&value(&unwrapped(&written(default)))))
}

/// Spells an expression without the parentheses around it.
fn unwrapped(sql: &str) -> String {
    let tokens = meaningful(sql);
    let mut inner = tokens.as_slice();
    while is_wrapped(inner) {
        inner = &inner[1..inner.len() - 1];
    }
    join(inner)
}

/// Spells a constraint of a table, whose own name counts in any case.
pub(super) fn constraint_form(constraint: &Constraint, own: &TableName) -> Constraint {
    let mut constraint = constraint.clone();
    match &mut constraint {
        Constraint::Check(check) => check.sql = RawSql::new(spaced(check.sql.as_str())),
        Constraint::ForeignKey(key) if same(&key.references.name, &own.name) => {
            let name = own.name.as_str().to_ascii_lowercase();
            key.references.name = Ident::new(&name).expect("a name stays one in lower case");
        }
        _ => {}
    }
    constraint
}

/// Spells an expression.
pub(super) fn spaced(sql: &str) -> String {
    join(&meaningful(sql))
}

fn join(tokens: &[Token<'_>]) -> String {
    tokens.iter().map(|token| token.text).collect::<Vec<_>>().join(" ")
}
