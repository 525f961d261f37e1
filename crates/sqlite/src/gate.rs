//! Parts of a script that the shell of SQLite passes over.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{ScriptGate, ServerInfo};
use limbeck_core::literal::RawSql;

use crate::lower::sql;

/// Writes a part, or nothing, into a file, and has the shell read it: it has no other way to decide
/// (sqlite.org/cli.html, `writefile()` and `.read`).
#[derive(Debug)]
pub(crate) struct Gate;

/// Where a part stands until it is read: beside whoever runs the script.
const FILE: &str = "limbeck-part.sql";

impl ScriptGate for Gate {
    fn start(&self, _server: &ServerInfo) -> Result<String, Diagnostic> {
        // What is written goes into a table, because the shell would print it.
        Ok(format!(
            "-- one run at a time in a directory: each part stands in the file `{FILE}` while it runs; an empty one is left, or the part that failed\n\n\
             .bail on\n\nCREATE TEMP TABLE \"_limbeck_written\" (bytes);\n\n"
        ))
    }

    fn part(
        &self,
        condition: &str,
        text: &str,
        _statements: &[String],
        _server: &ServerInfo,
    ) -> Result<String, Diagnostic> {
        let written = sql().kw("INSERT INTO \"_limbeck_written\" SELECT writefile(").glue("").text(FILE);
        let written = written
            .close(", CASE WHEN")
            .raw(&RawSql::new(condition))
            .kw("THEN")
            .text(text)
            .kw("ELSE '' END)");
        Ok(format!("{};\n.read {FILE}\n\n", written.finish()))
    }

    fn failure(&self, words: &str) -> String {
        // SQLite says which path of JSON it cannot read.
        sql().kw("SELECT json_extract('{}',").text(words).close(")").finish()
    }

    fn end(&self) -> String {
        let emptied = sql().kw("INSERT INTO \"_limbeck_written\" SELECT writefile(").glue("").text(FILE);
        format!("{};\n\nDROP TABLE \"_limbeck_written\";\n", emptied.close(", '')").finish())
    }
}
