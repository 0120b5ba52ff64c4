"""pytest's suites, through pytest itself without any plug-in that nobody asked for."""

# pathlib would cost each start 5 ms.

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Generator
from importlib.util import find_spec
from typing import Any

from .test_run import TestRun

#: Plug-ins that write files, read others, or collect garbage for longer than the tests take.
_LEFT_OUT = (
    *("cacheprovider", "terminalreporter", "unraisableexception", "threadexception"),
    *("faulthandler", "junitxml", "pastebin", "stepwise", "doctest", "setuponly", "setupplan"),
)
#: What is said of a test whose parameters are none: what main.py lists, most likely.
_WITHOUT_CASES = "got empty parameter set"
_OF_ASYNCIO = ("asyncio_mode=auto", "asyncio_default_fixture_loop_scope=function")


def run(test_run: TestRun) -> None:
    """Every item that pytest collects from the module is one test."""
    import pytest

    class Module(pytest.Module):
        def _getobj(self) -> Any:
            return test_run.load()

    class Reporter:
        """Passes every step on."""

        def __init__(self) -> None:
            self.outcome = "passed"
            self.error: BaseException | None = None
            self.refused: BaseException | None = None

        @pytest.hookimpl(tryfirst=True)
        def pytest_pycollect_makemodule(self, module_path: Any, parent: Any) -> Any:
            return Module.from_parent(parent, path=module_path)

        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(self, items: list[Any]) -> None:
            test_run.collected([_name(item) for item in items])
            wanted = [item for item in items if test_run.wants(_name(item))]
            items[:] = test_run.in_order(wanted, lambda item: item.parent)
            waiting.update(map(_name, items))

        @pytest.hookimpl(wrapper=True)
        def pytest_make_collect_report(self, collector: Any) -> Generator[None, Any, Any]:
            report: Any = yield
            if report.failed and self.refused is None:
                info = getattr(report, "call", None)
                error = info.excinfo.value if info is not None and info.excinfo else None
                self.refused = error or RuntimeError(str(report.longrepr)[-1500:])
            return report

        @pytest.hookimpl(wrapper=True, tryfirst=True)  # around what catches warnings
        def pytest_runtest_protocol(self, item: Any) -> Generator[None, Any, Any]:
            self.outcome, self.error = "passed", None
            test_run.begin(_name(item))
            waiting.discard(_name(item))
            try:
                return (yield)
            except BaseException as error:  # it ends the whole run
                self.outcome, self.error = "failed", error
                raise
            finally:
                test_run.end(_name(item), self.outcome, self.error)

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, Any]:
            report: Any = yield
            expected = getattr(report, "wasxfail", None) is not None
            if call.excinfo is not None and self.outcome != "failed":
                error = _readable(call.excinfo.value)
                self.error = _expected(item, error) if expected else error
                nothing = str(error).startswith(_WITHOUT_CASES)
                self.outcome = "skipped" if report.skipped and not nothing else "failed"
            elif report.failed:  # a strict xfail that passed
                self.outcome, self.error = "failed", AssertionError(str(report.longrepr))
            elif expected:
                self.outcome = "skipped"
            return report

    waiting: set[str] = set()
    reporter = Reporter()
    session = _session(*_arguments(test_run.job))
    session.config.pluginmanager.register(reporter)
    try:
        session.config.hook.pytest_collection(session=session)
        session.config.hook.pytest_runtestloop(session=session)
    except (KeyboardInterrupt, pytest.exit.Exception, session.Failed):
        pass  # the test that ended it has failed, and those that were to come
    except Exception as error:  # pytest's own
        reporter.refused = reporter.refused or error
    if reporter.refused is not None:
        test_run.stop(reporter.refused)
    for name in sorted(waiting):
        test_run.give_up(name, "failed", RuntimeError("the run ended before its turn"))


def prepare(job: dict[str, Any]) -> None:
    """Before the fork: start pytest, which takes longer than most suites."""
    folder = os.getcwd()
    os.chdir(job["folder"])
    try:
        _session(*_arguments(job))
    finally:
        os.chdir(folder)


@functools.lru_cache(maxsize=8)
def _session(*arguments: str) -> Any:
    """pytest's session, started as pytest.main does, that has not collected yet."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    import pytest
    from _pytest.config import _prepareconfig

    finders = list(sys.meta_path)
    config = _prepareconfig(list(arguments))
    sys.meta_path[:] = finders  # what it would rewrite, test_run.py has rewritten
    session = pytest.Session.from_config(config)
    config._do_configure()
    config.hook.pytest_sessionstart(session=session)
    return session


def _arguments(job: dict[str, Any]) -> list[str]:
    folder, wanted = job["folder"], job["plugins"]
    arguments = ["-q", "-s", "-c", os.devnull, "--rootdir", folder, "--noconftest"]
    arguments += ["--confcutdir", folder, "--import-mode", "importlib"]
    arguments += ["--basetemp", os.path.join(job["temporary"], "pytest")]
    plugins = [f"no:{name}" for name in _LEFT_OUT if name not in wanted]
    plugins += [
        name for name in wanted if name not in _LEFT_OUT and _is_here(name.partition(".")[0])
    ]
    if "pytest_asyncio.plugin" in plugins:
        arguments += [part for option in _OF_ASYNCIO for part in ("-o", option)]
    arguments += [part for name in plugins for part in ("-p", name)]
    return [*arguments, os.path.join(folder, "test.py")]


def _is_here(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of the runner, and the tool lacks it
        return False


class Expected(Exception):
    """A test failed that was to fail, whatever the code says."""


def _expected(item: Any, error: BaseException) -> BaseException:
    unconditional = any(not mark.args for mark in item.iter_markers("xfail"))
    return Expected(f"{type(error).__name__}: {error}") if unconditional else error


def _name(item: Any) -> str:
    return str(item.nodeid.partition("::")[2].replace("::", "."))


def _readable(error: BaseException) -> BaseException:
    """Internal look-up errors of pytest say nothing as text; what they would print does."""
    if type(error).__name__ == "FixtureLookupError":
        return NameError(f"fixture {getattr(error, 'argname', '')!r} not found")
    return error
