"""Text that may be the code's is run in the code's process, and refused where it cannot be.

Tests may evaluate, execute or unpickle what main.py returns. What stands in test.py as a constant,
and pickles that the tests made, are the tests' own and run here.
"""

from __future__ import annotations

import ast
import builtins
import functools
import inspect
import sys
import types
from collections.abc import Callable, Collection, Iterable
from typing import Any

from ..connection import values
from ..connection.space import Space, Unsupported
from ..mirror import functions, modules
from . import expressions

NATIVE: Any = types.SimpleNamespace(eval=eval, exec=exec, compile=compile)
_NAMES = ("eval", "exec", "compile")


def redirect(tree: ast.Module, source: str) -> tuple[str, ...]:
    """Have the tests' tree run constants here; names of builtins that are to be Evaluation's."""
    if not any(name in source for name in _NAMES):
        return _NAMES
    bound = {
        getattr(node, "id", None) or getattr(node, "name", None) or getattr(node, "arg", None)
        for node in ast.walk(tree)
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load)
    }
    names = tuple([name for name in _NAMES if name not in bound])
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) as func, args=[ast.Constant(), *_]):
                if name in names:
                    func.id = f"@{name}"
    return names


class Compiled:
    """What `compile` gives the tests: it is compiled again where it runs."""

    def __init__(self, text: Any, file: str, mode: str, flags: int = 0, *_: Any) -> None:
        self.text, self.file, self.mode, self.flags = text, file, mode, flags

    def code(self) -> types.CodeType:
        """For text that runs here."""
        return NATIVE.compile(self.text, self.file, self.mode, self.flags, True)  # type: ignore[no-any-return]


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
        refuse: called with each refusal, which fails the test whatever it catches.

    Attributes:
        modules: names of the feature's.
    """

    def __init__(self, space: Space, refuse: Callable[[str], None]) -> None:
        self._space, self._refuse = space, refuse
        self.request = space.peer.request
        self.begin("", ())

    def begin(self, source: str, modules: Collection[str]) -> None:
        """Take test.py to be of that source, from now on."""
        self._source, self.modules = source, modules

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

    def redirections(self, names: Iterable[str]) -> dict[str, Any]:
        """What the tests find under those names of builtins; see redirect."""
        own = {"eval": self._eval, "exec": self._exec, "compile": self._compile}
        native = {f"@{name}": getattr(NATIVE, name) for name in names}
        return native | {name: own[name] for name in names}

    def _eval(self, text: Any, names: Any = None, more: Any = None, /) -> Any:
        frame = sys._getframe(1)
        if isinstance(text, types.CodeType):
            return NATIVE.eval(text, frame.f_globals if names is None else names, more)
        source, _, mode = parts = _parts(text, "eval")
        tree = ast.parse(source, mode=mode)
        seen: dict[str, Any] | None = None
        if names is None or names is frame.f_globals:
            around = {**frame.f_globals, **frame.f_locals}
            around = {name: around[name] for name in expressions.names_in(tree) & around.keys()}
            names, more = self.shown(around), None
            seen = {name: one for name, one in names.items() if self._is_harmless(one)}
            if source in self._constants:
                own = {name: one for name, one in around.items() if inspect.isroutine(one)}
                return NATIVE.eval(source, {**own, **names})
        elif source in self._constants:
            return NATIVE.eval(source, names, more)
        elif isinstance(names, dict) and isinstance(more, dict | None):
            seen = {**names, **(more or {})}
        if (
            seen is not None
            and isinstance(tree, ast.Expression)
            and expressions.is_safe(tree, seen, self._is_main)
        ):
            seen["__builtins__"] = expressions.SAFE_BUILTINS
            return NATIVE.eval(NATIVE.compile(tree, "<string>", "eval"), seen)
        return self._run(parts, names, more)

    def _exec(self, text: Any, names: Any = None, more: Any = None, /) -> None:
        frame = sys._getframe(1)
        if isinstance(text, types.CodeType):
            NATIVE.exec(text, frame.f_globals if names is None else names, more)
        elif names is None or names is frame.f_globals:
            raise self.refused("exec of a text that is no constant, in the tests' own namespace")
        elif (parts := _parts(text, "exec"))[0] in self._constants:
            NATIVE.exec(parts[0], names, more)
        else:
            self._run(parts, names, more)

    def _run(self, parts: tuple[Any, str, str], names: Any, more: Any) -> Any:
        if isinstance(names, modules.ModuleNames):
            names = names.module
        text, file, mode = parts
        return self.request("evaluate", mode, text, file, names, more)

    @functools.cached_property
    def _constants(self) -> set[Any]:
        """The texts that stand in test.py as constants, whole."""
        nodes = ast.walk(ast.parse(self._source))
        texts = [node.value for node in nodes if isinstance(node, ast.Constant)]
        return {text for text in texts if isinstance(text, str | bytes)}

    def _compile(
        self, source: Any, filename: Any, mode: str, flags: int = 0, *more: Any, **names: Any
    ) -> Any:
        if flags & ast.PyCF_ONLY_AST:
            return NATIVE.compile(source, filename, mode, flags, *more, **names)
        NATIVE.compile(source, filename, mode, flags, *more, **names)  # for its SyntaxError
        text = ast.unparse(source) if isinstance(source, ast.AST) else source
        return Compiled(text, str(filename), mode)

    def shown(self, names: dict[str, Any]) -> dict[str, Any]:
        """What a text of the code's sees of some names of the tests."""
        return {name: value for name, value in names.items() if self._is_shown(value)}

    def _is_shown(self, value: Any) -> bool:
        """Whether a text sees something under a name of the tests': main's, or the library's."""
        if self._is_main(value) or isinstance(value, types.ModuleType):
            return True
        if isinstance(value, type):
            return values.shared_name(value) is not None or value.__module__ == "test"
        return functions.library_name(value) is not None

    def _is_harmless(self, value: Any) -> bool:
        """Whether a text of the code's may use it here."""
        if self._is_main(value) or isinstance(value, types.ModuleType):
            return True  # of modules, it may use what expressions.py says
        return getattr(value, "__module__", "") in expressions.MODULES

    def _is_main(self, value: Any) -> bool:
        return self._space.number_of(value) > 0


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
