# --- Calls of `op`

WHOLE = {
    "add_column", "alter_column", "create_check_constraint", "create_exclude_constraint", "create_foreign_key",
    "create_index", "create_primary_key", "create_table", "create_table_comment", "create_unique_constraint",
    "drop_column", "drop_constraint", "drop_index", "drop_table", "drop_table_comment", "rename_table",
}
SQL_ONLY = {"execute", "bulk_insert"}


@contextlib.contextmanager
def within(item):
    """Lets the SQL that is made meanwhile be that of an item."""
    global sink
    outer, sink = sink, item
    try:
        yield
    finally:
        sink = outer


def python_of(prefix, name, args, named):
    global in_schema
    in_schema = named.get("schema") is not None
    try:
        if name == "create_exclude_constraint":
            raise NotRendered(name)
        return call(f"{prefix}.{name}", *map(value, args), **{key: value(one) for key, one in named.items() if key != "info"})
    except Exception as error:
        return NotRendered(last_line(error) if not isinstance(error, NotRendered) else str(error))


def watch(operations, prefix, lines=None):
    """Lets the methods of an `op` or of a `batch_op` be noted."""
    for name in dir(type(operations)):
        if name.startswith("_") or name not in WHOLE | SQL_ONLY or not callable(getattr(operations, name)):
            continue
        setattr(operations, name, noted(getattr(operations, name), prefix, name, lines))


def noted(method, prefix, name, lines):
    def run(*args, **kwargs):
        if play is None or sink is not None and lines is None:
            return method(*args, **kwargs)
        line = None if name in SQL_ONLY else python_of(prefix, name, args, kwargs)
        if lines is not None and name not in SQL_ONLY:
            lines.append(line)
            return method(*args, **kwargs)
        item = play.add(all=name in SQL_ONLY)
        if isinstance(line, NotRendered):
            item["why"] = str(line)
        else:
            item["python"] = line
        with within(item):
            try:
                return method(*args, **kwargs)
            except (NotImplementedError, util.CommandError, sa.exc.CompileError) as error:
                # Alembic has no SQL for it here; the call is known all the same.
                if scratch or item["python"] is None:
                    raise
                item["sql"], item["why"] = [], last_line(error)

    return run


@contextlib.contextmanager
def offline(context):
    """Without a database, lets a batch end as with `--sql`: a table that is made anew has no SQL then."""
    context.as_sql = scratch is None
    try:
        yield
    finally:
        context.as_sql = False


def batch(method, operations):
    @contextlib.contextmanager
    def run(*args, **kwargs):
        lines, manager = [], method(*args, **kwargs)
        batch_op = manager.__enter__()
        if play is None:
            yield batch_op
            manager.__exit__(None, None, None)
            return
        head = python_of("op", "batch_alter_table", args, kwargs)
        watch(batch_op, "batch_op", lines)
        try:
            yield batch_op
        except BaseException:
            manager.__exit__(*sys.exc_info())
            raise
        made = play.add()
        bad = next((one for one in [head, *lines] if isinstance(one, NotRendered)), None)
        if bad is not None:
            made["why"] = str(bad)
        else:
            body = lines or ["pass"]
            made["python"] = "\n    ".join([f"with {head} as batch_op:", *body])
        with within(made), offline(operations.migration_context):
            try:
                manager.__exit__(None, None, None)
            except (NotImplementedError, util.CommandError, sa.exc.CompileError) as error:
                if scratch or made["python"] is None:
                    raise
                made["sql"], made["why"] = [], last_line(error)

    return run


@contextlib.contextmanager
def autocommit():
    outer, play.outside = play.outside, True
    try:
        if scratch:
            with real_autocommit():
                yield
        else:
            yield
    finally:
        play.outside = outer


