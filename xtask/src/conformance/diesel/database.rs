//! The databases of a comparison, made empty by diesel_cli.

use std::path::Path;

use super::tool;
use crate::Failure;
use crate::database::Kind;
use crate::servers::Servers;

/// A database; on a server it goes with the server.
pub(super) struct Database {
    url: String,
    kind: Kind,
}

impl Database {
    /// Makes one in a folder, or on the server of its kind, in the place of one of that name.
    ///
    /// # Errors
    /// When there is no server, and what diesel_cli says.
    pub(super) fn make(
        kind: Kind,
        name: &str,
        root: &Path,
        servers: &Servers,
        diesel: &Path,
    ) -> Result<Self, Failure> {
        let url = match kind.variable() {
            None => root.join(format!("{name}.db")).display().to_string(),
            Some(variable) => {
                let server = servers.url(variable).ok_or_else(|| format!("`{variable}` names no server"))?;
                let server = server.split('?').next().unwrap_or_default();
                let (start, _) = server.rsplit_once('/').ok_or("the URL of the server names no database")?;
                format!("{start}/limbeck_diesel_{name}")
            }
        };
        let reset = ["database", "reset", "--migration-dir", "empty"];
        tool::output(&[0], tool::command(diesel, root).args(reset).env("DATABASE_URL", &url))?;
        Ok(Self { url, kind })
    }

    /// Returns the URL as Diesel has it.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the URL as Limbeck has it.
    pub(super) fn limbeck(&self) -> String {
        match self.kind {
            Kind::Sqlite => format!("sqlite:{}", self.url),
            Kind::Postgres | Kind::Mariadb => self.url.clone(),
        }
    }
}
