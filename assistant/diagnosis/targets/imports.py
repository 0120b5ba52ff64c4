"""Whose module is missing: the project's own, a distribution's, or the interpreter's."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

from assistant.diagnosis.targets.paths import is_third_party, relative
from assistant.kinds import Kind
from ledger.text.packages import usual_package


class Reading(NamedTuple):
    """What is read from a line: the kind of failure, what to act on, and how sure that is.

    module is its dotted name where a package is missing, else "".
    """

    kind: Kind
    target: str | None
    certainty: float = 1.0
    module: str = ""


_OWN = frozenset(
    [
        *("main", "service", "service_test_base", "behaviors", "test", "tests", "conftest"),
        *("app", "src", "settings"),
    ]
)
"""What projects call their own modules; none of them is a distribution that one would mean."""
_PYTHON2 = frozenset(
    [
        "urllib2",
        "urlparse",
        "ConfigParser",
        "StringIO",
        "cStringIO",
        "Queue",
        "httplib",
        "commands",
        "__builtin__",
        "HTMLParser",
        "cPickle",
        "SocketServer",
        "tkMessageBox",
        "exceptions",
        "thread",
    ]
)
# Importable in older or newer interpreters only, and to be had as a distribution there.
_BACKPORTS = {"importlib.metadata", "importlib.resources", "distutils", "tomllib", "dataclasses"}
_STATEMENT = re.compile(rb"^[E>\s]*(?:from (\.*[\w.]*) import\b|import ([\w.]+))")
_FRAME = re.compile(rb'File "([^"\n]+)", line \d+|^(\S+\.py):\d+: in ')


def missing(name: str, nearby: Sequence[bytes], *, quoted: bool) -> Reading:
    """What a missing module is.

    Args:
        name: as the error gives it; Python 2, which does not quote it, gives its last part alone.
        nearby: lines before the error, the nearest last.
    """
    statement = next(filter(None, map(_imported, reversed(nearby[-4:]))), "")
    if statement.startswith(".") and not is_third_party(_last_file(nearby)):
        return Reading("local_module_missing", f"{name.replace('.', '/')}.py")
    if not quoted and statement.endswith(f".{name}"):
        name = statement
    top = name.partition(".")[0]
    if name in _BACKPORTS:
        return Reading("missing_dependency", usual_package(name), 0.8, name)
    if top in _OWN or _owned(top, nearby):
        return Reading("local_module_missing", f"{name.replace('.', '/')}.py")
    if top in sys.stdlib_module_names or top in _PYTHON2:
        return Reading("unknown", _project_file(nearby), 0.8)
    return Reading("missing_dependency", usual_package(name), 0.9 if "." in name else 1.0, name)


def _imported(line: bytes) -> str:
    found = _STATEMENT.match(line)
    return (found[1] or found[2] or b"").decode("utf-8", "replace") if found else ""


def _last_file(lines: Sequence[bytes]) -> str:
    for line in reversed(lines):
        if found := _FRAME.search(line):
            return (found[1] or found[2]).decode("utf-8", "replace")
    return ""


def _project_file(lines: Sequence[bytes]) -> str | None:
    file = _last_file(lines)
    return relative(file) if file and not is_third_party(file) else None


def _owned(top: str, lines: Sequence[bytes]) -> bool:
    """Whether a frame stands in a folder or file of that name that is the project's."""
    for line in lines:
        found = _FRAME.search(line)
        if found and top.encode() in found[0].replace(b"-", b"_"):
            path = (found[1] or found[2]).decode("utf-8", "replace")
            parts = relative(path).split("/")
            names = (*parts[:-1], parts[-1].removesuffix(".py"))
            feature = f"behaviors/{top}/" in path.replace("-", "_")
            if not is_third_party(path) and (feature or top in names):
                return True
    return False
