//! Gathers what one `ALTER TABLE` can do together: one lock, and one pass over the rows.
//!
//! PostgreSQL takes the parts of one `ALTER TABLE` in an order of its own: drops first, then types, new columns, rules
//! (`AlterTablePass` in its `tablecmds.c`). What would then come out otherwise than written goes to the next one.

use std::collections::BTreeSet;

use limbeck_core::dialect::{Cost, Hazard, Statement};
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::mention;
use limbeck_core::sql::Sql;

use super::sql;

/// The statements for one table so far, and the `ALTER TABLE` that is being put together.
pub(super) struct Batch<'t> {
    table: &'t TableName,
    statements: Vec<Statement>,
    parts: Vec<Sql>,
    why: Vec<String>,
    hazards: Vec<Hazard>,
    cost: Cost,
    added: BTreeSet<Ident>,
    retyped: BTreeSet<Ident>,
    added_rules: BTreeSet<Ident>,
    /// The expressions that parts compute values by.
    computes: Vec<RawSql>,
}

/// What a part is about, as far as its order among the others matters.
pub(super) enum Part<'n> {
    AddColumn(&'n Ident),
    DropColumn(&'n Ident),
    Retype(&'n Ident),
    RetypeBy(&'n Ident, &'n RawSql),
    AlterColumn(&'n Ident),
    AddRule(Option<&'n Ident>),
    DropRule(&'n Ident),
    Table,
}

impl<'t> Batch<'t> {
    pub(super) fn new(table: &'t TableName) -> Self {
        Self {
            table,
            statements: Vec::new(),
            parts: Vec::new(),
            why: Vec::new(),
            hazards: Vec::new(),
            cost: Cost::Constant,
            added: BTreeSet::new(),
            retyped: BTreeSet::new(),
            added_rules: BTreeSet::new(),
            computes: Vec::new(),
        }
    }

    /// Adds a part to the `ALTER TABLE`, or to the next one where its order matters.
    pub(super) fn part(&mut self, part: Part<'_>, text: Sql) {
        let collides = match &part {
            Part::AddColumn(_) | Part::AddRule(_) | Part::Table => false,
            Part::DropColumn(name) => {
                let needed = self.computes.iter().any(|using| mention::mentions(using.as_str(), name));
                needed || self.added.contains(*name)
            }
            Part::Retype(name) | Part::RetypeBy(name, _) => {
                self.added.contains(*name) || self.retyped.contains(*name)
            }
            Part::AlterColumn(name) => self.added.contains(*name),
            Part::DropRule(name) => self.added_rules.contains(*name),
        };
        if collides {
            self.flush();
        }
        match part {
            Part::AddColumn(name) => drop(self.added.insert(name.clone())),
            Part::Retype(name) => drop(self.retyped.insert(name.clone())),
            Part::RetypeBy(name, using) => {
                self.retyped.insert(name.clone());
                self.computes.push(using.clone());
            }
            Part::AddRule(name) => self.added_rules.extend(name.cloned()),
            Part::DropColumn(_) | Part::AlterColumn(_) | Part::DropRule(_) | Part::Table => {}
        }
        self.parts.push(text);
    }

    /// Says why the parts added last are there.
    pub(super) fn because(&mut self, why: String) {
        if !self.parts.is_empty() && self.why.last() != Some(&why) {
            self.why.push(why);
        }
    }

    /// Says that the rows are read for the parts added last. PostgreSQL reads them once for all parts.
    pub(super) fn scans(&mut self) {
        if self.cost == Cost::Constant {
            self.cost = Cost::scan(self.table);
        }
    }

    /// Says that the rows are written anew for the parts added last, once for all parts.
    pub(super) fn copies(&mut self) {
        self.cost = Cost::copy(self.table);
        self.hazard(Hazard::CopiesRows(self.table.clone()));
    }

    /// Adds a hazard to the `ALTER TABLE`.
    pub(super) fn hazard(&mut self, hazard: Hazard) {
        if !self.hazards.contains(&hazard) {
            self.hazards.push(hazard);
        }
    }

    /// Adds a statement that goes before the `ALTER TABLE`.
    pub(super) fn before(&mut self, statement: Statement) {
        self.statements.push(statement);
    }

    /// Adds a statement that goes behind what there is so far.
    pub(super) fn then(&mut self, statement: Statement) {
        self.flush();
        self.statements.push(statement);
    }

    /// Returns all statements, in order.
    pub(super) fn finish(mut self) -> Vec<Statement> {
        self.flush();
        self.statements
    }

    fn flush(&mut self) {
        if self.parts.is_empty() {
            return;
        }
        let mut text = sql().kw("ALTER TABLE").table(self.table);
        for (i, part) in std::mem::take(&mut self.parts).iter().enumerate() {
            text = if i == 0 { text.sql(part) } else { text.close(",").sql(part) };
        }
        let mut statement = Statement::new(text.finish(), std::mem::take(&mut self.why).join(", "));
        statement.hazards = std::mem::take(&mut self.hazards);
        statement.cost = std::mem::take(&mut self.cost);
        self.statements.push(statement);
        *self = Self { statements: std::mem::take(&mut self.statements), ..Self::new(self.table) };
    }
}
