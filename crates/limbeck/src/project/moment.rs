//! When a revision is made.

/// A moment in UTC, as the caller's clock tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Year, month, day, hour, minute and second.
    pub date: [i64; 6],
    /// Seconds since 1970.
    pub epoch: i64,
}

impl Moment {
    /// Writes the moment as RFC 3339 has it, to the second: `2026-11-22T10:00:00Z`.
    pub fn rfc3339(&self) -> String {
        let [year, month, day, hour, minute, second] = self.date;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}
