# --- The environment


class Opened(Exception):
    pass


allowed = 0  # How many calls deep the empty database is being opened.


@contextlib.contextmanager
def opening():
    global allowed
    allowed += 1
    try:
        yield
    finally:
        allowed -= 1


def keep_closed():
    """Lets no script open a database by a driver of its own. One in memory is nobody's."""
    for name in ("sqlite3", "sqlite3.dbapi2", "psycopg2", "psycopg", "pg8000", "pymysql", "MySQLdb", "mysql.connector"):
        try:
            module = importlib.import_module(name)
        except Exception:
            continue
        really = getattr(module, "connect", None)
        if really is not None:
            module.connect = closed(really)


def closed(really):
    def run(*args, **kwargs):
        if play is None or allowed or ":memory:" in (*args, *kwargs.values()):
            return really(*args, **kwargs)
        play.fail("it opens a database by itself")
        raise Opened("a script of a migration opens a database by itself")

    return run


def connect(self, *args, **kwargs):
    """Stands for `Engine.connect`: the project's own databases stay closed."""
    if scratch is not None and self is scratch:
        with opening():
            return really_connect(self, *args, **kwargs)
    if play is None:
        return StandIn()
    play.fail("it opens a database by itself")
    raise Opened("a script of a migration opens a database by itself")


def raw_connection(self, *args, **kwargs):
    if scratch is not None and self is scratch:
        with opening():
            return really_raw(self, *args, **kwargs)
    if play is not None:
        play.fail("it opens a database by itself")
    raise Opened("it opens a database by itself")


def exec_driver_sql(self, statement, *args, **kwargs):
    """On the empty database: no event tells of what is given to the driver as it is."""
    if play is not None and sink is None:
        if not sys._getframe(1).f_globals.get("__name__", "").startswith("sqlalchemy."):
            item = executed(statement, args[0] if args else kwargs.get("parameters"))
            result = really_driver(self, statement, *args, **kwargs)
            result.cursor_strategy = Watched(result.cursor_strategy, item)
            return result
        # An inspector of SQLAlchemy's.
        play.reads.append({"line": play.line(), "text": "an inspector", "catalog": True})
    return really_driver(self, statement, *args, **kwargs)


def looked_at(name):
    """Stands for what a result says beside its rows, and notes that it is asked for."""
    asked = getattr(sa.engine.CursorResult, name)

    def get(self):
        if isinstance(self.cursor_strategy, Watched):
            consumed(self.cursor_strategy.item, always=True)
        return asked.__get__(self, type(self))

    return property(get)


# The dialect without a driver, which need not be installed.
BASE = {"sqlite": "SQLiteDialect", "postgresql": "PGDialect", "mysql": "MySQLDialect"}
base = importlib.import_module(f"sqlalchemy.dialects.{DIALECT}.base")
dialect = getattr(base, BASE[DIALECT])(paramstyle="named")
scratch = None
really_connect, really_raw = sa.engine.Engine.connect, sa.engine.Engine.raw_connection
sa.engine.Engine.connect, sa.engine.Engine.raw_connection = connect, raw_connection
really_driver = sa.engine.Connection.exec_driver_sql


def load_environment():
    """Runs `env.py` as without a database; returns the context, what it was configured with, and what scripts are given."""
    section = ASKED["section"]
    path, beside = ASKED["config"], os.path.dirname(ASKED["config"])
    ini, toml = (os.path.join(beside, "alembic.ini"), path) if path.endswith(".toml") else (path, os.path.join(beside, "pyproject.toml"))
    more = {"toml_file": toml} if os.path.exists(toml) and "toml_file" in inspect.signature(Config).parameters else {}
    config = Config(ini if os.path.exists(ini) else None, ini_section=section, **more)
    script = ScriptDirectory.from_config(config)
    environment = EnvironmentContext(config, script, fn=lambda revision, context: [], as_sql=True)
    configure, options, handed = environment.configure, {}, {}

    def configured(*args, **kwargs):
        options.update(kwargs)
        configure(dialect_name=DIALECT, output_buffer=io.StringIO(), literal_binds=True, dialect_opts={"paramstyle": "named"},
                  target_metadata=kwargs.get("target_metadata"))

    environment.configure = configured
    environment.run_migrations = lambda **kwargs: handed.update(kwargs)
    environment.__enter__()
    # Some know one way alone. With a database it is a stand-in too.
    for offline_mode in (True, False):
        environment.is_offline_mode = lambda: offline_mode
        try:
            script.run_env()
            break
        except (Exception, SystemExit) as error:
            if options:
                break
            if not offline_mode:
                give_up("env", error)
    environment.is_offline_mode = lambda: False
    environment.configure = configure
    return environment, options, handed


def begin_context(environment, options):
    """Makes the migration context, on the stand-in or on the empty database."""
    metadata = options.get("target_metadata")
    if scratch is None:
        environment.configure(dialect_name=DIALECT, output_buffer=io.StringIO(), literal_binds=True,
                              dialect_opts={"paramstyle": "named"}, target_metadata=metadata)
        context = environment.get_context()
        context.connection = context.impl.connection = StandIn()
        context.as_sql = False

        def run(construct, execution_options=None, multiparams=None, params=None):
            if isinstance(construct, str):
                construct = sa.text(construct)
            executed(construct, multiparams or params or None)

        context.impl._exec = run
        return context
    environment.context_opts["as_sql"] = False
    connection = scratch.connect()
    environment.configure(connection=connection, transaction_per_migration=True, target_metadata=metadata)
    return environment.get_context()


DRIVERS = {"sqlite": ["pysqlite"], "postgresql": ["psycopg2", "psycopg", "pg8000"], "mysql": ["pymysql", "mysqldb", "mysqlconnector", "mariadbconnector"]}


def open_scratch(url):
    global scratch
    for driver in DRIVERS[DIALECT]:
        try:
            scratch = sa.create_engine(sa.engine.make_url(url).set(drivername=f"{DIALECT}+{driver}"))
            break
        except ImportError as error:
            missing = error
    else:
        give_up("scratch", missing)
    try:
        with scratch.connect() as connection:
            inspector = sa.inspect(connection)
            schemas = inspector.get_schema_names() if DIALECT == "postgresql" else [None]
            there = [name for one in schemas if one not in ("information_schema", "pg_catalog")
                     for name in inspector.get_table_names(schema=one) + inspector.get_view_names(schema=one)]
    except Exception as error:
        give_up("scratch", error)
    if there:
        give_up("scratch", ValueError(f"it is not empty: it has the table `{there[0]}`"))
    wait = {}
    sa.engine.Connection.exec_driver_sql = exec_driver_sql
    for name in ("rowcount", "lastrowid", "inserted_primary_key"):
        setattr(sa.engine.CursorResult, name, looked_at(name))

    @sa.event.listens_for(scratch, "before_execute")
    def before(connection, statement, multiparams, params, execution_options):
        many = multiparams[0] if len(multiparams) == 1 else multiparams
        wait["item"] = executed(statement, many or params or None)

    @sa.event.listens_for(scratch, "after_execute")
    def after(connection, statement, multiparams, params, execution_options, result):
        item = wait.pop("item", None)
        if item is not None and hasattr(result, "cursor_strategy"):
            result.cursor_strategy = Watched(result.cursor_strategy, item)


class Watched:
    """The rows of a result, with a note when they are fetched."""

    def __init__(self, inner, item):
        self.inner, self.item = inner, item

    def __getattr__(self, name):
        if name.startswith("fetch"):
            consumed(self.item, always=True)
        return getattr(self.inner, name)


def perform(path, name, context, handed):
    """Plays one function; returns what it did."""
    global play
    play = Play(path)
    try:
        module = MODULE_OF.get(path) or load(path)
        function = getattr(module, name, None)
        caught = catches(path, name)
        if caught is not None:
            play.error = {"why": "it goes on after a statement that fails", "line": caught}
        if function is None:
            play.error = {"why": f"there is no `{name}()`", "missing": True, "line": None}
        elif scratch is None:
            function(**handed)
        else:
            with context.begin_transaction(_per_migration=True):
                function(**handed)
    except Ended:
        pass
    except (Exception, SystemExit) as error:
        lines = [one.lineno for one in traceback.extract_tb(error.__traceback__) if one.filename == path]
        if play.error is None:
            play.error = {"why": last_line(error), "line": lines[-1] if lines else None, "raised": True}
    done, play = play, None
    # A query that was looked at has no part in what is done; another may be there for what its functions do.
    kept = [item for item in done.items if not (item.get("query") and item.get("read"))]
    items = [{key: item.get(key) for key in ("line", "outside", "python", "sql", "why")} for item in kept]
    return {"items": items, "reads": done.reads, "error": done.error}


# What a script calls what it changes the database by.
HANDLES = {"op", "batch_op", "bind", "conn", "connection", "session"}


def catches(path, name):
    """The line where a script, or a helper in its file, goes on after a statement that fails: here none does. Else None."""
    with open(path, "rb") as file:
        tree = ast.parse(file.read())
    other = {"upgrade": "downgrade", "downgrade": "upgrade"}[name]
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name != other]

    def works(part):
        return any(isinstance(node, ast.Name) and node.id in HANDLES for one in part for node in ast.walk(one))

    for node in (node for function in functions for node in ast.walk(function)):
        if isinstance(node, ast.Try) and works(node.body):
            if any(not any(isinstance(one, ast.Raise) for one in ast.walk(handler)) for handler in node.handlers):
                return node.lineno
        if isinstance(node, ast.With) and works(node.body):
            if any("suppress" in ast.dump(item.context_expr) for item in node.items):
                return node.lineno
    return None


def meaning(done):
    return [(item["line"], item["outside"], item["python"] or item["sql"]) for item in done["items"]]


MODULE_OF = {}


def load(path):
    MODULE_OF[path] = util.load_python_file(os.path.dirname(path), os.path.basename(path))
    return MODULE_OF[path]


KINDS = {sa.Index: "ix", sa.UniqueConstraint: "uq", sa.CheckConstraint: "ck", sa.ForeignKeyConstraint: "fk", sa.PrimaryKeyConstraint: "pk"}


def convention(options):
    metadata = options.get("target_metadata")
    # Of several, Alembic takes none (alembic/operations/schemaobj.py).
    rules = getattr(metadata, "naming_convention", None) or {}
    rules = {KINDS.get(kind, kind): rule for kind, rule in rules.items()}
    return {kind: rule for kind, rule in rules.items() if isinstance(kind, str) and isinstance(rule, str)}


def version_table(options):
    """Where `env.py` keeps the heads, as far as it says so; it may put the names together."""
    name, inside = options.get("version_table"), options.get("version_table_schema")
    if not all(one is None or isinstance(one, str) for one in (name, inside)):
        return None
    return {"name": str(name or "alembic_version"), "schema": None if inside is None else str(inside),
            "key": bool(options.get("version_table_pk", True))}


def main():
    global real_autocommit
    try:
        environment, options, handed = load_environment()
        keep_closed()
        if ASKED.get("url"):
            open_scratch(ASKED["url"])
        context = begin_context(environment, options)
    except Exception as error:
        give_up("env", error)
    real_autocommit, context.autocommit_block = context.autocommit_block, autocommit
    say(alembic=alembic.__version__, sqlalchemy=sa.__version__, naming_convention=convention(options),
        version_table=version_table(options))
    operations = Operations(context)
    watch(operations, "op")
    operations.batch_alter_table = batch(operations.batch_alter_table, operations)
    operations._install_proxy()
    scripts = ASKED["scripts"]
    steps = [(one, "upgrade") for one in scripts] + [(one, "downgrade") for one in reversed(scripts)]
    broken, applied = None, set()
    for script, name in steps:
        if broken and (broken[1] == name or script["revision"] not in applied):
            done = {"items": [], "reads": [], "error": {"why": f"not played: {broken[0]} failed", "line": None}}
        else:
            done = perform(script["path"], name, context, handed)
            if scratch is None and done["error"] is None:
                again = perform(script["path"], name, context, handed)
                if meaning(again) != meaning(done):
                    done["error"] = {"why": "it does something else each time it is run", "line": None}
            if done["error"] is None:
                applied.add(script["revision"])
            elif scratch is not None:
                broken = (f"`{name}()` of {script['revision']}", name)
        say(revision=script["revision"], function=name, **done)
    say(done=True)


main()
