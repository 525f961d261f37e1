//! What only PostgreSQL has: `postgres = { … }` on a table, a column or an index.
//!
//! - table: `tablespace`, `with` (storage parameters, such as `"fillfactor = 70"`), `using` (an access method),
//!   `unlogged`, `partition_by` (such as `"RANGE (day)"`), `inherits`.
//! - column: `storage`, `compression`.
//! - index: `tablespace`, `with`.

use limbeck_core::diagnostic::{Code, Diagnostic, nearest};
use limbeck_core::literal::{Literal, RawSql};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::Options;

use crate::dialect::NAME;

pub(super) const TABLE: [&str; 6] = ["tablespace", "with", "using", "unlogged", "partition_by", "inherits"];
pub(super) const COLUMN: [&str; 2] = ["storage", "compression"];
pub(super) const INDEX: [&str; 2] = ["tablespace", "with"];

/// The options of one object, each of a name that is known.
pub(super) struct Own<'o> {
    options: Vec<(&'o str, &'o Literal)>,
    owner: String,
}

impl<'o> Own<'o> {
    /// Picks PostgreSQL's options out.
    ///
    /// # Errors
    /// An option that is not known.
    pub(super) fn read(
        options: &'o Options,
        known: &[&'static str],
        owner: impl Into<String>,
    ) -> Result<Self, Diagnostic> {
        let owner = owner.into();
        let own: Vec<_> =
            options.get(NAME).into_iter().flatten().map(|(key, value)| (key.as_str(), value)).collect();
        for (key, _) in &own {
            if !known.contains(key) {
                let fault = Diagnostic::new(
                    Code::UnknownKey,
                    format!("PostgreSQL has no option `{key}` for {owner}"),
                );
                return Err(match nearest(key, known.iter().copied()) {
                    Some(near) => fault.hint(format!("an option with a similar name exists: `{near}`")),
                    None => fault.hint(format!("the options are `{}`", known.join("`, `"))),
                });
            }
        }
        Ok(Self { options: own, owner })
    }

    /// Returns what is said of an option; `None` when nothing is, NULL when it is taken away.
    pub(super) fn get(&self, key: &str) -> Option<&'o Literal> {
        self.options.iter().find(|(own, _)| *own == key).map(|(_, value)| *value)
    }

    fn wrong(&self, key: &str, takes: &str) -> Diagnostic {
        Diagnostic::new(Code::BadValue, format!("the option `{key}` of {} takes {takes}", self.owner))
    }

    fn text(&self, key: &str) -> Result<Option<&'o str>, Diagnostic> {
        match self.get(key) {
            None | Some(Literal::Null) => Ok(None),
            Some(Literal::Text(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(self.wrong(key, "a text")),
        }
    }

    /// Returns the author's SQL that an option holds.
    pub(super) fn raw(&self, key: &str) -> Result<Option<RawSql>, Diagnostic> {
        Ok(self.text(key)?.map(RawSql::new))
    }

    /// Returns the name that an option holds.
    pub(super) fn ident(&self, key: &str) -> Result<Option<Ident>, Diagnostic> {
        let bad = |_| self.wrong(key, "a name");
        self.text(key)?.map(|text| Ident::new(text).map_err(bad)).transpose()
    }

    /// Returns the table that an option names.
    pub(super) fn table(&self, key: &str) -> Result<Option<TableName>, Diagnostic> {
        let bad = |_| self.wrong(key, "the name of a table");
        self.text(key)?.map(|text| TableName::parse(text).map_err(bad)).transpose()
    }

    /// Returns whether an option is on; what is not said is off.
    pub(super) fn flag(&self, key: &str) -> Result<bool, Diagnostic> {
        match self.get(key) {
            None | Some(Literal::Null) => Ok(false),
            Some(Literal::Bool(truth)) => Ok(*truth),
            Some(_) => Err(self.wrong(key, "`true` or `false`")),
        }
    }

    /// Returns the options that are spoken of.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'o str> {
        self.options.iter().map(|(key, _)| *key)
    }
}
