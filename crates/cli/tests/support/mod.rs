//! Runs the binary in a directory of its own, with a cleared environment, and writes down all that comes out.

// Each test program uses a part of it.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A directory to run in, and what was run.
pub(crate) struct Session {
    root: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Session {
    /// Starts in an empty directory.
    pub(crate) fn new() -> Self {
        Self { root: tempfile::tempdir().expect("a directory can be made"), variables: Vec::new() }
    }

    /// Starts in a copy of a directory of `fixtures`.
    pub(crate) fn in_copy_of(fixture: &str) -> Self {
        let session = Self::new();
        copy(&fixtures().join(fixture), session.path());
        session
    }

    /// Sets an environment variable.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    /// Returns what a shell would show, and the exit status, all in one text.
    pub(crate) fn run(&self, line: &str) -> String {
        self.run_in("", line)
    }

    /// Does the same in a directory below.
    pub(crate) fn run_in(&self, below: &str, line: &str) -> String {
        let args = words(line);
        let mut command = Command::new(env!("CARGO_BIN_EXE_limbeck"));
        command.args(&args).current_dir(self.path().join(below)).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let output = command.output().expect("the binary runs");
        let text = |bytes: &[u8]| self.steady(&String::from_utf8_lossy(bytes));
        let code = output.status.code().map_or("killed".to_owned(), |code| code.to_string());
        let mut shown = format!("$ limbeck {line}\nexit: {code}\n");
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                shown.push_str(&format!("--- {name}\n{}", text(bytes)));
            }
        }
        shown
    }

    /// Runs several lines.
    pub(crate) fn run_all(&self, lines: &[&str]) -> String {
        lines.iter().map(|line| self.run(line)).collect::<Vec<_>>().join("\n")
    }

    /// Returns every file below the directory with its content.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(self.path(), &mut files);
        files
    }

    /// Takes out what is different from run to run.
    fn steady(&self, text: &str) -> String {
        let real = self.path().canonicalize().expect("the directory is there");
        let text =
            text.replace(&*real.to_string_lossy(), "[DIR]").replace(&*self.path().to_string_lossy(), "[DIR]");
        let text = masked(&text, "0000-00-00T00:00:00.000Z", "[TIME]");
        let text = masked(&text, "0000-00-00T00:00:00Z", "[TIME]");
        let text = text.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
        // Which schemes there are hangs on the features of the build.
        let start = "help: it takes `sqlite:`, ";
        let line =
            |line: &str| if line.starts_with(start) { format!("{start}…\n") } else { line.to_owned() };
        let text: String = text.split_inclusive('\n').map(line).collect();
        number_after(&text, "\"millis\":")
    }
}

/// Returns the directory of fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// Takes a line apart at spaces; a stretch in double quotes is one word.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in line.trim().split('"').enumerate() {
        match number % 2 {
            1 => words.push(part.to_owned()),
            _ => words.extend(part.split_whitespace().map(str::to_owned)),
        }
    }
    words
}

/// Replaces what has the form of a pattern, in which `0` is any digit.
fn masked(text: &str, pattern: &str, with: &str) -> String {
    let fits = |at: &str| {
        at.len() >= pattern.len()
            && at.bytes().zip(pattern.bytes()).all(|(found, wanted)| match wanted {
                b'0' => found.is_ascii_digit(),
                other => found == other,
            })
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if fits(rest) {
            out.push_str(with);
            rest = &rest[pattern.len()..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// Replaces the number behind a key.
fn number_after(text: &str, key: &str) -> String {
    let mut parts = text.split(key);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(key);
        out.push_str("[MS]");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the fixture is there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).expect("a directory can be made");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

fn collect(directory: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(directory).expect("the directory is there").flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), files);
        } else {
            files.insert(entry.path(), fs::read(entry.path()).expect("a file can be read"));
        }
    }
}
