# --- Values as Python

in_schema = False  # Whether the call that is written down names a schema, which types may take over.

MODULES = {"sqlalchemy.sql.sqltypes": "sa", "sqlalchemy.types": "sa", "sqlalchemy.sql.type_api": "sa"}
REF = re.compile(r"(?<![:\w\x5c]):(\w+)(?!:)")


def literal_sql(element, **kw):
    """The SQL of an element with its values in it."""
    if isinstance(element, schema.DDLElement):
        return str(element.compile(dialect=dialect)).strip()
    return str(element.compile(dialect=dialect, compile_kwargs={"literal_binds": True, **kw})).strip()


def call(function, /, *args, **named):
    return f"{function}({', '.join([*args, *(f'{key}={text}' for key, text in named.items())])})"


def given(obj, *keys):
    """The attributes that are set, as named arguments."""
    return {key: value(getattr(obj, key)) for key in keys if not any(getattr(obj, key, None) is unset for unset in (None, False))}


def named(obj):
    name = getattr(obj, "name", None)
    return {"name": value(name)} if isinstance(name, str) else {}


def options(obj):
    return {key: value(one) for key, one in getattr(obj, "dialect_kwargs", {}).items()}


def value(one):
    if isinstance(one, elements.conv):
        return f"op.f({str(one)!r})"
    if isinstance(one, str):
        return repr(str.__str__(one) if not isinstance(one, enum.Enum) else str(one.value))
    if one is None or type(one) in (bool, int, float):
        return repr(one)
    if isinstance(one, (list, tuple, set, frozenset)):
        return "[" + ", ".join(value(inner) for inner in one) + "]"
    if isinstance(one, dict) or type(one).__name__ == "immutabledict":
        return "{" + ", ".join(f"{value(key)}: {value(inner)}" for key, inner in one.items()) + "}"
    if isinstance(one, type) and issubclass(one, sa.types.TypeEngine):
        return data_type(one())
    if isinstance(one, sa.types.TypeEngine):
        return data_type(one)
    for kind, render in RENDER:
        if isinstance(one, kind):
            return render(one)
    if isinstance(one, elements.ClauseElement):
        return verbatim(literal_sql(one, include_table=False))
    raise NotRendered(f"a value of the class `{type(one).__module__}.{type(one).__qualname__}`")


def text(one):
    # As its author wrote it, where it has no parameters.
    return verbatim(literal_sql(one)) if one._bindparams else f"sa.text({one.text!r})"


def verbatim(sql):
    """An SQL text in which a colon is a colon."""
    return f"sa.text({REF.sub(lambda found: chr(92) + found.group(0), sql)!r})"


def native(one):
    return f"Native({one.compile(dialect=dialect)!r})"


def data_type(one):
    variants = getattr(one, "_variant_mapping", None)
    if variants and dialect.name in variants:
        return data_type(variants[dialect.name])
    if isinstance(one, sa.types.TypeDecorator):
        if type(one) is sa.Interval:
            return f"sa.{one!r}"
        inner = one.load_dialect_impl(dialect)
        return native(one) if isinstance(inner, type(one)) else data_type(inner)
    module, name = type(one).__module__, type(one).__name__
    found = re.match(r"sqlalchemy\.dialects\.(postgresql|mysql|sqlite)\b", module)
    prefix = found.group(1) if found else MODULES.get(module)
    if isinstance(one, sqltypes.NullType):
        raise NotRendered("a column without a type")
    if prefix is None or name.startswith("_"):
        return native(one)
    if isinstance(one, sa.Enum) or name == "ENUM":
        more = given(one, "schema", "create_constraint", "charset", "collation")
        if in_schema and not one.schema and getattr(one, "inherit_schema", False):
            more["inherit_schema"] = "True"
        if prefix == "sa" and one.native_enum is False:
            more.update(native_enum="False", length=value(one.length))
        if getattr(one, "create_type", True) is False:
            prefix, name, more["create_type"] = "postgresql", "ENUM", "False"
        return call(f"{prefix}.{name}", *map(value, one.enums), **named(one), **more)
    if isinstance(one, sqltypes.ARRAY):
        return call("postgresql.ARRAY", data_type(one.item_type), **given(one, "dimensions"))
    if isinstance(one, sqltypes.JSON):
        return f"{prefix}.{name}()"
    shown = repr(one)
    return f"{prefix}.{shown}" if re.fullmatch(r"\w+\([\w\s=,.'()-]*\)", shown) else native(one)


def column(one):
    more = {}
    for key in ("primary_key", "unique", "index"):
        if getattr(one, key):
            more[key] = value(getattr(one, key))
    if not one.nullable and not one.primary_key:
        more["nullable"] = "False"
    if one.autoincrement not in ("auto", None):
        more["autoincrement"] = value(one.autoincrement)
    if one.comment is not None:
        more["comment"] = value(one.comment)
    default, parts = one.server_default, []
    if isinstance(default, (sa.Computed, sa.Identity)):
        parts.append(value(default))
    elif isinstance(default, schema.DefaultClause):
        more["server_default"] = value(default.arg)
    parts += [value(key) for key in sorted(one.foreign_keys, key=lambda key: str(key._colspec)) if key.constraint is None]
    parts += [value(rule) for rule in one.constraints if not getattr(rule, "_type_bound", False)]
    if type(one.type) is sqltypes.NullType and parts:
        raise NotRendered("a column that has the type of the one that it references")
    more.update(options(one))
    return call("sa.Column", value(str(one.name)), data_type(one.type), *parts, **more)


KEY = ("onupdate", "ondelete", "deferrable", "initially", "use_alter", "match")


def key_target(one):
    return value(one._colspec if isinstance(one._colspec, str) else one.target_fullname)


def names_of(one):
    pending = getattr(one, "_pending_colargs", None) or list(one.columns)
    return [value(str(each) if isinstance(each, str) else str(each.name)) for each in pending]


def index(one):
    parts = [value(each if isinstance(each, str) else each.name if isinstance(each, sa.Column) else each) for each in one.expressions]
    return call("sa.Index", value(one.name), *parts, **given(one, "unique"), **options(one))


def check(one):
    return call("sa.CheckConstraint", value(one.sqltext), **named(one), **options(one))


def foreign(one):
    keys = [key_target(key) for key in one.elements]
    columns = [value(str(each)) for each in one.column_keys]
    return call("sa.ForeignKeyConstraint", f"[{', '.join(columns)}]", f"[{', '.join(keys)}]", **named(one), **given(one, *KEY), **options(one))


def refuse(one):
    raise NotRendered(f"`{type(one).__name__}`")


RENDER = [
    (sa.Column, column),
    (elements.TextClause, text),
    (sa.ForeignKey, lambda one: call("sa.ForeignKey", key_target(one), **named(one), **given(one, *KEY))),
    (sa.Computed, lambda one: call("sa.Computed", value(one.sqltext), **({} if one.persisted is None else {"persisted": repr(one.persisted)}))),
    (sa.Identity, lambda one: call("sa.Identity", **given(one, "always", "start", "increment", "minvalue", "maxvalue", "nominvalue", "nomaxvalue", "cycle", "cache"))),
    (schema.DefaultClause, lambda one: value(one.arg)),
    (sa.PrimaryKeyConstraint, lambda one: call("sa.PrimaryKeyConstraint", *names_of(one), **named(one), **options(one))),
    (sa.UniqueConstraint, lambda one: call("sa.UniqueConstraint", *names_of(one), **named(one), **given(one, "deferrable", "initially"), **options(one))),
    (sa.ForeignKeyConstraint, foreign),
    (sa.CheckConstraint, check),
    (sa.Index, index),
    (schema.Constraint, refuse),
    (schema.SchemaItem, refuse),
    (elements.True_, lambda one: "sa.true()"),
    (elements.False_, lambda one: "sa.false()"),
]


