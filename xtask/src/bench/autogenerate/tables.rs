//! The tables that are compared, as Limbeck and SQLAlchemy are told of them.

use std::fmt::Write as _;

use super::Model;
use crate::database::Kind;

/// How many tables there are.
pub(super) const TABLES: usize = 1_000;

/// How many of them change.
pub(super) const CHANGED: usize = TABLES / 100;

fn changes(i: usize, model: Model) -> bool {
    model == Model::Changed && i.is_multiple_of(TABLES / CHANGED)
}

/// Which tables the two foreign keys of one point at: some that come before it.
fn parents(i: usize) -> (usize, usize) {
    (i.saturating_sub(1), i / 2)
}

/// What stands behind the head of an operation or of a table of a model, in TOML.
pub(super) fn toml(i: usize, model: Model) -> String {
    let (one, other) = parents(i);
    let (more, nullable, index) = match changes(i, model) {
        true => (
            "    { name = \"extra\", type = \"text\" },\n",
            "true",
            format!(", {{ name = \"ix_t{i}_more\", columns = [\"h\"] }}"),
        ),
        false => ("", "false", String::new()),
    };
    format!(
        r#"columns = [
    {{ name = "id", type = "integer", primary_key = true }},
    {{ name = "a", type = "integer", nullable = false }},
    {{ name = "b", type = "integer" }},
    {{ name = "c", type = "string(80)", nullable = {nullable} }},
    {{ name = "d", type = "string(20)", default = "x" }},
    {{ name = "e", type = "integer", default = 5 }},
    {{ name = "f", type = "decimal(10, 2)" }},
    {{ name = "g", type = "datetime" }},
    {{ name = "h", type = "bigint" }},
    {{ name = "i", type = "date" }},
{more}]
foreign_keys = [
    {{ name = "fk_t{i}_a", columns = ["a"], references = "t{one}", referred_columns = ["id"], on_delete = "cascade" }},
    {{ name = "fk_t{i}_b", columns = ["b"], references = "t{other}", referred_columns = ["id"] }},
]
indexes = [
    {{ name = "ix_t{i}_a", columns = ["a"] }},
    {{ name = "ix_t{i}_b", columns = ["b", "c"] }},
    {{ name = "ix_t{i}_d", columns = ["d", "e"], unique = true }}{index}
]
"#
    )
}

/// The statements that make a table and its indexes.
///
/// # Errors
/// None; writing to a string does not fail.
pub(super) fn sql(i: usize, model: Model, kind: Kind) -> Result<String, std::fmt::Error> {
    let (one, other) = parents(i);
    let (moment, id) = match kind {
        Kind::Sqlite => ("DATETIME", "INTEGER NOT NULL"),
        Kind::Postgres => ("TIMESTAMP WITHOUT TIME ZONE", "SERIAL NOT NULL"),
        Kind::Mariadb => ("DATETIME", "INTEGER NOT NULL AUTO_INCREMENT"),
    };
    let (more, null) = if changes(i, model) { ("extra TEXT, ", "") } else { ("", " NOT NULL") };
    let mut text = String::new();
    writeln!(
        text,
        "CREATE TABLE t{i} (id {id}, a INTEGER NOT NULL, b INTEGER, c VARCHAR(80){null}, d VARCHAR(20) DEFAULT 'x',
    e INTEGER DEFAULT 5, f NUMERIC(10, 2), g {moment}, h BIGINT, i DATE, {more}PRIMARY KEY (id),
    CONSTRAINT fk_t{i}_a FOREIGN KEY (a) REFERENCES t{one} (id) ON DELETE CASCADE,
    CONSTRAINT fk_t{i}_b FOREIGN KEY (b) REFERENCES t{other} (id));
CREATE INDEX ix_t{i}_a ON t{i} (a);
CREATE INDEX ix_t{i}_b ON t{i} (b, c);
CREATE UNIQUE INDEX ix_t{i}_d ON t{i} (d, e);"
    )?;
    if changes(i, model) {
        writeln!(text, "CREATE INDEX ix_t{i}_more ON t{i} (h);")?;
    }
    Ok(text)
}

/// What Diesel's `schema.rs` says of a table.
pub(super) fn rust(i: usize, model: Model, kind: Kind) -> String {
    // On MySQL Diesel's `Timestamp` is TIMESTAMP.
    let moment = if kind == Kind::Mariadb { "Datetime" } else { "Timestamp" };
    let (more, c) = match changes(i, model) {
        true => ("        extra -> Nullable<Text>,\n", "Nullable<Varchar>"),
        false => ("", "Varchar"),
    };
    format!(
        "diesel::table! {{
    t{i} (id) {{
        id -> Integer,
        a -> Integer,
        b -> Nullable<Integer>,
        #[max_length = 80]
        c -> {c},
        #[max_length = 20]
        d -> Nullable<Varchar>,
        e -> Nullable<Integer>,
        f -> Nullable<Numeric>,
        g -> Nullable<{moment}>,
        h -> Nullable<BigInt>,
        i -> Nullable<Date>,
{more}    }}
}}
"
    )
}

/// The model of SQLAlchemy.
pub(super) fn python(model: Model) -> String {
    let changes = match model {
        Model::Same => "False".to_owned(),
        Model::Changed => format!("i % {} == 0", TABLES / CHANGED),
    };
    format!(
        r#"import sqlalchemy as sa

metadata = sa.MetaData()
for i in range({TABLES}):
    changes = {changes}
    table = sa.Table(
        f"t{{i}}",
        metadata,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("a", sa.Integer(), nullable=False),
        sa.Column("b", sa.Integer()),
        sa.Column("c", sa.String(80), nullable=changes),
        sa.Column("d", sa.String(20), server_default="x"),
        sa.Column("e", sa.Integer(), server_default="5"),
        sa.Column("f", sa.Numeric(10, 2)),
        sa.Column("g", sa.DateTime()),
        sa.Column("h", sa.BigInteger()),
        sa.Column("i", sa.Date()),
        sa.ForeignKeyConstraint(["a"], [f"t{{max(i - 1, 0)}}.id"], name=f"fk_t{{i}}_a", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b"], [f"t{{i // 2}}.id"], name=f"fk_t{{i}}_b"),
        sa.Index(f"ix_t{{i}}_a", "a"),
        sa.Index(f"ix_t{{i}}_b", "b", "c"),
        sa.Index(f"ix_t{{i}}_d", "d", "e", unique=True),
    )
    if changes:
        table.append_column(sa.Column("extra", sa.Text()))
        sa.Index(f"ix_t{{i}}_more", table.c.h)
"#
    )
}
