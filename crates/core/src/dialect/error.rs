//! What a database can refuse.

use crate::diagnostic::{Code, Diagnostic};

/// Why something on a database failed. No variant ever holds a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// The URL is not one of this dialect.
    #[error("{reason}")]
    BadUrl {
        /// What is wrong with it.
        reason: String,
        /// How it should look.
        hint: String,
    },
    /// The database cannot be opened.
    #[error("cannot open {database}: {reason}")]
    CannotConnect {
        /// The database, without its password.
        database: String,
        /// What the driver says.
        reason: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// The file is not a database, or is damaged.
    #[error("{database} is not a database: {reason}")]
    NotADatabase {
        /// The database.
        database: String,
        /// What the driver says.
        reason: String,
    },
    /// Another process held the database for too long.
    #[error("another process holds the database{}; gave up after {waited_ms} ms", in_words(holder))]
    Locked {
        /// How long it was waited for, in milliseconds.
        waited_ms: u64,
        /// Who holds it, in words, literals in backticks; `None` where the database does not know.
        holder: Option<String>,
    },
    /// The database refused a statement.
    #[error("the database refused a statement: {reason}")]
    Statement {
        /// The statement, shortened for display.
        sql: String,
        /// What the database says.
        reason: String,
    },
    /// The database refused a statement because what it would make is there, or what it would take away is not: as
    /// if it had run before.
    #[error("the database refused a statement: {reason}")]
    Repeated {
        /// The statement, shortened for display.
        sql: String,
        /// What the database says.
        reason: String,
    },
    /// What a statement was to find is not so.
    #[error("{otherwise}")]
    NotAsExpected {
        /// The statement, shortened for display.
        sql: String,
        /// What is the matter.
        otherwise: String,
        /// Which fault it is.
        code: Code,
    },
    /// The database cannot limit what it is told to.
    #[error("{database} has no `{limit}`")]
    Unlimited {
        /// What the database is called.
        database: &'static str,
        /// The limit, as the configuration has it.
        limit: &'static str,
    },
    /// What is limited would run outside a transaction, and a pooler hands server connections to other clients between
    /// two transactions, with all that was set on them.
    #[error("`{limit}` cannot be set for statements outside a transaction behind a pooler")]
    Pooled {
        /// The limit, as the configuration has it.
        limit: &'static str,
    },
    /// The run was broken off.
    #[error("interrupted")]
    Interrupted,
}

impl DatabaseError {
    /// Shortens a statement for display: one line, 200 characters at most.
    pub fn shorten(sql: &str) -> String {
        let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(200) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }
}

fn in_words(holder: &Option<String>) -> String {
    holder.as_ref().map(|holder| format!(": {holder}")).unwrap_or_default()
}

impl From<DatabaseError> for Diagnostic {
    fn from(error: DatabaseError) -> Self {
        let message = error.to_string();
        match error {
            DatabaseError::BadUrl { hint, .. } => Diagnostic::new(Code::BadUrl, message).hint(hint),
            DatabaseError::CannotConnect { hint, .. } => {
                Diagnostic { hint, ..Diagnostic::new(Code::CannotConnect, message) }
            }
            DatabaseError::NotADatabase { .. } => Diagnostic::new(Code::NotADatabase, message)
                .hint("correct the URL, or put back a sound copy of the file"),
            DatabaseError::Locked { .. } => Diagnostic::new(Code::Locked, message)
                .hint("wait for it to end, or give `--lock-timeout` more seconds"),
            DatabaseError::Statement { sql, .. } | DatabaseError::Repeated { sql, .. } => {
                Diagnostic::new(Code::StatementFailed, message).hint(format!("the statement was: {sql}"))
            }
            DatabaseError::NotAsExpected { code, .. } => Diagnostic::new(code, message),
            DatabaseError::Unlimited { limit, .. } => Diagnostic::new(Code::Unsupported, message)
                .hint(format!("leave `{limit}` out of the configuration")),
            DatabaseError::Pooled { limit } => Diagnostic::new(Code::Unsupported, message).hint(format!(
                "connect to the server itself for this run, or leave `{limit}` out of the configuration"
            )),
            DatabaseError::Interrupted => Diagnostic::new(Code::Interrupted, message),
        }
    }
}
