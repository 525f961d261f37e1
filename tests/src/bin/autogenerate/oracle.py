

# Answers for Alembic: one JSON request a line on stdin, one JSON answer a line on stdout.
#
# `{"seed": …}` makes both schemas of a pair, each in a database of its own, and tells what `compare_metadata` finds between
# the first database and the second model, and what it finds between the second model and the database just made from it. A
# difference is `[sign, class, table, what]`.

import json
import os
import sys
import warnings

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext


def emptied(engine):
    """Empties a database. A file goes, so that the next one is new."""
    name = engine.dialect.name
    if name == "sqlite":
        engine.dispose()
        if os.path.exists(engine.url.database):
            os.remove(engine.url.database)
        return
    with engine.begin() as connection:
        if name == "postgresql":
            connection.execute(sa.text("DROP SCHEMA public CASCADE"))
            connection.execute(sa.text("CREATE SCHEMA public"))
        else:
            database = engine.url.database
            connection.execute(sa.text(f"DROP DATABASE {database}"))
            connection.execute(sa.text(f"CREATE DATABASE {database} CHARACTER SET utf8mb4"))
            connection.execute(sa.text(f"USE {database}"))


def statements(metadata, engine):
    """The statements that make a schema, as a file of SQL."""
    made = []

    def keep(statement, *_args, **_kw):
        compiled = statement.compile(dialect=engine.dialect)
        made.append(str(compiled).strip() + ";\n")

    # In a text of its own a percent sign is not doubled.
    mock = sa.create_mock_engine(f"{engine.dialect.name}://", keep)
    mock.dialect.server_version_info = engine.dialect.server_version_info
    metadata.create_all(mock, checkfirst=False)
    return "\n".join(made)


def columns_of(constraint):
    return ", ".join(sorted(column.name for column in constraint.columns))


def told(difference, is_mysql):
    """One difference as `[sign, class, table, what]`; several for what is said at once."""
    if isinstance(difference, list):
        return [one for part in difference for one in told(part, is_mysql)]
    kind = difference[0]
    if kind.startswith("modify_"):
        what = {"modify_default": "default"}.get(kind, kind.removeprefix("modify_"))
        return [["~", what, difference[2], difference[3]]]
    sign, what = ("+" if kind.startswith("add_") else "-"), kind.partition("_")[2]
    if what == "column":
        return [[sign, "column", difference[2], difference[3].name]]
    item = difference[1]
    if what == "table":
        return [[sign, "table", item.name, ""]]
    if what == "index":
        # To MySQL a unique constraint is an index.
        if is_mysql and item.unique and not any(is_descending(one) for one in item.expressions):
            return [[sign, "unique", item.table.name, columns_of(item)]]
        return [[sign, "index", item.table.name, item.name]]
    if what == "fk":
        return [[sign, "foreign key", item.parent.name, columns_of(item)]]
    if what == "constraint":
        return [[sign, "unique", item.table.name, columns_of(item)]]
    if what == "table_comment":
        return [["~", "table comment", item.name, ""]]
    return [[sign, what, getattr(item, "name", str(item)), ""]]


def is_descending(expression):
    return isinstance(expression, sa.UnaryExpression)


def found(engine, metadata):
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, metadata)
    is_mysql = engine.dialect.name in ("mysql", "mariadb")
    return [one for difference in differences for one in told(difference, is_mysql)]


def answer(request, engines):
    dialect = {"mariadb": "mysql"}.get(engines[0].dialect.name, engines[0].dialect.name)
    before, after, tags = pair(dialect, request["seed"])
    for engine, schema in zip(engines, (before, after)):
        emptied(engine)
        metadata_of(schema, dialect).create_all(engine)
    metadata = metadata_of(after, dialect)
    return {
        "changes": tags,
        "found": found(engines[0], metadata),
        "always": found(engines[1], metadata),
        "before": statements(metadata_of(before, dialect), engines[0]),
        "after": statements(metadata_of(after, dialect), engines[1]),
    }


warnings.simplefilter("ignore")
ENGINES = [sa.create_engine(url, poolclass=sa.pool.StaticPool if "sqlite" not in url else None) for url in sys.argv[1:]]
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line), ENGINES)), flush=True)
