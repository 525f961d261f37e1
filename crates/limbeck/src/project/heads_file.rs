//! `HEADS`: a line a head, so that two branches collide when they are merged in version control.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::PathBuf;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::revision::RevisionHeader;

use super::Project;
use super::write::{Existing, write};
use crate::config::HeadsFile;

/// The name of the file, in the first location.
const NAME: &str = "HEADS";

impl Project {
    /// Compares the file with the heads of the history; `None` when it is right, or when none is kept.
    ///
    /// The fault is of [`Code::CheckFailed`]: the history itself is sound, so nothing need stop for it.
    pub fn check_heads_file(&self) -> Option<Diagnostic> {
        let path = self.heads_file()?;
        let heads: BTreeSet<&str> = self.history.graph().heads().into_iter().map(|id| id.as_str()).collect();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && heads.is_empty() => return None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let message = format!("`{}` is missing", path.display());
                return Some(Diagnostic::new(Code::CheckFailed, message).hint(should_hold(&heads)));
            }
            Err(error) => {
                let message = format!("cannot read `{}`: {error}", path.display());
                return Some(Diagnostic::new(Code::CheckFailed, message));
            }
        };
        let lines: BTreeSet<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines == heads {
            return None;
        }
        let message = "the heads file does not hold the heads of the history";
        let strange = lines.iter().find(|line| !heads.contains(*line));
        let at = strange.and_then(|line| text.find(line).map(|start| start..start + line.len()));
        let place = match at {
            Some(span) => Place::new(path, text.as_str().into(), span).label("not a head"),
            None => Place::file(path),
        };
        let hint = match heads.len() {
            0 | 1 => should_hold(&heads),
            _ => format!("{}; `limbeck merge heads` joins them", should_hold(&heads)),
        };
        Some(Diagnostic::new(Code::CheckFailed, message).at(place).hint(hint))
    }

    /// Writes the file as it must be once a revision is added, if one is kept.
    pub(super) fn write_heads_with(&self, new: &RevisionHeader) -> Result<(), Diagnostic> {
        let Some(path) = self.heads_file() else { return Ok(()) };
        let heads = self.history.graph().heads().into_iter().filter(|id| !new.down_revision.contains(id));
        let heads: BTreeSet<&str> = heads.chain([&new.revision]).map(|id| id.as_str()).collect();
        let text: String = heads.iter().map(|id| format!("{id}\n")).collect();
        write(&path, &text, Existing::Replace)
    }

    /// Writes the file as it must be, if one is kept.
    pub(super) fn write_heads(&self) -> Result<(), Diagnostic> {
        let Some(path) = self.heads_file() else { return Ok(()) };
        let heads: BTreeSet<&str> = self.history.graph().heads().into_iter().map(|id| id.as_str()).collect();
        let text: String = heads.iter().map(|id| format!("{id}\n")).collect();
        write(&path, &text, Existing::Replace)
    }

    fn heads_file(&self) -> Option<PathBuf> {
        match self.config.heads_file {
            HeadsFile::Kept => self.config.directories().first().map(|first| first.join(NAME)),
            HeadsFile::None => None,
        }
    }
}

fn should_hold(heads: &BTreeSet<&str>) -> String {
    let heads: Vec<String> = heads.iter().map(|id| format!("`{id}`")).collect();
    format!("it should hold {}", if heads.is_empty() { "nothing".to_owned() } else { heads.join(", ") })
}
