"""pytest's suites, through pytest itself without any plug-in; the verdict is not its to give."""

# pathlib would cost each start 5 ms.

from __future__ import annotations

import inspect
import os
from collections.abc import Generator, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from .candidate import Sitting


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


def run(sitting: Sitting) -> None:
    """Every item that pytest collects from the module is one test."""
    import pytest

    class Module(pytest.Module):
        def _getobj(self) -> Any:
            return sitting.module

    class Told:
        """Passes every step on."""

        def __init__(self) -> None:
            self.outcome = "passed"
            self.error: BaseException | None = None
            self.refused = ""

        @pytest.hookimpl(tryfirst=True)
        def pytest_pycollect_makemodule(self, module_path: Any, parent: Any) -> Any:
            return Module.from_parent(parent, path=module_path)

        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(self, items: list[Any]) -> None:
            sitting.collected([_name(item) for item in items])
            groups: dict[Any, list[Any]] = {}
            for item in items:
                if sitting.wanted(_name(item)):
                    groups.setdefault(item.cls, []).append(item)
            order = list(groups)
            sitting.chance.shuffle(order)
            items[:] = []
            for group in order:
                sitting.chance.shuffle(groups[group])
                items += groups[group]

        def pytest_collectreport(self, report: Any) -> None:
            if report.failed:
                self.refused = str(report.longrepr)[-1500:]

        @pytest.hookimpl(tryfirst=True)
        def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool | None:
            if pyfuncitem.config.pluginmanager.has_plugin("pytest_asyncio.plugin"):
                return None
            if not inspect.iscoroutinefunction(pyfuncitem.obj):
                return None
            names = pyfuncitem._fixtureinfo.argnames
            import asyncio  # a third of the room's start

            asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
            return True

        @pytest.hookimpl(wrapper=True, tryfirst=True)  # around what catches warnings
        def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
            self.outcome, self.error = "passed", None
            sitting.start(_name(item))
            try:
                return (yield)
            finally:
                sitting.end(_name(item), self.outcome, self.error)

        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, Any]:
            report: Any = yield
            if call.excinfo is not None and self.outcome != "failed":
                self.error = _told(call.excinfo.value)
                self.outcome = "skipped" if report.skipped else "failed"
            elif report.failed:  # a strict xfail that passed
                self.outcome = "failed"
                self.error = AssertionError(str(report.longrepr))
            elif getattr(report, "wasxfail", None) is not None:
                self.outcome = "skipped"
            return report

    file = str(sitting.module.__file__)
    with open(file, "w"):  # pytest wants a file to be there; the tests are not in it
        pass
    sitting.load()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    arguments = ["-q", "-s", "-c", os.devnull, "--rootdir", sitting.folder, "--noconftest"]
    arguments += ["--confcutdir", sitting.folder, "--import-mode", "importlib"]
    wanted = sitting.paper["plugins"]
    for name in _LEFT_OUT:
        arguments += [] if name in wanted else ["-p", f"no:{name}"]
    for name in wanted:
        if name not in _LEFT_OUT and find_spec(name.partition(".")[0]):
            arguments += ["-p", name]
            if name == "pytest_asyncio.plugin":
                arguments += ["-o", "asyncio_mode=auto"]
                arguments += ["-o", "asyncio_default_fixture_loop_scope=function"]
    told = Told()
    code = pytest.main([*arguments, file], plugins=[told])
    if told.refused or code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise RuntimeError(f"pytest cannot run the suite: {told.refused or code}")


def _name(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[2].replace("::", ".")


def _told(error: BaseException) -> BaseException:
    """Internal look-up errors of pytest say nothing as text; what they would print does."""
    if type(error).__name__ == "FixtureLookupError":
        return NameError(f"fixture {getattr(error, 'argname', '')!r} not found")
    return error
