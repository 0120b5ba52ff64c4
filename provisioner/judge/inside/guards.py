"""Texts and pickles that the library runs or looks up for the tests; see evaluation.py.

What stands in test.py, and pickles that the tests made, are the tests' own and run here.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import pickle
import pickletools
import re
from collections.abc import Callable, Collection
from typing import Any

from .evaluation import NATIVE, Compiled, Evaluation
from .modules import CopiedNames

#: What annotations consist of that only look things up.
_LOOKS_UP = (
    *(ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List),
    *(ast.BinOp, ast.BitOr, ast.Starred, ast.Load),
)
_LOGGING = re.compile(r"logging(\.handlers)?\.[A-Z]\w*|sys\.std(out|err)")
_places = itertools.count(-1, -1)


def guard(evaluation: Evaluation, source: str, modules: Collection[str]) -> None:
    """From now on; optional parts of the library where test.py mentions them.

    Args:
        modules: the feature's; what is patched in one of them is patched there.
    """
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
        if isinstance(target, str) and target.partition(".")[0] not in (*modules, "test"):
            require(target)

    pickles = Pickles(evaluation)
    own_compile, own_eval = _after(require, NATIVE.compile), _after(require, NATIVE.eval)
    loading = {"loads": pickles.loads, "load": pickles.load}
    unpicklers = {"Unpickler": pickles.unpickler, "_Unpickler": pickles.unpickler}
    in_place: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("", "typing", {"compile": compile_annotation}),
        ("", "inspect", {"eval": eval_annotation}),
        ("pytest", "_pytest.skipping", {"compile": own_compile}),
        ("doctest", "doctest", {"compile": Compiled, "exec": run_example}),
        ("logging", "logging.config", {"eval": own_eval}),
        ("pickle", "_pickle", loading),
        ("", "pickle", {**loading, "dumps": pickles.dumps, "dump": pickles.dump, **unpicklers}),
    )
    for mention, module, functions in in_place:
        if mention in source:
            vars(importlib.import_module(module)).update(functions)
    before: tuple[tuple[str, str, str, str, Callable[..., Any]], ...] = (
        ("mock", "unittest.mock", "", "_get_target", named),
        ("monkeypatch", "_pytest.monkeypatch", "", "derive_importpath", named),
        ("timeit", "timeit", "Timer", "__init__", timed),
        ("logging", "logging.config", "BaseConfigurator", "resolve", resolved),
        ("jinja2", "jinja2", "Environment", "compile", compiled),
        ("yaml", "yaml.constructor", "UnsafeConstructor", "find_python_module", found),
        ("yaml", "yaml.constructor", "UnsafeConstructor", "find_python_name", found),
    )
    for mention, module, kind, name, check in before:
        if mention in source:
            holder: Any = importlib.import_module(module)
            holder = getattr(holder, kind) if kind else holder
            setattr(holder, name, _after(check, getattr(holder, name)))


def _after(check: Callable[..., Any], function: Any) -> Any:
    """A function that is called once another has looked at its arguments."""

    def checked(*args: Any, **names: Any) -> Any:
        check(*args, **names)
        return function(*args, **names)

    return checked


class Pickles:
    """The functions of the module pickle: what the tests have not made is unpickled there."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._request = evaluation.request
        self._own: set[int] = set()
        self._dumps, self._loads = pickle.dumps, pickle.loads
        pickles = self

        class Unpickler:
            """As pickle's, without a say of its own in what is found."""

            def __init__(self, file: Any, **names: Any) -> None:
                self._file, self._names = file, names

            def __init_subclass__(cls) -> None:
                raise evaluation.refused("an Unpickler of the tests' own")

            def load(self) -> Any:
                return pickles.load(self._file, **self._names)

        self.unpickler = Unpickler

    def dumps(self, value: Any, *args: Any, **names: Any) -> bytes:
        """As pickle's; remembers what it made."""
        data = self._dumps(value, *args, **names)
        self._own.add(hash(data))
        return data

    def dump(self, value: Any, file: Any, *args: Any, **names: Any) -> None:
        """As pickle's."""
        file.write(self.dumps(value, *args, **names))

    def loads(self, data: Any, /, **names: Any) -> Any:
        """As pickle's."""
        data = bytes(data)
        if hash(data) in self._own:
            return self._loads(data, **names)
        return self._request("unpickled", data)

    def load(self, file: Any, /, **names: Any) -> Any:
        """As pickle's."""
        data = file.read()
        try:
            end = 1 + max(at or 0 for _, _, at in pickletools.genops(data))  # that of its STOP
        except ValueError:
            end = len(data)
        if end < len(data):
            file.seek(end - len(data), 1)
        return self.loads(data[:end], **names)
