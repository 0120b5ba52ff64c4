"""Whose module is missing: the project's own, a distribution's, or the interpreter's."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import NamedTuple

from assistant.diagnosis.paths import is_third_party, relative
from assistant.kinds import Kind


class Missing(NamedTuple):
    """A module that cannot be imported: what that is, what to act on, and how sure that is."""

    kind: Kind
    target: str | None
    certainty: float = 1.0


_OWN = {
    "main",
    "service",
    "test",
    "tests",
    "service_test_base",
    "app",
    "src",
    "conftest",
    "settings",
}
"""What projects call their own modules; none of them is a distribution that one would mean."""
_PYTHON2 = {
    *(
        "urllib2",
        "urlparse",
        "ConfigParser",
        "StringIO",
        "cStringIO",
        "Queue",
        "httplib",
        "commands",
    ),
    *(
        "__builtin__",
        "HTMLParser",
        "cPickle",
        "SocketServer",
        "tkMessageBox",
        "exceptions",
        "thread",
    ),
}
# Importable in older or newer interpreters only, and to be had as a distribution there.
_BACKPORTS = {"importlib.metadata", "importlib.resources", "distutils", "tomllib", "dataclasses"}
_NAMESPACES = {
    "azure",
    "zope",
    "opentelemetry",
    "jaraco",
    "backports",
    "sphinxcontrib",
    "llama_index",
}
_STATEMENT = re.compile(rb"^[E>\s]*(?:from (\.*[\w.]*) import\b|import ([\w.]+))")
_FRAME = re.compile(rb'File "([^"\n]+)", line \d+|^(\S+\.py):\d+: in ')


def missing(name: str, nearby: Sequence[bytes], *, quoted: bool) -> Missing:
    """What a missing module is.

    Args:
        name: as the error gives it; Python 2, which does not quote it, gives its last part alone.
        nearby: lines before the error, the nearest last.
    """
    statement = next(filter(None, map(_imported, reversed(nearby[-4:]))), "")
    if statement.startswith(".") and not is_third_party(_last_file(nearby)):
        return Missing("local_module_missing", f"{name.replace('.', '/')}.py")
    if not quoted and statement.endswith(f".{name}"):
        name = statement
    top = name.partition(".")[0]
    if name in _BACKPORTS:
        return Missing("missing_dependency", distribution(name), 0.8)
    if top in _OWN or _owned(top, nearby):
        return Missing("local_module_missing", f"{name.replace('.', '/')}.py")
    if top in sys.stdlib_module_names or top in _PYTHON2:
        return Missing("unknown", _project_file(nearby), 0.8)
    return Missing("missing_dependency", distribution(name), 0.9 if "." in name else 1.0)


def distribution(module: str) -> str:
    """The distribution that is most likely to hold a module."""
    parts = module.split(".")
    names = _distributions()
    for length in range(len(parts), 0, -1):
        if known := names.get(".".join(parts[:length])):
            return known
    if module.startswith("google.cloud.") or (parts[0] in _NAMESPACES and len(parts) > 1):
        return "-".join(parts[:3])
    return parts[0].replace("_", "-")


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
        if found and top.encode() in found[0]:
            path = (found[1] or found[2]).decode("utf-8", "replace")
            parts = relative(path).split("/")
            if not is_third_party(path) and top in (*parts[:-1], parts[-1].removesuffix(".py")):
                return True
    return False


@functools.cache
def _distributions() -> Mapping[str, str]:
    import yaml

    text = resources.files("assistant.diagnosis").joinpath("modules.yaml").read_text("utf-8")
    names: dict[str, str] = yaml.safe_load(text)
    return names
