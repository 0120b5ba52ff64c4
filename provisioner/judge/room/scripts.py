"""Plain scripts, and the examples of doctests."""

from __future__ import annotations

import contextlib
import io
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .candidate import Sitting


def run(sitting: Sitting) -> None:
    """The whole file is one test."""
    sitting.collected(["script"])
    sitting.start("script")
    try:
        sitting.load()
    except BaseException as error:  # judged code may raise anything; it is told
        left = isinstance(error, SystemExit) and error.code in (0, None)
        sitting.end("script", "passed" if left and _by_itself(error, sitting) else "failed", error)
    else:
        sitting.end("script", "passed")


def _by_itself(error: BaseException, sitting: Sitting) -> bool:
    """Whether the script left of its own will, not in a call of the code it tests."""
    frames = traceback.extract_tb(error.__traceback__)
    here = [frame for frame in frames if frame.filename.startswith(sitting.folder)]
    return not here


def run_examples(sitting: Sitting) -> None:
    """Each docstring is one test; what its examples print is shown, and compared outside."""
    sitting.load()
    suites = sitting.paper["examples"]
    sitting.collected([name for name, _ in suites])
    chosen = [suite for suite in suites if sitting.wanted(suite[0])]
    sitting.chance.shuffle(chosen)
    for name, examples in chosen:
        sitting.start(name)
        names = dict(vars(sitting.module))
        try:
            for number, (source, line) in enumerate(examples):
                code = compile(source, f"<{name}, line {line}>", "single", dont_inherit=True)
                got = io.StringIO()
                raised = None
                with contextlib.redirect_stdout(got):
                    try:
                        exec(code, names)
                    except Exception as error:  # an example may show an exception
                        raised = "".join(traceback.format_exception_only(error))
                answer = sitting.channel.ask("example", name, number, got.getvalue(), raised)
                if answer[0] == "broken":
                    raise AssertionError(answer[1])
        except BaseException as error:  # as above
            sitting.end(name, "failed", error)
        else:
            sitting.end(name, "passed")
