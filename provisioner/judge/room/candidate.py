"""The process that judged code runs in: sets the table, runs the suite, tells what happened."""

# pathlib would cost each start 5 ms.

from __future__ import annotations

import contextlib
import linecache
import marshal
import os
import random
import sys
import traceback
from collections.abc import Mapping
from types import ModuleType
from typing import Any, NoReturn, TypedDict

from . import apart, functions, pytests, scripts, unittests
from .channel import Channel
from .guard import Guard
from .observe import Observer
from .relied import Relied
from .table import lay

_RUNNERS = {
    "script": scripts.run,
    "doctest": scripts.run_examples,
    "unittest": unittests.run,
    "functions": functions.run,
    "pytest": pytests.run,
}


class Paper(TypedDict):
    """One suite to sit, as the examiner sends it.

    Attributes:
        style: key of the runner.
        code: the rewritten tests, marshalled, as latin-1 text.
        files: relative name to content of what is tested, as latin-1 text.
        paths: folders of installed packages.
        warm: modules to import before the fork.
        relied: modules of the standard library that the tests import.
        replaced: functions of those that the tests replace themselves.
        plugins: of pytest, those that the tests need.
        apart: whether the code under test is kept in another process.
        only: names of the tests to run, None for all.
        seed: decides the order.
        examples: for doctests, name and [source, line] pairs.
    """

    style: str
    code: str
    files: dict[str, str]
    paths: list[str]
    warm: list[str]
    relied: list[str]
    replaced: list[str]
    plugins: list[str]
    apart: bool
    only: list[str] | None
    seed: int
    examples: list[tuple[str, list[tuple[str, int]]]]


class Sitting:
    """One run of one suite: what the runners need."""

    def __init__(self, paper: Paper, channel: Channel, module: ModuleType, folder: str) -> None:
        self.paper, self.channel, self.module, self.folder = paper, channel, module, folder
        self.chance = random.Random(paper["seed"])
        self._shown = sys.modules[module.__name__] = ModuleType(module.__name__)
        self._relied = Relied(paper["relied"], paper["replaced"])

    def know(self, name: str, value: object) -> None:
        """Have a name of the tests' be found where the library looks for it: no answer is in it.

        The module itself is not to be found.
        """
        setattr(self._shown, name, value)
        if isinstance(value, type) and value.__module__ == self.module.__name__:
            self._relied.look_after_all_of(f"{value.__module__}.{name}", value)

    def load(self) -> None:
        """Execute the module of the tests."""
        exec(marshal.loads(self.paper["code"].encode("latin-1")), vars(self.module))

    def wanted(self, name: str) -> bool:
        only = self.paper["only"]
        return only is None or name in only

    def collected(self, names: list[str]) -> None:
        self.channel.tell("collected", names)

    def start(self, name: str) -> None:
        self.channel.tell("start", name)
        self.channel.flush()

    def end(self, name: str, outcome: str, error: BaseException | None = None) -> None:
        """Tell how one test ended, with the start of the next; passed, failed or skipped."""
        self.look_after()
        self.channel.tell("end", name, outcome, describe(error, self.folder) if error else None)

    def look_after(self, *, finally_: bool = False) -> None:
        """Tell if something that the tests rely on was replaced."""
        if changed := self._relied.changed(finally_=finally_):
            self.channel.tell("deed", f"the code replaced {changed}, which the tests rely on")


def sit(paper: Paper, channel: Channel, folder: str, builtins: Mapping[str, object]) -> None:
    """Run the whole suite and tell the examiner; never returns anything of worth."""
    lay(folder, paper["paths"], paper["files"])
    observer = Observer(channel, builtins)
    module = ModuleType("__main__" if paper["style"] == "script" else "test")
    module.__file__ = os.path.join(folder, "test.py")
    sitting = Sitting(paper, channel, module, folder)
    vars(module)["__builtins__"] = {**builtins, **observer.names(), "@known": sitting.know}
    observer.look_at_mocks()

    def told(kind: str, what: str) -> None:
        channel.tell(kind, what)
        channel.flush()

    def give_up(why: str) -> NoReturn:
        told("odd", why)
        os._exit(0)

    if paper["apart"]:
        apart.keep_apart(
            give_up,
            {"folder": folder, "paths": paper["paths"], "files": list(paper["files"])},
        )
    Guard(folder, paper["files"], told).watch()
    try:
        _RUNNERS[paper["style"]](sitting)
    except BaseException as error:  # judged code may raise anything; it is told
        channel.tell("stopped", describe(error, folder))
    sitting.look_after(finally_=True)
    with contextlib.suppress(Exception):  # they may have been replaced by anything
        sys.stdout.flush()
        sys.stderr.flush()
    channel.tell("done")
    channel.flush()


def describe(error: BaseException, folder: str) -> dict[str, Any]:
    """An exception as plain data: type, text, and the frames of the feature's own files."""
    frames = [
        [frame.filename.removeprefix(folder).lstrip("/"), frame.lineno, frame.name]
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == "test.py" or frame.filename.startswith(folder)
    ]
    try:
        text = str(error)[:2000]
    except Exception:  # a judged class may raise anything from its str
        text = ""
    if isinstance(error, BaseExceptionGroup):
        text += "".join(f"; {type(part).__name__}: {part}"[:500] for part in error.exceptions[:5])
    described: dict[str, Any] = {
        "type": type(error).__name__,
        "text": text.replace(f"{folder}/", ""),
        "frames": [
            [file, line, name, linecache.getline(f"{folder}/{file}", int(line or 0)).strip()]
            for file, line, name in frames[-12:]
        ],
    }
    if isinstance(error, ImportError):
        described["module"] = error.name
    if isinstance(error, SyntaxError) and error.filename:
        described["frames"].append(
            [
                error.filename.removeprefix(folder).lstrip("/"),
                error.lineno,
                "",
                (error.text or "").strip(),
            ]
        )
    return described
