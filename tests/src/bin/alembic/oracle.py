"""Says what real Alembic emits for one function of one script, a JSON object a line.

The connection is a stand-in that knows its dialect and writes down what is executed, as Alembic does with `--sql`; whatever
a script reads from it fails. Modules that are not installed are stand-ins too; what one of them gives must not reach the
SQL, and is refused if it does.
"""
import ast
import copy
import datetime
import importlib.abc
import importlib.machinery
import importlib.util
import io
import json
import os
import random
import sqlite3
import sys
import types
import uuid
import warnings

warnings.simplefilter("ignore")
DIALECT, ROOT, CONVENTION = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import alembic.util
import sqlalchemy as sa
import sqlalchemy.orm
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import mysql
from sqlalchemy.engine.mock import MockConnection

MARK = "a stand-in of a module that is not here"


class Missing(type):
    def __getattr__(cls, name):
        if name.startswith("__") and name != "__tablename__":
            raise AttributeError(name)
        return stand_in(name)

    def __iter__(cls):
        return iter(())

    def __str__(cls):
        return MARK

    __repr__ = __str__


def not_here(self, *args, **kwargs):
    raise Unknown(MARK)


def stand_in(name):
    def make(cls, *args, **kwargs):
        if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType):
            return args[0]
        return object.__new__(cls)

    body = {
        "__new__": make,
        "__init__": lambda self, *args, **kwargs: None,
        "__getattr__": lambda self, key: (_ for _ in ()).throw(AttributeError(key)) if key.startswith("__") else stand_in(key),
        "__call__": lambda self, *args, **kwargs: args[0] if len(args) == 1 and isinstance(args[0], types.FunctionType) else stand_in("called"),
        "__getitem__": lambda self, key: stand_in("item"),
        "__class_getitem__": classmethod(lambda cls, key: cls),
        "__str__": lambda self: MARK,
        "__repr__": lambda self: MARK,
        "__iter__": lambda self: iter(()),
        "_compiler_dispatch": not_here,
        "__or__": lambda self, other: self,
        "__ror__": lambda self, other: self,
        "__enter__": lambda self: self,
        "__exit__": lambda self, *args: None,
    }
    return Missing(name, (), body)


class Module(types.ModuleType):
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        whole = f"{self.__name__}.{name}"
        if any(known.startswith(whole + ".") for known in [*TYPES, *OVER]) or whole in OVER:
            return importlib.import_module(whole)
        made = TYPES.get(whole) or stand_in(name)
        setattr(self, name, made)
        return made


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Module(spec.name)

    def exec_module(self, module):
        pass


def text_type(base, postgres=None, own_mysql=None):
    """A type of the application, by its DDL."""

    class Made(sa.types.UserDefinedType):
        cache_ok = True

        def __init__(self, *args, **kwargs):
            pass

        def get_col_spec(self, **kw):
            return {"postgresql": postgres or base, "mysql": own_mysql or base}.get(DIALECT, base)

    return Made


def string(default=None):
    return lambda length=default, **kw: sa.String(length)


class Aware(sa.TypeDecorator):
    impl = sa.TIMESTAMP
    cache_ok = True

    def __init__(self, *args, **kwargs):
        super().__init__(timezone=True)

    def load_dialect_impl(self, dialect):
        return mysql.TIMESTAMP(fsp=6) if DIALECT == "mysql" else sa.TIMESTAMP(timezone=True)


# The same types as Limbeck has in its table or is told in a types file, said here by what their source makes of them.
TYPES = {
    "sqlmodel.sql.sqltypes.AutoString": string(),
    "sqlmodel.AutoString": string(),
    # What goes through a session must not be swallowed by a stand-in.
    "sqlmodel.Session": sqlalchemy.orm.Session,
    "oslo_db.sqlalchemy.types.SoftDeleteInteger": sa.Integer,
    "oslo_db.sqlalchemy.types.JsonEncodedList": sa.Text,
    "oslo_db.sqlalchemy.types.JsonEncodedDict": sa.Text,
}
OVER = {
    "airflow.migrations.db_types": {"StringID": string(250), "TIMESTAMP": Aware},
    "airflow.models.base": {"StringID": string(250)},
    "airflow.utils.sqlalchemy": {"UtcDateTime": Aware},
    "prefect.server.utilities.database": {
        "UUID": text_type("CHAR(36)", "UUID"),
        "Timestamp": text_type("DATETIME", "TIMESTAMP WITH TIME ZONE"),
        "JSON": text_type("JSON", "JSONB"),
        "Pydantic": text_type("JSON", "JSONB"),
    },
}


class Over(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Puts the types of a types file over the modules of the application."""

    def find_spec(self, name, path, target=None):
        if name in OVER:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return Module(spec.name)

    def exec_module(self, module):
        for name, made in OVER[module.__name__].items():
            setattr(module, name, made)


class Broken(importlib.abc.MetaPathFinder):
    """Lets a module of the application that fails to import be a stand-in."""

    def find_spec(self, name, path, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or spec.loader is None or not (spec.origin or "").startswith(ROOT):
            return None
        loader = spec.loader
        run = loader.exec_module

        def exec_module(module):
            try:
                run(module)
            except BaseException:
                module.__dict__.setdefault("__path__", [])
                module.__class__ = Module

        loader.exec_module = exec_module
        return spec


sys.path.insert(0, ROOT)
sys.meta_path.insert(0, Broken())
sys.meta_path.insert(0, Over())
sys.meta_path.append(Finder())
for name in OVER:
    # A script may say `import application` and go on from there by dots.
    if importlib.util.find_spec(name.split(".")[0]).origin:
        importlib.import_module(name)


class Unknown(Exception):
    pass


# What says that the dialect has no such thing, with a database or without.
IMPOSSIBLE = (NotImplementedError, sa.exc.CompileError)


class Rows:
    def __getattr__(self, name):
        raise Unknown("a result is read")

    def __iter__(self):
        raise Unknown("a result is read")


class Bind(MockConnection):
    """The connection: Alembic's stand-in for `--sql`, which also tells apart what a script reads from it."""

    def __init__(self, context):
        super().__init__(context.dialect, self.write)
        self.context = context

    def write(self, statement, parameters=None):
        if isinstance(statement, str):
            statement = sa.text(statement)
        sets = parameters if isinstance(parameters, (list, tuple)) else [parameters or {}]
        for one in sets:
            made = statement
            if one:
                made = statement.bindparams(**one) if isinstance(statement, sa.TextClause) else statement.values(**one)
            self.context.impl._exec(made)
        return Rows()

    def exec_driver_sql(self, statement, parameters=None):
        if parameters:
            raise Unknown("driver SQL with parameters")
        self.context.impl.static_output(statement)
        return Rows()

    def __getattr__(self, name):
        # Alembic asks for this one, and expects that its own stand-in has none.
        if name.startswith("_") or name == "in_transaction":
            raise AttributeError(name)
        raise Unknown(f"`{name}` of the connection")


def answer(path, function):
    config = Config()
    config.set_main_option("script_location", "nowhere")
    script = ScriptDirectory(os.path.dirname(path))
    environment = EnvironmentContext(config, script, as_sql=True)
    with environment:
        environment.configure(
            dialect_name=DIALECT,
            output_buffer=io.StringIO(),
            literal_binds=True,
            dialect_opts={"paramstyle": "named"},
            target_metadata=sa.MetaData(naming_convention=CONVENTION) if CONVENTION else None,
        )
        context = environment.get_context()
        statements = []
        context.impl.static_output = lambda text: statements.append(text)
        bind = Bind(context)
        context.connection = context.impl.connection = bind
        with Operations.context(context):
            spec = importlib.util.spec_from_file_location("script_under_test", path)
            module = importlib.util.module_from_spec(spec)
            sys.modules["script_under_test"] = module
            spec.loader.exec_module(module)
            getattr(module, function)()
    if any(MARK in statement for statement in statements):
        raise Unknown("a module that is not here says what the SQL is")
    return statements


HEADER = ("revision", "down_revision", "branch_labels", "depends_on")


def load_python_file(directory, name):
    """Loads a script; of one that cannot be imported without its application, the header."""
    try:
        return really_load(directory, name)
    except BaseException as error:
        why = f"{type(error).__name__}: {error}"[:200]
    path = os.path.join(directory, name)
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    targets = lambda one: getattr(one, "targets", None) or [getattr(one, "target", None)]
    header = lambda one: any(isinstance(target, ast.Name) and target.id in HEADER for target in targets(one))
    tree.body = [one for one in tree.body if header(one)]
    module = types.ModuleType(name)
    exec(compile(tree, path, "exec"), module.__dict__)

    def fail(*args, **kwargs):
        raise Unknown(why)

    module.upgrade = module.downgrade = fail
    return module


really_load = alembic.util.load_python_file
alembic.util.load_python_file = load_python_file


def scripts_of(locations):
    return ScriptDirectory(
        locations["scripts"],
        version_locations=[locations["versions"]],
        recursive_version_locations=True,
    )


def graph(locations):
    script = scripts_of(locations)
    texts = lambda value: sorted([value] if isinstance(value, str) and value else value or ())
    revisions = {
        one.revision: {
            "down_revision": texts(one.down_revision),
            "depends_on": texts(one.dependencies),
            "branch_labels": sorted(one.branch_labels),
            "is_head": one.is_head,
            "is_base": one.is_base,
            "is_branch_point": one.is_branch_point,
            "is_merge_point": one.is_merge_point,
        }
        for one in script.walk_revisions()
    }
    return {"revisions": revisions, "heads": sorted(script.get_heads())}


class Then(datetime.datetime):
    """One moment, so that what scripts make of the clock is the same on both databases."""

    @classmethod
    def now(cls, tz=None):
        return cls(2026, 1, 2, 3, 4, 5, 6, tzinfo=tz)

    @classmethod
    def utcnow(cls):
        return cls.now()


def foresee(question):
    """Takes chance out of a step: it runs on two databases, and must do the same."""
    datetime.datetime = Then
    sqlite3.register_adapter(Then, lambda moment: moment.isoformat(" "))
    chance = random.Random(question["target"])
    uuid.uuid4 = lambda: uuid.UUID(int=chance.getrandbits(128), version=4)


# The named types that a run has made on the one database, now and before its last step.
MEMO = {"now": {}, "before": {}}


def run(question):
    """Runs scripts on a database, in a plain environment, up to a revision or down to one."""
    foresee(question)
    script = scripts_of(question["locations"])
    target = question["target"]
    if question["down"]:
        steps = lambda rev, context: script._downgrade_revs(target, rev)
    else:
        steps = lambda rev, context: script._upgrade_revs(target, rev)
    config = Config()
    config.set_main_option("script_location", "nowhere")
    engine = sa.create_engine(question["url"])
    sa.event.listen(engine, "before_cursor_execute", refuse_stand_ins)
    # Alembic remembers them for as long as a run lasts, which all steps together are; the other database is a step behind.
    if question["memo"] == "now":
        MEMO["before"] = copy.deepcopy(MEMO["now"])
    with EnvironmentContext(config, script, fn=steps, destination_rev=target) as environment:
        with engine.connect() as connection:
            environment.configure(
                connection=connection,
                transaction_per_migration=True,
                target_metadata=sa.MetaData(naming_convention=CONVENTION) if CONVENTION else None,
                **question["options"],
            )
            environment.get_context().impl.memo = MEMO[question["memo"]]
            with environment.begin_transaction():
                environment.run_migrations()
    engine.dispose()
    return heads_of(question)


def refuse_stand_ins(connection, cursor, statement, parameters, context, many):
    if MARK in statement or MARK in repr(parameters):
        raise Unknown("a module that is not here says what the SQL is")


def heads_of(question):
    engine = sa.create_engine(question["url"])
    with engine.connect() as connection:
        heads = MigrationContext.configure(connection, opts=question["options"]).get_current_heads()
    engine.dispose()
    return sorted(heads)


for line in sys.stdin:
    question = json.loads(line)
    try:
        if "graph" in question:
            said = {"graph": graph(question["graph"])}
        elif "run" in question:
            said = {"heads": run(question["run"])}
        elif "current" in question:
            said = {"heads": heads_of(question["current"])}
        else:
            said = {"sql": answer(question["path"], question["function"])}
    except BaseException as error:
        said = {
            "error": f"{type(error).__name__}: {error}"[:300],
            "impossible": isinstance(error, IMPOSSIBLE) and MARK not in str(error),
        }
    answers.write(json.dumps(said) + "\n")
    answers.flush()
