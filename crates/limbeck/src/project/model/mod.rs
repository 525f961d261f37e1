//! The model: what the schema should be, as files, folders and another database say it together.

#[cfg(feature = "diesel")]
mod diesel;
mod files;
mod reading;
mod source;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::dialect::{ConnectOptions, ServerInfo};
use limbeck_core::migrator::Settings;
use limbeck_core::schema::Schema;

use super::Project;
use reading::Reading;
use source::Source;

/// Where a model is. It is read anew each time.
#[derive(Debug, Clone)]
pub struct Model {
    sources: Vec<Source>,
    /// How a database is opened that is part of it.
    options: ConnectOptions,
}

impl Model {
    /// Takes paths, from the current directory, and URLs as a person gives them.
    ///
    /// # Errors
    /// [`Code::BadUrl`].
    pub fn given(texts: &[String], options: &ConnectOptions) -> Result<Self, Diagnostic> {
        let sources = texts.iter().map(|text| Source::given(text)).collect::<Result<_, _>>()?;
        Ok(Self { sources, options: options.clone() })
    }

    /// Returns the schema that it says, as a kind of server has it.
    ///
    /// `known` is the schema that it is compared with: what a part cannot say, as a `schema.rs` of Diesel's, is as it is there.
    ///
    /// # Errors
    /// All that is wrong with its files, with file and line: what is missing, empty or broken, and what two of them say at once.
    pub(super) fn read(
        &self,
        server: &ServerInfo,
        settings: &Settings,
        known: &Schema,
    ) -> Result<Schema, Diagnostics> {
        let mut reading = Reading::new(server, settings);
        for source in &self.sources {
            reading.read(source, &self.options);
        }
        reading.finish(known)
    }
}

impl Project {
    /// Returns the model that is given, else the one of the configuration.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`] when there is none; [`Code::BadUrl`].
    pub fn model(&self, given: &[String], options: &ConnectOptions) -> Result<Model, Diagnostic> {
        if !given.is_empty() {
            return Model::given(given, options);
        }
        if self.config.model.is_empty() {
            return Err(Diagnostic::new(Code::ConfigInvalid, "no model is configured")
                .hint("add `model = \"schema.toml\"` to `[migrations]`, or give the path of the file"));
        }
        let sources = self.config.model.iter().map(Source::stated).collect::<Result<_, _>>()?;
        Ok(Model { sources, options: options.clone() })
    }
}
