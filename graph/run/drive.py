"""Execution of the compiled workflow up to its ending."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from langgraph.errors import GraphRecursionError

from assistant.errors import (
    AssistantError,
    BudgetExceeded,
    NoProviderAvailable,
    NotUnderstood,
)
from graph.deps import Deps
from graph.error_report import SAY_IT, SET_A_KEY
from graph.errors import APPROVAL, BUDGET, DONE, FAILED, NO_PROVIDER, ApprovalNeeded
from graph.run.checkpoints import Compiled
from graph.run.result import RunError, Status
from graph.run.signals import signals_cancel
from graph.state import DeploymentState
from ledger.text.program import program

_NO_ANSWER = "no provider answered"
_AGAIN = f"mend the providers' errors, wait until they are back, or {SET_A_KEY}, and resume"


@dataclass(frozen=True, slots=True)
class Ending:
    """How the workflow ended; the state is in the checkpoints."""

    status: Status
    exit_code: int
    error: RunError | None = None


async def drive(
    compiled: Compiled, entering: DeploymentState | None, config: Any, deps: Deps
) -> Ending:
    """Run the workflow from a state, or from its last checkpoint, until it ends or halts.

    A bug passes through with its traceback. SIGINT and SIGTERM end the run at once and leave
    the last checkpoint to resume from; see :mod:`graph.run.signals`.

    Args:
        compiled: the workflow with its checkpointer.
        entering: the first state, or None to go on from the last checkpoint.
        config: LangGraph's, with the thread that is the run.
        deps: what the nodes work with.
    """
    work = asyncio.ensure_future(
        compiled.ainvoke(entering, config, context=deps, durability="sync")
    )
    with signals_cancel(work) as stop:
        try:
            await work
        except asyncio.CancelledError:
            if not stop.number:
                raise
            resume = f"{program()} resume {config['configurable']['thread_id']}"
            fault = RunError(stop.name, f"stopped by {stop.name}", next=resume)
            return Ending("interrupted", 128 + stop.number, fault)
        except AssistantError as error:
            return _halted(error)
        except ApprovalNeeded as error:
            resume = f"{program()} resume {config['configurable']['thread_id']} --yes"
            fault = RunError("ApprovalNeeded", str(error), error.evidence, f"{resume} approves it")
            return Ending("paused", APPROVAL, fault)
        except GraphRecursionError as error:
            return Ending("failed", FAILED, RunError("GraphRecursionError", str(error)))
    return _ended((await compiled.aget_state(config)).values)


def is_complete(state: Mapping[str, Any]) -> bool:
    """Whether every planned step was made or skipped; the end of the graph alone proves nothing."""
    steps = state["steps"]
    return all(
        name in steps and steps[name]["status"] in ("done", "skipped") for name in state["plan"]
    )


def _ended(state: Mapping[str, Any]) -> Ending:
    failure = state["failure"]
    if failure is None and is_complete(state):
        return Ending("done", DONE)
    if failure is None:
        summary = "the workflow ended before its last step: its checkpoints are damaged"
        return Ending("failed", FAILED, RunError("StateDamaged", summary))
    fault = RunError(
        failure["kind"], failure["summary"], tuple(failure["evidence"]), failure["next"]
    )
    return Ending("failed", FAILED, fault)


def _halted(error: AssistantError) -> Ending:
    kind = type(error).__name__
    if isinstance(error, BudgetExceeded):
        fault = RunError(kind, str(error), next="raise the cap, e.g. --budget-usd, and resume")
        return Ending("paused", BUDGET, fault)
    if isinstance(error, NotUnderstood):
        fault = RunError(kind, str(error), error.lines, SAY_IT)
        return Ending("paused", NO_PROVIDER, fault)
    reasons, remedies = (
        (error.reasons, error.remedies) if isinstance(error, NoProviderAvailable) else ((), ())
    )
    next_step = f"{'; '.join(remedies)}, and resume" if remedies else _AGAIN
    if len(reasons) > 1:
        return Ending("paused", NO_PROVIDER, RunError(kind, _NO_ANSWER, reasons, next_step))
    return Ending("paused", NO_PROVIDER, RunError(kind, str(error), (), next_step))
