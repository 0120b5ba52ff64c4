"""Finds in the source of judged code the names by which one gets out of one's own frame.

Honest code hardly ever has them. They count against code only together with more: a suite that is
green, assertions whose expected values the sandbox computes, and a frame taken hold of.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping

_OUT_OF_FRAME = frozenset(
    ("getargvalues", "getinnerframes", "capture_locals", "get_stack", "cgitb")
)
_INTO_OTHERS = frozenset(
    (
        *("__globals__", "__closure__", "__builtins__"),
        *("f_back", "f_locals", "f_globals", "f_builtins", "f_trace", "f_lineno"),
        *("getclosurevars", "getcoroutinelocals", "getgeneratorlocals", "getasyncgenlocals"),
    )
)
#: Honest by themselves; with access by a computed name they find the tests' own functions.
_ROUNDABOUT = frozenset(("__subclasses__", "__mro__", "sys.modules", "meta_path", "raise_signal"))
_MEMORY = frozenset(("memmove", "memset", "from_address", "pythonapi", "PyDLL", "py_object"))
_INDIRECT = frozenset(
    (
        *(
            "getattr",
            "eval",
            "exec",
            "attrgetter",
            "__getattribute__",
            "getmembers",
            "getattr_static",
        ),
        *("vars", "__get__", "get_field", "methodcaller", "compile", "runsource", "import_module"),
    )
)


def out_of_frame(code: Mapping[str, bytes]) -> str:
    """Where the code names what leads from a frame to others, "" where it does not."""
    return _first(code, _OUT_OF_FRAME) or _indirect(code)


def into_others(code: Mapping[str, bytes]) -> str:
    """Where the code reaches into functions that are not its own, or into memory."""
    found = _first(code, _INTO_OTHERS) or _first(code, _MEMORY)
    return found or (_first(code, _ROUNDABOUT) and _indirect(code))


def _trees(code: Mapping[str, bytes]) -> list[tuple[str, ast.Module]]:
    trees = []
    for name, source in code.items():
        if name.endswith(".py") and name != "test.py":
            try:
                trees.append((name, ast.parse(source)))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
    return trees


def _first(code: Mapping[str, bytes], wanted: frozenset[str]) -> str:
    for file, tree in _trees(code):
        innocent = _innocent(tree)
        for node in ast.walk(tree):
            if id(node) in innocent:
                continue
            match node:
                case ast.Attribute(value=ast.Name(id=of), attr=name):
                    names = [name, f"{of}.{name}"]
                case ast.Attribute(attr=name) | ast.Name(id=name) | ast.keyword(arg=str(name)):
                    names = [name]
                case ast.ImportFrom(module=module, names=aliases):
                    names = [part for one in aliases for part in (one.name, f"{module}.{one.name}")]
                case ast.MatchClass(kwd_attrs=names):
                    pass
                case ast.Constant(value=str() as text):
                    names = [one for one in wanted if one in text and _is_word(one, text)]
                case _:
                    continue
            if found := wanted & set(names):
                return f"{file}:{getattr(node, 'lineno', 0)} names {min(found)}"
    return ""


def _is_word(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _innocent(tree: ast.Module) -> frozenset[int]:
    """Ids of nodes that have such a name and lead nowhere.

    Docstrings are people's words. `eval(text, {"__builtins__": {}})` takes names away,
    `sys.modules[__name__]` is one's own module, and `Base.__subclasses__()` are one's own classes.
    """
    bound = Counter(name for node in ast.walk(tree) for name in _bound(node))
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    found: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str()) as text):
                found.add(id(text))
            case ast.Call(func=ast.Name(id="eval" | "exec"), args=[_, ast.Dict(keys=keys), *_]):
                found |= {id(key) for key in keys if isinstance(key, ast.Constant)}
            case ast.Subscript(value=ast.Attribute() as modules, slice=ast.Name(id="__name__")):
                found |= set() if bound["__name__"] else {id(modules)}
            case ast.Attribute(value=ast.Name(id=name), attr="__subclasses__"):
                found |= {id(node)} if name in classes and bound[name] == 1 else set()
    return frozenset(found)


def _bound(node: ast.AST) -> list[str]:
    """The names that a node binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            return [name]
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return [name]
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return [one.asname or one.name for one in aliases]
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return [name]
        case ast.ExceptHandler(name=str(name)) | ast.MatchMapping(rest=str(name)):
            return [name]
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return list(names)
    return []


def _indirect(code: Mapping[str, bytes]) -> str:
    """Access by a name that is put together at run time."""
    for file, tree in _trees(code):
        spelt = {
            id(node.func)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "getattr"
            and all(isinstance(arg, ast.Constant) for arg in node.args[1:2])
        }
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    if name in _INDIRECT and id(node) not in spelt:
                        return f"{file}:{node.lineno} uses {name}"
    return ""
