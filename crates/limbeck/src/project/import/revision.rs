//! The file of one revision, and what is to be said of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_alembic::record::{Alone, Before, Filled, Note, Recording, fill};
use limbeck_alembic::{Assumption, assumptions};
use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::graph::Direction;
use limbeck_core::history::{Body, Task, Undo};
use limbeck_core::op::{Operation, Scope, ScopedOperation};
use limbeck_core::revision::RevisionHeader;
use limbeck_core::script::{self, Downgrade, Format, Script, Untold};

use super::NewFile;
use super::place::Places;
use super::python::DIALECTS;
use super::report::{ImportedRevision, Left, Read};
use crate::config::AlembicProject;
use crate::project::Project;

/// What is said of a revision beside what it does.
type Notes = BTreeSet<(Note, Direction, &'static str)>;

/// Makes the file of a revision. Its body has been read; `recordings` are what playing it has shown, `before` the
/// schema before it.
///
/// # Errors
/// What a file cannot hold, as the code of a revision that is written in Rust.
pub(super) fn import(
    project: &Project,
    alembic: &AlembicProject,
    header: &RevisionHeader,
    places: &Places,
    recordings: &[Recording],
    before: &mut Before,
) -> Result<(NewFile, ImportedRevision), Diagnostic> {
    let id = &header.revision;
    let text = project.history.text(id)?;
    let (Some(text), Some(source)) = (text, &header.path) else {
        return Err(Diagnostic::new(
            Code::Usage,
            format!("revision `{id}` is Rust code, and stays where it is"),
        ));
    };
    let told = |path: PathBuf| ImportedRevision {
        revision: id.clone(),
        script: source.clone(),
        path,
        assumed: Vec::new(),
        recorded: Vec::new(),
        reads: Vec::new(),
        left: Vec::new(),
    };
    if let Some(format) = Format::of(source) {
        let path = places.path(header, format.extension());
        return Ok((NewFile { path: path.clone(), text: text.to_string() }, told(path)));
    }
    let body = project.history.body(id).map_err(first)?;
    let mut assumed: Vec<String> = assumptions(&text).into_iter().map(|one| said(&one, alembic)).collect();
    let alone = if assumed.is_empty() { Alone::Exact } else { Alone::Assumed };
    let Filled { body, notes } = fill(&body, header, &text, alone, recordings, alembic.translator(), before);
    let (recorded, reads) = (recorded(&notes), reads(&notes));
    // For the dialects that it was not played for, the script alone says what is done.
    let unplayed: Vec<&str> = DIALECTS.into_iter().filter(|name| !is_played(recordings, name)).collect();
    if both_recorded(&body, &recorded, recordings) {
        // The application itself has said what it means.
        match unplayed.is_empty() {
            true => assumed.clear(),
            false => assumed.iter_mut().for_each(|one| *one = format!("on {}: {one}", unplayed.join(", "))),
        }
    }
    assumed.extend(rests_on(&reads, &recorded));
    let root = alembic.project().path.parent().unwrap_or(Path::new(""));
    let mut left = Vec::new();
    let script = script_of(&body, header, root, &mut left)?;
    let printed = printed(header, &script, project, places).or_else(|why| {
        // What the format cannot hold is not written down as something else.
        left.clear();
        let script = unprintable(header, &why, root, &mut left);
        printed(header, &script, project, places)
    });
    let (path, printed) = printed.map_err(|why| {
        Diagnostic::new(Code::Unsupported, format!("revision `{id}` cannot be written: {why}"))
            .at(Place::file(source))
    })?;
    // What nobody asked for is left in the file, and is not taken for told.
    let asked = |one: &Left| {
        let on = |name: &String| is_played(recordings, name);
        recordings.is_empty() || one.dialects.is_empty() || one.dialects.iter().any(on)
    };
    let all = left.len();
    left.retain(asked);
    if left.len() < all {
        assumed.push(format!(
            "on {}: it was not played for these, and the file says what of it is not told",
            unplayed.join(", ")
        ));
    }
    let file = NewFile { path: path.clone(), text: printed };
    Ok((file, ImportedRevision { assumed, recorded, reads, left, ..told(path) }))
}

fn is_played(recordings: &[Recording], dialect: &str) -> bool {
    recordings.iter().any(|recording| recording.dialect() == dialect)
}

fn first(faults: Diagnostics) -> Diagnostic {
    faults.first().clone()
}

fn said(assumption: &Assumption, alembic: &AlembicProject) -> String {
    match assumption {
        Assumption::Import(name) if alembic.maps(name) => {
            format!("`{name}` is what `[alembic.types]` says")
        }
        Assumption::Import(name) => {
            format!("`{name}` is what its source, or the table of known libraries, says")
        }
        Assumption::Online => "it runs on a database: `context.is_offline_mode()` is false".to_owned(),
    }
}

fn recorded(notes: &Notes) -> Vec<(Direction, &'static str)> {
    let recorded = notes.iter().filter(|(note, ..)| *note == Note::Recorded);
    recorded.map(|(_, direction, dialect)| (*direction, *dialect)).collect()
}

/// Returns what is asked, once for all dialects that ask it.
fn reads(notes: &Notes) -> Vec<Read> {
    let mut reads: Vec<Read> = Vec::new();
    for (note, direction, dialect) in notes {
        let Note::Reads(read) = note else { continue };
        let same = |other: &&mut Read| {
            (other.direction, &other.sql, other.line) == (*direction, &read.text, read.line)
        };
        match reads.iter_mut().find(same) {
            Some(other) if other.dialects.contains(dialect) => {}
            Some(other) => other.dialects.push(dialect),
            None => reads.push(Read {
                direction: *direction,
                dialects: vec![dialect],
                sql: read.text.clone(),
                catalog: read.catalog,
                line: read.line,
            }),
        }
    }
    reads
}

/// Says whether all that a revision does, on the dialects asked for, was recorded.
fn both_recorded(body: &Body, recorded: &[(Direction, &'static str)], recordings: &[Recording]) -> bool {
    let all = |direction| {
        let count = recorded.iter().filter(|(own, _)| *own == direction).count();
        count > 0 && count == recordings.len()
    };
    all(Direction::Up) && (all(Direction::Down) || !matches!(body.undo, Undo::Given(_)))
}

/// Says what a recording rests on that asks a database.
fn rests_on(reads: &[Read], recorded: &[(Direction, &'static str)]) -> Vec<String> {
    let mut rests = Vec::new();
    for read in reads {
        let counts = read.dialects.iter().any(|dialect| recorded.contains(&(read.direction, dialect)));
        if counts {
            let line = read.line.map(|line| format!("line {line}: ")).unwrap_or_default();
            let what = if read.catalog { "the schema" } else { "rows" };
            rests.push(format!(
                "{line}it reads {what}, and found what this history itself leaves in an empty database: {}",
                read.sql
            ));
        }
    }
    rests.dedup();
    rests
}

/// Prints a file, and makes sure that reading it gives the same revision.
fn printed(
    header: &RevisionHeader,
    script: &Script,
    project: &Project,
    places: &Places,
) -> Result<(PathBuf, String), String> {
    let given = match &script.downgrade {
        Downgrade::Given(given) => &given[..],
        Downgrade::Derived | Downgrade::Irreversible(_) => &[],
    };
    let is_sql = |scoped: &ScopedOperation| matches!(scoped.operation, Operation::Execute(_));
    let only_sql = !script.upgrade.is_empty() && script.upgrade.iter().chain(given).all(is_sql);
    let sql = if only_sql { in_format(header, script, project, places, Format::Sql).ok() } else { None };
    sql.map_or_else(|| in_format(header, script, project, places, Format::Toml), Ok)
}

fn in_format(
    header: &RevisionHeader,
    script: &Script,
    project: &Project,
    places: &Places,
    format: Format,
) -> Result<(PathBuf, String), String> {
    let path = places.path(header, format.extension());
    let text = script::print(header, script, format).map_err(|faults| first(faults).message)?;
    let (mut again, read) = script::parse(&path, Arc::from(text.as_str()), &project.config.naming)
        .map_err(|faults| first(faults).message)?;
    again.path.clone_from(&header.path);
    let same = match format {
        Format::Toml => read == *script,
        // The lines around the SQL of a section do not count.
        Format::Sql => read.checksum() == script.checksum(),
    };
    match again == *header && same {
        true => Ok((path, text)),
        false => Err("what a file would say is not what the script says".to_owned()),
    }
}

/// Turns what a script does into what a file says.
fn script_of(
    body: &Body,
    header: &RevisionHeader,
    root: &Path,
    left: &mut Vec<Left>,
) -> Result<Script, Diagnostic> {
    let mut untold = Vec::new();
    let mut told = |tasks: &[Task], direction: Direction| -> Result<Vec<ScopedOperation>, Diagnostic> {
        let mut operations = Vec::new();
        for task in tasks {
            match task {
                Task::Operation(scoped) => operations.push(scoped.clone()),
                Task::Untold(one) => {
                    let place = one.fault.places.first();
                    let at = Left {
                        direction,
                        dialects: one.scope.dialects.iter().cloned().collect(),
                        reason: one.fault.message.clone(),
                        file: place.map(|place| near(&place.path, root)).unwrap_or_default(),
                        line: place.and_then(Place::line),
                    };
                    untold.push(not_told(&at, one.scope.clone()));
                    left.push(at);
                }
                Task::Work(work) => {
                    let message = format!("revision `{}` has Rust code: `{}`", header.revision, work.name());
                    return Err(Diagnostic::new(Code::Usage, message));
                }
            }
        }
        Ok(operations)
    };
    let upgrade = told(&body.upgrade, Direction::Up)?;
    let downgrade = match &body.undo {
        Undo::Derived => Downgrade::Derived,
        Undo::Given(tasks) => Downgrade::Given(told(tasks, Direction::Down)?),
        Undo::Irreversible(reason) => Downgrade::Irreversible(reason.clone()),
    };
    Ok(Script { upgrade, downgrade, untold })
}

/// Returns the script of a revision that a file cannot hold.
fn unprintable(header: &RevisionHeader, why: &str, root: &Path, left: &mut Vec<Left>) -> Script {
    let file = header.path.as_deref().map(|path| near(path, root)).unwrap_or_default();
    left.extend([Direction::Up, Direction::Down].map(|direction| Left {
        direction,
        dialects: Vec::new(),
        reason: format!("no file can hold it: {why}"),
        file: file.clone(),
        line: None,
    }));
    let untold = left.iter().map(|one| not_told(one, Scope::default())).collect();
    Script { upgrade: Vec::new(), downgrade: Downgrade::Given(Vec::new()), untold }
}

fn not_told(left: &Left, scope: Scope) -> Untold {
    let line = left.line.map(|line| format!(":{line}")).unwrap_or_default();
    let reason = format!("{} ({}{line})", left.reason, left.file.display());
    Untold {
        direction: left.direction,
        scope: Scope { dialects: scope.dialects, ..Scope::default() },
        reason,
        origin: None,
    }
}

/// Returns a path as seen from the directory of the configuration, for one that is below it.
fn near(path: &Path, root: &Path) -> PathBuf {
    let whole = |path: &Path| path.canonicalize().ok();
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    match (whole(path), whole(root)) {
        (Some(path), Some(root)) => path.strip_prefix(&root).map(Path::to_owned).unwrap_or(path),
        _ => path.to_owned(),
    }
}
