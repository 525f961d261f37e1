//! A checksum of what a revision means: comments, spaces and line ends of its file do not count.

use crate::literal::RawSql;
use crate::op::{Execute, ScopedOperation};
use crate::script::{Downgrade, Script};

use super::{Body, Task, Undo};

impl Body {
    /// Returns the checksum, 64 hexadecimal digits: that of [`Script::checksum`] for a file.
    ///
    /// Rust code counts by its name only: what it does cannot be read.
    pub fn checksum(&self) -> String {
        let downgrade = match &self.undo {
            Undo::Derived => Downgrade::Derived,
            Undo::Given(tasks) => Downgrade::Given(operations(tasks)),
            Undo::Irreversible(reason) => Downgrade::Irreversible(reason.clone()),
        };
        Script { upgrade: operations(&self.upgrade), downgrade }.checksum()
    }
}

fn operations(tasks: &[Task]) -> Vec<ScopedOperation> {
    let one = |task: &Task| match task {
        Task::Operation(scoped) => scoped.clone(),
        Task::Work(work) => Execute { sql: RawSql::new(format!("-> {}", work.name())), state: None }.into(),
        Task::Untold(untold) => {
            let sql = RawSql::new(format!("?> {}", untold.fault.message));
            ScopedOperation { scope: untold.scope.clone(), ..Execute { sql, state: None }.into() }
        }
    };
    tasks.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Work;

    #[test]
    fn rust_code_counts_by_its_name() {
        let body =
            |name: &str| Body { upgrade: vec![Task::Work(Work::new(name, |_| Ok(())))], undo: Undo::Derived };
        assert_eq!(body("fill").checksum(), body("fill").checksum());
        assert_ne!(body("fill").checksum(), body("drain").checksum());
    }
}
