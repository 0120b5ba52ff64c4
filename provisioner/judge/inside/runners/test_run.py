"""One run of a suite, and how its tests ended, as the judge hears it."""

from __future__ import annotations

import functools
import json
import linecache
import os
import sys
import traceback
import types
from collections.abc import Callable, Mapping
from typing import Any

from ..connection.talk import REPORT
from ..evidence import assertions, notes, unseen
from ..evidence.assertions import COUNTER
from ..library.evaluation import redirect
from ..mirror.exceptions import RUNNERS

_FRAMES = 12


def compiled(job: dict[str, Any]) -> tuple[types.CodeType, tuple[str, ...]]:
    """The tests as code with notes on their assertions, and the builtins that are redirected.

    Raises SyntaxError, and what a source leads to that is too much for the compiler.
    """
    file = os.path.join(job["folder"], "test.py")
    return _compiled(job["tests"], file, job["style"], job["isolation"] == "separate")


@functools.lru_cache(maxsize=8)
def _compiled(
    source: str, file: str, style: str, separate: bool
) -> tuple[types.CodeType, tuple[str, ...]]:
    rewritten = style == "pytest"
    tree = notes.noted(source, file, explain=not rewritten, script=style == "script")
    redirected = redirect(tree, source) if separate else ()
    if rewritten:
        from _pytest.assertion.rewrite import rewrite_asserts

        rewrite_asserts(tree, source.encode(), file)
    return compile(tree, file, "exec", dont_inherit=True), redirected


def say(kind: str, *details: Any) -> None:
    """One JSON line to the judge; the code's process has no part in it."""
    data = json.dumps([kind, *details]).encode() + b"\n"
    while data:
        data = data[os.write(REPORT, data) :]


class TestRun:
    """What the runners need of a run; see tests_side.run for its job.

    Args:
        job: what the judge asked for.

    Attributes:
        file: where the tests seem to lie.
        perturbation: how the code's answers are changed, None where they are not.
        evaluation: runs text of the code's on its side, None where both sides are one.
        hold: waits for further runs where the tests are collected, see held.py.
    """

    __test__ = False
    say = staticmethod(say)

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.file = os.path.join(job["folder"], "test.py")
        self.perturbation: Any = None
        self.evaluation: Any = None
        self.hold: Callable[[], None] = lambda: None
        source: str = job["tests"]
        lines = source.splitlines(keepends=True)
        linecache.cache[self.file] = (len(source), None, lines, self.file)

    def load(self) -> types.ModuleType:
        """Execute the tests' source as a module, that of a script as the program."""
        assertions.watch()
        name = "__main__" if self.job["style"] == "script" else "test"
        module = types.ModuleType(name)
        module.__file__ = self.file
        code, redirected = compiled(self.job)
        if self.evaluation is not None:
            vars(module).update(self.evaluation.redirections(redirected))
        vars(module).update(assertions.names(self.job["tests"]))
        sys.modules[name] = module
        exec(code, vars(module))
        assertions.watch()  # doubles that the tests imported
        if "threading" in sys.modules and "excepthook" not in self.job["tests"]:
            unseen.watch_threads()
        return module

    def load_or_stop(self) -> types.ModuleType | None:
        """The module of the tests; None, and said so, where it cannot be."""
        try:
            return self.load()
        except BaseException as error:  # of the tests or of the code
            self.stop(error)
            return None

    def stop(self, error: BaseException) -> None:
        """Say what keeps the suite from running."""
        self.say("stopped", self.describe(error))

    def wants(self, name: str) -> bool:
        """Whether a test is to run."""
        return self.job["only"] is None or name in self.job["only"]

    def in_order(self, tests: list[Any], group: Callable[[Any], Any]) -> list[Any]:
        """Tests in the order to run them in; those of a group, set up once, stay together."""
        if not self.job["mixed"]:
            return tests
        mixed = tests[::-2] + tests[-2::-2]
        groups = list(map(group, mixed))
        return sorted(mixed, key=lambda one: groups.index(group(one)))

    def collected(self, names: list[str]) -> None:
        """Say which tests there are; none has begun."""
        self.hold()
        self.say("collected", names)

    def begin(self, name: str) -> None:
        """Say that a test begins."""
        COUNTER.begin()
        if self.perturbation is not None:
            self.perturbation.begin()
        self.say("start", name)

    def end(self, name: str, outcome: str, error: BaseException | None = None) -> None:
        """Say how a test ended: passed, failed or skipped."""
        if outcome == "passed" and (why := COUNTER.swallowed()):
            outcome, error = "failed", AssertionError(why)
        elsewhere = self.perturbation is not None and self.perturbation.elsewhere
        self.say("end", name, outcome, self.describe(error), COUNTER.evaluated, elsewhere)

    def give_up(self, name: str, outcome: str, error: BaseException) -> None:
        """Say how a test ended that could not begin."""
        self.begin(name)
        self.end(name, outcome, error)

    def run_each(self, tests: Mapping[str, Callable[[], Any]]) -> None:
        """Call each test that is wanted, without a framework."""
        self.collected(list(tests))
        for name, test in self.in_order(list(tests.items()), lambda test: None):
            if self.wants(name):
                self.begin(name)
                try:
                    test()
                except BaseException as error:  # it is reported
                    self.end(name, "skipped" if _is_skip(error) else "failed", error)
                else:
                    self.end(name, "passed")

    def describe(self, error: BaseException | None) -> dict[str, Any] | None:
        """An exception as plain data: type, text, and the frames of the tests and the code."""
        if error is None:
            return None
        try:
            text = str(error)[:3000]
        except Exception:  # a judged class may raise anything from its str
            text = ""
        if isinstance(error, BaseExceptionGroup):
            parts = error.exceptions[:5]
            text += "".join(f"; {type(part).__name__}: {part}"[:500] for part in parts)
        frames: list[Any] = [
            ["test.py", one.lineno, one.name, one.line or ""]
            for one in traceback.extract_tb(error.__traceback__)
            if one.filename == self.file
        ]
        frames += [list(frame) for frame in getattr(error, "_judge_frames", ())]
        frames = frames[-_FRAMES:]
        kind = type(error).__name__
        if error is COUNTER.unexpected:  # the assertion that expected another has failed
            kind, text = "AssertionError", f"{kind}: {text}, where another exception was expected"
        described: dict[str, Any] = {
            "type": kind,
            "text": text.replace(self.job["folder"] + os.sep, ""),
        }
        if isinstance(error, ImportError):
            described["module"] = error.name
        if isinstance(error, SyntaxError) and error.filename:
            name = os.path.basename(str(error.filename))
            frames.append([name, error.lineno, "", (error.text or "").strip()])
        return {**described, "frames": frames}


def _is_skip(error: BaseException) -> bool:
    """Whether an exception of the tests' process skips a test."""
    kind = type(error)
    return kind.__name__ in ("SkipTest", "Skipped") and kind.__module__.startswith(RUNNERS)
