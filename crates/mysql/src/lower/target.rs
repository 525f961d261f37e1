//! What an operation is lowered for: the server, and the schema that the operation finds.

use limbeck_core::dialect::{Backslash, ServerInfo};
use limbeck_core::schema::Schema;
use limbeck_core::sql::Sql;

use super::literal;
use crate::server::{self, Feature};

/// The server, and the schema that the operation finds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'t> {
    pub(super) server: &'t ServerInfo,
    pub(super) schema: &'t Schema,
}

impl Target<'_> {
    /// Starts an empty text in the session's quoting.
    pub(super) fn sql(self) -> Sql {
        Sql::new(match self.server.backslash {
            Backslash::Escapes => &literal::ESCAPING,
            Backslash::Plain => &literal::PLAIN,
        })
    }

    /// Says whether the server can do something.
    pub(super) fn has(self, feature: Feature) -> bool {
        server::has(self.server, feature)
    }

    /// Returns what the server is called in messages.
    pub(super) fn title(self) -> &'static str {
        server::title(self.server)
    }

    pub(super) fn is_mariadb(self) -> bool {
        server::is_mariadb(self.server)
    }
}
