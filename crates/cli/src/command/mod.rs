//! The commands, a file each.

mod adopt;
mod branches;
mod check;
mod current;
mod diff;
mod downgrade;
mod edit;
mod ensure_version;
mod heads;
mod history;
mod import;
mod init;
mod lint;
mod log;
mod merge;
mod moves;
mod print_schema;
mod rebase;
mod revision;
mod schema;
mod show;
mod squash;
mod stamp;
mod upgrade;
mod verify;

use crate::context::Context;
use crate::failure::Failure;

/// What is to be done.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Init(init::Args),
    Import(import::Args),
    Adopt(adopt::Args),
    Revision(revision::Args),
    Merge(merge::Args),
    Rebase(rebase::Args),
    Squash(squash::Args),
    Upgrade(upgrade::Args),
    Downgrade(downgrade::Args),
    Stamp(stamp::Args),
    #[command(name = "ensure_version", alias = "ensure-version")]
    EnsureVersion(ensure_version::Args),
    Current(current::Args),
    Heads(heads::Args),
    Branches(branches::Args),
    History(history::Args),
    Show(show::Args),
    Edit(edit::Args),
    Log(log::Args),
    Schema(schema::Args),
    PrintSchema(print_schema::Args),
    Lint(lint::Args),
    Diff(diff::Args),
    Check(check::Args),
    Verify(verify::Args),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Init(args) => args.run(context),
            Self::Import(args) => args.run(context),
            Self::Adopt(args) => args.run(context),
            Self::Revision(args) => args.run(context),
            Self::Merge(args) => args.run(context),
            Self::Rebase(args) => args.run(context),
            Self::Squash(args) => args.run(context),
            Self::Upgrade(args) => args.run(context),
            Self::Downgrade(args) => args.run(context),
            Self::Stamp(args) => args.run(context),
            Self::EnsureVersion(args) => args.run(context),
            Self::Current(args) => args.run(context),
            Self::Heads(args) => args.run(context),
            Self::Branches(args) => args.run(context),
            Self::History(args) => args.run(context),
            Self::Show(args) => args.run(context),
            Self::Edit(args) => args.run(context),
            Self::Log(args) => args.run(context),
            Self::Schema(args) => args.run(context),
            Self::PrintSchema(args) => args.run(context),
            Self::Lint(args) => args.run(context),
            Self::Diff(args) => args.run(context),
            Self::Check(args) => args.run(context),
            Self::Verify(args) => args.run(context),
        }
    }
}
