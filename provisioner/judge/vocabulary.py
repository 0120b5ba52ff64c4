"""The words in which Python's tests assert, and say that they failed."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from provisioner.judge.constants import Names

OPERATORS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
NEGATED = {
    "==": "!=",
    "!=": "==",
    "is": "is not",
    "is not": "is",
    "in": "not in",
    "not in": "in",
}
TWO_OPERANDS: Mapping[str, str] = {
    "assertEqual": "==",
    "assertEquals": "==",
    "assertListEqual": "==",
    "assertTupleEqual": "==",
    "assertSetEqual": "==",
    "assertDictEqual": "==",
    "assertMultiLineEqual": "==",
    "assertSequenceEqual": "== sequence",
    "assertNotEqual": "!=",
    "assertNotEquals": "!=",
    "assertIs": "is",
    "assertIsNot": "is not",
    "assertIn": "in",
    "assertNotIn": "not in",
    "assertGreater": ">",
    "assertGreaterEqual": ">=",
    "assertLess": "<",
    "assertLessEqual": "<=",
    "assertAlmostEqual": "near",
    "assertAlmostEquals": "near",
    "assertNotAlmostEqual": "not near",
    "assertNotAlmostEquals": "not near",
    "assertCountEqual": "same items",
    "assertIsInstance": "@isinstance",
    "assertNotIsInstance": "not @isinstance",
    "assertRegex": "@search",
    "assertNotRegex": "not @search",
}
ONE_OPERAND = frozenset(("assertTrue", "assertFalse", "assertIsNone", "assertIsNotNone"))
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "in": ("member", "container"),
    "not in": ("member", "container"),
    "is": ("expr1", "expr2"),
    "is not": ("expr1", "expr2"),
    ">": ("a", "b"),
    ">=": ("a", "b"),
    "<": ("a", "b"),
    "<=": ("a", "b"),
    "@isinstance": ("obj", "cls"),
    "not @isinstance": ("obj", "cls"),
    "@search": ("text", "expected_regex"),
    "not @search": ("text", "unexpected_regex"),
}
#: Library contexts and calls that raise AssertionError by themselves.
HOLDING = frozenset(
    ("assertLogs", "assertNoLogs", "assertWarns", "assertWarnsRegex", "warns", "deprecated_call")
)


def fails(node: ast.stmt, names: Names) -> bool:
    """Whether a statement is a way of saying that the test failed."""
    match node:
        case ast.Raise(exc=ast.Call(func=func)) | ast.Raise(exc=ast.Name() as func):
            return names.origin(func) == "builtins.AssertionError"
        case ast.Assert(test=ast.Constant(value=False | 0)):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="fail"))):
            return True
        case ast.Expr(value=ast.Call(func=func, args=[ast.Constant(value=code)])):
            exits = ("sys.exit", "builtins.exit", "builtins.quit", "os._exit")
            return names.origin(func) in exits and code not in (0, None)
        case ast.Expr(value=ast.Call(func=func)):
            return names.origin(func) == "pytest.fail"
    return False
