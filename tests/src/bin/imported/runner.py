"""Runs all scripts of a project up to its heads, by its own `env.py`, on a database of our choice."""
import os
import sys

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

engine = sa.create_engine(os.environ["LIMBECK_RUN_URL"])
really = sa.engine.Engine.connect
sa.engine.Engine.connect = lambda self, *args, **kwargs: really(engine, *args, **kwargs)

config = Config(sys.argv[1])
script = ScriptDirectory.from_config(config)
steps = lambda revision, context: script._upgrade_revs("heads", revision)
with EnvironmentContext(config, script, fn=steps, destination_rev="heads") as environment:
    configure = environment.configure
    with engine.connect() as connection:

        def configured(*args, **kwargs):
            for key in ("url", "dialect_name", "as_sql", "literal_binds"):
                kwargs.pop(key, None)
            kwargs.update(connection=connection, transaction_per_migration=True)
            configure(**kwargs)

        environment.configure = configured
        script.run_env()
        connection.commit()
