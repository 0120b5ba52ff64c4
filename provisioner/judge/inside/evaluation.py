"""Text that may be the code's is run in the code's process, and refused where it cannot be.

Tests may evaluate, execute or unpickle what main.py returns. What stands in test.py as a constant,
and pickles that the tests made, are the tests' own and run here.
"""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
import inspect
import itertools
import pickle
import pickletools
import re
import sys
import types
from collections.abc import Callable
from typing import Any

from . import expressions, mirrored, modules, values
from .space import Space, Unsupported

_NATIVE: Any = types.SimpleNamespace(eval=eval, exec=exec, compile=compile)
_NAMES = ("eval", "exec", "compile")
#: What annotations consist of that only look things up.
_LOOKS_UP = (
    *(ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List),
    *(ast.BinOp, ast.BitOr, ast.Starred, ast.Load),
)
_places = itertools.count(-1, -1)
_LOGGING = re.compile(r"logging(\.handlers)?\.[A-Z]\w*|sys\.std(out|err)")


class Compiled:
    """What `compile` gives the tests: it is compiled again where it runs."""

    def __init__(self, text: Any, file: str, mode: str, flags: int = 0, *_: Any) -> None:
        self.text, self.file, self.mode, self.flags = text, file, mode, flags

    def code(self) -> types.CodeType:
        """For text that runs here."""
        return _NATIVE.compile(self.text, self.file, self.mode, self.flags, True)  # type: ignore[no-any-return]


def _parts(text: Any, mode: str) -> tuple[Any, str, str]:
    """Source, file and mode of what is to be run; raises TypeError."""
    if isinstance(text, Compiled):
        return text.text, text.file, text.mode
    if not isinstance(text, str | bytes):
        raise TypeError(f"{mode}() arg 1 must be a string, bytes or code object")
    return text.strip(" \t") if mode == "eval" and isinstance(text, str) else text, "<string>", mode


class Evaluation:
    """Runs text of the code's on its side.

    Args:
        space: the objects of the tests' side.
        source: that of test.py.
        refuse: called with each refusal, which fails the test whatever it catches.
    """

    def __init__(self, space: Space, source: str, refuse: Callable[[str], None]) -> None:
        self._space, self._source, self._refuse = space, source, refuse
        self._own_pickles: set[int] = set()
        self._dumps, self._loads = pickle.dumps, pickle.loads

    def own(self, text: object) -> bool:
        """Whether a text stands in test.py: as a constant, an annotation, or as whole lines."""
        text = str(text)
        if f'"{text}"' in self._source or f"'{text}'" in self._source:
            return True
        return text in self._annotations or {one.strip() for one in text.split("\n")} <= self._lines

    @functools.cached_property
    def _lines(self) -> set[str]:
        lines = [line.strip() for line in self._source.split("\n")]
        return {"", *lines, *(line[4:] for line in lines if line[:4] in (">>> ", "... "))}

    @functools.cached_property
    def _annotations(self) -> set[str]:
        nodes = ast.walk(ast.parse(self._source))
        found = [getattr(node, name, None) for node in nodes for name in ("annotation", "returns")]
        return {ast.unparse(one) for one in found if one is not None}

    def require_own(self, text: object, *_: Any, **__: Any) -> None:
        """Refuse a text that does not stand in test.py; raises Unsupported."""
        if not self.own(text):
            raise self.refused(f"{str(text)[:80]!r} would run in the tests' process")

    def refused(self, what: str) -> Unsupported:
        """The error that says so."""
        self._refuse(what)
        return Unsupported(what)

    # ---- eval, exec, compile

    def redirect(self, tree: ast.Module) -> dict[str, Any]:
        """Have the tests' tree run constants here; what it finds under the names of builtins."""
        bound = {
            getattr(node, "id", None) or getattr(node, "name", None) or getattr(node, "arg", None)
            for node in ast.walk(tree)
            if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load)
        }
        names = [name for name in _NAMES if name not in bound]
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=name) as func, args=[ast.Constant(), *_]):
                    if name in names:
                        func.id = f"@{name}"
        own = {"eval": self._eval, "exec": self._exec, "compile": self._compile}
        return {
            **{f"@{name}": getattr(_NATIVE, name) for name in names},
            **{name: own[name] for name in names},
        }

    def _eval(self, text: Any, names: Any = None, more: Any = None, /) -> Any:
        frame = sys._getframe(1)
        if isinstance(text, types.CodeType):
            return _NATIVE.eval(text, frame.f_globals if names is None else names, more)
        source, _, mode = parts = _parts(text, "eval")
        tree = ast.parse(source, mode=mode)
        seen: dict[str, Any] | None = None
        if names is None or names is frame.f_globals:
            around = {**frame.f_globals, **frame.f_locals}
            around = {name: around[name] for name in expressions.names_in(tree) & around.keys()}
            names, more = {name: one for name, one in around.items() if self._is_shown(one)}, None
            seen = {name: one for name, one in names.items() if self._is_harmless(one)}
            if self._is_constant(source):
                own = {name: one for name, one in around.items() if inspect.isroutine(one)}
                return _NATIVE.eval(source, {**own, **names})
        elif self._is_constant(source):
            return _NATIVE.eval(source, names, more)
        elif isinstance(names, dict) and isinstance(more, dict | None):
            seen = {**names, **(more or {})}
        if (
            seen is not None
            and isinstance(tree, ast.Expression)
            and expressions.is_safe(tree, seen, self._is_main)
        ):
            seen["__builtins__"] = expressions.SAFE_BUILTINS
            return _NATIVE.eval(_NATIVE.compile(tree, "<string>", "eval"), seen)
        return self._run(parts, names, more)

    def _exec(self, text: Any, names: Any = None, more: Any = None, /) -> None:
        frame = sys._getframe(1)
        if isinstance(text, types.CodeType):
            _NATIVE.exec(text, frame.f_globals if names is None else names, more)
        elif names is None or names is frame.f_globals:
            raise self.refused("exec of a text that is no constant, in the tests' own namespace")
        elif self._is_constant((parts := _parts(text, "exec"))[0]):
            _NATIVE.exec(parts[0], names, more)
        else:
            self._run(parts, names, more)

    def _run(self, parts: tuple[Any, str, str], names: Any, more: Any) -> Any:
        if isinstance(names, modules.ModuleNames):
            names = names.module
        text, file, mode = parts
        return self._space.peer.request("evaluate", mode, text, file, names, more)

    def _is_constant(self, text: Any) -> bool:
        """Whether a text stands in test.py as a constant, whole."""
        return text in self._constants

    @functools.cached_property
    def _constants(self) -> set[Any]:
        nodes = ast.walk(ast.parse(self._source))
        texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
        return {text for text in texts if isinstance(text, str | bytes)}

    def _compile(
        self, source: Any, filename: Any, mode: str, flags: int = 0, *more: Any, **names: Any
    ) -> Any:
        if flags & ast.PyCF_ONLY_AST:
            return _NATIVE.compile(source, filename, mode, flags, *more, **names)
        _NATIVE.compile(source, filename, mode, flags, *more, **names)  # for its SyntaxError
        text = ast.unparse(source) if isinstance(source, ast.AST) else source
        return Compiled(text, str(filename), mode)

    def _is_shown(self, value: Any) -> bool:
        """Whether a text sees something under a name of the tests': main's, or the library's."""
        if self._is_main(value) or isinstance(value, types.ModuleType):
            return True
        if isinstance(value, type):
            return values.shared_name(value) is not None or value.__module__ == "test"
        return values.library_name(value) is not None

    def _is_harmless(self, value: Any) -> bool:
        """Whether a text of the code's may use it here."""
        if self._is_main(value) or isinstance(value, types.ModuleType):
            return True  # of modules, it may use what expressions.py says
        return getattr(value, "__module__", "") in expressions.MODULES

    def _is_main(self, value: Any) -> bool:
        return self._space.is_theirs(value) or bool(mirrored.number_of(value))

    # ---- what the library runs of texts

    def guard(self) -> None:
        """From now on; optional parts of the library where test.py mentions them."""
        unpickler = self._unpickler()
        planted: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("", "typing", {"compile": self._compile_annotation}),
            ("", "inspect", {"eval": self._eval_annotation}),
            ("pytest", "_pytest.skipping", {"compile": self._compile_own}),
            ("doctest", "doctest", {"compile": Compiled, "exec": self._exec_example}),
            ("pickle", "_pickle", {"loads": self.loads, "load": self.load}),
            (
                "",
                "pickle",
                {
                    **{"dumps": self.dumps, "dump": self.dump, "loads": self.loads},
                    **{"load": self.load, "Unpickler": unpickler, "_Unpickler": unpickler},
                },
            ),
        )
        for mention, module, functions in planted:
            if mention in self._source:
                vars(importlib.import_module(module)).update(functions)
        for mention, guard in (
            ("timeit", self._guard_timeit),
            ("logging", self._guard_logging),
            ("yaml", self._guard_yaml),
            ("jinja2", self._guard_jinja),
        ):
            if mention in self._source:
                guard()

    def _compile_annotation(self, text: str, *args: Any) -> Any:
        tree = ast.parse(text, mode="eval")
        if not all(isinstance(node, _LOOKS_UP) for node in ast.walk(tree)):
            self.require_own(text)
        return _NATIVE.compile(text, *args)

    def _eval_annotation(self, text: Any, *args: Any) -> Any:
        return _NATIVE.eval(self._compile_annotation(text, "<string>", "eval"), *args)

    def _compile_own(self, text: str, *args: Any) -> Any:
        self.require_own(text)
        return _NATIVE.compile(text, *args)

    def _exec_example(self, compiled: Compiled, names: Any) -> None:
        """An example of a docstring: of main's docstrings, there."""
        if isinstance(names, modules.CopiedNames):
            place, known = names.place, names.module
        elif self.own(compiled.text):
            _NATIVE.exec(compiled.code(), names)
            return
        else:
            place = names.setdefault("@place", next(_places))
            known = {name: value for name, value in names.items() if self._is_shown(value)}
        self._space.peer.request("example", place, known, compiled.text, compiled.file)

    def _guard_timeit(self) -> None:
        timer: Any = importlib.import_module("timeit").Timer
        make = timer.__init__

        def made(timer: Any, stmt: Any = "pass", setup: Any = "pass", *a: Any, **k: Any) -> None:
            for text in (stmt, setup):
                if isinstance(text, str) and text != "pass":
                    self.require_own(text)
            make(timer, stmt, setup, *a, **k)

        timer.__init__ = made

    def _guard_logging(self) -> None:
        config: Any = importlib.import_module("logging.config")
        resolve = config.BaseConfigurator.resolve

        def resolved(configurator: Any, name: str) -> Any:
            if not _LOGGING.fullmatch(name):
                self.require_own(name)
            return resolve(configurator, name)

        def evaluated(text: str, *args: Any) -> Any:
            self.require_own(text)
            return _NATIVE.eval(text, *args)

        config.BaseConfigurator.resolve, config.eval = resolved, evaluated

    def _guard_yaml(self) -> None:
        constructor: Any = importlib.import_module("yaml.constructor").UnsafeConstructor

        def find(loader: Any, name: str, mark: Any, **_: Any) -> Any:
            raise self.refused(f"a YAML document names {name}")

        constructor.find_python_module = constructor.find_python_name = find

    def _guard_jinja(self) -> None:
        environment: Any = importlib.import_module("jinja2").Environment
        compile_ = environment.compile

        def compiled(environment: Any, source: Any, *args: Any, **names: Any) -> Any:
            if isinstance(source, str):
                self.require_own(source)
            return compile_(environment, source, *args, **names)

        environment.compile = compiled

    # ---- pickle

    def dumps(self, value: Any, *args: Any, **names: Any) -> bytes:
        """As pickle's; remembers what it made."""
        data = self._dumps(value, *args, **names)
        self._own_pickles.add(hash(data))
        return data

    def dump(self, value: Any, file: Any, *args: Any, **names: Any) -> None:
        """As pickle's."""
        file.write(self.dumps(value, *args, **names))

    def loads(self, data: Any, /, **names: Any) -> Any:
        """As pickle's; what the tests have not made is unpickled on the other side."""
        data = bytes(data)
        if hash(data) in self._own_pickles:
            return self._loads(data, **names)
        return self._space.peer.request("unpickled", data)

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

    def _unpickler(self) -> type:
        evaluation = self

        class Unpickler:
            """As pickle's, without a say of its own in what is found."""

            def __init__(self, file: Any, **names: Any) -> None:
                self._file, self._names = file, names

            def __init_subclass__(cls) -> None:
                raise evaluation.refused("an Unpickler of the tests' own")

            def load(self) -> Any:
                return evaluation.load(self._file, **self._names)

        return Unpickler


# ---- the other side


def evaluate(space: Space, mode: str, text: Any, file: str, names: Any, more: Any) -> Any:
    """Run a text among names, which are a module's or a dict."""
    if isinstance(names, types.ModuleType):
        names = vars(names)
    had = "__builtins__" in names
    code = compile(text, file, mode, dont_inherit=True)
    try:
        if mode == "eval":
            return eval(code, names, more)
        exec(code, names, more)
    finally:
        if not had:
            names.pop("__builtins__", None)


_examples: dict[int, dict[str, Any]] = {}


def run_example(space: Space, place: int, known: Any, text: str, file: str) -> None:
    """Run an example of a docstring; those of one docstring share their names."""
    if place not in _examples:
        _examples[place] = dict(vars(known) if isinstance(known, types.ModuleType) else known)
    exec(builtins.compile(text, file, "single", dont_inherit=True), _examples[place])


SERVICES: dict[str, Callable[..., Any]] = {"evaluate": evaluate, "example": run_example}
