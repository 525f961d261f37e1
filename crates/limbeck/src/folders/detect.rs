//! Whose a folder is, by the names of its files and the marks at their heads.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::script::Files;

use super::layout::{Layout, Part, digits};

/// How much of a file is looked at.
const HEAD: u64 = 4096;

/// The tool of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tool {
    pub(super) layout: Layout,
    /// Whether it may as well be another tool, whose folders look the same.
    pub(super) other: Option<Layout>,
}

impl Tool {
    pub(super) fn stated(layout: Layout) -> Self {
        Self { layout, other: None }
    }
}

/// Says which tool the files of a folder are of, their names given; `None` where they are of none.
///
/// # Errors
/// When they are of several, or may be.
pub(super) fn tool(folder: &Path, names: &[String], files: &Files) -> Result<Option<Tool>, Vec<Diagnostic>> {
    let numbered: Vec<&String> = names.iter().filter(|name| is_numbered(folder, name, files)).collect();
    let lettered: Vec<&String> = names.iter().filter(|name| Layout::Flyway.read(name).is_some()).collect();
    match (numbered.as_slice(), lettered.as_slice()) {
        ([], []) => Ok(None),
        ([one, ..], [other, ..]) => Err(vec![several(folder, one, other)]),
        (numbered, []) => by_marks(folder, numbered, files).map(Some),
        ([], lettered) => by_letters(folder, lettered, names).map(Some).map_err(|fault| vec![fault]),
    }
}

/// Says whether a file may be a migration that a number begins, and is none of Limbeck's own.
fn is_numbered(folder: &Path, name: &str, files: &Files) -> bool {
    let rest = digits(name).map(|digits| &name[digits.len()..]);
    rest.is_some_and(|rest| rest.starts_with(['_', '.']) && rest.ends_with(".sql"))
        && !name.contains('/')
        && !is_own(&head(&folder.join(name), files))
}

fn by_marks(folder: &Path, names: &[&String], files: &Files) -> Result<Tool, Vec<Diagnostic>> {
    let is_pair = |name: &&&String| name.ends_with(".up.sql") || name.ends_with(".down.sql");
    let pairs = names.iter().filter(is_pair).count();
    let marked = |layout: Layout| {
        let mark = mark(layout).unwrap_or_default();
        names.iter().find(|name| head(&folder.join(name), files).lines().any(|line| marks(line, mark)))
    };
    match (marked(Layout::Goose), marked(Layout::Dbmate)) {
        (Some(one), Some(other)) => Err(vec![several(folder, one, other)]),
        (Some(_), None) => Ok(Tool::stated(Layout::Goose)),
        (None, Some(_)) => Ok(Tool::stated(Layout::Dbmate)),
        (None, None) if pairs == names.len() => {
            Ok(Tool { layout: Layout::GolangMigrate, other: Some(Layout::Sqlx) })
        }
        // A number and no mark is little to go by: it may be a file of Limbeck's own whose header was forgotten.
        (None, None) => Err(names.iter().map(|name| nobodys(&folder.join(name))).collect()),
    }
}

fn by_letters(folder: &Path, flyways: &[&String], names: &[String]) -> Result<Tool, Diagnostic> {
    let read = |name: &String| Layout::Flyway.read(name).map(|named| (named.part, named.version));
    let forward: Vec<String> = flyways
        .iter()
        .filter_map(|name| read(name))
        .filter(|(part, _)| *part == Part::Up)
        .map(|(_, version)| version)
        .collect();
    let zeros = |version: &str| version.len() > 1 && version.starts_with('0');
    let flyway = flyways.iter().find(|name| match read(name) {
        Some((Part::Down, version)) => forward.contains(&version),
        Some((Part::Aside(_) | Part::Program(_), _)) => true,
        Some((_, version)) => version.contains('.') || Layout::Refinery.read(name).is_none(),
        None => false,
    });
    let alone = |name: &&&String| {
        matches!(read(name), Some((Part::Down, version)) if !forward.contains(&version))
            && Layout::Refinery.read(name).is_some()
    };
    let rust = names.iter().find(|name| name.ends_with(".rs") && Layout::Refinery.read(name).is_some());
    let refinery = flyways.iter().find(alone).map(|name| &***name).or(rust.map(String::as_str));
    match (flyway, refinery) {
        (Some(one), Some(other)) => Err(several(folder, one, other)),
        (Some(_), None) => Ok(Tool::stated(Layout::Flyway)),
        (None, Some(_)) => Ok(Tool::stated(Layout::Refinery)),
        (None, None) => {
            match flyways.iter().find(|name| read(name).is_some_and(|(_, version)| zeros(&version))) {
                Some(name) => {
                    let message = format!("to Flyway and to refinery `{name}` has not the same version");
                    Err(Diagnostic::new(Code::ConfigInvalid, message)
                    .at(Place::file(folder.join(name)))
                    .hint("say whose the folder is: `layout = \"flyway\"` or `layout = \"refinery\"` in `[migrations]`"))
                }
                None => Ok(Tool { layout: Layout::Flyway, other: Some(Layout::Refinery) }),
            }
        }
    }
}

fn nobodys(path: &Path) -> Diagnostic {
    let message = format!("`{}` does not say which revision it is", path.display());
    Diagnostic::new(Code::MissingKey, message)
        .at(Place::file(path))
        .hint("write `-- revision = \"…\"` at its head; if the folder is sqlx's, say `layout = \"sqlx\"` in `[migrations]`")
}

fn several(folder: &Path, one: &str, other: &str) -> Diagnostic {
    let message = format!("the folder `{}` has files of several tools", folder.display());
    Diagnostic::new(Code::ConfigInvalid, message)
        .at(Place::file(folder.join(one)))
        .at(Place::file(folder.join(other)))
        .hint("give each tool a folder of its own in `locations`, or say whose it is: `layout = \"…\"` in `[migrations]`")
}

/// Returns the mark that stands in every file of the tool.
pub(super) fn mark(layout: Layout) -> Option<&'static str> {
    match layout {
        Layout::Goose => Some("+goose Up"),
        Layout::Dbmate => Some("migrate:up"),
        _ => None,
    }
}

/// Says whether a line is a comment that begins with a mark, of which the first word alone is told by its case too.
pub(super) fn marks(line: &str, mark: &str) -> bool {
    let mut said = line.strip_prefix("--").unwrap_or_default().split_whitespace();
    mark.split_whitespace().enumerate().all(|(at, word)| {
        said.next().is_some_and(|one| one == word || (at > 0 && one.eq_ignore_ascii_case(word)))
    })
}

/// Says whether a text is a migration of Limbeck's own: a comment at its head says which revision it is.
pub(super) fn is_own(head: &str) -> bool {
    let comments = head.lines().map(|line| line.trim_start_matches('\u{feff}').trim());
    let comments = comments.take_while(|line| line.is_empty() || line.starts_with("--"));
    let said = comments.filter_map(|line| line.strip_prefix("--")?.trim().strip_prefix("revision"));
    said.into_iter().any(|rest| rest.trim_start().starts_with('='))
}

/// Returns the beginning of a file. What is wrong with it is told when it is read.
pub(super) fn head(path: &Path, files: &Files) -> String {
    if let Some((_, laid)) = files.added().find(|(added, _)| *added == path) {
        return String::from_utf8_lossy(laid).into_owned();
    }
    let mut bytes = Vec::new();
    let _ = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}
