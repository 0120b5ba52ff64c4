"""Texts and pickles that the library runs or looks up for the tests; see evaluation.py."""

from __future__ import annotations

import ast
import importlib
import itertools
import pickle
import pickletools
import re
from collections.abc import Callable
from typing import Any

from ..mirror.modules import CopiedNames
from .evaluation import NATIVE, Compiled, Evaluation

#: What annotations consist of that only look things up.
_LOOKS_UP = (
    *(ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List),
    *(ast.BinOp, ast.BitOr, ast.Starred, ast.Load),
)
_LOGGING = re.compile(r"logging(\.handlers)?\.[A-Z]\w*|sys\.std(out|err)")
_places = itertools.count(-1, -1)


#: What a test.py mentions where it is needed, the module, the class or "", the name, and what
#: stands there instead of the original.
_Guard = tuple[str, str, str, str, Callable[[Any], Any]]


class Guards:
    """Guards those parts of the library that a test.py mentions; they remain so."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._missing = _guards(evaluation)

    def install(self, source: str) -> None:
        """Guard what a test.py of that source mentions."""
        for guard in [one for one in self._missing if one[0] in source]:
            _, module, kind, name, instead = guard
            try:
                holder: Any = importlib.import_module(module)
            except ImportError:  # then the tests have it neither
                continue
            self._missing.remove(guard)
            if kind:
                holder = getattr(holder, kind)
            function = instead(getattr(holder, name, None))
            (type if isinstance(holder, type) else object).__setattr__(holder, name, function)


def _guards(evaluation: Evaluation) -> list[_Guard]:
    require = evaluation.require_own

    def found(loader: Any, name: str, mark: Any, **_: Any) -> Any:
        raise evaluation.refused(f"a YAML document names {name}")

    def compile_annotation(text: str, *args: Any) -> Any:
        tree = ast.parse(text, mode="eval")
        if not all(isinstance(node, _LOOKS_UP) for node in ast.walk(tree)):
            require(text)
        return NATIVE.compile(text, *args)

    def eval_annotation(text: Any, *args: Any) -> Any:
        return NATIVE.eval(compile_annotation(text, "<string>", "eval"), *args)

    def run_example(compiled: Compiled, names: Any) -> None:
        """An example of a docstring: of main's docstrings, there."""
        if isinstance(names, CopiedNames):
            place, known = names.place, names.module
        elif evaluation.own(compiled.text):
            NATIVE.exec(compiled.code(), names)
            return
        else:
            place, known = names.setdefault("@place", next(_places)), evaluation.shown(names)
        evaluation.request("example", place, known, compiled.text, compiled.file)

    def timed(timer: Any, stmt: Any = "pass", setup: Any = "pass", *_: Any, **__: Any) -> None:
        for text in (stmt, setup):
            if isinstance(text, str) and text != "pass":
                require(text)

    def resolved(configurator: Any, name: str) -> None:
        if not _LOGGING.fullmatch(name):
            require(name)

    def compiled(environment: Any, text: Any, *_: Any, **__: Any) -> None:
        if isinstance(text, str):
            require(text)

    def named(target: Any, *_: Any) -> None:
        if isinstance(target, str) and target.partition(".")[0] not in evaluation.modules:
            require(target)

    return [
        ("", "typing", "", "compile", _replaced(compile_annotation)),
        ("", "inspect", "", "eval", _replaced(eval_annotation)),
        ("doctest", "doctest", "", "compile", _replaced(Compiled)),
        ("doctest", "doctest", "", "exec", _replaced(run_example)),
        *_of_pickle(evaluation),
        ("pytest", "_pytest.skipping", "", "compile", lambda _: _after(require, NATIVE.compile)),
        ("logging", "logging.config", "", "eval", lambda _: _after(require, NATIVE.eval)),
        ("mock", "unittest.mock", "", "_get_target", _checked(named)),
        ("monkeypatch", "_pytest.monkeypatch", "", "derive_importpath", _checked(named)),
        ("timeit", "timeit", "Timer", "__init__", _checked(timed)),
        ("logging", "logging.config", "BaseConfigurator", "resolve", _checked(resolved)),
        ("jinja2", "jinja2", "Environment", "compile", _checked(compiled)),
        ("yaml", "yaml.constructor", "UnsafeConstructor", "find_python_module", _checked(found)),
        ("yaml", "yaml.constructor", "UnsafeConstructor", "find_python_name", _checked(found)),
    ]


def _replaced(function: Any) -> Callable[[Any], Any]:
    return lambda original: function


def _checked(check: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda original: _after(check, original)


def _after(check: Callable[..., Any], function: Any) -> Any:
    """A function that is called once another has looked at its arguments."""

    def checked(*args: Any, **names: Any) -> Any:
        check(*args, **names)
        return function(*args, **names)

    return checked


def _of_pickle(evaluation: Evaluation) -> list[_Guard]:
    """The functions of the module pickle: what the tests have not made is unpickled there."""
    own: set[int] = set()
    make, read = pickle.dumps, pickle.loads

    def dumps(value: Any, *args: Any, **names: Any) -> bytes:
        data = make(value, *args, **names)
        own.add(hash(data))
        return data

    def dump(value: Any, file: Any, *args: Any, **names: Any) -> None:
        file.write(dumps(value, *args, **names))

    def loads(data: Any, /, **names: Any) -> Any:
        data = bytes(data)
        return read(data, **names) if hash(data) in own else evaluation.request("unpickled", data)

    def load(file: Any, /, **names: Any) -> Any:
        data = file.read()
        try:
            end = 1 + max(at or 0 for _, _, at in pickletools.genops(data))  # that of its STOP
        except ValueError:
            end = len(data)
        if end < len(data):
            file.seek(end - len(data), 1)
        return loads(data[:end], **names)

    class Unpickler:
        """As pickle's, without a say of its own in what is found."""

        def __init__(self, file: Any, **names: Any) -> None:
            self._file, self._names = file, names

        def __init_subclass__(cls) -> None:
            raise evaluation.refused("an Unpickler of the tests' own")

        def load(self) -> Any:
            return load(self._file, **self._names)

    return [
        *[("pickle", "_pickle", "", one.__name__, _replaced(one)) for one in (loads, load)],
        *[("", "pickle", "", one.__name__, _replaced(one)) for one in (loads, load, dumps, dump)],
        *[("", "pickle", "", name, _replaced(Unpickler)) for name in ("Unpickler", "_Unpickler")],
    ]
