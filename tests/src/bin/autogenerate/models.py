"""Draws a schema from a seed and another one that grew out of it, and says either in SQLAlchemy.

A schema is data: tables with columns, keys and indexes. Each change is told with what it is about, `[class, table]`.
"""

import copy
import random

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

TABLES = ["account", "order", "Größe", "two words", "line_item", "user", "CamelCase", "select", "audit_log"]
COLUMNS = ["name", "state", "Amount", "größe", "group", "made at", "note", "kind", "level", "Value", "zip_code", "is_on"]
FREE = {"postgresql": ["interval", "array", "jsonb", "datetimetz", "inet"], "mysql": ["mediumtext", "unsigned"], "sqlite": []}
COMMON = ["integer", "smallint", "bigint", "string", "text", "boolean", "date", "datetime", "time", "float", "double"]
COMMON += ["numeric", "binary", "json", "uuid", "enum", "unicode", "char"]
KEYS = {"integer", "smallint", "bigint", "string", "date", "datetime", "numeric", "unicode", "char"}
NUMBERS = {"integer", "smallint", "bigint", "numeric"}
COLLATIONS = {"postgresql": ["C", "POSIX"], "mysql": ["utf8mb4_bin", "utf8mb4_unicode_ci"], "sqlite": ["NOCASE", "RTRIM"]}
ACTIONS = [None, "CASCADE", "SET NULL"]


class Draw:
    """What is drawn for one dialect."""

    def __init__(self, dialect, seed):
        self.dialect = dialect
        self.random = random.Random(seed)
        self.number = 0

    def percent(self, n):
        return self.random.randrange(100) < n

    def pick(self, items):
        return self.random.choice(list(items))

    def fresh(self, start):
        self.number += 1
        return f"{start}_{self.number}"

    # Columns.

    def type(self, among=None):
        kind = self.pick(among or COMMON + FREE[self.dialect])
        made = {"kind": kind}
        if kind in ("string", "unicode", "char"):
            made["length"] = self.pick([10, 40, 80, 255])
        if kind == "numeric":
            made["precision"], made["scale"] = self.pick([(10, 2), (8, 3), (12, 0)])
        if kind == "enum":
            made["name"] = self.fresh("kind")
            made["values"] = self.random.sample(["open", "paid", "it's", "lost", "übrig", "two words"], 3)
        if kind == "string" and self.percent(15):
            made["collation"] = self.pick(COLLATIONS[self.dialect])
        return made

    def default(self, type):
        kind = type["kind"]
        if kind in ("integer", "smallint", "bigint", "unsigned"):
            return str(self.random.randrange(50))
        if kind == "numeric":
            return self.pick(["0", "1.5", "12"])
        if kind in ("string", "unicode", "char", "text"):
            # Alembic itself fails at a default with a quote on PostgreSQL.
            quoted = [] if self.dialect == "postgresql" else ["it's"]
            return self.pick(["", "x", "übrig", "a, b", "7"] + quoted)
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind == "date":
            return "2026-01-31"
        if kind in ("datetime", "datetimetz"):
            return ("now",)
        if kind == "enum":
            return self.pick([value for value in type["values"] if "'" not in value])
        return None

    def column(self, table):
        made = {"type": self.type(), "nullable": self.percent(60), "default": None, "comment": None, "computed": None}
        if self.percent(35):
            made["default"] = self.default(made["type"])
        if self.dialect != "sqlite" and self.percent(15):
            made["comment"] = self.pick(["a word", "it's", "größer"])
        base = self.plain(table, NUMBERS - {"numeric"})
        if base and self.percent(12):
            made.update(type={"kind": "bigint"}, nullable=True, default=None, computed=[base, self.pick([2, 3, 4])])
        return made

    def plain(self, table, kinds, keys=False):
        """A column of one of some kinds that no other one and no key stands on, unless keys may."""
        there = [
            name
            for name, column in table["columns"].items()
            if column["type"]["kind"] in kinds and not column["computed"] and (keys or not self.is_tied(table, name))
        ]
        return self.pick(there) if there else None

    def is_tied(self, table, name):
        parts = table["uniques"] + table["keys"] + table["indexes"]
        return (
            name in table["primary"]
            or any(name in part["columns"] for part in parts)
            or any(check["column"] == name for check in table["checks"])
            or any(column["computed"] and column["computed"][0] == name for column in table["columns"].values())
        )

    def name(self, names, there):
        left = [name for name in names if name not in there]
        return self.pick(left) if left else None

    # Tables.

    def schema(self):
        made = {"tables": {}, "sequences": {}}
        for _ in range(2 + self.random.randrange(4)):
            self.add_table(made)
        if self.dialect == "postgresql" and self.percent(30):
            made["sequences"][self.fresh("numbers")] = {"start": self.pick([1, 100])}
        return made

    def add_table(self, schema):
        name = self.name(TABLES, schema["tables"])
        if name is None:
            return None
        table = {"columns": {}, "primary": ["id"], "uniques": [], "keys": [], "checks": [], "indexes": [], "comment": None}
        table["columns"]["id"] = {
            "type": {"kind": self.pick(["integer", "integer", "bigint"])},
            "nullable": False,
            "default": None,
            "comment": None,
            "computed": None,
        }
        if self.dialect == "sqlite":
            table["columns"]["id"]["type"] = {"kind": "integer"}
        for _ in range(1 + self.random.randrange(5)):
            self.add_column(table)
        schema["tables"][name] = table
        for add in (self.add_unique, self.add_check, self.add_index, self.add_index):
            if self.percent(40):
                add(table)
        if self.percent(60):
            self.add_key(schema, name)
        if self.dialect != "sqlite" and self.percent(15):
            table["comment"] = self.pick(["a table", "it's one"])
        return ["table", name]

    def add_column(self, table):
        name = self.name(COLUMNS, table["columns"])
        if name:
            table["columns"][name] = self.column(table)
        return name

    def some_columns(self, table, most):
        there = [
            name
            for name, column in table["columns"].items()
            if column["type"]["kind"] in KEYS and not column["computed"] and name not in table["primary"]
        ]
        self.random.shuffle(there)
        return there[: 1 + self.random.randrange(most)]

    def add_unique(self, table):
        columns = self.some_columns(table, 2)
        taken = table["uniques"] + table["indexes"]
        if not columns or any(sorted(columns) == sorted(part["columns"]) for part in taken):
            return False
        table["uniques"].append({"name": self.fresh("uq") if self.percent(85) else None, "columns": columns})
        return True

    def add_index(self, table):
        columns = self.some_columns(table, 3)
        taken = table["uniques"] + table["indexes"] + table["keys"]
        if not columns or any(columns == part["columns"] or sorted(columns) == sorted(part["columns"]) for part in taken):
            return False
        made = {"name": self.fresh("ix"), "columns": columns, "unique": self.percent(25), "where": None, "desc": False}
        number = self.plain(table, NUMBERS, keys=True)
        if self.dialect != "mysql" and number and self.percent(20):
            made["where"] = [number, self.random.randrange(9)]
        if self.percent(12):
            made["desc"] = True
        table["indexes"].append(made)
        return True

    def add_check(self, table):
        column = self.plain(table, NUMBERS, keys=True)
        # MariaDB takes no check on a column that counts up (error 1901), which the first one of a key does.
        if not column or (self.dialect == "mysql" and column in table["primary"]):
            return False
        # Nor on one that a key sets to NULL.
        if self.dialect == "mysql" and any(column in key["columns"] and key["delete"] == "SET NULL" for key in table["keys"]):
            return False
        number = self.random.randrange(1, 90)
        if any(check["column"] == column and check["number"] == number for check in table["checks"]):
            return False
        name = self.fresh("ck") if self.percent(80) else None
        table["checks"].append({"name": name, "column": column, "number": number})
        return True

    def add_key(self, schema, name):
        table = schema["tables"][name]
        other = self.pick(schema["tables"])
        target = schema["tables"][other]
        if len(target["primary"]) != 1:
            return False
        column = f"{self.fresh('to')}_id"
        to = target["primary"][0]
        delete = self.pick(ACTIONS)
        table["columns"][column] = {
            "type": copy.deepcopy(target["columns"][to]["type"]),
            "nullable": delete == "SET NULL" or self.percent(50),
            "default": None,
            "comment": None,
            "computed": None,
        }
        named = self.fresh("fk") if self.percent(85) else None
        table["keys"].append({"name": named, "columns": [column], "table": other, "to": [to], "delete": delete})
        return True

    # Changes.

    def change(self, schema):
        """Changes one thing, and returns what it is about; nothing where that cannot be done."""
        table_name = self.pick(schema["tables"])
        table = schema["tables"][table_name]
        column_name = self.pick(table["columns"])
        column = table["columns"][column_name]
        free = not self.is_tied(table, column_name)
        what = self.pick(CHANGES)
        tag = [what, table_name]
        if what == "table":
            if self.percent(50):
                return self.add_table(schema)
            pointed = any(
                key["table"] == table_name
                for name, other in schema["tables"].items()
                if name != table_name
                for key in other["keys"]
            )
            if pointed or len(schema["tables"]) < 2:
                return None
            del schema["tables"][table_name]
            return tag
        if what == "column":
            if self.percent(50):
                return tag if self.add_column(table) else None
            if not free or len(table["columns"]) < 3:
                return None
            del table["columns"][column_name]
            return tag
        if what == "type" and free and not column["computed"]:
            column["type"] = self.type()
            column["default"] = None
            return tag
        if what == "length" and column["type"]["kind"] in ("string", "unicode", "char"):
            # A CHAR of MySQL has 255 at most.
            if column["type"]["kind"] == "char" and column["type"]["length"] > 250:
                return None
            column["type"]["length"] += 5
            return ["type", table_name]
        if what == "nullable" and column_name not in table["primary"] and not column["computed"]:
            if any(column_name in key["columns"] and key["delete"] == "SET NULL" for key in table["keys"]):
                return None
            column["nullable"] = not column["nullable"]
            return tag
        if what == "default" and free and not column["computed"]:
            wanted = None if column["default"] is not None and self.percent(40) else self.default(column["type"])
            if wanted == column["default"]:
                return None
            column["default"] = wanted
            return tag
        if what == "comment" and self.dialect != "sqlite":
            column["comment"] = None if column["comment"] else "another"
            return tag
        if what == "table comment" and self.dialect != "sqlite":
            table["comment"] = None if table["comment"] else "another"
            return tag
        if what in ("unique", "index", "check"):
            parts = table[{"unique": "uniques", "index": "indexes", "check": "checks"}[what]]
            if parts and self.percent(50):
                part = self.pick(parts)
                if what == "index" and self.percent(50):
                    part["unique"] = not part["unique"]
                elif what == "check" and self.percent(50):
                    part["number"] += 100
                else:
                    parts.remove(part)
                return tag
            add = {"unique": self.add_unique, "index": self.add_index, "check": self.add_check}[what]
            return tag if add(table) else None
        if what == "foreign key":
            if table["keys"] and self.percent(60):
                key = self.pick(table["keys"])
                if self.percent(50):
                    table["keys"].remove(key)
                else:
                    key["delete"] = "CASCADE" if key["delete"] is None else None
                return tag
            return tag if self.add_key(schema, table_name) else None
        if what == "primary key":
            more = self.plain(table, {"integer", "smallint", "bigint"})
            pointed = any(key["table"] == table_name for other in schema["tables"].values() for key in other["keys"])
            # A second column of the key of SQLite takes away what the first one is.
            if not more or pointed or len(table["primary"]) > 1:
                return None
            table["primary"] = ["id", more]
            table["columns"][more]["nullable"] = False
            return tag
        if what == "enum" and column["type"]["kind"] == "enum":
            column["type"]["values"] = column["type"]["values"] + ["more"]
            return tag
        if what == "collation" and column["type"]["kind"] == "string" and free:
            column["type"]["collation"] = None if column["type"].get("collation") else self.pick(COLLATIONS[self.dialect])
            return tag
        if what == "computed" and column["computed"] and free:
            column["computed"][1] += 5
            return tag
        if what == "sequence" and self.dialect == "postgresql":
            if schema["sequences"] and self.percent(50):
                schema["sequences"].clear()
            else:
                schema["sequences"][self.fresh("numbers")] = {"start": 5}
            return [what, ""]
        return None


CHANGES = ["table", "column", "column", "type", "length", "nullable", "nullable", "default", "default", "comment"]
CHANGES += ["table comment", "unique", "unique", "index", "index", "index", "check", "foreign key", "foreign key"]
CHANGES += ["primary key", "enum", "collation", "computed", "sequence"]


def pair(dialect, seed):
    """Two schemas, and what the changes from one to the other are about. One pair in eight has none."""
    draw = Draw(dialect, seed)
    before = draw.schema()
    after = copy.deepcopy(before)
    tags = []
    if not draw.percent(12):
        wanted = 1 + draw.random.randrange(5)
        for _ in range(200):
            tag = draw.change(after)
            if tag:
                tags.append(tag)
            if len(tags) == wanted:
                break
    return before, after, tags


# In SQLAlchemy.


def alchemy_type(type, metadata):
    kind, collation = type["kind"], type.get("collation")
    if kind == "enum":
        return sa.Enum(*type["values"], name=type["name"], metadata=metadata)
    if kind == "string":
        return sa.String(type["length"], collation=collation)
    made = {
        "integer": sa.Integer,
        "smallint": sa.SmallInteger,
        "bigint": sa.BigInteger,
        "text": sa.Text,
        "boolean": sa.Boolean,
        "date": sa.Date,
        "datetime": sa.DateTime,
        "datetimetz": lambda: sa.DateTime(timezone=True),
        "time": sa.Time,
        "float": sa.Float,
        "double": sa.Double,
        "numeric": lambda: sa.Numeric(type["precision"], type["scale"]),
        "binary": sa.LargeBinary,
        "json": sa.JSON,
        "uuid": sa.Uuid,
        "unicode": lambda: sa.Unicode(type["length"]),
        "char": lambda: sa.CHAR(type["length"]),
        "interval": sa.Interval,
        "array": lambda: postgresql.ARRAY(sa.Integer),
        "jsonb": postgresql.JSONB,
        "inet": postgresql.INET,
        "mediumtext": mysql.MEDIUMTEXT,
        "unsigned": lambda: mysql.INTEGER(unsigned=True),
    }
    return made[kind]()


def alchemy_default(default):
    if isinstance(default, bool):
        return sa.true() if default else sa.false()
    if isinstance(default, (list, tuple)):
        return sa.func.now()
    return default


def metadata_of(schema, dialect):
    metadata = sa.MetaData()
    for name, sequence in schema["sequences"].items():
        sa.Sequence(name, start=sequence["start"], metadata=metadata)
    for name, table in schema["tables"].items():
        parts = []
        for column_name, column in table["columns"].items():
            extra = []
            if column["computed"]:
                base, number = column["computed"]
                extra.append(sa.Computed(sa.column(base, sa.Integer) * number, persisted=True))
            parts.append(
                sa.Column(
                    column_name,
                    alchemy_type(column["type"], metadata),
                    *extra,
                    primary_key=column_name in table["primary"],
                    nullable=column["nullable"] and column_name not in table["primary"],
                    server_default=alchemy_default(column["default"]) if not column["computed"] else None,
                    comment=column["comment"],
                )
            )
        parts += [sa.UniqueConstraint(*unique["columns"], name=unique["name"]) for unique in table["uniques"]]
        parts += [
            sa.CheckConstraint(sa.column(check["column"], sa.Integer) < check["number"], name=check["name"])
            for check in table["checks"]
        ]
        parts += [
            sa.ForeignKeyConstraint(
                key["columns"],
                [metadata_path(key["table"], column) for column in key["to"]],
                name=key["name"],
                ondelete=key["delete"],
            )
            for key in table["keys"]
        ]
        made = sa.Table(name, metadata, *parts, comment=table["comment"])
        for index in table["indexes"]:
            columns = [made.c[column] for column in index["columns"]]
            if index["desc"]:
                columns[-1] = columns[-1].desc()
            options = {}
            if index["where"]:
                column, number = index["where"]
                options[f"{dialect}_where"] = made.c[column] > number
            sa.Index(index["name"], *columns, unique=index["unique"], **options)
    return metadata


def metadata_path(table, column):
    return f"{table}.{column}"
