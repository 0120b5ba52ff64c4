"""Runs in the sandbox: `python -I -B tracer.py`, a job on standard input, a report on output.

It measures what of main.py the tests reach. That could be forged; no verdict depends on it.
"""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import json
import os
import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

import coverage
import pytest
from coverage.exceptions import NoDataError

#: Blocks that only a type checker or `python main.py` runs.
_EXCLUDED = [r"^\s*if ([\w.]+\.)?TYPE_CHECKING\b", r"^\s*if __name__\b"]


class Job(TypedDict):
    """What to trace."""

    style: str  # "script", "unittest", "doctest", "functions" or "pytest"
    plugins: list[str]  # of pytest, those that the tests need
    paths: list[str]  # folders of packages that go before the tool's own
    files: dict[str, str]  # relative name to content, as latin-1; test.py and main.py among them


def _run_script(tests: Path) -> str:
    try:
        runpy.run_path(str(tests), run_name="__main__")
    except SystemExit as error:
        return "" if error.code in (0, None) else f"the script ends with {error.code}"
    return ""


class Observer:
    """Runs async tests where no plug-in of pytest does, and counts."""

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
            failed = f"{report.nodeid.partition('::')[2]} {report.outcome}"
            self.refused = self.refused or failed


def _run_pytest(tests: Path, style: str, plugins: Sequence[str]) -> str:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # Without confcutdir pytest lists the folders above, which nobody may read in the sandbox.
    arguments = ["-q", "-s", "-c", os.devnull, "--rootdir", ".", "--confcutdir", "."]
    arguments += ["--noconftest", "--assert", "plain", "--import-mode", "importlib"]
    if style in ("unittest", "doctest"):  # where functions are no tests
        arguments += ["-o", "python_functions="]
        arguments += ["--doctest-modules"] if style == "doctest" else []
    arguments += [] if "cacheprovider" in plugins else ["-p", "no:cacheprovider"]
    for name in plugins:
        if importlib.util.find_spec(name.partition(".")[0]):
            arguments += ["-p", name]
            if name == "pytest_asyncio.plugin":
                arguments += ["-o", "asyncio_mode=auto"]
                arguments += ["-o", "asyncio_default_fixture_loop_scope=function"]
    observer = Observer()
    code = pytest.ExitCode(pytest.main([*arguments, str(tests)], plugins=[observer]))
    if code != pytest.ExitCode.OK or observer.refused:
        return observer.refused or f"pytest ends with {code.name}"
    return "" if observer.passed else "no test was found"


def _measured(main: Path, job: Job) -> dict[str, object]:
    """Run the tests beside main.py: their fault, "" for none, and coverage.py's report on it."""
    tracer = coverage.Coverage(data_file=None, config_file=False, branch=True, include=[str(main)])
    tracer.set_option("report:exclude_lines", _EXCLUDED)
    fault = ""
    tracer.start()
    try:
        tests, style = main.with_name("test.py"), job["style"]
        script = style == "script"
        fault = _run_script(tests) if script else _run_pytest(tests, style, job["plugins"])
    except BaseException as error:  # noqa: BLE001  # judged code may raise anything; it is told
        fault = f"{type(error).__name__}: {error}"
    finally:
        tracer.stop()
    path = main.with_name("coverage.json")
    try:
        tracer.json_report(outfile=str(path))
    except NoDataError:
        return {"fault": fault, "main": None}
    (report,) = json.loads(path.read_bytes())["files"].values()
    return {"fault": fault, "main": report}


def _serve() -> None:
    job: Job = json.load(sys.stdin)
    out = os.dup(1)
    os.dup2(2, 1)
    folder = Path.cwd()
    for name, text in job["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("latin-1"))
    sys.path[:0] = job["paths"]
    sys.path.append(str(folder))
    sys.argv = ["test.py"]
    data = json.dumps(_measured(folder / "main.py", job)).encode()
    while data:
        data = data[os.write(out, data) :]
    os._exit(0)


if __name__ == "__main__":
    _serve()
