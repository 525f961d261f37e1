"""Makes changes with Alembic's batch mode and with sqlite-utils: a question a line, an answer a line."""

import json
import sqlite3
import sys
import warnings

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlite_utils import Database

warnings.simplefilter("ignore")


def with_alembic(mode, path, table, do):
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        op = Operations(MigrationContext.configure(connection))
        with op.batch_alter_table(table, recreate=mode) as batch:
            kind, column = do["kind"], do.get("column")
            if kind == "add":
                batch.add_column(sa.Column("added", sa.Integer, nullable=False, server_default="5"))
            elif kind == "drop":
                batch.drop_column(column)
            elif kind == "rename":
                batch.alter_column(column, new_column_name=do["to"])
            elif kind == "retype":
                batch.alter_column(column, type_=sa.LargeBinary)
            elif kind == "nullable":
                batch.alter_column(column, nullable=do["nullable"])
            elif kind == "default":
                batch.alter_column(column, server_default=do["default"])
            elif kind == "foreign key":
                batch.create_foreign_key("fk", table, [column], [column])


def with_sqlite_utils(path, table, do):
    database = Database(path)
    kind, column, target = do["kind"], do.get("column"), database[table]
    if kind == "add":
        target.add_column("added", int, not_null_default=5)
    elif kind == "drop":
        target.transform(drop={column})
    elif kind == "rename":
        target.transform(rename={column: do["to"]})
    elif kind == "retype":
        target.transform(types={column: bytes})
    elif kind == "nullable":
        target.transform(not_null={column: not do["nullable"]})
    elif kind == "default":
        target.transform(defaults={column: do["default"]})
    elif kind == "foreign key":
        target.add_foreign_key(column, table, column)
    database.close()


for line in sys.stdin:
    asked = json.loads(line)
    try:
        if asked["tool"] == "sqlite-utils":
            with_sqlite_utils(asked["path"], asked["table"], asked["do"])
        else:
            with_alembic(asked["tool"], asked["path"], asked["table"], asked["do"])
        answer = None
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    print(json.dumps({"refused": answer}), flush=True)
