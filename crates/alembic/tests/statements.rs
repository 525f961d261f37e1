//! Statements of SQLAlchemy's core: each with the SQL that SQLAlchemy makes of it, or why it is not told.
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::path::Path;
use std::sync::Arc;

use limbeck_alembic::eval::{Translator, translate};
use limbeck_core::history::Task;
use limbeck_core::op::Operation;

const HEAD: &str = r#"
import sqlalchemy as sa
from alembic import op
from elsewhere import Somewhere
from sqlalchemy.orm import DeclarativeBase, Session, declarative_base

revision = "a"
down_revision = None

account = sa.table("account", sa.column("id", sa.Integer), sa.column("name", sa.String))
old = sa.table("org", sa.column("id"), schema="old")
own = sa.Column("id", sa.Integer)
org = sa.Table("org", sa.MetaData(), own)
lost = sa.Column("id", sa.Integer)

class Base(DeclarativeBase):
    pass

class Mapped(Base):
    __tablename__ = "org"
    id = sa.Column("id", sa.Integer)

class Own(declarative_base()):
    __tablename__ = "org"
    id = sa.Column("id", sa.Integer)

class Elsewhere(Base):
    __tablename__ = "org"
    __table_args__ = {"schema": "old"}
    id = sa.Column("id", sa.Integer)

class Schema(declarative_base(metadata=sa.MetaData(schema="old"))):
    __tablename__ = "org"
    id = sa.Column("id", sa.Integer)

class Mixed(Somewhere, Base):
    __tablename__ = "org"
    id = sa.Column("id", sa.Integer)

class Inherits(Mapped):
    pass

class Joined(Mapped):
    __tablename__ = "more"
    id = sa.Column("id", sa.Integer)

def upgrade():
    bind = op.get_bind()
"#;

/// Returns the statements that a function runs on SQLite, or why they are not told.
fn told(body: &str) -> Result<Vec<String>, String> {
    let text = format!("{HEAD}    {body}\n");
    let path = Path::new("a.py");
    let tasks = translate(path, &text.into(), &Arc::new(Translator::default())).unwrap().body.upgrade;
    let mut statements = Vec::new();
    for task in tasks {
        match task {
            Task::Operation(scoped) if !scoped.scope.includes("sqlite") => {}
            Task::Operation(scoped) => match scoped.operation {
                Operation::Execute(execute) => statements.push(execute.sql.to_string()),
                other => panic!("{other:?}"),
            },
            Task::Untold(untold) => return Err(untold.fault.message.clone()),
            Task::Work(_) => panic!("a script holds no Rust code"),
        }
    }
    Ok(statements)
}

#[track_caller]
fn runs(body: &str, statements: &[&str]) {
    assert_eq!(
        told(body).as_deref(),
        Ok(&statements.iter().map(ToString::to_string).collect::<Vec<_>>()[..]),
        "{body}"
    );
}

#[track_caller]
fn untold(body: &str, why: &str) {
    match told(body) {
        Err(message) => assert!(message.contains(why), "{body}: {message}"),
        Ok(statements) => panic!("{body}: {statements:?}"),
    }
}

#[test]
fn a_column_is_of_its_table_wherever_it_stands_or_the_statement_is_not_told() {
    let within = r#"DELETE FROM "account" WHERE "account"."id" IN (SELECT "org"."id" FROM "org")"#;
    runs("op.execute(account.delete().where(account.c.id.in_(sa.select(own))))", &[within]);
    runs("op.execute(account.delete().where(account.c.id.in_(sa.select(org.c.id))))", &[within]);
    runs("op.execute(account.delete().where(account.c.id.in_(sa.select(Mapped.id))))", &[within]);
    runs("op.execute(account.delete().where(account.c.id.in_(sa.select(Own.id))))", &[within]);
    runs("op.execute(sa.select(sa.column('id')))", &[r#"SELECT "id""#]);
    // What a class inherits is not of that class's table, also where it was asked of its own before.
    let why = "the column `id` of a table that is not told here";
    untold("op.execute(sa.select(Mapped.id)); op.execute(sa.select(Inherits.id))", why);
    for column in ["lost", "Elsewhere.id", "Schema.id", "Mixed.id", "Inherits.id", "Joined.id"] {
        untold(&format!("op.execute(account.delete().where(account.c.id.in_(sa.select({column}))))"), why);
        untold(&format!("op.execute(account.delete().where(account.c.id == {column}))"), why);
        untold(&format!("op.execute(account.update().values(id={column}))"), why);
    }
    untold("op.execute(account.delete().where(account.c.id == org.c.id))", "a statement of several tables");
    untold("op.execute(account.update().values(id=org.c.id))", "a statement of several tables");
}

#[test]
fn a_query_is_of_the_table_in_its_schema_and_under_its_alias() {
    let query = r#"SELECT "old"."org"."id" FROM "old"."org""#;
    runs("op.execute(sa.select(old.c.id))", &[query]);
    runs(
        "op.execute(account.delete().where(account.c.id.in_(sa.select(old.c.id))))",
        &[&format!(r#"DELETE FROM "account" WHERE "account"."id" IN ({query})"#)],
    );
    runs(
        "op.execute(account.insert().from_select(['id'], sa.select(old.c.id)))",
        &[&format!(r#"INSERT INTO "account" ("id") {query}"#)],
    );
    runs("op.execute(sa.select(old.alias('o').c.id))", &[r#"SELECT "o"."id" FROM "old"."org" AS "o""#]);
    untold("op.execute(sa.select(old.c.id).where(org.c.id == 1))", "a query of several tables");
    untold("sa.Table('t', sa.MetaData(schema='old'), sa.Column('id'))", "the schema of a `MetaData`");
}

#[test]
fn rows_that_are_given_beside_each_other_are_all_of_them() {
    let rows = [r#"INSERT INTO "account" ("id") VALUES (1)"#, r#"INSERT INTO "account" ("id") VALUES (2)"#];
    runs("bind.execute(account.insert(), {'id': 1}, {'id': 2})", &rows);
    runs("bind.execute(account.insert(), [{'id': 1}, {'id': 2}])", &rows);
    runs(
        "bind.execute(sa.text('DELETE FROM t WHERE id = :id'), {'id': 1}, {'id': 2})",
        &["DELETE FROM t WHERE id = 1", "DELETE FROM t WHERE id = 2"],
    );
    untold("bind.execute(account.insert(), {'id': 1}, [{'id': 2}])", "a statement with further arguments");
    untold("Session(bind=bind).execute(account.insert(), {'id': 1}, {'id': 2})", "`execute` of a session");
}

#[test]
fn an_engine_answers_what_it_is_asked_and_runs_nothing_of_the_migration() {
    let run = "op.execute('SELECT 1')";
    runs(
        &format!("if bind.engine.name == 'sqlite' and bind.engine.dialect.name == 'sqlite': {run}"),
        &["SELECT 1"],
    );
    runs(&format!("if sa.inspect(bind).engine.name == 'sqlite': {run}"), &["SELECT 1"]);
    let why = "of the engine, on a connection of its own";
    untold("bind.engine.execute('DELETE FROM t')", why);
    untold("with bind.engine.connect() as other: other.execute(sa.text('DELETE FROM t'))", why);
    untold("with bind.engine.begin() as other: other.execute(sa.text('DELETE FROM t'))", why);
    untold("sa.inspect(bind).engine.execute('DELETE FROM t')", why);
    untold(
        "Session(bind=bind.engine).execute('DELETE FROM t')",
        "a session that is not simply on the connection",
    );
    // It is asked as the connection is, which here nobody can answer.
    untold(&format!("if not sa.inspect(bind.engine).has_table('t'): {run}"), "what the database holds");
}
