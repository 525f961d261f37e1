"""Answers for Alembic: one JSON request a line on stdin, one JSON answer a line on stdout.

`{"revisions": [...]}` sets the history; `{"command": {...}, "rows": [...]}` runs a command on a database whose
version table holds these rows. Revisions are kept in memory and the version table is the set that Alembic's own
HeadMaintainer keeps; all decisions are Alembic's.
"""

import json
import sys
import types
import warnings

from alembic.runtime.migration import HeadMaintainer, MigrationContext
from alembic.script.base import Script, ScriptDirectory
from alembic.script.revision import RevisionMap
from sqlalchemy import create_engine


class Memory(ScriptDirectory):
    """A script directory whose revisions come from a request."""

    def __init__(self, revisions):
        self.revision_map = RevisionMap(lambda: [script(r) for r in revisions])


def script(revision):
    down = revision["down"]
    module = types.SimpleNamespace(
        __doc__="",
        down_revision=None if not down else down[0] if len(down) == 1 else tuple(down),
        depends_on=tuple(revision["depends"]) or None,
        branch_labels=tuple(revision["labels"]) or None,
        upgrade=nothing,
        downgrade=nothing,
    )
    return Script(module, revision["id"], revision["id"] + ".py")


def nothing(**_):
    pass


def context():
    """A context that sends its statements nowhere: ids with quotes would not survive Alembic's literals."""
    made = MigrationContext.configure(create_engine("sqlite://").connect())
    made.impl._exec = lambda *_args, **_kw: None
    return made


def failure(stage, error):
    return {"stage": stage, "type": type(error).__name__, "message": str(error)}


def facts(revisions):
    ids = sorted(key for key, r in revisions._revision_map.items() if r and key == r.revision)
    return {
        "heads": revisions.heads,
        "real_heads": revisions._real_heads,
        "bases": revisions.bases,
        "labels": {id_: sorted(revisions._revision_map[id_].branch_labels) for id_ in ids},
    }


def history(directory, targets, heads):
    base, head = (heads if end == "current" else end for end in targets[0].split(":"))
    try:
        shown = [script.revision for script in directory.walk_revisions(base or "base", head or "heads")]
    except Exception as error:
        return {"error": failure("resolve", error)}
    return {"error": None, "shown": shown}


def run(directory, command, rows):
    if command["kind"] == "history":
        return history(directory, command["targets"], tuple(rows))
    kind, targets, heads = command["kind"], command["targets"], tuple(rows)
    done = []
    try:
        if kind == "upgrade":
            steps = directory._upgrade_revs(targets[0], heads)
        elif kind == "downgrade":
            steps = directory._downgrade_revs(targets[0], heads)
        else:
            steps = directory._stamp_revs(tuple(targets), heads)
    except Exception as error:
        return {"error": failure("resolve", error), "steps": done}
    maintainer = HeadMaintainer(CONTEXT, heads)
    for step in steps:
        revision = step.revision.revision if kind != "stamp" else None
        try:
            maintainer.update_to_step(step)
        except Exception as error:
            return {"error": failure("rows", error), "steps": done, "at": revision}
        done.append({"revision": revision, "up": step.is_upgrade, "rows": sorted(maintainer.heads)})
    return {"error": None, "steps": done}


warnings.simplefilter("ignore")
CONTEXT = context()
directory = None
for line in sys.stdin:
    request = json.loads(line)
    if "revisions" in request:
        directory = Memory(request["revisions"])
        try:
            answer = {"error": None, "facts": facts(directory.revision_map)}
        except Exception as error:
            answer = {"error": failure("build", error)}
    else:
        answer = run(directory, request["command"], request["rows"])
    print(json.dumps(answer), flush=True)
