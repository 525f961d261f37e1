"""Plays the functions of Alembic scripts in the project's own Python, and says what they did, a JSON object a line.

Reads one JSON object: which project, dialect and scripts, and perhaps an empty database. Every call of `op` becomes a line of
Python with nothing but literal arguments, beside the SQL that Alembic makes of it; statements that a script runs on its
connection become SQL. Without a database the connection is a stand-in: what a script reads from it ends the play. No other
database is opened, `env.py` is run as for `alembic upgrade --sql`.

Needs Alembic 1.8 and SQLAlchemy 1.4, or later ones.
"""
import ast
import contextlib
import enum
import importlib
import inspect
import io
import json
import os
import re
import sys
import traceback
import warnings

warnings.simplefilter("ignore")
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # What the application prints is not taken for an answer.
ASKED = json.loads(sys.stdin.read())
DIALECT = ASKED["dialect"]


def say(**what):
    out.write(json.dumps(what) + "\n")
    out.flush()


URL = re.compile(r"(://[^\s:/@]*:)[^\n]*@")
SECRET = re.compile(r"((?:passw(?:or)?d|pwd|secret|token)\w*[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s&,;)'\"]+)", re.I)


def masked(text):
    """A text without passwords: all between the user and the last `@`, and what is said to be one."""
    return SECRET.sub(r"\1****", URL.sub(r"\1****@", text))


def last_line(error):
    return masked(f"{type(error).__name__}: {error}".strip().splitlines()[0])[:300]


def give_up(what, error):
    lines = "".join(traceback.format_exception(type(error), error, error.__traceback__)).splitlines()
    say(fatal=what, why=last_line(error), traceback=[masked(line) for line in lines[-6:]])
    sys.exit(0)


sys.path[:0] = [""]
try:
    import alembic
    import sqlalchemy as sa
    from alembic import util
    from alembic.config import Config
    from alembic.operations import Operations
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from sqlalchemy import schema
    from sqlalchemy.engine.mock import MockConnection
    from sqlalchemy.sql import elements, sqltypes, visitors
except Exception as error:
    give_up("alembic", error)


class NotRendered(Exception):
    """A value that has no literal form here."""


class Ended(BaseException):
    """Ends a play: the script wants to know what the database holds."""


class Play:
    """One function of a script, and what it has done so far."""

    def __init__(self, path):
        self.path, self.items, self.reads, self.depth, self.outside = path, [], [], 0, False
        self.error = None

    def line(self):
        """The line of the script that runs."""
        frame = sys._getframe()
        while frame is not None:
            if frame.f_code.co_filename == self.path:
                return frame.f_lineno
            frame = frame.f_back
        return None

    def add(self, **item):
        self.items.append({"line": self.line(), "outside": self.outside, "python": None, "sql": [], "all": False, **item})
        return self.items[-1]

    def fail(self, why, **also):
        if self.error is None:
            self.error = {"why": masked(why), "line": self.line(), **also}


play = None  # The one that runs.
sink = None  # Where the SQL of the call that runs goes.


