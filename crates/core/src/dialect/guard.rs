//! What keeps a script from doing harm where its client goes on after an error.

use crate::name::TableName;

use super::{Enforcement, Statement};

/// Writes scripts so that nothing of a transaction stays when a part of it failed, whatever the client does then.
///
/// Each thing that must hold is counted when it does, and a transaction only commits when all of them were.
pub trait ScriptGuard: Sync {
    /// Opens a transaction. `changed` are the tables that it changes when all is well.
    fn open(&self, enforcement: Enforcement, changed: &[TableName]) -> Vec<String>;

    /// Writes a statement, and holds it to what it must find and do.
    fn statement(&self, statement: &Statement) -> Guarded;

    /// Commits if this many things were found to hold since the transaction was opened, else rolls back.
    fn close(&self, enforcement: Enforcement, held: usize) -> Vec<String>;

    /// Does the same inside a transaction that someone else has open, who stops at the first error.
    fn open_inside(&self) -> Vec<String> {
        Vec::new()
    }

    /// Fails unless this many things were found to hold since [`open_inside`](ScriptGuard::open_inside); leaves the transaction
    /// open.
    fn close_inside(&self, held: usize) -> Vec<String> {
        let _ = held;
        Vec::new()
    }

    /// Returns a query that finds a row, a text in a column `sql`, where foreign keys are enforced and a transaction that is open
    /// cannot change that. `None` where it can.
    fn enforced_query(&self) -> Option<&'static str> {
        None
    }

    /// Returns a query for the statements that put back what a script may switch for its session: texts, in a column `sql`, in
    /// order. `None` when it switches nothing.
    fn session_query(&self) -> Option<&'static str> {
        None
    }
}

/// What a statement becomes in a script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guarded {
    /// The statements, in order.
    pub sql: Vec<String>,
    /// How many things they find to hold when all is well.
    pub held: usize,
}
