//! What lets a script run parts of itself only where the database needs them.

use crate::diagnostic::Diagnostic;

use super::ServerInfo;

/// Writes scripts of which parts are passed over, by the means of the database's own client.
pub trait ScriptGate: Sync {
    /// Returns what stands before everything else, lines with their ends. It makes the client stop at the first error
    /// where a script can, and lifts what would limit a recursive query.
    ///
    /// # Errors
    /// A diagnostic with [`Code::Unsupported`](crate::diagnostic::Code::Unsupported) for a version that has not what it takes.
    fn start(&self, server: &ServerInfo) -> Result<String, Diagnostic>;

    /// Writes a part that only runs where `condition`, an SQL expression that is true or false, is true when it is reached.
    ///
    /// `text` is the part as a script by itself; `statements` are the same statements alone, without semicolons.
    ///
    /// # Errors
    /// A diagnostic with [`Code::Unsupported`](crate::diagnostic::Code::Unsupported) when one of the statements cannot be
    /// passed over on this server.
    fn part(
        &self,
        condition: &str,
        text: &str,
        statements: &[String],
        server: &ServerInfo,
    ) -> Result<String, Diagnostic>;

    /// Returns a statement that fails, and says these words where the client shows them.
    fn failure(&self, words: &str) -> String;

    /// Returns what stands behind everything else, lines with their ends.
    fn end(&self) -> String;
}
