"""Whether a value is what an annotation allows."""

from __future__ import annotations

import ast
from typing import Any

_PLAIN: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "str": (str,),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
    "tuple": (tuple,),
    "set": (set,),
}


def suits(annotation: str, value: Any) -> bool:
    """True where the annotation allows the value, or is of a kind that is not looked into."""
    return not annotation or _allows(ast.parse(annotation, mode="eval").body, value)


def _allows(node: ast.expr, value: Any) -> bool:
    if isinstance(node, ast.Constant):
        return value is None
    if isinstance(node, ast.BinOp):
        return _allows(node.left, value) or _allows(node.right, value)
    if isinstance(node, ast.Name):
        kinds = _PLAIN.get(node.id.lower())
        if kinds is None:
            return True
        return isinstance(value, kinds) and (node.id == "bool" or not isinstance(value, bool))
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        if not _allows(node.value, value):
            return False
        if node.value.id.lower() in ("list", "sequence", "iterable", "set"):
            return not isinstance(value, (list, set)) or all(_allows(node.slice, v) for v in value)
    return True
