//! `limbeck ensure_version`: makes the version table.

use limbeck::core::dialect::Missing;
use limbeck::core::migrator::Migrator;

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;

/// Make the version table and the log where they are missing
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Warn)?;
        let mut connection = context.connect(project.config(), Missing::Create)?;
        let settings = context.settings(project.config());
        Ok(Migrator::new(project.history(), &mut *connection, settings).ensure_version()?)
    }
}
