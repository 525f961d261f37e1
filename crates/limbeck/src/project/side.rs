//! What can be compared: the schema of a revision, of the model, of the database.

use std::path::{Path, PathBuf};

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::dialect::{Connection, ServerInfo};
use limbeck_core::graph::{Heads, Target};
use limbeck_core::literal::RawSql;
use limbeck_core::migrator::Settings;
use limbeck_core::op::{Change, Execute};
use limbeck_core::schema::Schema;
use limbeck_core::{raw, script};

use super::Project;

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// What the history says of some heads; none is an empty database.
    History(Heads),
    /// What a model file says.
    Model(PathBuf),
    /// What the database has.
    Database,
}

impl Project {
    /// Reads what a person calls a side: `database`, `model`, the path of a `.toml` or `.sql` file, or a target.
    ///
    /// # Errors
    /// A target that is missing or ambiguous; [`Code::ConfigInvalid`] when no model is configured.
    pub fn side(&self, text: &str) -> Result<Side, Diagnostics> {
        let ending = Path::new(text).extension().and_then(|ending| ending.to_str());
        match (text, ending) {
            ("database", _) => Ok(Side::Database),
            ("model", _) => match &self.config.model {
                Some(model) => Ok(Side::Model(model.to_path())),
                None => Err(Diagnostic::new(Code::ConfigInvalid, "no model is configured")
                    .hint("add `model = \"schema.toml\"` to `[migrations]`, or give the path of the file")
                    .into()),
            },
            (path, Some("toml" | "sql")) => Ok(Side::Model(PathBuf::from(path))),
            (target, _) => {
                let target: Target = target.parse().map_err(Diagnostic::from)?;
                Ok(Side::History(self.history.graph().heads_at(&target).map_err(Diagnostic::from)?))
            }
        }
    }

    /// Returns the schema of a side, as it is on a kind of server. `connection` is the database that is meant, where one is.
    ///
    /// The tables in which Limbeck keeps its own are no part of it.
    ///
    /// # Errors
    /// Files that cannot be read, operations that do not fit, what the database says; [`Code::NeedsDatabase`] when it is
    /// meant and not given.
    pub fn schema_of(
        &self,
        side: &Side,
        server: &ServerInfo,
        settings: &Settings,
        connection: Option<&mut dyn Connection>,
    ) -> Result<Schema, Diagnostics> {
        match (side, connection) {
            (Side::History(heads), _) => self.history.schema_at(heads, server.names()),
            (Side::Model(path), _) => self.model(path, server),
            (Side::Database, Some(connection)) => {
                let mut schema = connection.reflect(None).map_err(Diagnostic::from)?;
                for own in settings.log_table.iter().chain([&settings.version_table]) {
                    schema.tables.remove(own);
                }
                Ok(schema)
            }
            (Side::Database, None) => {
                Err(Diagnostic::new(Code::NeedsDatabase, "the schema of the database needs the database")
                    .into())
            }
        }
    }

    fn model(&self, path: &Path, server: &ServerInfo) -> Result<Schema, Diagnostics> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("toml") => script::parse_model(path, script::load(path)?, &self.config.naming),
            Some("sql") => {
                let text = script::load(path)?;
                let mut schema = Schema::new();
                for part in raw::cut(&text, server.names()) {
                    let execute = Execute { sql: RawSql::new(part.text(&text)), state: None };
                    let place = || Place::new(path, text.clone(), part.span.clone());
                    let Some(operations) = raw::operations(&execute, &schema, server.names()) else {
                        let message = "what this statement does to the schema is not known";
                        return Err(Diagnostic::new(Code::Opaque, message).at(place()).into());
                    };
                    for operation in operations {
                        operation.apply(&mut schema).map_err(|error| Diagnostic::from(error).at(place()))?;
                    }
                }
                Ok(schema)
            }
            _ => Err(Diagnostic::new(
                Code::Unsupported,
                format!("`{}` cannot be read as a model", path.display()),
            )
            .hint("a model is a `.toml` or `.sql` file")
            .into()),
        }
    }
}
