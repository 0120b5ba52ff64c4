"""The process of the code under test: imports main.py and answers the tests' process."""

from __future__ import annotations

import importlib
import io
import os
import sys
import types
from typing import Any

from . import loops, mirrored, streams
from .objects import Space
from .talk import Talk


def run(job: dict[str, Any], descriptors: list[int]) -> None:
    """Serve the tests until they hang up.

    Args:
        job: "folder", the feature's; "paths", folders of packages; "modules", the feature's.
        descriptors: the connection, and the line on which further connections arrive.
    """
    connection, doorbell = descriptors[:2]
    folder = job["folder"]
    mirrored.FOLDER[0] = folder + os.sep
    sys.path[:] = [folder, *(path for path in sys.path if path not in ("", folder))]
    for path in job["paths"]:
        if path not in sys.path:
            sys.path.append(path)
    sys.argv[:] = ["main.py"]
    streams.share_files()
    space = Space(trusting=True)
    mirrored.SPACES[:] = [space]

    def lost(kind: str, why: str) -> None:
        os._exit(0)

    line = streams.Doorbell(doorbell)
    talk = Talk(space, connection, lost, line.open)
    line.answer(talk.adopt)
    streams.send_output(space)
    _carry_folder(space)
    space.received["task ended"] = loops.tasks_ended
    operations = talk.operations
    operations["import"] = _import
    operations["module value"] = _set_module_value
    operations["module restore"] = _restore_module_value
    operations["environment"] = _environment
    operations["folder"] = _change_folder
    operations["seed"] = _seed
    operations["level"] = _level

    def output(space: Space, number: int) -> None:
        taken = line.take_handed(number)
        os.dup2(taken, number)
        os.close(taken)

    operations["output"] = output
    talk.serve(connection)


def _import(space: Space, name: str, again: bool) -> Any:
    if again:
        module = sys.modules.get(name)
        if isinstance(module, types.ModuleType):
            return _parts(space, importlib.reload(module))
    elif name in _imported:
        sys.modules.pop(name, None)
    _imported.add(name)
    return _parts(space, importlib.import_module(name))


def _parts(space: Space, module: types.ModuleType) -> tuple[Any, ...]:
    return (
        space.export(module),
        getattr(module, "__file__", None),
        module.__doc__,
        hasattr(module, "__path__"),
    )


_imported: set[str] = set()
_originals: dict[tuple[str, str], Any] = {}
_MISSING = object()


def _set_module_value(space: Space, module: str, name: str, value: Any) -> None:
    found = importlib.import_module(module)
    if module == "sys" and name == "stdin":
        sys.stdin = value
        return
    _originals.setdefault((module, name), getattr(found, name, _MISSING))
    setattr(found, name, value)


def _restore_module_value(space: Space, module: str, name: str) -> None:
    found = importlib.import_module(module)
    value = _originals.pop((module, name), _MISSING)
    if value is not _MISSING:
        setattr(found, name, value)
    elif hasattr(found, name) and (module, name) != ("sys", "stdin"):
        return


def _environment(space: Space, changed: dict[str, str], removed: Any) -> None:
    for name in removed:
        os.environ.pop(name, None)
    os.environ.update(changed)


_change = os.chdir


def _change_folder(space: Space, path: str) -> None:
    _change(path)


def _carry_folder(space: Space) -> None:
    def chdir(path: Any) -> None:
        _change(path)
        space.extras["folder"] = [os.getcwd()]

    os.__dict__["chdir"] = chdir


def _seed(space: Space, state: Any) -> None:
    import random

    random.setstate(state)


def _level(space: Space, name: str | None, level: Any) -> None:
    import logging

    if name is None:
        logging.disable(level)
    else:
        logging.getLogger(name or None).setLevel(level)


__all__ = ["io", "run"]
