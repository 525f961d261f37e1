//! The scripts of an Alembic project, played in its own Python.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use limbeck_alembic::record::{Recorder, Recording, Scratch};
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::DatabaseUrl;
use limbeck_core::revision::RevisionId;

use crate::config::AlembicProject;
use crate::connect::dialect_of;
use crate::project::Project;

/// Limbeck's names of the dialects that scripts are played for.
pub(super) const DIALECTS: [&str; 3] = ["sqlite", "postgres", "mysql"];

/// How the scripts of an Alembic project are played.
#[derive(Debug, Clone)]
pub struct WithPython {
    /// The Python of the project's environment, with Alembic and all that the scripts import.
    pub python: PathBuf,
    /// The dialects to play for, by name; empty is all.
    pub dialects: Vec<String>,
    /// Empty databases to play on, one a dialect at most. Without one, no database is opened, and what a script reads is not
    /// known.
    pub scratch: Vec<DatabaseUrl>,
    /// How long the process may say nothing.
    pub patience: Duration,
}

/// A database to play on.
struct Place {
    dialect: &'static str,
    url: Scratch,
    /// A file that goes when it has been played on, so that another one like it can be had.
    passing: bool,
}

/// Plays all scripts, for each dialect in a process of its own.
pub(super) fn record(
    project: &Project,
    alembic: &AlembicProject,
    with: &WithPython,
) -> Result<Vec<Recording>, Diagnostic> {
    let directory = tempfile::tempdir().map_err(|error| {
        Diagnostic::new(
            Code::CannotWrite,
            format!("no directory for a scratch database can be made: {error}"),
        )
    })?;
    let places = places(with, directory.path())?;
    let wanted =
        |dialect: &&str| with.dialects.is_empty() || with.dialects.iter().any(|name| name == dialect);
    let scripts: Vec<(RevisionId, &Path)> = project
        .history
        .graph()
        .in_order()
        .filter_map(|header| Some((header.revision.clone(), header.path.as_deref()?)))
        .filter(|(_, path)| path.extension().is_some_and(|ending| ending == "py"))
        .collect();
    let recorder = Recorder {
        python: &with.python,
        config: &alembic.project().path,
        section: &alembic.project().section,
        patience: with.patience,
    };
    thread::scope(|scope| {
        let workers: Vec<_> = DIALECTS
            .into_iter()
            .filter(wanted)
            .map(|dialect| {
                let place = places.iter().find(|place| place.dialect == dialect);
                let (recorder, scripts, directory) = (&recorder, &scripts, directory.path());
                scope.spawn(move || {
                    let mut recording = recorder.record(dialect, place.map(|place| &place.url), scripts)?;
                    if place.is_some_and(|place| place.passing) {
                        // Times and random values show when all is done once more.
                        let again = recorder.record(dialect, Some(&file(directory, "again.db")), scripts)?;
                        recording.keep_what_is_the_same(&again);
                    }
                    Ok(recording)
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker does not panic")).collect()
    })
}

fn file(directory: &Path, name: &str) -> Scratch {
    Scratch(format!("sqlite:///{}", directory.join(name).display()))
}

/// Returns the databases with their URLs as SQLAlchemy writes them.
fn places(with: &WithPython, directory: &Path) -> Result<Vec<Place>, Diagnostic> {
    let mut places: Vec<Place> = Vec::new();
    for url in &with.scratch {
        let dialect = dialect_of(url)?.name();
        let Some(dialect) = DIALECTS.into_iter().find(|known| *known == dialect) else {
            return Err(Diagnostic::new(Code::Usage, format!("scripts are not played on {dialect}")));
        };
        if places.iter().any(|place| place.dialect == dialect) {
            let message = format!("two databases are given to play on for {dialect}");
            return Err(Diagnostic::new(Code::Usage, message));
        }
        if !with.dialects.is_empty() && !with.dialects.iter().any(|name| name == dialect) {
            let message = format!("a database is given for {dialect}, for which nothing is to be played");
            return Err(Diagnostic::new(Code::Usage, message));
        }
        let passing = dialect == "sqlite" && url.rest() == ":memory:";
        let url = match (dialect, url.rest()) {
            _ if passing => file(directory, "once.db"),
            ("sqlite", rest) if rest.starts_with("//") => Scratch(format!("sqlite:{rest}")),
            ("sqlite", rest) => Scratch(format!("sqlite:///{rest}")),
            ("postgres", rest) => Scratch(format!("postgresql:{rest}")),
            (_, rest) => Scratch(format!("mysql:{rest}")),
        };
        places.push(Place { dialect, url, passing });
    }
    Ok(places)
}
