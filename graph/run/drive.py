"""Execution of the compiled workflow up to its ending, by itself or by a signal."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from langgraph.errors import GraphRecursionError

from assistant.errors import AssistantError, BudgetExceeded, NoProviderAvailable, NotUnderstood
from assistant.kinds import Kind
from graph.deps import Deps
from graph.errors import FAILED, NO_PROVIDER, SET_A_KEY, ApprovalNeeded, ErrorReport, error_report
from graph.result import Ending
from graph.run.checkpoints import Compiled
from graph.state import DeploymentState
from ledger.text.program import program
from provisioner.errors import IndexUnreachable
from provisioner.sandbox.tree import end_descendants

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NETWORK: Kind = "network_error"
_ANEW = "begin a new run by the same command without --recovery-mode: what was committed stays"
_AGAIN = f"mend the providers' errors, wait until they are back, or {SET_A_KEY}, and resume"


async def drive(
    compiled: Compiled, entering: DeploymentState | None, config: Any, deps: Deps
) -> Ending:
    """Run the workflow from a state, or from its last checkpoint, until it ends or halts.

    A bug passes through with its traceback. A signal leaves the last checkpoint to resume from.

    Args:
        entering: the first state, or None to go on from the last checkpoint.
    """
    resume = f"{program()} resume {config['configurable']['thread_id']}"
    run = compiled.ainvoke(entering, config, context=deps, durability="sync")
    work = asyncio.ensure_future(run)
    with signals_cancel(work) as stop:
        try:
            await work
        except asyncio.CancelledError:
            if not stop.number:
                raise
            summary = f"stopped by {stop.name}"
            error = ErrorReport(stop.name, summary, (), resume, 128 + stop.number)
            return Ending("interrupted", error)
        except AssistantError as halt:
            return Ending("paused", _halted(halt))
        except ApprovalNeeded as halt:
            return Ending("paused", replace(error_report(halt), next=f"{resume} --yes approves it"))
        except IndexUnreachable as halt:
            report = error_report(halt)
            report = replace(report, type=_NETWORK, exit_code=FAILED)
            return Ending("paused", replace(report, next=f"{report.next}: {resume}"))
        except GraphRecursionError as endless:
            return Ending("failed", ErrorReport("GraphRecursionError", str(endless), (), _ANEW))
    return _ended((await compiled.aget_state(config)).values)


def _halted(error: AssistantError) -> ErrorReport:
    report = error_report(error)
    if isinstance(error, BudgetExceeded):
        return replace(report, next="raise the cap, e.g. --budget-usd, and resume")
    if isinstance(error, NotUnderstood):
        return report
    report = replace(report, next=_AGAIN, exit_code=NO_PROVIDER)
    if isinstance(error, NoProviderAvailable):
        if error.remedies:
            report = replace(report, next=f"{'; '.join(error.remedies)}, and resume")
        if len(error.reasons) > 1:
            report = replace(report, summary="no provider answered", evidence=error.reasons)
    return report


def _ended(state: Mapping[str, Any]) -> Ending:
    if failure := state["failure"]:
        evidence = tuple(failure["evidence"])
        error = ErrorReport(failure["kind"], failure["summary"], evidence, failure["next"])
        return Ending("failed", error)
    # The end of the graph alone proves nothing.
    steps = state["steps"]
    if all(steps.get(name, {}).get("status") in ("done", "skipped") for name in state["plan"]):
        return Ending("done")
    summary = "the workflow ended before its last step: its checkpoints are damaged"
    return Ending("failed", ErrorReport("StateDamaged", summary, (), _ANEW))


@dataclass(slots=True, eq=False)
class Stop:
    """The signal that came, 0 before; the first one cancels the work, where there is any."""

    work: asyncio.Future[Any] | None
    number: int = 0

    @property
    def name(self) -> str:
        return signal.Signals(self.number).name

    def received(self, number: int) -> None:
        if number == signal.SIGHUP:
            _leave_terminal()
        if self.number:
            end_descendants(os.getpid())
            os._exit(128 + number)
        self.number = number
        if self.work:
            self.work.cancel()


def _leave_terminal() -> None:
    """Redirect output to /dev/null: the terminal is gone, and writing to it would fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        with suppress(OSError):
            if stat.S_ISCHR(os.fstat(stream).st_mode):
                os.dup2(nowhere, stream)
    os.close(nowhere)


_outer: ContextVar[Stop | None] = ContextVar("_outer", default=None)


@contextmanager
def signals_cancel(work: asyncio.Future[Any] | None) -> Iterator[Stop]:
    """Within the block the first signal cancels the work, a second one ends the process and all
    that it started; an inner block's work takes the place of the outer one's."""
    if outer := _outer.get():
        before, outer.work = outer.work, work
        try:
            yield outer
        finally:
            outer.work = before
        return
    stop, loop = Stop(work), asyncio.get_running_loop()
    token = _outer.set(stop)
    # A process started with nohup is to outlive the terminal.
    handled = [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
    for number in handled:
        loop.add_signal_handler(number, stop.received, number)
    try:
        yield stop
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
        _outer.reset(token)
