"""How an order enters the workflow: as a new run, or as one that goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graph.errors import ConfigError, RunNotFound
from graph.run.request import Order
from graph.run.requirements import requirements_sha
from graph.state import VERSION
from ledger.errors import LedgerVersion
from ledger.runs import Run

Way = Literal["new", "resume", "recover", "tell"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Which run an order is: run is None for a new one.

    To "tell" is all that is left of a run that ended and was killed before it said so.
    """

    way: Way
    run: Run | None


def choose_entry(order: Order, latest: Run | None) -> Entry:
    """The run that an order means, given the feature's latest one.

    The same order after a kill, an interruption or a pause goes on with that run; after a kill
    between its end and the last word on it, its result is told. Other requirements begin a new
    run.

    Raises:
        RunNotFound: --recovery-mode, and there is nothing to recover.
        ConfigError: no requirements, and no unfinished run to take them from.
        LedgerVersion: the unfinished run's state has another shape than this version reads.
    """
    unfinished = latest is not None and latest.status in UNFINISHED
    if order.recovery:
        if latest is None or not (unfinished or latest.status == "failed"):
            raise RunNotFound(
                f"feature {order.feature} has no failed or unfinished run",
                next_step="run it without --recovery-mode",
            )
        _check_recovered(order, latest)
        return Entry("resume" if unfinished else "recover", _readable(latest))
    if latest is not None and unfinished and _same(order, latest):
        return Entry("resume", _readable(latest))
    if latest is not None and latest.untold and _same(order, latest):
        return Entry("tell", latest)
    check_requirements_given(order)
    return Entry("new", None)


def _check_recovered(order: Order, run: Run) -> None:
    """Raises ConfigError for what is said of a run that is recovered, and would be ignored."""
    if order.requirements is not None and requirements_sha(order.requirements) != (
        run.requirements_sha
    ):
        raise ConfigError(
            "--requirements",
            f"are others than those of run {run.run_id}, which --recovery-mode goes on with",
            next_step="leave them out, or leave --recovery-mode out to begin a new run",
        )
    mode = order.flags.get("mode")
    if mode is not None and str(mode).upper() != run.mode:
        raise ConfigError(
            "--mode",
            f"run {run.run_id} was begun in mode {run.mode}, and goes on in it",
            next_step="leave --mode out, or leave --recovery-mode out to begin a new run",
        )


def check_requirements_given(order: Order) -> None:
    """Raises ConfigError where a new run would not know what to write."""
    if order.requirements is None and not order.keep_files:
        raise ConfigError(
            "--requirements",
            f"is missing, and feature {order.feature} has no unfinished run to go on with",
            next_step="say what the feature must do, or use --no-regenerate for what is there",
        )


# Whoever chooses holds the feature's lock, so a run that says "running" has lost its process.
UNFINISHED = ("running", "paused", "interrupted")


def _same(order: Order, run: Run) -> bool:
    if order.keep_files != bool(run.options.get("no_regenerate")):
        return False
    begun = run.options.get("regenerate", ())
    if order.regenerate and sorted(order.regenerate) != sorted(begun):
        return False
    if order.requirements is None:
        return True
    mode = order.settings.deployment.provision_mode
    return run.requirements_sha == requirements_sha(order.requirements) and run.mode == mode


def _readable(run: Run) -> Run:
    if run.graph_version != VERSION:
        raise LedgerVersion(
            f"run {run.run_id} was begun by another version of this tool "
            f"(state {run.graph_version}, known here {VERSION}): finish it with that version, "
            "or say the requirements in other words to begin a new one"
        )
    return run
