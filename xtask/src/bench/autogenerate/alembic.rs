//! Alembic's side: a project with one empty revision, its database stamped with it, and the model in SQLAlchemy.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Failure;
use crate::database::{Database, Kind};
use crate::run;

use super::super::timing::{self, Timing};
use super::Model;
use super::tables::{self, CHANGED};

/// The id of the revision that is written.
const WRITTEN: &str = "ffffffffffff";

const ENV: &str = r#"import sys

from alembic import context
from sqlalchemy import engine_from_config, pool

sys.path.insert(0, ".")
from models import metadata

connectable = engine_from_config(context.config.get_section("alembic"), prefix="sqlalchemy.", poolclass=pool.NullPool)
with connectable.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
"#;

const TEMPLATE: &str = r#""""${message}"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
"#;

const BASE: &str = r#""""base"""
revision = "000000000000"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
"#;

/// Times `revision --autogenerate`, or `check` where nothing differs, which writes nothing. Looks whether it wrote what it
/// should. `there` is where the file of a SQLite database is.
pub(super) fn revision(
    runs: u32,
    program: &Path,
    directory: &Path,
    there: &Path,
    database: &Database,
    model: Model,
) -> Result<Timing, Failure> {
    fs::create_dir_all(directory.join("alembic/versions"))?;
    let url = match database.kind {
        Kind::Sqlite => format!("sqlite:///{}/{}.db", there.display(), database.name),
        _ => database.url("", "postgresql+psycopg2", "mysql+pymysql"),
    };
    let config = format!("[alembic]\nscript_location = %(here)s/alembic\nsqlalchemy.url = {url}\n");
    fs::write(directory.join("alembic.ini"), config)?;
    fs::write(directory.join("alembic/env.py"), ENV)?;
    fs::write(directory.join("alembic/script.py.mako"), TEMPLATE)?;
    fs::write(directory.join("alembic/versions/000000000000_base.py"), BASE)?;
    fs::write(directory.join("models.py"), tables::python(model))?;
    let command = || {
        let mut command = Command::new(program);
        command.current_dir(directory);
        command
    };
    run::check_quiet(command().args(["stamp", "heads"]))?;
    if model == Model::Same {
        return timing::time(runs, || {
            let mut command = command();
            command.arg("check");
            Ok(command)
        });
    }
    let file = directory.join(format!("alembic/versions/{WRITTEN}_changes.py"));
    let timing = timing::time(runs, || {
        if file.exists() {
            fs::remove_file(&file)?;
        }
        let mut command = command();
        command.args(["revision", "--autogenerate", "-m", "changes", "--rev-id", WRITTEN]);
        Ok(command)
    })?;
    let text = fs::read_to_string(&file)?;
    fs::remove_file(&file)?;
    let count = |what: &str| text.matches(what).count();
    // Each of them on the way up, and its reverse on the way down.
    let found = [count("op.add_column("), count("op.alter_column("), count("op.create_index(")];
    if found != [CHANGED, 2 * CHANGED, CHANGED] {
        return Err(format!("Alembic found {found:?}:\n{text}").into());
    }
    Ok(timing)
}
