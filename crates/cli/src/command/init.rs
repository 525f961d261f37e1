//! `limbeck init`: starts a project.

use std::path::{Path, PathBuf};

use limbeck::project;
use serde_json::json;

use crate::context::Context;
use crate::failure::Failure;

/// Start a project: a configuration file and a directory for migrations
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where; made when it is missing. Without it, here
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let made = project::init(self.directory.as_deref().unwrap_or_else(|| Path::new("")))?;
        if context.global.json {
            return crate::json::print(
                context,
                &json!({ "config": made.config, "migrations": made.migrations }),
            );
        }
        context.out.line(made.config.display())?;
        context.out.line(made.migrations.display())?;
        context.note(format_args!("next: `limbeck revision -m \"create account table\"`"));
        Ok(())
    }
}
