//! The lock of a run that has statements outside its transactions: a file beside the database.
//!
//! The lock is on the open file and not the file itself, so the system gives it back when the process dies. It cannot be
//! on the database, because closing any handle of that would give back SQLite's own locks (sqlite.org/howtocorrupt.html).

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use limbeck_core::dialect::DatabaseError;

/// What the name of the file has behind that of the database.
const ENDING: &str = "-limbeck-lock";

/// How long it is between two attempts.
const POLL: Duration = Duration::from_millis(50);

/// The lock, held. It is given back when this is dropped, and the file goes.
#[derive(Debug)]
pub(crate) struct FileLock {
    _file: File,
    path: PathBuf,
}

impl FileLock {
    /// Takes the lock of a database, by trying again and again.
    ///
    /// # Errors
    /// [`DatabaseError::Locked`] when time is up, with who holds it; [`DatabaseError::Interrupted`] when `broken_off` is
    /// set meanwhile; [`DatabaseError::CannotConnect`] where no such file can be made.
    pub(crate) fn take(
        database: &Path,
        patience: Duration,
        broken_off: &AtomicBool,
    ) -> Result<Self, DatabaseError> {
        let path = beside(database).map_err(|error| refused(database, database, &error))?;
        let fails = |error: io::Error| refused(database, &path, &error);
        broken_off.store(false, Ordering::Relaxed);
        let start = Instant::now();
        loop {
            let mut file = open(&path).map_err(fails)?;
            match file.try_lock() {
                // Who held it may have taken the file away since it was opened.
                Ok(()) if !is_there(&file, &path).map_err(fails)? => continue,
                Ok(()) => {
                    // For whoever has to wait; without it, he is not told.
                    let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
                    return Ok(Self { _file: file, path });
                }
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(fails(error)),
            }
            let waited = start.elapsed();
            if waited >= patience {
                let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
                return Err(DatabaseError::Locked { waited_ms, holder: holder(&path) });
            }
            if broken_off.swap(false, Ordering::Relaxed) {
                return Err(DatabaseError::Interrupted);
            }
            thread::sleep(POLL.min(patience - waited));
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Elsewhere nothing tells whether a file that was opened is still there, so it stays, empty of meaning.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Says whether some run holds the lock of a database, or died while it did.
pub(crate) fn is_made(database: &Path) -> bool {
    beside(database).is_ok_and(|path| path.is_file())
}

/// Returns where the file is; links to the database lead to the same.
fn beside(database: &Path) -> io::Result<PathBuf> {
    let mut path = fs::canonicalize(database)?.into_os_string();
    path.push(ENDING);
    Ok(path.into())
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// Says whether a path still leads to an open file.
#[cfg(unix)]
fn is_there(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let opened = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (opened.dev(), opened.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_there(_file: &File, _path: &Path) -> io::Result<bool> {
    Ok(true)
}

fn holder(path: &Path) -> Option<String> {
    let process: u32 = fs::read_to_string(path).ok()?.parse().ok()?;
    Some(format!("process `{process}` has the lock"))
}

fn refused(database: &Path, path: &Path, error: &io::Error) -> DatabaseError {
    DatabaseError::CannotConnect {
        database: format!("`{}`", database.display()),
        reason: format!("the lock `{}` cannot be taken: {error}", path.display()),
        hint: Some(
            "a run with statements outside its transactions makes this file for as long as it takes"
                .to_owned(),
        ),
    }
}
