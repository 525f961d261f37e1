//! A checksum of what a revision means: comments, spaces and line ends of its file do not count.

use crate::graph::Direction;
use crate::literal::RawSql;
use crate::op::{Execute, ScopedOperation};
use crate::script::{self, Downgrade, Script};

use super::{Body, Guarded, Task, Undo, Untold};

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
        let down = match &self.undo {
            Undo::Given(tasks) => untold(Direction::Down, tasks),
            Undo::Derived | Undo::Irreversible(_) => Vec::new(),
        };
        let untold = [untold(Direction::Up, &self.upgrade), down].concat();
        Script { upgrade: operations(&self.upgrade), downgrade, untold }.checksum()
    }
}

fn operations(tasks: &[Task]) -> Vec<ScopedOperation> {
    let one = |task: &Task| match task {
        Task::Operation(scoped) => Some(scoped.clone()),
        Task::Work(work) => {
            Some(Execute { sql: RawSql::new(format!("-> {}", work.name())), state: None }.into())
        }
        Task::Untold(_) => None,
    };
    tasks.iter().filter_map(one).collect()
}

fn untold(direction: Direction, tasks: &[Task]) -> Vec<script::Untold> {
    let one = |task: &Task| match task {
        Task::Untold(Untold { scope, fault, guarded }) => Some(script::Untold {
            direction,
            scope: scope.clone(),
            reason: guarded.as_ref().map_or(&*fault.message, Guarded::meaning).to_owned(),
            origin: None,
        }),
        Task::Operation(_) | Task::Work(_) => None,
    };
    tasks.iter().filter_map(one).collect()
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
