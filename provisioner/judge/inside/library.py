"""What the tests change in the library, carried to the code's process.

Attributes that are set on modules (patch, monkeypatch), the environment, the working folder, the
state of `random`, the levels of loggers.
"""

from __future__ import annotations

import logging
import os
import random
import sys
import types
from typing import TYPE_CHECKING, Any

from . import mirrors, modules

if TYPE_CHECKING:
    from .objects import Space

#: Modules whose attributes are the tests' own business.
_OWN = frozenset(
    (
        *("pytest", "_pytest", "unittest", "doctest", "hypothesis", "pluggy", "linecache"),
        *("importlib", "traceback", "faulthandler", "warnings", "threading", "signal", "gc"),
        *(
            "_thread",
            "weakref",
            "coverage",
            "pdb",
            "bdb",
            "logging",
            "anyio",
            "sniffio",
            "pytest_asyncio",
        ),
        *("iniconfig", "pygments", "attr", "exceptiongroup", "asyncio", "encodings", "codecs"),
    )
)
_OF_SYS = frozenset(("argv", "stdin", "exit", "platform", "maxsize", "version_info", "getsizeof"))
_ORIGINALS: dict[tuple[str, str], Any] = {}
_SPACE: list[Space] = []


class Watched(types.ModuleType):
    """A module of the library; what is set on it is set on the other side as well."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__") or isinstance(value, types.ModuleType):
            types.ModuleType.__setattr__(self, name, value)
            return
        before = self.__dict__.get(name, _ORIGINALS)
        types.ModuleType.__setattr__(self, name, value)
        _carry(self.__name__, name, before, value)

    def __delattr__(self, name: str) -> None:
        before = self.__dict__.get(name, _ORIGINALS)
        types.ModuleType.__delattr__(self, name)
        if not name.startswith("__") and before is not _ORIGINALS:
            _carry(self.__name__, name, before, _ORIGINALS)


def _carry(module: str, name: str, before: Any, value: Any) -> None:
    if module == "sys" and name not in _OF_SYS:
        return
    key = module, name
    request = _SPACE[0].peer.request
    if key in _ORIGINALS and _ORIGINALS[key] is value:
        del _ORIGINALS[key]
        request("module restore", module, name)
        return
    if before is _ORIGINALS or value is _ORIGINALS:
        return
    _ORIGINALS.setdefault(key, before)
    try:
        request("module value", module, name, value)
    except ImportError:
        return


def watch_modules() -> None:
    """Watch all modules that are loaded, but for the tests' own."""
    for name, module in list(sys.modules.items()):
        if type(module) is types.ModuleType and name.partition(".")[0] not in _OWN:
            if name.startswith(("provisioner", "inside", "__main__", "test")):
                continue
            module.__class__ = Watched


class _Watcher:
    """Has modules that are imported later watched, too."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> None:
        watch_modules()
        return


def carry(space: Space) -> None:
    """From now on."""
    _SPACE[:] = [space]
    watch_modules()
    _carry_environment(space)
    _carry_folder(space)
    _carry_chance(space)
    _carry_levels(space)
    _carry_documentation()
    _carry_output(space)


def _carry_environment(space: Space) -> None:
    kind = type(os.environ)
    put, remove = kind.__setitem__, kind.__delitem__

    def set_item(self: Any, key: str, value: str) -> None:
        put(self, key, value)
        if self is os.environ and key != "PYTEST_CURRENT_TEST":
            space.peer.request("environment", {key: value}, ())

    def delete_item(self: Any, key: str) -> None:
        remove(self, key)
        if self is os.environ and key != "PYTEST_CURRENT_TEST":
            space.peer.request("environment", {}, (key,))

    kind.__setitem__ = set_item  # type: ignore[method-assign]
    kind.__delitem__ = delete_item  # type: ignore[method-assign]


def _carry_folder(space: Space) -> None:
    change = os.chdir

    def chdir(path: Any) -> None:
        change(path)
        space.peer.request("folder", os.getcwd())

    os.__dict__["chdir"] = chdir
    space.received["folder"] = lambda items: change(items[-1])


def _carry_chance(space: Space) -> None:
    seed, set_state = random.seed, random.setstate

    def seeded(*args: Any, **names: Any) -> None:
        seed(*args, **names)
        space.peer.request("seed", random.getstate())

    def state_set(state: Any) -> None:
        set_state(state)
        space.peer.request("seed", random.getstate())

    random.__dict__["seed"], random.__dict__["setstate"] = seeded, state_set


def _carry_levels(space: Space) -> None:
    set_level, disable = logging.Logger.setLevel, logging.disable

    def level_set(self: logging.Logger, level: Any) -> None:
        set_level(self, level)
        space.peer.request("level", "" if self.name == "root" else self.name, level)

    def disabled(level: Any = logging.CRITICAL) -> None:
        disable(level)
        space.peer.request("level", None, level)

    logging.Logger.setLevel = level_set  # type: ignore[method-assign]
    logging.disable = disabled


def _carry_output(space: Space) -> None:
    """Where tests put other files in the place of descriptors 1 and 2, the code gets them, too."""
    duplicate = os.dup2

    def dup2(source: int, target: int, inheritable: bool = True) -> int:
        made = duplicate(source, target, inheritable)
        if target in (1, 2):
            space.peer.hand_over(target)  # type: ignore[attr-defined]
            space.peer.request("output", target)
        return made

    os.__dict__["dup2"] = dup2


def _carry_documentation() -> None:
    """Have doctest find what a module of the code's documents."""
    import doctest

    finder: Any = doctest.DocTestFinder
    of_module = finder._from_module

    def from_module(self: Any, module: Any, value: Any) -> bool:
        if isinstance(module, modules.MirroredModule):
            return getattr(value, "__module__", None) == module.__name__
        return bool(of_module(self, module, value))

    finder._from_module = from_module


__all__ = ["carry", "mirrors"]
