//! Writes the same linear history for Limbeck and for each peer: one table and one index a revision.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::Failure;
use crate::database::{Database, Kind};

/// Returns the statements of revision `i`, counted from 1, as SQLAlchemy writes them.
pub(super) fn statements(i: usize, kind: Kind) -> [String; 2] {
    let (id, made) = match kind {
        Kind::Sqlite => ("INTEGER NOT NULL", "DATETIME"),
        Kind::Postgres => ("SERIAL NOT NULL", "TIMESTAMP WITHOUT TIME ZONE"),
        Kind::Mariadb => ("INTEGER NOT NULL AUTO_INCREMENT", "DATETIME"),
    };
    [
        format!(
            "CREATE TABLE t{i} (id {id}, name VARCHAR(80) NOT NULL, amount INTEGER, made {made}, PRIMARY KEY (id))"
        ),
        format!("CREATE INDEX ix_t{i}_name ON t{i} (name)"),
    ]
}

fn id(i: usize) -> String {
    format!("{i:012x}")
}

/// Writes the configuration and migrations of Limbeck.
pub(super) fn limbeck(
    directory: &Path,
    revisions: usize,
    transaction: &str,
    database: &Database,
) -> Result<(), Failure> {
    fs::create_dir_all(directory.join("migrations"))?;
    let url = database.url("sqlite:", "postgres", "mysql");
    let config = format!(
        "[migrations]\nlocations = [\"migrations\"]\ntransaction = \"{transaction}\"\n\n[database.default]\nurl = \"{url}\"\n"
    );
    fs::write(directory.join("limbeck.toml"), config)?;
    for i in 1..=revisions {
        let mut text = format!("revision = \"{}\"\n", id(i));
        if i > 1 {
            writeln!(text, "down_revision = \"{}\"", id(i - 1))?;
        }
        write!(
            text,
            r#"message = "table t{i}"
create_date = 2026-11-22T10:00:00Z

[[upgrade]]
create_table = "t{i}"
columns = [
    {{ name = "id", type = "integer", primary_key = true }},
    {{ name = "name", type = "string(80)", nullable = false }},
    {{ name = "amount", type = "integer" }},
    {{ name = "made", type = "datetime" }},
]
indexes = [{{ name = "ix_t{i}_name", columns = ["name"] }}]
"#
        )?;
        fs::write(directory.join(limbeck_file(i)), text)?;
    }
    Ok(())
}

/// Returns the path of Limbeck's revision `i` in the project.
pub(super) fn limbeck_file(i: usize) -> String {
    format!("migrations/{}_table.toml", id(i))
}

/// Writes an Alembic project as `alembic init` lays it out.
pub(super) fn alembic(directory: &Path, revisions: usize, url: &str) -> Result<(), Failure> {
    fs::create_dir_all(directory.join("alembic/versions"))?;
    fs::write(
        directory.join("alembic.ini"),
        format!("[alembic]\nscript_location = %(here)s/alembic\nsqlalchemy.url = {url}\n"),
    )?;
    fs::write(
        directory.join("alembic/env.py"),
        r#"from alembic import context
from sqlalchemy import engine_from_config, pool

connectable = engine_from_config(context.config.get_section("alembic"), prefix="sqlalchemy.", poolclass=pool.NullPool)
with connectable.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"#,
    )?;
    for i in 1..=revisions {
        let down = if i > 1 { format!("\"{}\"", id(i - 1)) } else { "None".to_owned() };
        let text = format!(
            r#""""table t{i}"""
import sqlalchemy as sa
from alembic import op

revision = "{own}"
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "t{i}",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("amount", sa.Integer()),
        sa.Column("made", sa.DateTime()),
    )
    op.create_index("ix_t{i}_name", "t{i}", ["name"])


def downgrade():
    op.drop_table("t{i}")
"#,
            own = id(i)
        );
        fs::write(directory.join("alembic/versions").join(format!("{}_table.py", id(i))), text)?;
    }
    Ok(())
}

/// Writes a folder of SQL files, `name` giving the path of each below the folder.
pub(super) fn sql_files(
    directory: &Path,
    revisions: usize,
    kind: Kind,
    name: &dyn Fn(usize) -> String,
) -> Result<(), Failure> {
    for i in 1..=revisions {
        let path = directory.join(name(i));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let [table, index] = statements(i, kind);
        fs::write(path, format!("{table};\n{index};\n"))?;
    }
    Ok(())
}
