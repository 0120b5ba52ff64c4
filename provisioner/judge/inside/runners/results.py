"""How a test ended, as the judge hears it."""

from __future__ import annotations

import linecache
import os
import traceback
from typing import Any

from .. import exceptions, mirrored
from .assertions import COUNTER

_FRAMES = 12


def describe(error: BaseException | None, test_run: Any) -> dict[str, Any] | None:
    """An exception as plain data: type, text, and the frames of the tests and the code."""
    if error is None:
        return None
    try:
        text = str(error)[:3000]
    except Exception:  # a judged class may raise anything from its str
        text = ""
    if isinstance(error, BaseExceptionGroup):
        text += "".join(f"; {type(part).__name__}: {part}"[:500] for part in error.exceptions[:5])
    frames: list[Any] = []
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == test_run.file:
            source = linecache.getline(test_run.file, frame.lineno or 0).strip()
            frames.append(["test.py", frame.lineno, frame.name, source])
    frames += [list(frame) for frame in getattr(error, "_judge_frames", ())]
    described: dict[str, Any] = {
        "type": type(error).__name__,
        "text": text.replace(mirrored.FOLDER[0], ""),
        "frames": frames[-_FRAMES:],
    }
    if error is COUNTER.unexpected:  # the assertion that expected another has failed
        described["text"] = f"{type(error).__name__}: {text}, where another exception was expected"
        described["type"] = "AssertionError"
    if isinstance(error, ImportError):
        described["module"] = error.name
    if isinstance(error, SyntaxError) and error.filename:
        name = os.path.basename(str(error.filename))
        described["frames"].append([name, error.lineno, "", (error.text or "").strip()])
    return described


def begin(test_run: Any, name: str) -> None:
    """Report the start of a test."""
    COUNTER.begin()
    if test_run.perturbation is not None:
        test_run.perturbation.begin()
    test_run.report.say("start", name)


def end(test_run: Any, name: str, outcome: str, error: BaseException | None = None) -> None:
    """Report the end of a test: passed, failed or skipped."""
    if outcome == "passed" and (why := COUNTER.swallowed()):
        outcome, error = "failed", AssertionError(why)
    perturbation = test_run.perturbation
    elsewhere = perturbation is not None and perturbation.elsewhere
    test_run.report.say(
        "end", name, outcome, describe(error, test_run), COUNTER.evaluated, elsewhere
    )


def is_skip(error: BaseException) -> bool:
    """Whether an exception of the tests' process skips a test."""
    return type(error).__name__ in ("SkipTest", "Skipped") and (
        type(error).__module__.partition(".")[0] in exceptions.RUNNERS
    )
