//! One case: a history and the commands given one after the other, starting from an empty database.

use std::fmt;

use limbeck_core::revision::RevisionHeader;
use serde::Serialize;

/// A history, in the order in which its files are read, and commands.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) revisions: Vec<Revision>,
    pub(super) commands: Vec<Command>,
}

/// A revision as both tools are told of it.
#[derive(Clone, Serialize)]
pub(super) struct Revision {
    pub(super) id: String,
    pub(super) down: Vec<String>,
    pub(super) depends: Vec<String>,
    pub(super) labels: Vec<String>,
}

impl Revision {
    /// Returns the header that Limbeck would read from its file.
    pub(super) fn header(&self) -> RevisionHeader {
        let mut header = RevisionHeader::new(
            self.id.as_str(),
            self.down.iter().map(|id| id.as_str().into()).collect::<Vec<_>>(),
        );
        header.depends_on.clone_from(&self.depends);
        header.branch_labels.clone_from(&self.labels);
        header
    }
}

/// A command with its targets as written.
#[derive(Clone, Serialize)]
pub(super) struct Command {
    pub(super) kind: Kind,
    pub(super) targets: Vec<String>,
}

/// Which command.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Upgrade,
    Downgrade,
    Stamp,
    History,
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Upgrade => "upgrade",
            Kind::Downgrade => "downgrade",
            Kind::Stamp => "stamp",
            Kind::History => "history -r",
        })?;
        self.targets.iter().try_for_each(|target| write!(f, " {target}"))
    }
}

impl fmt::Display for Case {
    /// Draws the history, `m < b c ~ d @ label` a line, then the commands.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for revision in &self.revisions {
            write!(f, "    {}", revision.id)?;
            for (sign, names) in [('<', &revision.down), ('~', &revision.depends), ('@', &revision.labels)] {
                if !names.is_empty() {
                    write!(f, " {sign} {}", names.join(" "))?;
                }
            }
            writeln!(f)?;
        }
        for (i, command) in self.commands.iter().enumerate() {
            write!(f, "\n{:3}. {command}", i + 1)?;
        }
        Ok(())
    }
}
