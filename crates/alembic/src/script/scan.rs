//! Finds the scripts of a project and reads the header of each.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::script::Files;

use super::header::parse_header;
use super::{Script, Sources};
use crate::config::Project;

/// Below this many files, threads cost more than they save.
const WORTH_THREADS: usize = 64;

/// What the version locations hold.
#[derive(Default)]
pub struct Scan {
    /// The scripts, in the order of locations, then of paths.
    pub scripts: Vec<Script>,
    /// What is wrong with those that are missing.
    pub faults: Vec<Diagnostic>,
}

/// Reads the header of every script in the version locations. `__init__.py`, editors' backups and caches are passed over.
///
/// A file that is reached by two locations is read once. Files are shared out to a few threads; the order does not depend
/// on them.
pub fn scan(project: &Project, sources: &Arc<Sources>, on: &Files) -> Scan {
    let mut scan = Scan::default();
    let mut files: Vec<PathBuf> = Vec::new();
    for location in &project.version_locations {
        match scripts_in(&location.value, project.recursive, on) {
            Ok(found) => files.extend(found),
            Err(error) => scan.faults.push(missing(&location.value, &location.place, &error)),
        }
    }
    let mut seen = rustc_hash::FxHashSet::default();
    files.retain(|file| seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())));
    let read = |files: &[PathBuf]| files.iter().map(|path| script(path, sources, on)).collect::<Vec<_>>();
    let workers = match files.len() {
        0..WORTH_THREADS => 1,
        _ => thread::available_parallelism().map_or(1, usize::from).min(8),
    };
    let share = files.len().div_ceil(workers).max(1);
    let results: Vec<Vec<Result<Script, Diagnostic>>> = thread::scope(|scope| {
        let threads: Vec<_> = files.chunks(share).map(|part| scope.spawn(move || read(part))).collect();
        threads.into_iter().map(|thread| thread.join().expect("reading a header does not panic")).collect()
    });
    for result in results.into_iter().flatten() {
        match result {
            Ok(script) => scan.scripts.push(script),
            Err(fault) => scan.faults.push(fault),
        }
    }
    scan
}

fn script(path: &Path, sources: &Arc<Sources>, on: &Files) -> Result<Script, Diagnostic> {
    let text = on.load(path)?;
    Ok(Script::new(parse_header(path, &text)?, sources.clone(), on.clone()))
}

fn missing(location: &Path, stated: &Place, error: &io::Error) -> Diagnostic {
    let message = match error.kind() {
        io::ErrorKind::NotFound => format!("there is no version location `{}`", location.display()),
        _ => format!("cannot read the version location `{}`: {error}", location.display()),
    };
    Diagnostic::new(Code::NoMigrations, message).at(stated.clone())
}

fn scripts_in(location: &Path, recursive: bool, on: &Files) -> io::Result<Vec<PathBuf>> {
    let (mut files, mut below) = (Vec::new(), Vec::new());
    for name in on.names(location)? {
        let path = location.join(&name);
        if on.has_directory(&path) {
            if recursive && name != "__pycache__" {
                below.push(path);
            }
        } else if name.ends_with(".py") && !name.starts_with(".#") && !name.starts_with("__init__") {
            files.push(path);
        }
    }
    for directory in below {
        files.extend(scripts_in(&directory, recursive, on)?);
    }
    Ok(files)
}
