//! The model: what the schema should be, as files, folders and another database say it together.

#[cfg(feature = "diesel")]
mod diesel;
mod files;
mod names;
mod reading;
mod source;
mod sql;

mod type_word;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::dialect::{ConnectOptions, ServerInfo, Texts};
use limbeck_core::migrator::Settings;
use limbeck_core::schema::Schema;

use super::Project;
use crate::config::Filter;
use reading::Reading;
use source::Source;

/// Where a model is. It is read anew each time.
#[derive(Debug, Clone)]
pub struct Model {
    sources: Vec<Source>,
    /// How a database is opened that is part of it.
    options: ConnectOptions,
}

/// What a model says.
pub(super) struct Said {
    pub(super) schema: Schema,
    /// What of it is passed over.
    pub(super) warnings: Vec<Diagnostic>,
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

    /// Returns where its texts come from.
    pub(super) fn texts(&self) -> Texts {
        match self.sources.iter().any(Source::is_database) {
            true => Texts::Printed,
            false => Texts::Written,
        }
    }

    /// Returns the schema that it says, as a kind of server has it.
    ///
    /// `known` is the schema that it is compared with: what a part cannot say, as a `schema.rs` of Diesel's, is as it is there.
    /// What `filter` leaves out may be pointed at and need not be there.
    ///
    /// # Errors
    /// All that is wrong with its files, with file and line: what is missing, empty or broken, and what two of them say at once.
    pub(super) fn read(
        &self,
        server: &ServerInfo,
        settings: &Settings,
        filter: &Filter,
        known: &Schema,
    ) -> Result<Said, Diagnostics> {
        let mut reading = Reading::new(server, settings, filter);
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
