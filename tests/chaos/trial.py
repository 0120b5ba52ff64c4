"""One run through all its deaths, and the verdict on what is left."""

from __future__ import annotations

import ctypes
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.bill import Account, Bill, Moment
from tests.chaos.checks import Paid, check_git, check_ledger, check_leftovers
from tests.chaos.command import Command, Ended
from tests.chaos.ground import Ground, lay
from tests.chaos.schedule import Kill, Kind, Mode, Plan, Reference
from tests.chaos.script import REQUIREMENTS

FEATURE = "adder"
_SUBREAPER = 36  # prctl(2)


@dataclass
class Trial:
    """What came of a plan.

    Attributes:
        deaths: where commands really died, in order.
        wrong: every violation, one line each.
    """

    plan: Plan
    deaths: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    paid: Paid = field(default_factory=lambda: Paid(0, 0, 0))
    seconds: float = 0.0

    @property
    def landed(self) -> int:
        return len(self.deaths)


def adopt_orphans() -> None:
    """Become the parent of every process that outlives its own, so that none is overlooked."""
    if ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this system does not let a process adopt orphans")


def refer(root: Path, kind: Kind, bill: Bill) -> Reference:
    """An uninterrupted run; raises AssertionError where even that fails."""
    mode, proven = kind
    ground = lay(root, proven=proven)
    account = bill.open(root.name)
    began = time.monotonic()
    ended = Command(ground, order(mode), _models(bill, root.name)).wait()
    seconds = time.monotonic() - began
    assert ended.exit_code == 0, f"the uninterrupted run fails:\n{ended.stderr}"
    tree = ground.git("rev-parse", "main:behaviors").strip()
    return Reference(ended.points, seconds, account.received, tree)


def carry_out(plan: Plan, root: Path, reference: Reference, bill: Bill) -> Trial:
    """Kill, take up again, end, and look."""
    began = time.monotonic()
    trial, ground = Trial(plan), lay(root, proven=plan.proven)
    account = bill.open(root.name)
    others = ground.others_work()
    for index, kill in enumerate(plan.kills):
        ended, where = _killed(_start(plan, ground, bill, index, kill), kill, account)
        if not ended.killed:
            _expect_done(trial, ended)
            break
        trial.deaths.append(where)
    else:
        _expect_done(trial, _start(plan, ground, bill, len(plan.kills)).wait())
    if not trial.wrong:
        _judge(trial, ground, reference, account, others)
        if plan.replayed:
            _replay(trial, ground, bill, account)
    trial.seconds = time.monotonic() - began
    if not trial.wrong:
        shutil.rmtree(root)
    return trial


def order(mode: Mode, feature: str = FEATURE) -> list[str]:
    """The main command's arguments."""
    return ["--feature", feature, "--requirements", REQUIREMENTS, "--mode", mode, "--json"]


def recorded_run(ground: Ground) -> tuple[str, str]:
    """Id and status of the newest run, read past the tool; empty where there is none."""
    path = ground.state / "ledger.sqlite"
    if not path.exists():
        return "", ""
    query = "SELECT run_id, status FROM ledger_runs ORDER BY number DESC LIMIT 1"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchone() or ("", "")


def _models(bill: Bill, name: str) -> dict[str, str]:
    return {"OPENAI_BASE_URL": bill.url(name), "OPENAI_API_KEY": "chaos"}


def _start(plan: Plan, ground: Ground, bill: Bill, index: int, kill: Kill | None = None) -> Command:
    run_id, _ = recorded_run(ground)
    by_resume = index > 0 and plan.by_resume[index - 1] and run_id
    arguments = ["resume", run_id, "--json"] if by_resume else order(plan.mode)
    kill_at = kill.order() if kill else ""
    return Command(ground, arguments, _models(bill, ground.root.name), kill_at=kill_at)


def _killed(command: Command, kill: Kill, account: Account) -> tuple[Ended, str]:
    """The end of a command that is killed as planned or at its last points, and where it was."""
    before, dead = account.received, threading.Event()

    def at(moment: Moment, number: int) -> None:
        if moment == kill.how and number == before + kill.at:
            command.kill()
            command.process.wait()
            dead.set()

    if kill.how in ("received", "replied"):
        account.at = at
    try:
        if kill.how == "instant":
            with command.killed_after(kill.at / 1000):
                ended = command.wait()
        else:
            ended = command.wait()
    finally:
        account.at = lambda _moment, _number: None
    return ended, str(kill) if dead.is_set() else (ended.points or ("before the first point",))[-1]


def _expect_done(trial: Trial, ended: Ended) -> None:
    if ended.exit_code:
        lines = ended.stderr.strip().splitlines()[-6:]
        trial.wrong.append(f"exit code {ended.exit_code}: " + " / ".join(lines))
    elif "Traceback" in ended.stderr:
        trial.wrong.append(f"a traceback: {ended.stderr[-500:]}")


def _judge(
    trial: Trial, ground: Ground, reference: Reference, account: Account, others: dict[str, str]
) -> None:
    run_id, _ = recorded_run(ground)
    trial.wrong += check_leftovers(ground, [run_id])
    trial.paid, wrong = check_ledger(ground, account, trial.landed)
    trial.wrong += wrong + check_git(ground, run_id, reference.tree)
    after = ground.others_work()
    trial.wrong += [
        f"somebody's {name} was changed" for name in others if after[name] != others[name]
    ]


def _replay(trial: Trial, ground: Ground, bill: Bill, account: Account) -> None:
    run_id, _ = recorded_run(ground)
    before = account.received
    ended = Command(ground, ["replay", run_id], _models(bill, ground.root.name)).wait()
    if ended.exit_code:
        told = " / ".join((ended.stdout + ended.stderr).strip().splitlines()[-12:])
        trial.wrong.append(f"replay: exit code {ended.exit_code}: {told}")
    if account.received != before:
        trial.wrong.append(f"replay: {account.received - before} model calls")
