"""Python source that is written: what nothing mentions left out, imports added, formatted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import black


def pruned(code: str, wanted: set[str]) -> str:
    """The code without definitions that nothing wanted mentions, directly or through another."""
    lines = code.splitlines()
    waiting = list(_definitions(ast.parse(code).body))
    while found := [each for each in waiting if each[0] in wanted]:
        waiting = [each for each in waiting if each not in found]
        wanted = wanted.union(*(mentioned(node) for _, node, _ in found))
    for _, node, start in reversed(waiting):
        del lines[start : node.end_lineno]
    return "\n".join(lines)


def _definitions(body: list[ast.stmt]) -> Iterator[tuple[str, ast.stmt, int]]:
    """Names, statements, and where the comments before them start; members of a dataclass as well.

    What has no name, or no value, stays in any case: its name is "".
    """
    last = 0
    for node in body:
        match node:
            case ast.ClassDef(decorator_list=[_]):
                yield from _definitions(node.body)
            case (
                ast.FunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.Assign(targets=[ast.Name(id=name)])
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr())
            ):
                yield name, node, last
            case _:
                yield "", node, last
        last = node.end_lineno or 0


def mentioned(tree: ast.AST) -> set[str]:
    """Names, attributes and keywords below a node."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                found.add(name)
    return found


def formatted(body: str, imports: str) -> str:
    """The code with those of the imports that it mentions in place of IMPORTS."""
    used = mentioned(ast.parse(body))
    lines = []
    for line in imports.splitlines():
        head, keyword, imported = line.rpartition("import ")
        kept = [name for name in imported.split(", ") if name.split(" ")[-1] in used]
        if kept or not line:
            lines.append(head + keyword + ", ".join(kept))
    needed = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return black.format_str(body.replace("IMPORTS", needed, 1), mode=black.Mode())
