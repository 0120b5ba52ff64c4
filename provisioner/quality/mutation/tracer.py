"""Runs in the sandbox: `python -I -B tracer.py`, a job on standard input, a report on output.

It runs the tests as they are and notes which lines of main.py they reach, and from where. The
code under test could forge that, and would gain nothing: no verdict depends on it.
"""

from __future__ import annotations

import dis
import importlib.util
import json
import os
import runpy
import sys
import threading
from collections.abc import Collection, Sequence
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, TypedDict

_EXIT = 0


class Job(TypedDict):
    """What to trace.

    Attributes:
        style: key of the runner, as the judge has it.
        plugins: of pytest, those that the tests need.
        files: relative name to content, as latin-1 text; test.py and main.py among them.
    """

    style: str
    plugins: list[str]
    files: dict[str, str]


class Tracer:
    """Notes lines, and steps from line to line within one frame, of one file by all its names."""

    def __init__(self, files: Collection[str]) -> None:
        self._files = files
        self._last: dict[FrameType, int] = {}
        self.lines: set[int] = set()
        self.arcs: set[tuple[int, int]] = set()

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "call":
            return self if frame.f_code.co_filename in self._files else None
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


def _run_script(tests: Path, plugins: Sequence[str]) -> str:
    try:
        runpy.run_path(str(tests), run_name="__main__")
    except SystemExit as error:
        return "" if error.code in (0, None) else f"the script ends with {error.code}"
    return ""


def _run_unittest(tests: Path, plugins: Sequence[str]) -> str:
    import unittest

    result = unittest.TestResult()
    unittest.TestLoader().loadTestsFromModule(_module(tests)).run(result)
    refused = [*result.errors, *result.failures, *result.skipped, *result.expectedFailures]
    refused += [(test, "succeeds unexpectedly") for test in result.unexpectedSuccesses]
    if refused:
        test, why = refused[0]
        return f"{test.id()}: {why.strip().splitlines()[-1]}"
    return "" if result.testsRun else "no test was found"


def _run_doctest(tests: Path, plugins: Sequence[str]) -> str:
    import doctest

    failed, attempted = doctest.testmod(_module(tests), verbose=False)
    if failed:
        return f"{failed} of {attempted} examples fail"
    return "" if attempted else "no example was found"


def _module(tests: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("test", tests)
    assert spec is not None, "a path ending in .py has a loader"
    assert spec.loader is not None, "as above"
    module = sys.modules["test"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run_pytest(tests: Path, plugins: Sequence[str]) -> str:
    import asyncio
    import inspect

    import pytest

    class Observer:
        """Runs async tests where no plug-in does, and counts."""

        def __init__(self) -> None:
            self.passed = 0
            self.refused = ""

        @pytest.hookimpl(trylast=True)
        def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool | None:
            if not inspect.iscoroutinefunction(pyfuncitem.obj):
                return None
            names = pyfuncitem._fixtureinfo.argnames
            asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
            return True

        def pytest_runtest_logreport(self, report: Any) -> None:
            self.passed += report.when == "call" and report.passed
            if not report.passed:
                self.refused = (
                    self.refused or f"{report.nodeid.partition('::')[2]} {report.outcome}"
                )

    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # Without confcutdir pytest lists the folders above, which nobody may read in the sandbox.
    arguments = ["-q", "-s", "-c", os.devnull, "--rootdir", ".", "--confcutdir", "."]
    arguments += ["--noconftest", "--assert", "plain"]
    arguments += [] if "cacheprovider" in plugins else ["-p", "no:cacheprovider"]
    for name in plugins:
        if importlib.util.find_spec(name.partition(".")[0]):
            arguments += ["-p", name]
            if name == "pytest_asyncio.plugin":
                arguments += ["-o", "asyncio_mode=auto"]
                arguments += ["-o", "asyncio_default_fixture_loop_scope=function"]
    arguments += ["--import-mode", "importlib", str(tests)]
    observer = Observer()
    code = pytest.ExitCode(pytest.main(arguments, plugins=[observer]))
    if code != pytest.ExitCode.OK or observer.refused:
        return observer.refused or f"pytest ends with {code.name}"
    return "" if observer.passed else "no test was found"


_RUNNERS = {
    "script": _run_script,
    "unittest": _run_unittest,
    "doctest": _run_doctest,
    "functions": _run_pytest,
    "pytest": _run_pytest,
}


def _serve() -> None:
    job: Job = json.load(sys.stdin)
    out = os.dup(1)
    os.dup2(2, 1)
    folder = Path.cwd()
    for name, text in job["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("latin-1"))
    sys.path.append(str(folder))
    sys.argv = ["test.py"]
    fault = ""
    tracer = Tracer((str(folder / "main.py"), "main.py"))  # run by its path, it is called that
    threading.settrace(tracer)
    sys.settrace(tracer)
    try:
        fault = _RUNNERS[job["style"]](folder / "test.py", job["plugins"])
    except BaseException as error:  # noqa: BLE001  # judged code may raise anything; it is told
        fault = f"{type(error).__name__}: {error}"
    finally:
        sys.settrace(None)
    report = {"lines": sorted(tracer.lines), "arcs": sorted(tracer.arcs), "fault": fault}
    data = json.dumps(report).encode()
    while data:
        data = data[os.write(out, data) :]
    os._exit(0)


if __name__ == "__main__":
    _serve()
