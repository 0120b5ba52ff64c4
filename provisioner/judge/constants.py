"""Which expressions of the tests are constants, and what they are worth; nothing is executed."""

from __future__ import annotations

import ast
import builtins
import datetime
import math
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from provisioner.judge.claims import Anything, Approximately

#: No constant grows beyond this many parts, letters or decimal digits while it is worked out.
SIZE = 100_000

BUILTINS = frozenset(dir(builtins))


class NotConstant(Exception):
    """The expression depends on something that runs."""


_BINARY: Mapping[type[ast.operator], Callable[..., object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.LShift: operator.lshift,
}
_UNARY: Mapping[type[ast.unaryop], Callable[..., object]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}
_CALLS: Mapping[str, Callable[..., object]] = {
    "builtins.set": set,
    "builtins.frozenset": frozenset,
    "builtins.list": list,
    "builtins.tuple": tuple,
    "builtins.dict": dict,
    "builtins.float": float,
    "builtins.complex": complex,
    "decimal.Decimal": Decimal,
    "fractions.Fraction": Fraction,
    "datetime.datetime": datetime.datetime,
    "datetime.date": datetime.date,
    "datetime.time": datetime.time,
    "datetime.timedelta": datetime.timedelta,
    "uuid.UUID": UUID,
    "pathlib.Path": PurePosixPath,
    "pathlib.PurePath": PurePosixPath,
}
_VALUES: Mapping[str, object] = {
    "math.pi": math.pi,
    "math.e": math.e,
    "math.tau": math.tau,
    "math.inf": math.inf,
    "math.nan": math.nan,
    "unittest.mock.ANY": Anything(),
}


class Names:
    """What each name in the tests stands for, as far as their imports say.

    Attributes:
        star: something is imported by `from … import *`.
        imported: name to dotted origin, for names bound by one import and nothing else.
        bound: every name that the file binds anywhere, and how often.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.star = False
        self.bound: dict[str, int] = {}
        self.imported: dict[str, str] = {}
        for node in ast.walk(tree):
            self._bind(node)
        for name in [name for name in self.imported if self.bound[name] > 1]:
            del self.imported[name]

    def _bind(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                self._count(name)
            case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                self._count(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self._count(name)
            case ast.ClassDef(name=name):
                self._count(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                for name in names:
                    self._count(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                self._count(name)
            case ast.Import(names=aliases):
                for alias in aliases:
                    first = alias.name if alias.asname else alias.name.partition(".")[0]
                    self._import(alias.asname or first, first)
            case ast.ImportFrom(module=module, names=aliases):
                for alias in aliases:
                    self.star |= alias.name == "*"
                    self._import(alias.asname or alias.name, f"{module}.{alias.name}")

    def _count(self, name: str) -> None:
        self.bound[name] = self.bound.get(name, 0) + 1

    def _import(self, name: str, origin: str) -> None:
        if self.imported.get(name) != origin:
            self._count(name)
        self.imported[name] = origin

    def origin(self, node: ast.expr) -> str:
        """The dotted name an expression stands for, such as "pytest.raises"; "" if unknown."""
        match node:
            case ast.Name(id=name):
                if name in self.imported:
                    return self.imported[name]
                return f"builtins.{name}" if name in BUILTINS and name not in self.bound else ""
            case ast.Attribute(value=value, attr=attribute):
                parent = self.origin(value)
                return f"{parent}.{attribute}" if parent else ""
        return ""

    def constant(self, node: ast.expr) -> object:
        """The value of a constant expression.

        Raises:
            NotConstant: it is none, or one too large.
        """
        try:
            return self._constant(node)
        except (TypeError, ValueError, ArithmeticError, RecursionError):
            raise NotConstant from None

    def _constant(self, node: ast.expr) -> object:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                values = [self._constant(part) for part in parts]
                kinds: dict[type, Callable[..., object]] = {
                    ast.List: list,
                    ast.Tuple: tuple,
                    ast.Set: set,
                }
                return kinds[type(node)](values)
            case ast.Dict(keys=keys, values=parts) if all(keys):
                return {
                    self._constant(key): self._constant(part)
                    for key, part in zip(keys, parts, strict=True)
                    if key
                }
            case ast.UnaryOp(op=op, operand=operand):
                return _UNARY[type(op)](self._constant(operand))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                return _combine(op, self._constant(left), self._constant(right))
            case ast.JoinedStr(values=parts) if all(isinstance(p, ast.Constant) for p in parts):
                return "".join(str(self._constant(part)) for part in parts)
            case ast.Call(func=func, args=args, keywords=keywords):
                return self._call(self.origin(func), args, keywords)
            case ast.Name() | ast.Attribute():
                origin = self.origin(node)
                if origin in _VALUES:
                    return _VALUES[origin]
        raise NotConstant

    def _call(self, origin: str, args: list[ast.expr], keywords: list[ast.keyword]) -> object:
        if any(isinstance(arg, ast.Starred) for arg in args):
            raise NotConstant
        if origin not in _CALLS and origin != "pytest.approx":
            raise NotConstant
        values = [self._constant(arg) for arg in args]
        named: dict[str, Any] = {}
        for keyword in keywords:
            if keyword.arg is None:
                raise NotConstant
            named[keyword.arg] = self._constant(keyword.value)
        if origin == "pytest.approx":
            return _approximately(*values, **named)
        return _CALLS[origin](*values, **named)


def _approximately(
    expected: object,
    rel: object = None,
    absolute: object = None,
    nan_ok: object = False,
) -> Approximately:
    for part in (rel, absolute):
        if part is not None and not isinstance(part, int | float):
            raise NotConstant
    # pytest: an absolute tolerance alone switches the relative one off
    default = 0.0 if absolute is not None and rel is None else 1e-6
    return Approximately(
        expected,
        float(rel) if isinstance(rel, int | float) else default,
        float(absolute) if isinstance(absolute, int | float) else 1e-12,
        bool(nan_ok),
    )


def _combine(op: ast.operator, left: object, right: object) -> object:
    if isinstance(left, str | bytes) and isinstance(op, ast.Mod):
        raise NotConstant
    if isinstance(op, ast.Pow | ast.LShift) and not (
        isinstance(right, int) and abs(right) <= 4096 and _extent(left) <= 64
    ):
        raise NotConstant
    if (
        isinstance(op, ast.Mult)
        and (
            _extent(left) * (right if isinstance(right, int) else 1) > SIZE
            or _extent(right) * (left if isinstance(left, int) else 1) > SIZE
        )
        and not (isinstance(left, int | float) and isinstance(right, int | float))
    ):
        raise NotConstant
    value = _BINARY[type(op)](left, right)
    if _extent(value) > SIZE:
        raise NotConstant
    return value


def _extent(value: object) -> int:
    if isinstance(value, int):
        return value.bit_length()
    return len(value) if isinstance(value, str | bytes | list | tuple | set | dict) else 1
