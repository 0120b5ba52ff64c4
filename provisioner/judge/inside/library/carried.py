"""What the tests change in the library, carried to the code's process.

Attributes that are set on modules (patch, monkeypatch), the environment, the working folder, the
state of `random`, the levels of loggers, the files behind the descriptors 1 and 2.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import logging
import os
import random
import sys
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..connection.values import find, words
from ..mirror.modules import MirroredModule

if TYPE_CHECKING:
    from ..connection.space import Space

#: Modules in which the runners set something; what mock and monkeypatch set is carried.
_SHARED = words("asyncio gc importlib logging signal threading traceback warnings")
#: Modules whose attributes are the tests' own business.
_OWN = words(
    "pytest _pytest unittest doctest hypothesis pluggy linecache faulthandler _thread weakref "
    "coverage pdb bdb anyio sniffio pytest_asyncio iniconfig pygments attr exceptiongroup "
    "encodings codecs provisioner judge_inside __main__ test"
)
_OF_SYS = words("argv stdin exit platform maxsize version_info getsizeof")
_MISSING = object()
_change_folder, _import = os.chdir, importlib.import_module
_set_variable, _delete_variable = type(os.environ).__setitem__, type(os.environ).__delitem__
_originals: dict[tuple[str, str], Any] = {}
_request: Callable[..., Any] | None = None  # while nothing is carried


def after(holder: Any, name: str, tell: Callable[..., Any]) -> None:
    """Have a function of a module, or a method of a class, followed by another."""
    original = getattr(holder, name)

    def followed(*args: Any, **names: Any) -> Any:
        result = original(*args, **names)
        tell(*args, **names)
        return result

    (type if isinstance(holder, type) else object).__setattr__(holder, name, followed)


# ---- beside the tests


class Watched(types.ModuleType):
    """A module of the library; what is set on it is set on the other side as well."""

    def __setattr__(self, name: str, value: Any) -> None:
        before = self.__dict__.get(name, _MISSING)
        types.ModuleType.__setattr__(self, name, value)
        _carry_value(self.__name__, name, before, value, _OWN | _SHARED)

    def __delattr__(self, name: str) -> None:
        before = self.__dict__.get(name, _MISSING)
        types.ModuleType.__delattr__(self, name)
        _carry_value(self.__name__, name, before, _MISSING, _OWN | _SHARED)


def _carry_value(module: str, name: str, before: Any, value: Any, own: Any = _OWN) -> None:
    # A module that is imported later has the type of `sys`, and so is Watched whosever it is.
    left = module.partition(".")[0] in own or isinstance(value, types.ModuleType)
    if _request is None or left or (module == "sys" and name not in _OF_SYS) or name[:2] == "__":
        return
    key = module, name
    if key in _originals and _originals[key] is value:
        del _originals[key]
        _request("module restore", module, name)
    elif value is not _MISSING and (before is not _MISSING or "." in name):
        _originals.setdefault(key, before)
        with contextlib.suppress(ImportError):
            _request("module value", module, name, value)


def _set_attribute(owner: Any, name: str, value: Any) -> None:
    """Set an attribute for the tests; that of a class which both sides have, there as well."""
    place = _place_in_both(owner, name)
    before = vars(owner).get(name, _MISSING) if place else _MISSING  # or it is inherited
    setattr(owner, name, value)
    if place:
        _carry_value(*place, before, value)


def _delete_attribute(owner: Any, name: str) -> None:
    """Delete an attribute for the tests, and where its class hides an inherited one by theirs."""
    place = _place_in_both(owner, name)
    delattr(owner, name)
    if place:
        _carry_value(*place, _MISSING, _MISSING)


def _place_in_both(owner: Any, name: str) -> tuple[str, str] | None:
    """Where both sides have an attribute of a library's class, or of a module not watched."""
    if name.startswith("__"):
        return None
    if isinstance(owner, types.ModuleType):
        return (owner.__name__, name) if owner.__name__.partition(".")[0] in _SHARED else None
    module, qualified = getattr(owner, "__module__", ""), getattr(owner, "__qualname__", "")
    watched = isinstance(owner, type) and type(sys.modules.get(module)) is Watched
    known = watched and find(module, qualified) is owner and hasattr(owner, name)
    return (module, f"{qualified}.{name}") if known else None


def watch_modules() -> None:
    """Watch all modules that are loaded, but for the tests' own."""
    for name, module in list(sys.modules.items()):
        if type(module) is types.ModuleType and name.partition(".")[0] not in _OWN:
            module.__class__ = Watched
    for name in ("unittest.mock", "_pytest.monkeypatch"):
        if name in sys.modules:
            vars(sys.modules[name]).update(setattr=_set_attribute, delattr=_delete_attribute)


def begin(space: Space) -> None:
    """Carry what is changed, from now on."""
    global _request
    _request = space.peer.request


def carry(space: Space, refuse: Callable[[str], None]) -> None:
    """See to it that all that tests change is carried, and folder and environment of the code.

    Where the code's answers are changed these two are left out, as answers to the tests as well.

    Args:
        refuse: told what tests would have of the code by what is carried to them.
    """
    moved: list[str] = []
    before: dict[str, Any] = {}  # variables that the code has set, as the tests had them
    shown: Any = os.environ
    find_programs = os.get_exec_path

    def look(event: str, details: Any) -> None:
        if event == "open" and isinstance(details[0], str) and str(details[1])[0] == "r":
            here, beside = map(os.path.abspath, (details[0], space.folder + details[0]))
            if details[0][0] != "/" and here != beside and os.path.lexists(beside):
                refuse(f"{details[0]} would be read where main.py has changed to")

    def follow(items: list[Any]) -> None:
        if space.peer.perturbation is not None:
            return
        _change_folder(items[-1])
        if not moved:
            moved.append(items[-1])
            sys.addaudithook(look)

    def take_variables(items: list[Any]) -> None:
        """Show what the code set; programs that the tests start have nothing of it."""
        for name, value in items if space.peer.perturbation is None else ():
            before.setdefault(name, shown.get(name))
            if value is None:
                shown._data.pop(shown.encodekey(name), None)
            elif not name.startswith("PY"):  # what steers Python and pytest
                shown._data[shown.encodekey(name)] = shown.encodevalue(value)

    def path_of_tests(env: Any = None) -> list[str]:
        return find_programs(before if env is None and before.get("PATH") else env)

    space.received |= {"folder": follow, "environment": take_variables}
    os.__dict__["get_exec_path"] = path_of_tests

    def ask(operation: str, *body: Any) -> None:
        if _request is not None:
            _request(operation, *body)

    def variable(where: Any, key: str, value: str | None = None) -> None:
        if where is os.environ and key != "PYTEST_CURRENT_TEST":
            before.pop(key, None)
            ask("environment", key, value)

    def hand_over(source: int, target: int, inheritable: bool = True) -> None:
        if target in (1, 2) and _request is not None:
            space.peer.doorbell.hand_over(target)
            _request("output", target)

    def level(logger: logging.Logger, level: Any) -> None:
        ask("level", "" if logger.name == "root" else logger.name, level)

    for name in ("__setitem__", "__delitem__"):
        after(type(os.environ), name, variable)
    after(os, "chdir", lambda path: ask("folder", os.getcwd()))
    after(os, "dup2", hand_over)
    for name in ("seed", "setstate"):
        after(random, name, lambda *args, **names: ask("seed", random.getstate()))
    after(logging.Logger, "setLevel", level)
    after(logging, "disable", lambda level=logging.CRITICAL: ask("level", None, level))


@functools.cache
def carry_collections() -> None:
    """Have garbage collected on both sides where the tests collect it."""
    after(gc, "collect", lambda *generation: _request is None or _request("collect"))


@functools.cache
def carry_documentation() -> None:
    """Have doctest find what a module of the code's documents."""
    import doctest

    finder: Any = doctest.DocTestFinder
    of_module = finder._from_module

    def from_module(self: Any, module: Any, value: Any) -> bool:
        if isinstance(module, MirroredModule):
            return getattr(value, "__module__", None) == module.__name__
        return bool(of_module(self, module, value))

    finder._from_module = from_module


# ---- beside the code


def serve_tests(space: Space) -> None:
    """Change what the tests changed."""

    def output(space: Space, number: int) -> None:
        taken = space.peer.doorbell.take_handed(number)
        os.dup2(taken, number)
        os.close(taken)

    def tell_folder(path: Any) -> None:
        space.extras["folder"] = [os.getcwd()]

    def tell_variable(where: Any, key: str, value: str | None = None) -> None:
        if where is os.environ:
            space.extras.setdefault("environment", []).append((key, value))

    for name in ("__setitem__", "__delitem__"):
        after(type(os.environ), name, tell_variable)
    after(os, "chdir", tell_folder)
    space.peer.services |= {
        "module value": _set_value,
        "module restore": _restore_value,
        "environment": lambda space, name, value: _set_environment(name, value),
        "folder": lambda space, path: _change_folder(path),
        "seed": lambda space, state: random.setstate(state),
        "level": _set_level,
        "output": output,
        "collect": lambda space: gc.collect(),
    }


def _holder(module: str, name: str) -> tuple[Any, str]:
    """The module or the class of it that has an attribute, and the attribute's own name."""
    *classes, last = name.split(".")
    return functools.reduce(getattr, classes, _import(module)), last


def _set_value(space: Space, module: str, name: str, value: Any) -> None:
    found, last = _holder(module, name)
    if (module, name) != ("sys", "stdin"):
        _originals.setdefault((module, name), vars(found).get(last, _MISSING))
    setattr(found, last, value)


def _restore_value(space: Space, module: str, name: str) -> None:
    if (module, name) not in _originals:
        return
    (found, last), value = _holder(module, name), _originals.pop((module, name))
    if value is _MISSING:
        delattr(found, last)  # what it inherits is seen again
    else:
        setattr(found, last, value)


def _set_environment(name: str, value: str | None) -> None:
    if value is not None:
        _set_variable(os.environ, name, value)
    elif name in os.environ:
        _delete_variable(os.environ, name)


def _set_level(space: Space, name: str | None, level: Any) -> None:
    if name is None:
        logging.disable(level)
    else:
        logging.getLogger(name or None).setLevel(level)
