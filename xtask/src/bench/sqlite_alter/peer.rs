//! The same change by Alembic's batch mode and by sqlite-utils, from PyPI.

use std::fs;
use std::process::Command;

use super::data::Database;
use crate::Failure;
use crate::bench::measure::{Measured, measure};
use crate::python;

/// A tool that makes a table anew on SQLite.
pub(super) struct Peer {
    pub(super) name: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Alembic,
    SqliteUtils,
}

pub(super) const PEERS: [Peer; 2] = [
    Peer { name: "Alembic, batch", kind: Kind::Alembic },
    Peer { name: "sqlite-utils transform", kind: Kind::SqliteUtils },
];

const ENV: &str = r#"from alembic import context
from sqlalchemy import engine_from_config, pool

connectable = engine_from_config(context.config.get_section("alembic"), prefix="sqlalchemy.", poolclass=pool.NullPool)
with connectable.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"#;

const VERSION: &str = r#"import sqlalchemy as sa
from alembic import op

revision = "bbbbbbbbbbbb"
down_revision = None


def upgrade():
    with op.batch_alter_table("item", recreate="always") as batch:
        batch.alter_column("name", type_=sa.Text())
"#;

impl Peer {
    /// Makes the change on a fresh copy.
    pub(super) fn run(&self, database: &Database) -> Result<Measured, Failure> {
        let work = database.fresh()?;
        let programs = python::environment()?.join("bin");
        match self.kind {
            Kind::Alembic => {
                let project = database.directory.join("alembic");
                fs::create_dir_all(project.join("alembic/versions"))?;
                let settings =
                    "[alembic]\nscript_location = %(here)s/alembic\nsqlalchemy.url = sqlite:///../work.db\n";
                fs::write(project.join("alembic.ini"), settings)?;
                fs::write(project.join("alembic/env.py"), ENV)?;
                fs::write(project.join("alembic/versions/b.py"), VERSION)?;
                let mut command = Command::new(programs.join("alembic"));
                measure(command.current_dir(project).args(["upgrade", "heads"]))
            }
            Kind::SqliteUtils => {
                let mut command = Command::new(programs.join("sqlite-utils"));
                measure(command.arg("transform").arg(work).args(["item", "--type", "name", "text"]))
            }
        }
    }
}
