//! Tries a plan on a copy of the schema, so that it says what a run will do and is refused where a run would fail.

use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::{Connection, Dialect, Lowered, Rehearsal, ServerInfo};
use crate::graph::Heads;
use crate::op::{Execute, Operation};
use crate::schema::Schema;
use crate::script::Naming;

use super::address::addressed;
use super::bookkeeping::Bookkeeping;
use super::current;
use super::resume::BrokenOff;

/// A rehearsal under way.
pub(super) struct Rehearsing<'r> {
    /// The copy; `None` once it may no longer be like the database.
    copy: Option<Box<dyn Rehearsal>>,
    /// Whether everything so far was tried: if so, what fails here would fail in a run.
    certain: bool,
    dialect: &'static dyn Dialect,
    server: &'r ServerInfo,
    naming: &'r Naming,
}

impl<'r> Rehearsing<'r> {
    /// Rehearses nothing.
    pub(super) fn nothing(book: &Bookkeeping<'r>, server: &'r ServerInfo) -> Self {
        Self { copy: None, certain: false, dialect: book.dialect, server, naming: &book.settings.naming }
    }

    /// Makes a copy of the schema, if the dialect can and the database is at `start`, where a revision ends.
    ///
    /// # Errors
    /// What the database says.
    pub(super) fn begin(
        connection: &mut dyn Connection,
        book: &Bookkeeping<'r>,
        server: &'r ServerInfo,
        start: &Heads,
    ) -> Result<Self, Diagnostic> {
        let nothing = Self::nothing(book, server);
        if broken_off(connection, book)?.is_some() {
            return Ok(nothing);
        }
        let copy = connection.rehearsal()?;
        // Another runner may have moved the database before the copy was made; the run will notice.
        match current::read(connection, book)?.unwrap_or_default() == *start {
            true => Ok(Self { copy, certain: true, ..nothing }),
            false => Ok(nothing),
        }
    }

    /// Says whether there is no copy.
    pub(super) fn is_nothing(&self) -> bool {
        self.copy.is_none()
    }

    /// Notes that something was passed over that may have changed the schema.
    pub(super) fn pass_over(&mut self) {
        self.certain = false;
    }

    /// Lowers an operation from the copy, and makes the change there. `folded` is the schema that the history says.
    ///
    /// # Errors
    /// What a run would be refused for.
    pub(super) fn lower(&mut self, operation: &Operation, folded: &Schema) -> Result<Lowered, Diagnostic> {
        let from_fold = || self.dialect.lower(operation, folded, self.server);
        let Some(copy) = &mut self.copy else { return from_fold() };
        match operation {
            Operation::Execute(Execute { sql, .. }) => {
                if copy.follow(sql).is_err() {
                    self.copy = None;
                }
                self.dialect.lower(operation, folded, self.server)
            }
            // Rows matter to nothing that is rehearsed.
            Operation::Insert(_) | Operation::Delete(_) => from_fold(),
            _ => match rehearse(copy.as_mut(), operation, folded, self.dialect, self.server, self.naming) {
                Ok(lowered) => Ok(lowered),
                Err(fault) => {
                    self.copy = None;
                    match self.certain || fault.code == Code::Opaque {
                        true => Err(fault),
                        false => self.dialect.lower(operation, folded, self.server),
                    }
                }
            },
        }
    }
}

/// Says whether the database is at `start`, where a revision ends.
///
/// # Errors
/// What the database says.
pub(super) fn is_whole(
    connection: &mut dyn Connection,
    book: &Bookkeeping<'_>,
    start: &Heads,
) -> Result<bool, Diagnostic> {
    Ok(broken_off(connection, book)?.is_none()
        && current::read(connection, book)?.unwrap_or_default() == *start)
}

/// Returns the revision that was broken off, if one was.
///
/// # Errors
/// What the database says.
pub(super) fn broken_off(
    connection: &mut dyn Connection,
    book: &Bookkeeping<'_>,
) -> Result<Option<BrokenOff>, Diagnostic> {
    let logged = match &book.settings.log_table {
        Some(log) => connection.has_table(log)?,
        None => false,
    };
    if logged { BrokenOff::read(connection, book) } else { Ok(None) }
}

fn rehearse(
    copy: &mut dyn Rehearsal,
    operation: &Operation,
    folded: &Schema,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
    naming: &Naming,
) -> Result<Lowered, Diagnostic> {
    let lowered = match copy.survey(operation, folded)? {
        Some(found) => dialect.lower(&addressed(operation, &found, folded, naming), &found, server)?,
        None => dialect.lower(operation, folded, server)?,
    };
    copy.run(&lowered)?;
    Ok(lowered)
}
