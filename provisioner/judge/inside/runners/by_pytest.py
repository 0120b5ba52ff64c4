"""pytest's suites, through pytest itself without any plug-in that nobody asked for."""

# pathlib would cost each start 5 ms.

from __future__ import annotations

import inspect
import os
from collections.abc import Generator
from importlib.util import find_spec
from typing import Any

from . import assertions, modules, results

#: Plug-ins that write files, read others, or collect garbage for longer than the tests take.
_LEFT_OUT = (
    "cacheprovider",
    "terminalreporter",
    "unraisableexception",
    "threadexception",
    "faulthandler",
    "junitxml",
    "pastebin",
    "stepwise",
    "doctest",
    "setuponly",
    "setupplan",
)


def run(test_run: Any) -> None:
    """Every item that pytest collects from the module is one test."""
    import pytest

    assertions.watch_library()
    assertions.watch_pytest()

    class Module(pytest.Module):
        def _getobj(self) -> Any:
            test_run.config = self.config
            return modules.load(test_run, "test", rewrite=True)

    class Told:
        """Passes every step on."""

        def __init__(self) -> None:
            self.outcome = "passed"
            self.error: BaseException | None = None
            self.refused: Any = None
            self.skipped = False

        @pytest.hookimpl(tryfirst=True)
        def pytest_pycollect_makemodule(self, module_path: Any, parent: Any) -> Any:
            return Module.from_parent(parent, path=module_path)

        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(self, items: list[Any]) -> None:
            test_run.report.say("collected", [_name(item) for item in items])
            items[:] = [item for item in items if test_run.wanted(_name(item))]

        @pytest.hookimpl(wrapper=True)
        def pytest_make_collect_report(self, collector: Any) -> Generator[None, Any, Any]:
            report: Any = yield
            if report.failed and self.refused is None:
                info = getattr(report, "call", None)
                error = info.excinfo.value if info is not None and info.excinfo else None
                self.refused = results.describe(
                    error or RuntimeError(str(report.longrepr)[-1500:]), test_run
                )
            self.skipped |= report.skipped
            return report

        @pytest.hookimpl(tryfirst=True)
        def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool | None:
            if pyfuncitem.config.pluginmanager.has_plugin("pytest_asyncio.plugin"):
                return None
            if not inspect.iscoroutinefunction(pyfuncitem.obj):
                return None
            names = pyfuncitem._fixtureinfo.argnames
            import asyncio  # a third of a start

            asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
            return True

        @pytest.hookimpl(wrapper=True, tryfirst=True)  # around what catches warnings
        def pytest_runtest_protocol(self, item: Any) -> Generator[None, Any, Any]:
            self.outcome, self.error = "passed", None
            results.begin(test_run, _name(item))
            try:
                return (yield)
            finally:
                results.end(test_run, _name(item), self.outcome, self.error)

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, Any]:
            report: Any = yield
            if call.excinfo is not None and self.outcome != "failed":
                self.error = _told(call.excinfo.value)
                self.outcome = "skipped" if report.skipped else "failed"
                if getattr(report, "wasxfail", None) is not None:
                    self.error = _expected(item, self.error)
            elif report.failed:  # a strict xfail that passed
                self.outcome = "failed"
                self.error = AssertionError(str(report.longrepr))
            elif getattr(report, "wasxfail", None) is not None:
                self.outcome = "skipped"
            return report

    folder = os.path.dirname(test_run.file)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    arguments = ["-q", "-s", "-c", os.devnull, "--rootdir", folder, "--noconftest"]
    arguments += ["--confcutdir", folder, "--import-mode", "importlib"]
    arguments += ["--basetemp", os.path.join(test_run.job["temporary"], "pytest")]
    wanted = test_run.job["plugins"]
    for name in _LEFT_OUT:
        arguments += [] if name in wanted else ["-p", f"no:{name}"]
    for name in wanted:
        if name not in _LEFT_OUT and find_spec(name.partition(".")[0]):
            arguments += ["-p", name]
            if name == "pytest_asyncio.plugin":
                arguments += ["-o", "asyncio_mode=auto"]
                arguments += ["-o", "asyncio_default_fixture_loop_scope=function"]
    told = Told()
    code = pytest.main([*arguments, test_run.file], plugins=[told])
    if told.refused is not None:
        test_run.report.say("stopped", told.refused)
    elif code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        error = RuntimeError(f"pytest cannot run the suite: {code}")
        test_run.report.say("stopped", results.describe(error, test_run))


class Expected(Exception):
    """A test failed that was to fail, whatever the code says."""


def _expected(item: Any, error: BaseException) -> BaseException:
    unconditional = any(not mark.args for mark in item.iter_markers("xfail"))
    return Expected(f"{type(error).__name__}: {error}") if unconditional else error


def _name(item: Any) -> str:
    return str(item.nodeid.partition("::")[2].replace("::", "."))


def _told(error: BaseException) -> BaseException:
    """Internal look-up errors of pytest say nothing as text; what they would print does."""
    if type(error).__name__ == "FixtureLookupError":
        return NameError(f"fixture {getattr(error, 'argname', '')!r} not found")
    return error
