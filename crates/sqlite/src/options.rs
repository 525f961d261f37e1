//! What a project may set for SQLite: the keys of `[sqlite]` in its configuration.

use limbeck_core::dialect::{OptionSpec, ServerInfo};

const SCHEMA_EDIT: &str = "schema_edit";
const NEVER: &str = "never";

/// The options of SQLite.
pub(crate) const OPTIONS: &[OptionSpec] = &[OptionSpec { name: SCHEMA_EDIT, values: &["auto", NEVER] }];

/// Whether the schema text that SQLite stores may be edited, which no `ALTER TABLE` does: `[sqlite] schema_edit`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SchemaEdit {
    /// Where it is sound and cheaper than moving the rows.
    #[default]
    Auto,
    /// Nowhere: what `ALTER TABLE` cannot do is done by a move-and-copy.
    Never,
}

impl SchemaEdit {
    /// Returns what a project sets.
    pub fn of(server: &ServerInfo) -> Self {
        match server.options.get(SCHEMA_EDIT) {
            Some(&NEVER) => Self::Never,
            _ => Self::Auto,
        }
    }
}

#[cfg(test)]
mod tests {
    use limbeck_core::dialect::{Dialect, DialectOptions};

    use super::SchemaEdit;
    use crate::SQLITE;

    #[test]
    fn an_option_is_read_and_a_wrong_key_or_value_names_the_nearest() {
        let server = SQLITE.server("sqlite", None).unwrap();
        assert_eq!(SchemaEdit::of(&server), SchemaEdit::Auto);
        let mut options = DialectOptions::new();
        options.set(&SQLITE, "schema_edit", "never").unwrap();
        assert_eq!(SchemaEdit::of(&server.with(&options)), SchemaEdit::Never);
        let fault = |name, value| DialectOptions::new().set(&SQLITE, name, value).unwrap_err().to_string();
        assert!(fault("schema_edits", "never").contains("`schema_edit`"));
        assert!(fault("schema_edit", "nevr").contains("a value with a similar name exists: `never`"));
    }
}
