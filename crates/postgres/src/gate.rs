//! Parts of a script that `psql` passes over.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{ScriptGate, ServerInfo};

use crate::lower::sql;

/// Asks the database, and lets psql decide (postgresql.org/docs/current/app-psql.html, `\gset` and `\if`), because a `DO`
/// block cannot hold what must be outside a transaction.
#[derive(Debug)]
pub(crate) struct Gate;

impl ScriptGate for Gate {
    fn start(&self, _server: &ServerInfo) -> Result<String, Diagnostic> {
        Ok("\\set ON_ERROR_STOP on\n\n".to_owned())
    }

    fn part(
        &self,
        condition: &str,
        text: &str,
        _statements: &[String],
        _server: &ServerInfo,
    ) -> Result<String, Diagnostic> {
        Ok(format!("SELECT {condition} AS limbeck_runs \\gset\n\\if :limbeck_runs\n\n{text}\\endif\n\n"))
    }

    fn failure(&self, words: &str) -> String {
        // Inside the block the words are a literal in a literal.
        let raise = sql().kw("BEGIN RAISE EXCEPTION USING MESSAGE =").text(words).close("; END").finish();
        sql().kw("DO").text(&raise).finish()
    }

    fn end(&self) -> String {
        String::new()
    }
}
