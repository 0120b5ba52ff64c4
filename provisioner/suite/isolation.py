"""Whether tests and code can run in two processes, decided from the tests' source alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from provisioner.suite.handed_classes import (
    has_schema,
    is_given,
    is_library_class,
    maps_classes,
    wired_classes,
)
from provisioner.suite.origins import Origins

#: Why tests need the process of the code that they test:
#: subclass: a class of the tests' is built on, by, of or for one of main's
#: source: main's source is read or compiled by the tests
#: frames: frames, code objects or globals of main's functions are looked at
#: memory: life time or size of main's objects is measured
#: processes: main's functions are given to other processes
#: threads: main's threads are counted from outside
#: signals: main's signal handlers are called
#: interpreter: state of the interpreter that main relies on is set
#: modules: modules are planted for main to import, or imports of main's replaced
#: sockets: tests and main meet at a socket, and each process has a network of its own
#: tables: a library that makes tables or schemas of classes is given main's
#: identity: an object of main's is to be one that the library, or Python, has in this process
#: loggers: a logger that main may have set up is looked at, or logged to, by its name
#: And why they cannot run at all beside code that may mean to deceive:
#: text: what main returns would run in the tests' process
Kind = Literal[
    "subclass",
    "source",
    "frames",
    "memory",
    "processes",
    "threads",
    "signals",
    "interpreter",
    "modules",
    "sockets",
    "tables",
    "identity",
    "loggers",
    "text",
]

_LOGS = ("debug", "info", "warning", "error", "critical", "exception", "log")
#: Functions, modules ("weakref.") and attributes (".tb_frame") that make a suite of their kind.
_TELLING_OF: dict[Kind, tuple[str, ...]] = {
    "source": (
        *("inspect.getsource", "inspect.getsourcelines", "inspect.getsourcefile"),
        *("inspect.getcomments", "inspect.findsource", "linecache.", "tokenize.", "runpy."),
        *("importlib.util.spec_from_file_location", "importlib.machinery.SourceFileLoader"),
        *("py_compile.", "compileall."),
    ),
    "frames": (
        *("sys._getframe", "sys.settrace", "sys.setprofile", "sys._current_frames", "dis."),
        *("inspect.stack", "inspect.currentframe", "inspect.trace", "inspect.getouterframes"),
        *("inspect.getinnerframes", "inspect.getclosurevars", "inspect.getgeneratorlocals"),
        *("traceback.extract_tb", "traceback.extract_stack", "traceback.walk_tb"),
        *("traceback.walk_stack", "traceback.StackSummary", "trace.Trace"),
        *(".__code__", ".__globals__", ".__closure__", ".tb_frame", ".tb_next", ".tb_lineno"),
        *(".gi_frame", ".cr_frame", ".f_locals", ".f_back", "inspect.isgeneratorfunction"),
        *(".__defaults__", ".__kwdefaults__", ".__isabstractmethod__"),
    ),
    "memory": (
        *("weakref.", "tracemalloc.", "gc.get_referrers", "gc.get_objects", "gc.get_referents"),
        *("sys.getrefcount", "sys.getsizeof"),
    ),
    "processes": ("multiprocessing.", "os.fork", "concurrent.futures.ProcessPoolExecutor"),
    "threads": ("threading.enumerate", "threading.active_count"),
    "signals": (
        *("signal.signal", "signal.raise_signal", "signal.alarm", "signal.setitimer"),
        *("signal.getsignal", "signal.pthread_kill", "os.kill"),
    ),
    "interpreter": (
        *("decimal.getcontext", "decimal.setcontext", "decimal.localcontext"),
        *("locale.setlocale", "contextvars.", "time.tzset", "socket.setdefaulttimeout"),
        *("sys.setrecursionlimit", "sys.set_int_max_str_digits", "sys.addaudithook"),
    ),
    "loggers": tuple(
        f"logging.Logger.{name}"
        for name in (*_LOGS, "handlers", "level", "propagate", "isEnabledFor", "hasHandlers")
    ),
}
_TELLING: dict[str, Kind] = {name: kind for kind, names in _TELLING_OF.items() for name in names}
#: Calls by which tests reach a server of main's, or wait for a client of main's.
_SOCKETS = frozenset(
    (
        *("socket.socket", "socket.create_connection", "socket.create_server"),
        *("urllib.request.urlopen", "http.client.HTTPConnection", "telnetlib.Telnet"),
        *("http.server.HTTPServer", "http.server.ThreadingHTTPServer", "socketserver.TCPServer"),
        *("socketserver.ThreadingTCPServer", "wsgiref.simple_server.make_server"),
        *("asyncio.open_connection", "asyncio.start_server", "xmlrpc.client.ServerProxy"),
    )
)
#: Calls that run what they are given, where eval, exec, compile and pickle are seen to inside.
_RUNS_TEXT = frozenset(
    (
        *("marshal.load", "marshal.loads", "types.FunctionType", "types.LambdaType"),
        *("types.CodeType", "code.interact", "code.InteractiveInterpreter", "bdb.Bdb", "pdb.run"),
        *("code.InteractiveConsole", "cProfile.run", "cProfile.runctx", "profile.run"),
        *("profile.runctx", "pickletools.optimize", "_pickle.Unpickler"),
    )
)
#: Seen to inside under their own names only.
_BUILTIN_RUNNERS = frozenset(("builtins.eval", "builtins.exec", "builtins.compile"))
#: Methods that read a file whose path stands before the dot.
_READERS = frozenset(("read_text", "read_bytes", "open"))
#: Parameters of functions that make a class: dataclasses.make_dataclass, pydantic.create_model.
_BASES = frozenset(("bases", "__base__"))
_TEXT_CHARS = 80


@dataclass(frozen=True, slots=True)
class Construct:
    """A place in the tests that needs the process of the code, or cannot run beside it.

    Attributes:
        kind: why.
        line: where, from 1.
        text: its source, shortened.
    """

    kind: Kind
    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text} ({self.kind})"


def constructs_of(origins: Origins) -> tuple[Construct, ...]:
    """Every construct of every kind in a test file, in its order, one for each line and kind.

    main.py has no say.
    """
    found: dict[tuple[int, Kind], Construct] = {}
    wired = wired_classes(origins)
    for node in origins.nodes:
        if isinstance(node, ast.Call | ast.Subscript) and is_given(node, wired, origins):
            found[node.lineno, "subclass"] = Construct("subclass", node.lineno, _text(node))
        for kind in _kinds(node, origins):
            line = getattr(node, "lineno", 1)
            found.setdefault((line, kind), Construct(kind, line, _text(node)))
    return tuple(found[place] for place in sorted(found))


def _kinds(node: ast.AST, origins: Origins) -> Iterator[Kind]:
    match node:
        case ast.ClassDef() if _builds_on_main(node, origins) or _is_described(node, origins):
            yield "subclass"
        case ast.ClassDef(body=body) if has_schema(node, origins):
            if any(origins.below_main(one) for one in body if isinstance(one, ast.AnnAssign)):
                yield "tables"
        case ast.Call():
            if _makes_class(node, origins):
                yield "subclass"
            if _reads_source(node, origins):
                yield "source"
            if maps_classes(node, origins):
                yield "tables"
            if origins.of(node.func) & _SOCKETS:
                yield "sockets"
            if origins.of(node.func) & _RUNS_TEXT:
                yield "text"
        case ast.ImportFrom(module="builtins", names=names):
            if any(f"builtins.{alias.name}" in _BUILTIN_RUNNERS for alias in names):
                yield "text"
        case ast.Name(ctx=ast.Load()) | ast.Attribute(ctx=ast.Load()):
            yield from _telling(node, origins)
    if _plants_module(node, origins):
        yield "modules"
    if _is_of_process(node, origins):
        yield "identity"


def _plants_module(node: ast.AST, origins: Origins) -> bool:
    """`sys.modules["requests"] = fake`, and the same by others; `patch("builtins.__import__")`."""
    key: ast.expr | None = None
    match node:
        case ast.Constant(value="builtins.__import__" | "__import__"):
            return True
        case ast.Assign(targets=[ast.Subscript(value=holder, slice=key)]):
            pass
        case ast.Call(func=ast.Attribute(attr="setitem" | "delitem"), args=[holder, key, *_]):
            pass
        case ast.Call(func=ast.Attribute(attr="dict"), args=[holder, *_]):
            pass
        case _:
            return False
    named = {holder.value} if isinstance(holder, ast.Constant) else origins.of(holder)
    return "sys.modules" in named and getattr(key, "value", None) not in origins.modules


def _builds_on_main(node: ast.ClassDef, origins: Origins) -> bool:
    parts = [*node.bases, *(keyword.value for keyword in node.keywords)]
    parts = [part.value if isinstance(part, ast.Subscript) else part for part in parts]
    decorators = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
    return any(origins.of_main(part) for part in parts + decorators) or any(
        isinstance(part, ast.Call) and origins.of_main(part.func) for part in node.bases
    )


def _is_described(node: ast.ClassDef, origins: Origins) -> bool:
    """`class Own: price = main.Positive()`: main's descriptors keep what its objects hold."""
    methods = [one.name for one in node.body if isinstance(one, ast.FunctionDef)]
    if any(name.lower().startswith(("test", "setup")) for name in methods):
        return False
    values = [one.value for one in node.body if isinstance(one, ast.Assign | ast.AnnAssign)]
    return any(isinstance(one, ast.Call) and origins.of_main(one.func) for one in values)


def _makes_class(node: ast.Call, origins: Origins) -> bool:
    """`type("Child", (main.Base,), {})`, `types.new_class(…)` and `main.Shape.register(Own)`."""
    made_by = origins.of(node.func)
    if made_by & {"builtins.type", "types.new_class"} and len(node.args) > 1:
        return origins.below_main(node.args[1])
    if any(one.arg in _BASES and origins.below_main(one.value) for one in node.keywords):
        return True
    registers = isinstance(node.func, ast.Attribute) and node.func.attr == "register"
    if registers and origins.of_main(node.func) and len(node.args) == 1:
        name = getattr(node.args[0], "id", "")
        return name[:1].isupper() and not origins.of_main(node.args[0])
    return False


def _is_of_process(node: ast.AST, origins: Origins) -> bool:
    """Whether something of main's is to be what this process has of its own."""
    match node:
        case ast.Compare(left=left, ops=[by], comparators=[right]):
            classes = [left, right] if isinstance(by, ast.Is | ast.IsNot) else []
        case ast.Call(func=ast.Attribute(attr="assertIs" | "assertIsNot"), args=[left, right, *_]):
            classes = []
        case _:
            return False
    if any(is_library_class(one, origins) for one in classes):
        return True
    return _has_own(left, right, origins) or _has_own(right, left, origins)


def _has_own(one: ast.expr, other: ast.expr, origins: Origins) -> bool:
    """`logging.getLogger("a") is main.logger("a")`, `type(Shape) is Meta`."""
    match one:
        case ast.Call(func=func, args=[_]) if "logging.getLogger" in origins.of(func):
            return origins.below_main(other)
        case ast.Call(func=func, args=[ast.Name(id=name) as given]):
            of_class = "builtins.type" in origins.of(func) and origins.of_main(given)
            return of_class and not name.isupper() and name[0].isupper() and origins.of_main(other)
    return False


def _reads_source(node: ast.Call, origins: Origins) -> bool:
    """`open("main.py")`, `Path(main.__file__).read_text()`, `(here / "main.py").open()`."""
    if origins.of(node.func) & {"builtins.open", "io.open", "codecs.open"} and node.args:
        return _names_source(node.args[0], origins)
    if isinstance(node.func, ast.Attribute) and node.func.attr in _READERS:
        return _names_source(node.func.value, origins)
    return False


def _names_source(node: ast.expr, origins: Origins) -> bool:
    files = {f"{module}.py" for module in origins.modules}
    for part in ast.walk(origins.resolved(node)):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            if part.value.rpartition("/")[2] in files:
                return True
        elif isinstance(part, ast.Attribute) and part.attr == "__file__":
            if origins.of_main(part.value):
                return True
        elif isinstance(part, ast.Name) and part is not node:
            resolved = origins.resolved(part)
            if resolved is not part and _names_source(resolved, origins):
                return True
    return False


def _telling(node: ast.Name | ast.Attribute, origins: Origins) -> Iterator[Kind]:
    for origin in origins.of(node):
        kind = _TELLING.get(origin) or _TELLING.get(origin.partition(".")[0] + ".")
        if kind and "." in origin:
            yield kind
        if isinstance(node, ast.Attribute) and origin in _BUILTIN_RUNNERS:
            yield "text"
    if isinstance(node, ast.Attribute) and f".{node.attr}" in _TELLING:
        yield _TELLING[f".{node.attr}"]


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.ClassDef):
        parts = [ast.unparse(part) for part in [*node.bases, *node.keywords]]
        return f"class {node.name}({', '.join(parts)})"[:_TEXT_CHARS]
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _TEXT_CHARS else text[: _TEXT_CHARS - 1] + "…"
