//! Runs an operation on a database as the migrator does, and nothing around it.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Connection, DatabaseError, Lowered};
use limbeck_core::migrator::{Remembered, run_statement};
use limbeck_core::op::{Change, Operation, Transaction};
use limbeck_core::schema::Schema;

/// A database to try things on, and the folded schema beside it.
pub struct Scratch {
    /// The database.
    pub connection: Box<dyn Connection>,
    /// What the operations add up to.
    pub folded: Schema,
    /// Where the database is, for as long as the connection is open.
    home: Option<Box<dyn Home>>,
}

/// A database that is gone when this is dropped.
pub trait Home {
    /// Returns its URL.
    fn url(&self) -> String;
}

impl Scratch {
    /// Opens a database.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn open(url: &str) -> Self {
        let connection = limbeck::connect(url).unwrap_or_else(|fault| panic!("{fault}"));
        let mut scratch = Self { connection, folded: Schema::new(), home: None };
        scratch.forget();
        scratch
    }

    /// Forgets what was made, once the database is empty.
    pub fn forget(&mut self) {
        let index_names = self.connection.server().names().index_names();
        self.folded = Schema { index_names, ..Schema::new() };
    }

    /// Opens a database that goes with the scratch.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn of(home: Box<dyn Home>) -> Self {
        let scratch = Self::open(&home.url());
        Self { home: Some(home), ..scratch }
    }

    /// Returns the URL of a database that goes with the scratch.
    pub fn url(&self) -> Option<String> {
        self.home.as_ref().map(|home| home.url())
    }

    /// Runs operations, each in a transaction of its own, and folds them. Returns what each was lowered to.
    ///
    /// # Errors
    /// The first fault; its operation is rolled back.
    pub fn run(&mut self, operations: &[Operation]) -> Result<Vec<Lowered>, Diagnostic> {
        operations.iter().map(|operation| self.run_one(operation)).collect()
    }

    fn run_one(&mut self, operation: &Operation) -> Result<Lowered, Diagnostic> {
        let mut after = self.folded.clone();
        operation.apply(&mut after)?;
        let lowered = lower(self.connection.as_mut(), operation, &self.folded)?;
        run(self.connection.as_mut(), &lowered)?;
        self.folded = after;
        Ok(lowered)
    }

    /// Returns the cells of the rows that a query finds, as `quote()` spells them where the query uses it.
    ///
    /// # Panics
    /// When the query fails.
    pub fn rows(&mut self, sql: &str) -> Vec<String> {
        let rows = self.connection.query(sql).unwrap_or_else(|error| panic!("{error:?}"));
        rows.iter().map(|row| row.iter().map(show).collect::<Vec<_>>().join(" | ")).collect()
    }
}

fn show(cell: &limbeck_core::literal::Literal) -> String {
    let mut text = String::new();
    match cell.as_text() {
        Some(text) => text.to_owned(),
        None => {
            limbeck_core::sql::standard_literal(cell, &mut text);
            text
        }
    }
}

/// Lowers an operation with what the database says of its table.
///
/// # Errors
/// What cannot be done, or would lose something.
pub fn lower(
    connection: &mut dyn Connection,
    operation: &Operation,
    folded: &Schema,
) -> Result<Lowered, Diagnostic> {
    let found = connection.survey(operation, folded)?;
    let server = connection.server().clone();
    connection.dialect().lower(operation, found.as_ref().unwrap_or(folded), &server)
}

/// Runs statements in one transaction, but for those that are to run outside one, and holds them to what they must find.
///
/// # Errors
/// What the database says; all is rolled back.
pub fn run(connection: &mut dyn Connection, lowered: &Lowered) -> Result<(), DatabaseError> {
    if lowered.statements.iter().any(|statement| statement.transaction == Transaction::Outside) {
        return statements(connection, lowered);
    }
    connection.begin(lowered.enforcement)?;
    let outcome = statements(connection, lowered);
    match outcome {
        Ok(()) => connection.commit(),
        Err(error) => {
            connection.rollback()?;
            Err(error)
        }
    }
}

fn statements(connection: &mut dyn Connection, lowered: &Lowered) -> Result<(), DatabaseError> {
    let mut remembered = Remembered::default();
    lowered.statements.iter().try_for_each(|one| run_statement(connection, one, &mut remembered))
}
