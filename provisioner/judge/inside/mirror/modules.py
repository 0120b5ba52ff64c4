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
    __annotations__ = property(lambda self: self._judge_ask("get", "__annotations__"))

    def _judge_ask(self, operation: str, *body: Any) -> Any:
        return self._judge_space.peer.request(operation, self._judge_number, *body)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_judge") or name in ("__path__", "__wrapped__"):
            raise AttributeError(name)
        if name == "__all__":
            kept = _OF_PYTHON | self._judge_space.kept_names
            return [one for one in self._judge_ask("public") if one not in kept]
        return self._judge_ask("get", name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_judge") or name in ("__spec__", "__loader__", "__package__"):
            super().__setattr__(name, value)
        else:
            own_names(self).pop(name, None)
            self._judge_ask("set", name, value)

    def __delattr__(self, name: str) -> None:
        own_names(self).pop(name, None)
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


class Lent:
    """Beside the code: functions of its modules that lie in the tests' process as well.

    `main.f(…)` is one message then. The tests are told before all else once a module has another.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        self._lent: dict[tuple[int, str], tuple[dict[str, Any], Any]] = {}
        space.looks.append(self._look)

    def get(self, space: Space, owner: Any, name: str) -> Any:
        """What an object has under a name; lends a function of a module."""
        module = space.ours(owner)
        value = getattr(module, name)
        names = vars(module) if type(module) is types.ModuleType else {}
        if type(value) is types.FunctionType and names.get(name) is value and name[:2] != "__":
            self._lent[owner, name] = names, value
            space.extras.setdefault("lent", []).append((owner, name, value))
        return value

    def _look(self) -> None:
        for (number, name), (names, value) in list(self._lent.items()):
            if names.get(name) is not value:
                del self._lent[number, name]
                self._space.extras.setdefault("lent", []).append((number, name, None))


def take_lent(space: Space, items: list[Any]) -> None:
    """Put functions in a module of ours, or away."""
    for number, name, value in items:
        module = space.kept.get(number)
        if not isinstance(module, MirroredModule) or name.startswith(("__", "_judge")):
            raise LookupError(f"nothing is lent as {name}")
        own_names(module).pop(name, None)
        if value is not None:
            own_names(module)[name] = value
