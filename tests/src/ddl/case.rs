//! One case: what is there, and a change, as each tool is told of it.

use std::fmt;

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::op::{Change, Operation};
use limbeck_core::schema::Schema;

use super::generate::toml;
use super::python::{self, Style};
use super::server::Server;

/// A case.
pub struct Case {
    /// Its number.
    pub number: u64,
    /// The server that SQL is made for.
    pub server: Server,
    /// The operations that make what is there.
    pub(super) scene: Vec<Operation>,
    /// What they add up to.
    pub(super) before: Schema,
    /// The change.
    pub(super) change: Operation,
    pub(super) style: Style,
}

impl Case {
    /// Returns the SQL of the scene, which Limbeck makes for both tools.
    ///
    /// # Errors
    /// What the server cannot do.
    pub(super) fn scene_sql(&self) -> Result<Vec<String>, Diagnostic> {
        let (dialect, info) = (self.server.dialect(), self.server.info());
        let mut schema = Schema::new();
        let mut sql = Vec::new();
        for operation in &self.scene {
            let lowered = dialect.lower(operation, &schema, &info)?;
            sql.extend(lowered.statements.into_iter().map(|statement| statement.sql));
            operation.apply(&mut schema)?;
        }
        Ok(sql)
    }

    /// Returns the change as Python for Alembic.
    pub(super) fn python(&self) -> String {
        python::source(&self.change, &self.before, self.server, self.style)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scene = toml(&self.scene);
        let change = toml(std::slice::from_ref(&self.change));
        let body = |text: &str| text.lines().skip(1).collect::<Vec<_>>().join("\n");
        writeln!(f, "-- what is there --\n{}", body(&scene))?;
        writeln!(f, "\n-- the change, for Limbeck --\n{}", body(&change))?;
        write!(f, "\n-- the change, for Alembic --\n{}", self.python())
    }
}
