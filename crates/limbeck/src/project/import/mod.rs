//! Writes the history of an Alembic project as files of Limbeck's.

mod config;
mod place;
mod python;
mod report;
mod revision;

use std::fs;
use std::path::{Path, PathBuf};

use limbeck_alembic::record::{Before, Recording};
use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};

use super::Project;
use super::write::{Existing, write};

pub use python::WithPython;
pub use report::{Imported, ImportedRevision, Left, Read};

/// A file that is to be written.
struct NewFile {
    path: PathBuf,
    text: String,
}

impl Project {
    /// Writes each revision of an Alembic project to a TOML file below `into`, or to a SQL file where it is SQL alone: with
    /// its id, its place in the graph, its labels and its message, under the name of its script. Where the scripts are in
    /// several directories, so are the files. A `limbeck.toml` that reads them is written to `config`, unless there is one.
    ///
    /// With a Python, what the scripts alone do not tell is recorded by playing them there.
    ///
    /// What could not be told of a revision is not guessed: its file holds what is known, and says in `untold` what is not,
    /// so that it can be stamped but not run. A file of Limbeck's own among the scripts is copied.
    ///
    /// # Errors
    /// [`Code::Usage`] when this is no Alembic project; scripts that are no Python; [`Code::AlreadyExists`] for each file
    /// that is there already, and [`Code::CannotWrite`]; what the recorder says. Nothing is written then.
    pub fn import(
        &self,
        into: &Path,
        config: &Path,
        with: Option<&WithPython>,
    ) -> Result<Imported, Diagnostics> {
        let Some(alembic) = &self.config.alembic else {
            return Err(Diagnostic::new(Code::Usage, "there is no Alembic project here")
                .hint("name its configuration: `limbeck -c alembic.ini import alembic`")
                .into());
        };
        let places = place::Places::of(self.history.graph(), into);
        let ids: Vec<_> = self.history.graph().in_order().map(|header| header.revision.clone()).collect();
        let mut faults: Vec<Diagnostic> = self.history.bodies(&ids).err().into_iter().flatten().collect();
        let (mut files, mut revisions) = (Vec::new(), Vec::new());
        let mut recordings = Vec::new();
        if faults.is_empty() {
            if let Some(with) = with {
                recordings = python::record(self, alembic, with)?;
            }
            let mut before = Before::default();
            for header in self.history.graph().in_order() {
                match revision::import(self, alembic, header, &places, &recordings, &mut before) {
                    Ok((file, told)) => {
                        files.push(file);
                        revisions.push(told);
                    }
                    Err(fault) => faults.push(fault),
                }
            }
        }
        faults.extend(files.iter().filter(|file| file.path.symlink_metadata().is_ok()).map(|file| {
            Diagnostic::new(Code::AlreadyExists, format!("`{}` is already there", file.path.display()))
                .hint("name another directory: `limbeck import alembic DIR`")
        }));
        Diagnostics::check(faults, ())?;
        let mut imported = Imported { revisions, directories: places.directories().to_vec(), config: None };
        if config.symlink_metadata().is_err() {
            let recorded = recordings.iter().find_map(Recording::convention);
            let table = recordings.iter().find_map(Recording::version_table);
            files.push(NewFile {
                path: config.to_owned(),
                text: config::text(self, &imported.directories, config, recorded.as_ref(), table),
            });
            imported.config = Some(config.to_owned());
        }
        write_all(&files, &imported.directories)?;
        Ok(imported)
    }
}

/// Writes all files or none.
fn write_all(files: &[NewFile], directories: &[PathBuf]) -> Result<(), Diagnostic> {
    for directory in directories {
        fs::create_dir_all(directory).map_err(|error| {
            let message = format!("cannot make `{}`: {error}", directory.display());
            Diagnostic::new(Code::CannotWrite, message)
        })?;
    }
    for (done, file) in files.iter().enumerate() {
        if let Err(fault) = write(&file.path, &file.text, Existing::Refuse) {
            for file in &files[..done] {
                // What cannot be removed is told of by the next run, which finds it there.
                let _ = fs::remove_file(&file.path);
            }
            return Err(fault);
        }
    }
    Ok(())
}
