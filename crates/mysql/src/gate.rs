//! Parts of a script that the clients of MySQL and MariaDB pass over.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{ScriptGate, ServerInfo, Version};
use limbeck_core::name::Ident;
use limbeck_core::raw;

use crate::lower::sql_for_any_mode;
use crate::server::MARIADB;

/// Prepares each statement, or one that does nothing: neither client decides anything, and a routine could not hold
/// all statements either.
#[derive(Debug)]
pub(crate) struct Gate;

/// What MySQL does not prepare (dev.mysql.com/doc/refman/8.4/en/sql-prepared-statements.html); MariaDB does since 10.6.
const NEVER_PREPARED: [&str; 4] = ["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"];

/// Other kinds of objects, behind which a word is a name.
const KINDS: [&str; 6] = ["TABLE", "INDEX", "VIEW", "DATABASE", "SCHEMA", "SEQUENCE"];

/// What opens and closes each part.
const UNPREPARED: [&str; 2] = ["START TRANSACTION", "COMMIT"];

impl ScriptGate for Gate {
    fn start(&self, server: &ServerInfo) -> Result<String, Diagnostic> {
        let is_mariadb = server.flavour == MARIADB;
        let least = if is_mariadb { Version::new(10, 6, 0) } else { Version::new(8, 0, 3) };
        if server.version < least {
            let message =
                format!("a script that passes over revisions needs {} {least} or later", server.flavour);
            return Err(Diagnostic::new(Code::Unsupported, message));
        }
        // A history is a recursion as deep as it is long. MariaDB would stop there without an error.
        Ok(match is_mariadb {
            true => "SET SESSION max_recursive_iterations = 4294967295;\n\n".to_owned(),
            false => "SET SESSION cte_max_recursion_depth = 4294967295;\n\n".to_owned(),
        })
    }

    fn part(
        &self,
        condition: &str,
        _text: &str,
        statements: &[String],
        server: &ServerInfo,
    ) -> Result<String, Diagnostic> {
        let mut part = format!("SET @limbeck_runs = {condition};\n\n");
        for statement in statements {
            for cut in raw::cut(statement, server.names()) {
                let one = cut.text(statement);
                // MySQL does not prepare them, and an empty transaction does no harm.
                if UNPREPARED.contains(&one) {
                    part.push_str(&format!("{one};\n\n"));
                    continue;
                }
                refuse(one, server)?;
                let chosen = sql_for_any_mode().kw("SET @limbeck_statement = IF(@limbeck_runs,").text(one);
                part.push_str(&chosen.close(", 'DO 0')").finish());
                part.push_str(";\nPREPARE limbeck FROM @limbeck_statement;\nEXECUTE limbeck;\n\n");
            }
        }
        Ok(part)
    }

    fn failure(&self, words: &str) -> String {
        // Nothing raises an error outside a routine; the server says the name of a column that it does not know.
        match Ident::new(words) {
            Ok(name) => sql_for_any_mode().kw("SELECT").ident(&name).finish(),
            Err(_) => "SELECT this_script_is_not_for_this_database".to_owned(),
        }
    }

    fn end(&self) -> String {
        String::new()
    }
}

/// Refuses what MySQL does not prepare. MariaDB does.
fn refuse(statement: &str, server: &ServerInfo) -> Result<(), Diagnostic> {
    let mut words = statement.split_whitespace().map(str::to_ascii_uppercase);
    let makes = words.next().is_some_and(|word| ["CREATE", "DROP", "ALTER"].contains(&word.as_str()));
    // Between the two words stand `OR REPLACE`, `DEFINER = …` and the like, never a name without a kind.
    let mut words = words.take_while(|word| !KINDS.contains(&word.as_str()));
    let what = words.find(|word| NEVER_PREPARED.contains(&word.as_str())).filter(|_| makes);
    let Some(what) = what.filter(|_| server.flavour != MARIADB) else { return Ok(()) };
    let message = format!("MySQL prepares no statement about a {what}, so that a script cannot pass it over");
    Err(Diagnostic::new(Code::Unsupported, message)
        .hint("print the script without `--idempotent`, from where the database is"))
}
