//! The text of a table while it is edited, read anew after each step.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::schema::{Constraint, Table};

use super::form::Form;
use super::splice::Splice;
use crate::ddl::parse_table;
use crate::ddl::project::{Place, Projection, project};
use crate::ddl::tree::CreateTable;
use crate::lower::Enums;

/// A text on its way to the model that it is to say.
pub(super) struct Draft<'a> {
    sql: String,
    tree: CreateTable,
    projection: Projection,
    pub(super) to: &'a Table,
    pub(super) enums: &'a Enums,
}

impl<'a> Draft<'a> {
    /// Begins with a text.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn new(sql: &str, to: &'a Table, enums: &'a Enums) -> Result<Self, Diagnostic> {
        let (tree, projection) = read(sql, to)?;
        Ok(Self { sql: sql.to_owned(), tree, projection, to, enums })
    }

    pub(super) fn sql(&self) -> &str {
        &self.sql
    }

    pub(super) fn tree(&self) -> &CreateTable {
        &self.tree
    }

    /// Returns the model of the text as it is now.
    pub(super) fn table(&self) -> &Table {
        &self.projection.table
    }

    /// Returns the constraints that the text has now, and where.
    pub(super) fn constraints(&self) -> impl Iterator<Item = (&Constraint, Place)> {
        self.projection.table.constraints.iter().zip(self.projection.places.iter().copied())
    }

    pub(super) fn form(&self) -> Result<Form, Diagnostic> {
        Form::of(self.table(), self.enums)
    }

    /// Makes some changes at once, if any, and reads the text anew.
    ///
    /// # Errors
    /// What came out cannot be read.
    pub(super) fn apply(&mut self, splices: Vec<Splice>) -> Result<(), Diagnostic> {
        if splices.is_empty() {
            return Ok(());
        }
        let sql = Splice::apply(&self.sql, splices);
        (self.tree, self.projection) = read(&sql, self.to)?;
        self.sql = sql;
        Ok(())
    }

    pub(super) fn finish(self) -> String {
        self.sql
    }
}

fn read(sql: &str, to: &Table) -> Result<(CreateTable, Projection), Diagnostic> {
    let read = parse_table(sql).and_then(|tree| Ok((project(&tree, sql)?, tree)));
    let (projection, tree) = read.map_err(|why| {
        let message =
            format!("the definition of table `{}` cannot be changed with certainty: {why}", to.name);
        Diagnostic::new(Code::WouldLose, message)
    })?;
    Ok((tree, projection))
}
