//! What can be compared: the schema of a revision, of the model, of the database.

use std::path::Path;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::dialect::{ConnectOptions, Connection, ServerInfo, Texts, spell_alike};
use limbeck_core::graph::{Heads, Target};
use limbeck_core::migrator::Settings;
use limbeck_core::schema::Schema;

use super::adopt::leave_out_tools;
use super::{Model, Project, enums};

/// One side of a comparison.
#[derive(Debug, Clone)]
pub enum Side {
    /// What the history says of some heads; none is an empty database.
    History(Heads),
    /// What a model says.
    Model(Model),
    /// What the database has.
    Database,
}

impl Side {
    /// Returns where the texts of two sides come from.
    pub fn texts(&self, other: &Self) -> Texts {
        let is_printed = |side: &Self| match side {
            Self::History(_) => false,
            Self::Model(model) => model.texts() == Texts::Printed,
            Self::Database => true,
        };
        if is_printed(self) || is_printed(other) { Texts::Printed } else { Texts::Written }
    }
}

impl Project {
    /// Reads what a person calls a side: `database`, `model`, the path of a model, the URL of another database, or a target.
    ///
    /// # Errors
    /// A target that is missing or ambiguous; [`Code::ConfigInvalid`] when no model is configured.
    pub fn side(&self, text: &str, options: &ConnectOptions) -> Result<Side, Diagnostics> {
        let ending = Path::new(text).extension().and_then(|ending| ending.to_str());
        let is_model =
            matches!(ending, Some("toml" | "sql" | "rs")) || text.contains("://") || text.contains('/');
        match text {
            "database" => Ok(Side::Database),
            "model" => Ok(Side::Model(self.model(&[], options)?)),
            _ if is_model || text.starts_with("sqlite:") => {
                Ok(Side::Model(Model::given(&[text.to_owned()], options)?))
            }
            _ => {
                let target: Target = text.parse().map_err(Diagnostic::from)?;
                Ok(Side::History(self.history.graph().heads_at(&target).map_err(Diagnostic::from)?))
            }
        }
    }

    /// Returns the schemas of two sides, as they are on a kind of server. `connection` is the database that is meant, where
    /// one is.
    ///
    /// The tables in which Limbeck keeps its own are no part of them, nor are those that the configuration leaves out, unless
    /// both sides are of the history. Those in which another tool keeps its history are no part of the database, unless the
    /// other side has them.
    ///
    /// # Errors
    /// Files that cannot be read, operations that do not fit, what the database says; [`Code::NeedsDatabase`] when it is
    /// meant and not given.
    pub fn schemas_of(
        &self,
        from: &Side,
        to: &Side,
        server: &ServerInfo,
        settings: &Settings,
        connection: Option<&mut dyn Connection>,
    ) -> Result<(Schema, Schema), Diagnostics> {
        let (from_schema, to_schema) = self.sides(from, to, server, settings, connection)?;
        Ok(match (from, to) {
            (Side::Database, Side::Database) => (from_schema, to_schema),
            (Side::Database, _) => (leave_out_tools(from_schema, &to_schema), to_schema),
            (_, Side::Database) => {
                let to = leave_out_tools(to_schema, &from_schema);
                (from_schema, to)
            }
            _ => (from_schema, to_schema),
        })
    }

    fn sides(
        &self,
        from: &Side,
        to: &Side,
        server: &ServerInfo,
        settings: &Settings,
        mut connection: Option<&mut dyn Connection>,
    ) -> Result<(Schema, Schema), Diagnostics> {
        // What a model leaves open is as the other side has it.
        let mut of = |side: &Side, other: &Schema| -> Result<Schema, Diagnostics> {
            match side {
                Side::History(heads) => self.history.schema_at(heads, server.names()),
                Side::Model(model) => Ok(model.read(server, settings, &self.config.filter, other)?.schema),
                Side::Database => match &mut connection {
                    Some(connection) => Ok(reflected(&mut **connection, settings)?),
                    None => {
                        let message = "the schema of the database needs the database";
                        Err(Diagnostic::new(Code::NeedsDatabase, message).into())
                    }
                },
            }
        };
        let (from_schema, to_schema) = match (from, to) {
            (Side::Model(_), Side::History(_) | Side::Database) => {
                let to = of(to, &Schema::new())?;
                (of(from, &to)?, to)
            }
            _ => {
                let from = of(from, &Schema::new())?;
                let to = of(to, &from)?;
                (from, to)
            }
        };
        let (mut from_schema, mut to_schema) = match (from, to) {
            (Side::History(_), Side::History(_)) => return Ok((from_schema, to_schema)),
            _ => (self.config.filter.apply(from_schema), self.config.filter.apply(to_schema)),
        };
        if let (true, Some(connection)) =
            ([from, to].iter().any(|side| matches!(side, Side::Database)), connection)
        {
            let dialect = connection.dialect();
            let form = |schema: &Schema| dialect.normal_form(schema, server);
            match from {
                Side::Database => enums::taken_over(&mut from_schema, &to_schema, form),
                _ => enums::taken_over(&mut to_schema, &from_schema, form),
            }
            spell_alike(connection, &from_schema, &mut to_schema, Texts::Printed)
                .map_err(Diagnostic::from)?;
        }
        Ok((from_schema, to_schema))
    }
}

impl Project {
    /// Returns the schema of the history or of the database, but for what the configuration leaves out, and for Limbeck's own
    /// tables.
    ///
    /// # Errors
    /// As [`Project::schemas_of`].
    pub fn schema_of(
        &self,
        side: &Side,
        server: &ServerInfo,
        settings: &Settings,
        connection: Option<&mut dyn Connection>,
    ) -> Result<Schema, Diagnostics> {
        let nothing = Side::History(Heads::default());
        let (schema, _) = self.sides(side, &nothing, server, settings, connection)?;
        Ok(self.config.filter.apply(schema))
    }
}

/// Reads what a database has, but for the tables in which Limbeck keeps its own.
pub(super) fn reflected(connection: &mut dyn Connection, settings: &Settings) -> Result<Schema, Diagnostic> {
    let mut schema = connection.reflect(None)?;
    for own in settings.log_table.iter().chain([&settings.version_table]) {
        schema.tables.remove(own);
    }
    Ok(schema)
}
