"""Modules of the other side."""

from __future__ import annotations

import builtins
import collections.abc
import importlib
import itertools
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..connection.space import Space


class ModuleNames(collections.abc.MutableMapping[str, Any]):
    """The names of a module of the other side."""

    def __init__(self, module: Any) -> None:
        self.module = module

    def __getitem__(self, name: str) -> Any:
        try:
            return getattr(self.module, name)
        except AttributeError:
            raise KeyError(name) from None

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self.module, name, value)

    def __delitem__(self, name: str) -> None:
        delattr(self.module, name)

    def __iter__(self) -> Any:
        return iter(dir(self.module))

    def __len__(self) -> int:
        return len(dir(self.module))

    def copy(self) -> CopiedNames:
        return CopiedNames(self, self.module)


_places = itertools.count(1)
#: Names by which tests check: `from main import *` leaves Python's own in their place.
_OF_PYTHON = {name for name, value in vars(builtins).items() if isinstance(value, type)} | {
    *("abs", "all", "any", "callable", "getattr", "hasattr", "isinstance", "issubclass", "iter"),
    *("len", "max", "min", "next", "open", "print", "repr", "round", "sorted", "sum"),
    *("__builtins__", "__file__", *vars(types.ModuleType("any"))),
}


class CopiedNames(dict[str, Any]):
    """A copy of them, as doctest makes one for each docstring; it still knows the module."""

    def __init__(self, names: Any, module: Any) -> None:
        super().__init__(names)
        self.module, self.place = module, next(_places)

    def copy(self) -> CopiedNames:
        return CopiedNames(self, self.module)


_NAMES: Any = vars(types.ModuleType)["__dict__"]


class MirroredModule(types.ModuleType):
    """A module of the other side."""

    __dict__ = property(ModuleNames)

    def _judge_ask(self, operation: str, *body: Any) -> Any:
        return self._judge_space.peer.request(operation, self._judge_number, *body)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_judge") or name in ("__path__", "__wrapped__"):
            raise AttributeError(name)
        if name == "__all__":
            kept = _OF_PYTHON | self._judge_space.kept_names
            return [one for one in self._judge_ask("public") if one not in kept]
        value = self._judge_ask("get", name)
        if isinstance(value, types.FunctionType):  # else each `main.f(…)` would describe f anew
            own_names(self).setdefault("_judge_kept", {})[name] = value
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_judge") or name in ("__spec__", "__loader__", "__package__"):
            super().__setattr__(name, value)
        else:
            self._judge_ask("set", name, value)

    def __delattr__(self, name: str) -> None:
        self._judge_ask("del", name)

    def __dir__(self) -> list[str]:
        return self._judge_ask("dir")  # type: ignore[no-any-return]


def make_module(space: Space, number: int, name: str, file: Any) -> Any:
    """The mirrored module of that number; beside the code, its own module of that name."""
    if space.trusting:
        return importlib.import_module(name)

    def make() -> Any:
        return fill_module(space, MirroredModule(str(name)), number, __file__=file)

    return space.standin(number, make, keep=True)


def fill_module(space: Space, module: Any, number: int, **names: Any) -> Any:
    """Have a module stand for the other side's of that number, with some names of its own."""
    module._judge_space, module._judge_number = space, number
    own_names(module).update({name: value for name, value in names.items() if value is not None})
    return module


def own_names(module: Any) -> Any:
    """What lies on this side of a module's names."""
    return _NAMES.__get__(module)
