"""Runs in the sandbox: `python -I -B tracer.py`, a job on standard input, a report on output.

It runs the tests as they are and notes which lines of main.py they reach, and from where. The
code under test could forge that, and would gain nothing: no verdict depends on it.
"""

from __future__ import annotations

import ast
import dis
import importlib.util
import json
import os
import runpy
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

_EXIT = 0


class Tracer:
    """Notes lines, and steps from line to line within one frame, of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._last: dict[FrameType, int] = {}
        self.lines: set[int] = set()
        self.arcs: set[tuple[int, int]] = set()

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "call":
            return self if frame.f_code.co_filename == self._file else None
        if event == "line":
            line = frame.f_lineno
            self.lines.add(line)
            if frame in self._last:
                self.arcs.add((self._last[frame], line))
            self._last[frame] = line
        elif event == "return" and _leaves(frame):
            self.arcs.add((self._last.pop(frame, _EXIT), _EXIT))
        return self


def _leaves(frame: FrameType) -> bool:
    """Whether a frame ends by returning, rather than by yielding or by an exception."""
    operation = dis.opname[frame.f_code.co_code[frame.f_lasti]]
    return operation.startswith("RETURN_") and operation != "RETURN_GENERATOR"


def _run(tests: Path) -> None:
    if not any(_holds_tests(node) for node in ast.parse(tests.read_bytes()).body):
        runpy.run_path(str(tests), run_name="__main__")
        return
    import asyncio
    import inspect

    import pytest

    class Coroutines:
        """Runs async tests where no plug-in does."""

        @pytest.hookimpl(trylast=True)
        def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool | None:
            if not inspect.iscoroutinefunction(pyfuncitem.obj):
                return None
            names = pyfuncitem._fixtureinfo.argnames
            asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
            return True

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    arguments = ["-q", "-s", "-c", os.devnull, "--rootdir", ".", "--noconftest"]
    arguments += ["-p", "no:cacheprovider", "-W", "ignore", "--assert", "plain"]
    if importlib.util.find_spec("pytest_asyncio"):
        arguments += ["-p", "pytest_asyncio.plugin", "-o", "asyncio_mode=auto"]
        arguments += ["-o", "asyncio_default_fixture_loop_scope=function"]
    arguments += ["--import-mode", "importlib", str(tests)]
    pytest.main(arguments, plugins=[Coroutines()])


def _holds_tests(node: ast.stmt) -> bool:
    if isinstance(node, ast.ClassDef):
        return any(_holds_tests(part) for part in node.body)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name.startswith("test")
    return False


def _serve() -> None:
    job: dict[str, str] = json.load(sys.stdin)
    out = os.dup(1)
    os.dup2(2, 1)
    folder = Path.cwd()
    for name, text in job.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("latin-1"))
    sys.path.append(str(folder))
    tracer = Tracer(str(folder / "main.py"))
    threading.settrace(tracer)
    sys.settrace(tracer)
    try:
        _run(folder / "test.py")
    except BaseException:  # noqa: BLE001  # whatever ends the tests: what was reached counts
        pass
    finally:
        sys.settrace(None)
    data = json.dumps({"lines": sorted(tracer.lines), "arcs": sorted(tracer.arcs)}).encode()
    while data:
        data = data[os.write(out, data) :]
    os._exit(0)


if __name__ == "__main__":
    _serve()
