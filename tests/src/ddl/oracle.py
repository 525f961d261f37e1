"""Answers for Alembic: one JSON request a line on stdin, one JSON answer a line on stdout.

`{"dialect": "postgresql", "source": "op.…"}` runs the source in offline mode (`as_sql`); the answer holds the
statements, `{"sql": [...]}`, or why Alembic makes none, `{"error": "…"}`.
"""

import json
import sys
import warnings

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.dialects.mysql import mariadb as mysql_mariadb
from sqlalchemy.sql.expression import ColumnClause
from sqlalchemy.sql.visitors import replacement_traverse


def index_of(name, keys, **options):
    """Says what an index of a table is, before there is the table."""


    def make(table):
        def own(element, **_):
            return table.c[element.name] if isinstance(element, ColumnClause) else None

        own_keys = [table.c[key] if isinstance(key, str) else replacement_traverse(key, {}, own) for key in keys]
        return sa.Index(name, *own_keys, _table=table, **options)

    return make


def table_of(indexes, *parts, **options):
    """Makes a table with its indexes, for `copy_from`."""
    table = sa.Table(*parts, **options)
    for index in indexes:
        index(table)
    return table


def answer(request):
    statements = []
    # The options of the `env.py` that `alembic init` makes.
    context = MigrationContext.configure(
        dialect_name=request["dialect"],
        dialect_opts={"paramstyle": "named"},
        opts={"as_sql": True, "literal_binds": True},
    )
    context.impl.static_output = lambda text: statements.append(text.removesuffix(context.impl.command_terminator))
    names = {
        "index_of": index_of,
        "mysql": mysql,
        "mysql_mariadb": mysql_mariadb,
        "op": Operations(context),
        "postgresql": postgresql,
        "sa": sa,
        "table_of": table_of,
    }
    try:
        exec(request["source"], names)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    return {"sql": statements}


warnings.simplefilter("ignore")
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
