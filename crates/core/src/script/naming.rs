//! Naming conventions: templates that name constraints and indexes where the file does not.

use crate::action::Action;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::name::{Ident, TableName};
use crate::op::{Operation, ScopedOperation};
use crate::schema::{Constraint, Table, mention};

use super::read::list;
use super::{Downgrade, Script};

/// The templates by kind. A constraint without one stays nameless; an index must have a name, so there is a template
/// for it from the start: `ix_{table}_{column_0}`.
///
/// A template is text with placeholders: `{table}`, `{schema}`, `{column_0}` (any number), `{columns}` (all, joined by
/// `_`), and for foreign keys `{referred_table}`, `{referred_column_0}`, `{referred_columns}`. The columns of a check
/// are those of the table, or of the column added, that its text mentions. Where a placeholder has nothing to stand
/// for, the constraint stays nameless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    primary_key: Option<Template>,
    unique: Option<Template>,
    foreign_key: Option<Template>,
    check: Option<Template>,
    exclude: Option<Template>,
    index: Template,
}

impl Default for Naming {
    fn default() -> Self {
        let index =
            vec![Piece::Text("ix_".to_owned()), Piece::Table, Piece::Text("_".to_owned()), Piece::Column(0)];
        Self {
            primary_key: None,
            unique: None,
            foreign_key: None,
            check: None,
            exclude: None,
            index: Template(index),
        }
    }
}

/// The kinds that have a template, as the configuration names them.
const KINDS: [&str; 6] = ["pk", "uq", "fk", "ck", "ex", "ix"];

impl Naming {
    /// Reads templates by kind: `pk`, `uq`, `fk`, `ck`, `ex` and `ix`.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] for each unknown kind or placeholder. The faults have no place, which the caller knows.
    pub fn parse<'a>(templates: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Diagnostics> {
        let mut naming = Self::default();
        let mut faults = Vec::new();
        for (kind, text) in templates {
            let template = match Template::parse(kind, text) {
                Ok(template) => template,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            match kind {
                "pk" => naming.primary_key = Some(template),
                "uq" => naming.unique = Some(template),
                "fk" => naming.foreign_key = Some(template),
                "ck" => naming.check = Some(template),
                "ex" => naming.exclude = Some(template),
                _ => naming.index = template,
            }
        }
        Diagnostics::check(faults, naming)
    }

    /// Makes the name of an index; `None` when the template asks for a column that it does not have.
    pub fn index(&self, table: &TableName, columns: &[&Ident]) -> Option<Ident> {
        self.index.fill(&Subject { table, columns, referred: None })
    }

    /// Names the nameless constraints that a script makes.
    pub fn apply(&self, script: &mut Script) {
        let Script { upgrade, downgrade, untold: _ } = script;
        let given = match downgrade {
            Downgrade::Given(given) => given.as_mut_slice(),
            Downgrade::Derived | Downgrade::Irreversible(_) => &mut [],
        };
        for ScopedOperation { operation, .. } in upgrade.iter_mut().chain(given) {
            self.name_operation(operation);
        }
    }

    /// Names the nameless constraints of a table.
    pub fn name_table(&self, table: &mut Table) {
        let columns: Vec<Ident> = table.columns.iter().map(|column| column.name.clone()).collect();
        for constraint in &mut table.constraints {
            self.name_constraint(constraint, &table.name, &columns);
        }
    }

    /// Names the nameless constraints that an operation makes.
    pub fn name_operation(&self, operation: &mut Operation) {
        match operation {
            Operation::CreateTable(create) => self.name_table(&mut create.table),
            Operation::AlterTable(alter) => {
                for action in &mut alter.actions {
                    self.name_action(action, &alter.table);
                }
            }
            Operation::Execute(execute) => {
                execute.state.iter_mut().flatten().for_each(|operation| self.name_operation(operation));
            }
            _ => {}
        }
    }

    fn name_action(&self, action: &mut Action, table: &TableName) {
        if let Action::AddColumn(add) = action {
            let columns = [add.column.name.clone()];
            for constraint in &mut add.constraints {
                self.name_constraint(constraint, table, &columns);
            }
        } else if let Some(mut constraint) = action.constraint() {
            self.name_constraint(&mut constraint, table, &[]);
            *action = Action::add_constraint(constraint);
        }
    }

    fn name_constraint(&self, constraint: &mut Constraint, table: &TableName, there: &[Ident]) {
        if constraint.name().is_some() {
            return;
        }
        let template = match constraint {
            Constraint::PrimaryKey(_) => &self.primary_key,
            Constraint::Unique(_) => &self.unique,
            Constraint::ForeignKey(_) => &self.foreign_key,
            Constraint::Check(_) => &self.check,
            Constraint::Exclude(_) => &self.exclude,
        };
        let Some(template) = template else {
            return;
        };
        let columns = match &*constraint {
            Constraint::Check(check) => {
                there.iter().filter(|column| mention::mentions(check.sql.as_str(), column)).collect()
            }
            other => other.columns(),
        };
        let referred = match &*constraint {
            Constraint::ForeignKey(key) => Some((&key.references, key.referred_columns.as_slice())),
            _ => None,
        };
        let name = template.fill(&Subject { table, columns: &columns, referred });
        *constraint.name_mut() = name;
    }
}

/// A template, cut at its placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Table,
    Schema,
    Column(usize),
    Columns,
    ReferredTable,
    ReferredColumn(usize),
    ReferredColumns,
}

/// What a template is filled from.
struct Subject<'a> {
    table: &'a TableName,
    columns: &'a [&'a Ident],
    referred: Option<(&'a TableName, &'a [Ident])>,
}

impl Template {
    fn parse(kind: &str, text: &str) -> Result<Self, Diagnostic> {
        let invalid = |message: String| Diagnostic::new(Code::ConfigInvalid, message);
        if !KINDS.contains(&kind) {
            let fault = invalid(format!("unknown kind `{kind}` in `naming`"));
            return Err(fault.hint(format!("the kinds are {}", list(&KINDS))));
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, next) = after.split_once('}').ok_or_else(|| {
                invalid(format!("the template `{text}` opens a placeholder and does not close it"))
            })?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Self::placeholder(kind, name).ok_or_else(|| unknown_placeholder(kind, name))?);
            rest = next;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        if pieces.is_empty() || text.contains('\0') {
            return Err(invalid(format!(
                "the template for `{kind}` must not be empty or hold a NUL character"
            )));
        }
        Ok(Self(pieces))
    }

    fn placeholder(kind: &str, name: &str) -> Option<Piece> {
        let number = |prefix: &str| name.strip_prefix(prefix).and_then(|digits| digits.parse().ok());
        match name {
            "table" => Some(Piece::Table),
            "schema" => Some(Piece::Schema),
            "columns" => Some(Piece::Columns),
            "referred_table" if kind == "fk" => Some(Piece::ReferredTable),
            "referred_columns" if kind == "fk" => Some(Piece::ReferredColumns),
            _ if kind == "fk" && name.starts_with("referred_") => {
                number("referred_column_").map(Piece::ReferredColumn)
            }
            _ => number("column_").map(Piece::Column),
        }
    }

    fn fill(&self, subject: &Subject<'_>) -> Option<Ident> {
        let joined = |names: Vec<&str>| (!names.is_empty()).then(|| names.join("_"));
        let mut name = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Table => name.push_str(subject.table.name.as_str()),
                Piece::Schema => name.push_str(subject.table.schema.as_ref()?.as_str()),
                Piece::Column(at) => name.push_str(subject.columns.get(*at)?.as_str()),
                Piece::Columns => {
                    name.push_str(&joined(subject.columns.iter().map(|c| c.as_str()).collect())?)
                }
                Piece::ReferredTable => name.push_str(subject.referred?.0.name.as_str()),
                Piece::ReferredColumn(at) => name.push_str(subject.referred?.1.get(*at)?.as_str()),
                Piece::ReferredColumns => {
                    name.push_str(&joined(subject.referred?.1.iter().map(Ident::as_str).collect())?);
                }
            }
        }
        Ident::new(&name).ok()
    }
}

fn unknown_placeholder(kind: &str, name: &str) -> Diagnostic {
    let fault = Diagnostic::new(
        Code::ConfigInvalid,
        format!("unknown placeholder `{{{name}}}` in the template for `{kind}`"),
    );
    let mut known = vec!["table", "schema", "column_0", "columns"];
    if kind == "fk" {
        known.extend(["referred_table", "referred_column_0", "referred_columns"]);
    }
    match nearest(name, known.iter().copied()) {
        Some(near) => fault.hint(format!("a placeholder with a similar name exists: `{{{near}}}`")),
        None => fault.hint(format!("the placeholders are {}", list(&known))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column_type::ColumnType;
    use crate::literal::RawSql;
    use crate::schema::{Check, Column, ForeignKey, PrimaryKey};

    fn ident(name: &str) -> Ident {
        Ident::new(name).unwrap()
    }

    #[test]
    fn nameless_constraints_are_named_and_named_ones_are_left_alone() {
        let naming = Naming::parse([
            ("pk", "pk_{table}"),
            ("fk", "fk_{table}_{column_0}_{referred_table}_{referred_column_0}"),
            ("ck", "ck_{table}_{columns}"),
        ])
        .unwrap();
        let mut table = Table::new(
            TableName::parse("we\"ird").unwrap(),
            vec![Column::new(ident("a"), ColumnType::Integer), Column::new(ident("b"), ColumnType::Integer)],
        );
        table.constraints = vec![
            Constraint::PrimaryKey(PrimaryKey { name: Some(ident("mine")), columns: vec![ident("a")] }),
            Constraint::ForeignKey(ForeignKey::new(
                vec![ident("b")],
                TableName::parse("s.other").unwrap(),
                vec![ident("id")],
            )),
            Constraint::Check(Check { name: None, sql: RawSql::new("b > a"), not_valid: false }),
        ];
        naming.name_table(&mut table);
        let names: Vec<_> = table.constraints.iter().map(|c| c.name().unwrap().as_str()).collect();
        assert_eq!(names, ["mine", "fk_we\"ird_b_other_id", "ck_we\"ird_a_b"]);
    }

    #[test]
    fn every_bad_template_is_reported() {
        let faults = Naming::parse([
            ("uq", "uq_{tabel}"),
            ("xx", "a"),
            ("ck", "{table"),
            ("ix", "{referred_table}"),
            ("pk", ""),
        ]);
        assert_eq!(faults.unwrap_err().iter().count(), 5);
    }
}
