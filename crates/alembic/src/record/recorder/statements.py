# --- Statements


def with_values(statement, parameters):
    """A statement with its parameters in it."""
    if not parameters:
        return statement
    rest = dict(parameters)
    if isinstance(statement, elements.TextClause):
        return statement.bindparams(**rest)

    def fill(bind):
        if bind.key in rest:
            bind.value, bind.required, bind.callable = rest.pop(bind.key), False, None

    made = visitors.cloned_traverse(statement, {}, {"bindparam": fill})
    if rest:
        made = made.values(**{str(key): one for key, one in rest.items()})
    return made


def statements(statement, parameters):
    """The SQL of an execution, a text for each set of parameters."""
    if isinstance(statement, str):
        if parameters:
            raise NotRendered("a text of the driver's with parameters")
        return [statement.strip()]
    sets = parameters if isinstance(parameters, (list, tuple)) else [parameters or {}]
    return [literal_sql(with_values(statement, one)) for one in (sets or [{}])]


READS = re.compile(r"\s*\(?\s*(SELECT|PRAGMA|SHOW|EXPLAIN|DESCRIBE|VALUES|WITH(?!.*\b(INSERT|UPDATE|DELETE|MERGE)\b))\b", re.I | re.S)
ACTS = re.compile(r"\b(setval|nextval|set_config|create_hypertable|lo_\w+|pg_advisory\w*)\s*\(", re.I)
CATALOGS = re.compile(r"sqlite_(master|schema)|information_schema|pg_catalog|\bPRAGMA\b|^\s*(SHOW|DESCRIBE)\b", re.I)


def is_query(sql):
    return READS.match(sql) is not None and ACTS.search(sql) is None


def executed(statement, parameters):
    """Notes a statement, within a call of `op` or beside; returns the item when it stands alone."""
    try:
        texts, why = statements(statement, parameters), None
    except Exception as error:
        if isinstance(statement, schema.DDLElement):
            raise
        texts, why = None, last_line(error)
    if sink is not None:
        # What Alembic itself looks up for an operation is not part of it.
        kept = texts if sink["all"] else [one for one in texts or [] if not is_query(one)]
        if texts is None:
            sink["sql"], sink["why"] = None, why
        elif sink["sql"] is not None:
            sink["sql"] += kept
        return None
    if play is None:
        return None
    if texts is None:
        # A query that is only read needs no values written down.
        if isinstance(statement, sa.sql.expression.SelectBase):
            return play.add(sql=None, query=True, text=masked(str(statement))[:120], why=why)
        play.fail(f"a statement whose values are not written as SQL: {why}")
        return play.add(sql=None)
    return play.add(sql=texts, query=all(map(is_query, texts)), text=masked(texts[0])[:120])


def consumed(item, always=False):
    """Notes that the result of a query, or of any statement, is looked at: the script depends on it."""
    if play is not None and item is not None and not item.get("read"):
        item["read"] = True
        if item.get("query") or always:
            sql = " ".join((item.get("text") or "what a statement gives back").split())
            play.reads.append({"line": item["line"], "text": sql, "catalog": bool(CATALOGS.search(sql))})


class Unread:
    """The result of a statement on a stand-in. It is not to be looked at."""

    def __init__(self, item):
        self.__dict__["_item"] = item

    def _end(self, *args, **kwargs):
        consumed(self._item)
        play.fail("it reads rows" if self._item and self._item.get("query") else "it depends on what a statement gives back", reads=True)
        raise Ended()

    def __getattr__(self, name):
        if name == "close":
            return lambda: None
        self._end()

    __iter__ = __next__ = __bool__ = __len__ = __getitem__ = _end


class StandIn(MockConnection):
    """A connection to no database."""

    closed = False
    default_isolation_level = "READ COMMITTED"

    def __init__(self):
        super().__init__(dialect, self._run)

    def _run(self, statement, parameters=None):
        if isinstance(statement, str):
            statement = sa.text(statement)
        return Unread(executed(statement, parameters))

    def exec_driver_sql(self, statement, parameters=None, execution_options=None):
        return Unread(executed(statement, parameters))

    def scalar(self, statement, parameters=None, **kw):
        return self.execute(statement, parameters).scalar()

    def scalars(self, statement, parameters=None, **kw):
        return self.execute(statement, parameters).scalars()

    def _run_ddl_visitor(self, visitor, element, checkfirst=False, **kwargs):
        if sink is None and isinstance(element, sa.Enum) and visitor.__name__.startswith("Enum"):
            # Alembic's own way to make a type beside a table; `checkfirst` is known there.
            verb = "drop" if "Drop" in visitor.__name__ else "create"
            item = play.add(python=f"{data_type(element)}.{verb}(op.get_bind(), checkfirst={bool(checkfirst)})")
            with within(item):
                return super()._run_ddl_visitor(visitor, element, **kwargs)
        if checkfirst:
            play.fail("it makes or drops what is not or is there", reads=True)
            raise Ended()
        return super()._run_ddl_visitor(visitor, element, **kwargs)

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return None

    def begin(self, *args, **kwargs):
        return contextlib.nullcontext()

    begin_nested = begin

    def commit(self):
        return None

    close = commit

    def __getattr__(self, name):
        if name.startswith("_") or name == "in_transaction":
            raise AttributeError(name)
        if play is None:
            raise NotRendered(f"`{name}` of the connection, without a database")
        play.fail(f"it asks for `{name}` of the connection", reads=True)
        raise Ended()


@sa.inspection._inspects(StandIn)
def inspected(connection):
    """`sqlalchemy.inspect(bind)`, which asks what the database holds."""
    if play is None:
        raise NotRendered("an inspector, without a database")
    play.reads.append({"line": play.line(), "text": "an inspector", "catalog": True})
    play.fail("it asks what the database holds", reads=True)
    raise Ended()


