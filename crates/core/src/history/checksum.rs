//! A checksum of what a revision means: comments, spaces and line ends of its file do not count.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::{Body, Task, Undo};

impl Body {
    /// Returns the checksum, 64 hexadecimal digits.
    ///
    /// Rust code counts by its name only: what it does cannot be read.
    pub fn checksum(&self) -> String {
        let mut text = String::new();
        tasks(&self.upgrade, &mut text);
        match &self.undo {
            Undo::Derived => {}
            Undo::Given(given) => {
                text.push_str("\n--\n");
                tasks(given, &mut text);
            }
            Undo::Irreversible(_) => text.push_str("\n--\nirreversible"),
        }
        Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("writing to a String does not fail");
            hex
        })
    }
}

fn tasks(tasks: &[Task], text: &mut String) {
    for task in tasks {
        let done = match task {
            Task::Operation(scoped) => writeln!(text, "{:?} {:?}", scoped.operation, scoped.scope),
            Task::Work(work) => writeln!(text, "{work:?}"),
        };
        done.expect("writing to a String does not fail");
    }
}
