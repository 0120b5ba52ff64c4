"""What the tests rely on besides the code they test: nobody but they may put it to other use."""

from __future__ import annotations

import builtins
import importlib
import sys
import types
from collections.abc import Iterable

#: Always looked after, whatever the tests import.
_ALWAYS = ("builtins",)
#: By these the room writes values down; looked after where they are there already.
_WRITERS = ("decimal", "fractions", "datetime", "uuid", "pathlib")
#: Replaced by honest programs too.
_MEANT_TO_BE_REPLACED = frozenset(("showwarning", "formatwarning", "print_exception"))
#: Their plug-ins replace parts of classes; those of the modules by which tests decide stay.
_CHANGES_ITSELF = ("pytest", "_pytest")
#: Checking costs a little; a long suite is checked at its end.
_CHECKED_TESTS = 300

_Place = tuple[str, dict[str, object]]


class Relied:
    """The functions of the modules that the tests import, as they were before any judged code."""

    def __init__(self, modules: Iterable[str], replaced: Iterable[str] = ()) -> None:
        self._exempt = frozenset(replaced)
        self._whole: set[str] = set()
        self._places: list[_Place] = []
        self._before: list[dict[str, object]] = []
        self._left = _CHECKED_TESTS
        writers = (name for name in _WRITERS if name in sys.modules)
        for name in dict.fromkeys((*_ALWAYS, *writers, *modules)):
            try:
                module = importlib.import_module(name)
            except Exception:  # it fails again where the tests import it
                continue
            self._look_after(name, module)

    def _look_after(self, name: str, module: types.ModuleType) -> None:
        self._add(name, vars(module))
        if module is builtins:
            return
        its_own = name.partition(".")[0] in _CHANGES_ITSELF
        for part, value in list(vars(module).items()):
            if type(value).__module__.partition(".")[0] == name.partition(".")[0]:
                self._look_after_instance(f"{name}.{part}", value)
            if not isinstance(value, type) or (its_own and value.__module__ != name):
                continue
            if value.__flags__ & 1 << 9:
                self._add(f"{name}.{part}", value.__dict__)  # a class made in Python

    def _look_after_instance(self, name: str, value: object) -> None:
        """An object that a module works with, such as json's decoder."""
        namespace = getattr(value, "__dict__", None)
        if type(namespace) is dict and not isinstance(value, type):
            self._whole.add(name)
            self._add(name, namespace)

    def look_after_all_of(self, name: str, kind: type) -> None:
        """One of the tests' own classes: nothing may be added to it either."""
        self._whole.add(name)
        self._add(name, kind.__dict__)

    def _add(self, name: str, namespace: object) -> None:
        self._places.append((name, namespace))  # type: ignore[arg-type]  # a mappingproxy will do
        self._before.append({key: value for key, value in namespace.items() if _does(value)})  # type: ignore[attr-defined]  # as above

    def changed(self, *, finally_: bool = False) -> str:
        """The first function that is another one now, "" if none is."""
        self._left -= 1
        if self._left < 0 and not finally_:
            return ""
        for (name, namespace), before in zip(self._places, self._before, strict=True):
            for key in namespace.keys() - before.keys() if name in self._whole else ():
                if _does(namespace[key]) and not _by_tests(namespace[key]):
                    return f"{name}.{key}"
            for key, value in before.items():
                now = namespace.get(key)
                if now is value or _by_tests(now) or _exempt(key):
                    continue
                if f"{name}.{key}" not in self._exempt:
                    return f"{name}.{key}"
        return ""


def _does(value: object) -> bool:
    """Whether it does something, be it as a property."""
    return callable(value) or hasattr(type(value), "__get__")


def _exempt(key: str) -> bool:
    return key in _MEANT_TO_BE_REPLACED or key.endswith("hook")


def _by_tests(value: object) -> bool:
    """The tests' own stand-ins: their functions, and mocks."""
    code = getattr(value, "__code__", None)
    if isinstance(code, types.CodeType):
        return code.co_filename == "test.py"
    return type(value).__module__ == "unittest.mock"
