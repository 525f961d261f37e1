//! Finds the migration files in directories and reads the header of each, and nothing more of it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::revision::RevisionHeader;

use super::Format;
use super::header::{end, parse_header};
use super::source::{load, unreadable};

/// How much of a file is read at first; most headers are far shorter.
const CHUNK: usize = 4096;

/// Below this many files, threads cost more than they save.
const WORTH_THREADS: usize = 64;

/// What the migration directories hold.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// The headers, in the order of locations, then of file names.
    pub headers: Vec<RevisionHeader>,
    /// What is wrong with the files whose headers are missing, in the same order.
    pub faults: Vec<Diagnostic>,
}

/// Reads the header of every `*.toml` and `*.sql` file in the directories. Other and hidden files are passed over,
/// and so are directories within.
///
/// A directory given twice is read once. Files are shared out to a few threads; the order does not depend on them.
pub fn scan(locations: &[PathBuf]) -> Scan {
    scan_besides(locations, &BTreeSet::new())
}

/// Does what [`scan`] does, and passes over the files that are read elsewhere: those of another tool.
pub fn scan_besides(locations: &[PathBuf], taken: &BTreeSet<PathBuf>) -> Scan {
    let mut scan = Scan::default();
    let mut files = Vec::new();
    for (i, location) in locations.iter().enumerate() {
        if locations[..i].contains(location) {
            continue;
        }
        match migrations_in(location) {
            Ok(found) => files.extend(found.into_iter().filter(|(path, _)| !taken.contains(path))),
            Err(fault) => scan.faults.push(fault),
        }
    }
    let workers = match files.len() {
        0..WORTH_THREADS => 1,
        _ => thread::available_parallelism().map_or(1, usize::from).min(8),
    };
    let share = files.len().div_ceil(workers).max(1);
    let read = |files: &[(PathBuf, Format)]| {
        let mut buffer = Vec::with_capacity(CHUNK);
        files.iter().map(|(path, format)| read_header(path, *format, &mut buffer)).collect::<Vec<_>>()
    };
    let results: Vec<Vec<Result<RevisionHeader, Diagnostics>>> = if workers == 1 {
        vec![read(&files)]
    } else {
        thread::scope(|scope| {
            let threads: Vec<_> = files.chunks(share).map(|part| scope.spawn(move || read(part))).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("reading a header does not panic"))
                .collect()
        })
    };
    for result in results.into_iter().flatten() {
        match result {
            Ok(header) => scan.headers.push(header),
            Err(faults) => scan.faults.extend(faults),
        }
    }
    scan
}

fn migrations_in(location: &Path) -> Result<Vec<(PathBuf, Format)>, Diagnostic> {
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Diagnostic::new(
            Code::NoMigrations,
            format!("there is no migrations directory `{}`", location.display()),
        )
        .at(Place::file(location))
        .hint("make the directory, or correct `locations`"),
        io::ErrorKind::NotADirectory => {
            Diagnostic::new(Code::NoMigrations, format!("`{}` is not a directory", location.display()))
                .at(Place::file(location))
                .hint("name a directory in `locations`")
        }
        _ => Diagnostic::new(
            Code::NoMigrations,
            format!("cannot read the migrations directory `{}`: {error}", location.display()),
        )
        .at(Place::file(location)),
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(location).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = PathBuf::from(entry.file_name());
        let directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if let (Some(format), false) = (Format::of(&name), directory) {
            files.push((location.join(name), format));
        }
    }
    // All are in one directory, so that the whole paths compare as their last parts do, without taking them apart.
    files.sort_unstable_by(|(a, _), (b, _)| a.as_os_str().cmp(b.as_os_str()));
    Ok(files)
}

/// Reads one header: the head of the file if that is enough, and the whole file if there is anything to report.
fn read_header(path: &Path, format: Format, buffer: &mut Vec<u8>) -> Result<RevisionHeader, Diagnostics> {
    let head = read_head(path, format, buffer).map_err(|error| unreadable(path, &error))?;
    if let Some(Ok(head)) = head.map(std::str::from_utf8)
        && !head.contains('\0')
        && let Ok(header) = parse_header(path, Arc::from(head), format)
    {
        return Ok(header);
    }
    parse_header(path, load(path)?, format)
}

/// Reads a file up to the end of its head. `None` when the whole file holds no end of a head.
fn read_head<'a>(path: &Path, format: Format, buffer: &'a mut Vec<u8>) -> io::Result<Option<&'a [u8]>> {
    let mut file = File::open(path)?;
    buffer.clear();
    let mut filled = 0;
    loop {
        buffer.resize(filled + CHUNK.max(filled), 0);
        let count = file.read(&mut buffer[filled..])?;
        filled += count;
        if let Some(end) = end(&buffer[..filled], format) {
            return Ok(Some(&buffer[..end]));
        }
        if count == 0 {
            return Ok(Some(&buffer[..filled]).filter(|_| filled > 0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(files: &[(&str, String)]) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let scan = scan(&[dir.path().to_owned(), dir.path().to_owned()]);
        assert_eq!(scan.faults, []);
        scan.headers.iter().map(|header| header.revision.to_string()).collect()
    }

    #[test]
    fn a_header_is_read_whatever_its_length_and_line_ends_and_nothing_below_it() {
        let long = format!("# {}\nrevision = \"long\"\n[[upgrade]]\nbroken", "é".repeat(5000));
        let text =
            "message = \"\"\"\n[WIP] not a table\n[[upgrade]]\n\"\"\"\nrevision = \"text\"\n".to_owned();
        let windows = "\u{feff}revision = \"windows\"\r\n\r\n[[upgrade]]\r\nbroken".to_owned();
        let sql = "-- revision = \"sql\"\r\n-- limbeck:upgrade\r\nnot SQL at all".to_owned();
        let files = [
            ("a.toml", long),
            ("b.toml", text),
            ("c.toml", windows),
            ("d.sql", sql),
            ("HEADS", "x".to_owned()),
        ];
        assert_eq!(ids(&files), ["long", "text", "windows", "sql"]);
    }

    #[test]
    fn many_files_come_in_the_order_of_their_names() {
        let file = |i: usize| (format!("{i:04}.toml"), format!("revision = \"{i}\"\n"));
        let files: Vec<(String, String)> = (0..300).map(file).collect();
        let files: Vec<(&str, String)> =
            files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        assert!(ids(&files).iter().map(|id| id.parse::<usize>().unwrap()).eq(0..300));
    }
}
