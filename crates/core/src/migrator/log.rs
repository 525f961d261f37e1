//! What the log holds.

use crate::literal::Literal;

/// The columns of the log that are read, in order.
pub(super) const COLUMNS: [&str; 9] = [
    "revision",
    "direction",
    "started_at",
    "finished_at",
    "outcome",
    "checksum",
    "tool_version",
    "statements_done",
    "statements_total",
];

/// A row of the log: a step that was made, or broken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// The revision.
    pub revision: String,
    /// `upgrade`, `downgrade` or `stamp`.
    pub direction: String,
    /// When it began: RFC 3339, or as the database writes a time when a script was run.
    pub started_at: String,
    /// When it was done; `None` when it was broken off.
    pub finished_at: Option<String>,
    /// `done`; for a step that was broken off after a part of it was committed `running`, or `failed` when the
    /// statement behind that part was refused; `abandoned` when a stamp has said since where the database is.
    pub outcome: String,
    /// The checksum of what the revision meant; `None` for a stamp.
    pub checksum: Option<String>,
    /// The version of the tool.
    pub tool_version: String,
    /// How many statements were done.
    pub statements_done: u64,
    /// How many there were.
    pub statements_total: u64,
}

impl LogEntry {
    /// Reads a row; what is missing or of another type counts as empty.
    pub(super) fn read(row: &[Literal]) -> Self {
        let text = |at: usize| row.get(at).and_then(Literal::as_text).map(str::to_owned);
        let number = |at: usize| {
            row.get(at).and_then(Literal::as_integer).and_then(|n| u64::try_from(n).ok()).unwrap_or_default()
        };
        Self {
            revision: text(0).unwrap_or_default(),
            direction: text(1).unwrap_or_default(),
            started_at: text(2).unwrap_or_default(),
            finished_at: text(3),
            outcome: text(4).unwrap_or_default(),
            checksum: text(5),
            tool_version: text(6).unwrap_or_default(),
            statements_done: number(7),
            statements_total: number(8),
        }
    }
}
