//! `limbeck verify`: runs each revision up, down and up again on a scratch database.

use limbeck::core::dialect::{ConnectOptions, Connection};
use limbeck::core::verify::{Verified, verify};
use serde_json::json;

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::json;
use crate::render::{Weight, render};

const AFTER: &str = "\
Each runs with a row in every table that one can be made for; schema and rows are compared after each step. The scratch
database is made beside each database that is configured, and dropped: in memory for SQLite. Exit status: 0 when all is well,
3 when something was found.";

/// Run each revision up, down and up again on a scratch database
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// An empty database to run on, in place of one made for it
    #[arg(long, value_name = "URL")]
    scratch: Option<String>,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Warn)?;
        let mut found = 0;
        match &self.scratch {
            Some(url) => {
                let mut connection = limbeck::connect_with(url, &ConnectOptions::default())?;
                found += self.on(context, &project, &mut *connection)?;
            }
            None => {
                for mut scratch in context.scratches(project.config())? {
                    found += self.on(context, &project, scratch.connection())?;
                }
            }
        }
        if found == 0 { Ok(()) } else { Err(Failure::Found) }
    }

    /// Verifies on one database, and returns how much was found.
    fn on(
        &self,
        context: &Context,
        project: &limbeck::project::Project,
        connection: &mut dyn Connection,
    ) -> Result<usize, Failure> {
        let flavour = connection.server().flavour;
        let settings = context.settings(project.config());
        let mut told = Ok(());
        let verified = verify(project.history(), connection, &settings, |one| {
            if told.is_ok() {
                told = tell(context, one, flavour);
            }
        })?;
        told?;
        Ok(verified.iter().map(|one| one.findings.len()).sum())
    }
}

fn tell(context: &Context, one: &Verified, flavour: &str) -> Result<(), Failure> {
    let Verified { revision, undone, canaries: (planted, bare), lost, findings } = one;
    if context.global.json {
        let findings: Vec<_> = findings.iter().map(|fault| json::error(fault)["error"].clone()).collect();
        return json::print(
            context,
            &json!({
                "server": flavour, "revision": revision.as_str(), "undone": undone,
                "canaries": planted, "without_canary": bare, "lost": lost, "findings": findings,
            }),
        );
    }
    let what = match (findings.is_empty(), undone) {
        (true, true) => "up, down, up: fine",
        (true, false) => "up: fine; it is irreversible",
        (false, _) => "not as it should be",
    };
    context.out.line(format_args!("{flavour}: {revision}: {what}"))?;
    for lost in lost {
        context.out.line(format_args!("  the way back does not bring back {lost}"))?;
    }
    findings.iter().try_for_each(|fault| context.out.line(render(fault, Weight::Error)))
}
