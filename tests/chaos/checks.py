"""What must hold once a run has ended, whatever it went through."""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ledger.chain import examine, read_journal
from ledger.database import Ledger, open_ledger
from tests.chaos.bill import Account
from tests.chaos.ground import Ground

_GRACE_SECONDS = 3.0  # what dies with its parent does so a moment later
_HARNESS = (b"multiprocessing", b"forks.py")  # of the harness's own processes
_STAGED = re.compile(r"\..+\.tmp")


@dataclass(frozen=True)
class Paid:
    """A run's calls, as the ledger and as the server tell of them.

    Attributes:
        requests: that the server received.
        repeats: requests whose content had been asked for before.
        ambiguous: calls that the ledger charges without knowing their outcome.
    """

    requests: int
    repeats: int
    ambiguous: int


def check_calls(
    ledger: Ledger, run_id: str, account: Account, kills: int
) -> tuple[Paid, list[str]]:
    """The bill against the journal.

    A reply in the journal is never asked for again. Beyond that a content is asked for again only
    where the journal has a call of the same step with an unknown outcome, charged and reported;
    a kill leaves one of these at the most.
    """
    with ledger.database.read() as tx:
        journal, damage = read_journal(tx, run_id)
    intents = {event.seq: event.body for event in journal if event.kind == "intent"}
    answered: set[tuple[str, int, str]] = set()
    open_calls, ambiguous = dict(intents), 0
    wrong = [damage] if damage else []
    for event in journal:
        if event.kind == "intent":
            key = (event.body["step"], event.body["round"], event.body["digest"])
            if key in answered:
                wrong.append(f"{key[0]} round {key[1]} was asked again although it was answered")
        elif event.kind in ("reply", "failure"):
            intent = open_calls.pop(event.body["call"])
            if event.kind == "reply":
                answered.add((intent["step"], intent["round"], intent["digest"]))
            elif event.body["outcome"] == "ambiguous":
                ambiguous += 1
                if event.body["charged_tokens"] != intent["tokens"]:
                    wrong.append("an ambiguous call is not charged at its reservation")
    wrong += [f"a call of {body['step']} was never settled" for body in open_calls.values()]
    unsettled = ambiguous + len(open_calls)
    repeats = sum(account.repeats().values())
    if repeats > unsettled:
        wrong.append(f"{repeats - unsettled} completed calls were repeated: {account.repeats()}")
    if account.received > len(intents):
        wrong.append(f"{account.received} requests, but {len(intents)} intentions")
    if unsettled > kills:
        wrong.append(f"{unsettled} ambiguous calls after {kills} kills")
    return Paid(account.received, repeats, unsettled), wrong


def check_ledger(ground: Ground, account: Account, kills: int) -> tuple[Paid, list[str]]:
    """The record of the last run: its chain, its calls, and no other run beside it."""
    with open_ledger(f"sqlite:///{ground.state / 'ledger.sqlite'}") as ledger:
        runs = ledger.runs.list()
        wrong = []
        if len(runs) != 1 or runs[0].status != "done":
            wrong.append(f"the runs are {[(run.run_id, run.status) for run in runs]}")
        with ledger.database.read() as tx:
            wrong += examine(tx, runs[0].run_id).problems
            begun = tx.rows(
                "SELECT kind, details FROM ledger_effects"
                " WHERE run_id = :run_id AND result IS NULL",
                {"run_id": runs[0].run_id},
            )
        wrong += [f"the effect {kind} was begun and never finished: {what}" for kind, what in begun]
        paid, found = check_calls(ledger, runs[0].run_id, account, kills)
    with closing(sqlite3.connect(ground.state / "checkpoints.sqlite")) as connection:
        (left,) = connection.execute("SELECT COUNT(*) FROM checkpoints").fetchone()
        if left:
            found.append(f"{left} checkpoints of an ended run are left")
    return paid, wrong + found


def check_git(ground: Ground, run_id: str, tree: str) -> list[str]:
    """One commit here, the same one there, the tree of an uninterrupted run, nothing broken."""
    wrong = []
    here = ground.commits_of(run_id)
    there = ground.commits_of(run_id, ground.remote)
    if len(here) != 1:
        wrong.append(f"{len(here)} commits of the run")
    if there != here:
        wrong.append(f"the remote has {there}, the branch {here}")
    for where in (ground.workspace, ground.remote):
        fsck = ground.git("fsck", "--strict", "--no-dangling", where=where)
        wrong += [f"git fsck: {line}" for line in fsck.splitlines() if line.strip()]
    found = ground.git("rev-parse", "main:behaviors").strip()
    if found != tree:
        listed = ground.git("ls-tree", "-r", "main:behaviors")
        wrong.append(f"the tree differs from an uninterrupted run's:\n{listed}")
    changed = ground.git("status", "--porcelain", "--", "behaviors")
    if changed:
        wrong.append(f"the feature's folder differs from its commit:\n{changed}")
    return wrong


def check_leftovers(ground: Ground, run_ids: list[str]) -> list[str]:
    """No process, lock or temporary file is left."""
    deadline = time.monotonic() + _GRACE_SECONDS
    while processes := list(_left_processes(ground, run_ids)):
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return [
        *(f"process left: {one}" for one in processes),
        *(f"temporary file left: {path}" for path in _left_files(ground)),
        *(f"lock held: {path}" for path in _held_locks(ground)),
    ]


def _left_processes(ground: Ground, run_ids: list[str]) -> Iterator[str]:
    """Our descendants (we adopt orphans), and whoever carries the run's marker or its folders."""
    marks = [*(f"AI_DEPLOY_RUN={run_id}".encode() for run_id in run_ids), bytes(ground.root)]
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            argv = (entry / "cmdline").read_bytes()
            environment = (entry / "environ").read_bytes()
        except OSError:  # it has ended, or is another user's
            continue
        ours = int(fields[1]) == os.getpid()
        if fields[0] in "ZX":
            if ours:
                os.waitpid(int(entry.name), os.WNOHANG)
            continue
        if ours and any(own in argv for own in _HARNESS):
            continue
        if ours or any(mark in environment or mark in argv for mark in marks):
            yield f"{entry.name} {argv.replace(bytes(1), b' ').decode(errors='replace')[:120]}"


def _left_files(ground: Ground) -> Iterator[Path]:
    yield from ground.temporary.iterdir()
    for folder, folders, files in os.walk(ground.workspace):
        here = Path(folder)
        for name in [*folders, *files]:
            draft = name.startswith((".ledger.sqlite.", "ai-deploy."))
            git_lock = name.endswith(".lock") and ".git" in here.parts
            if _STAGED.fullmatch(name) or draft or git_lock or name.startswith("tmp_obj_"):
                yield here / name


def _held_locks(ground: Ground) -> Iterator[Path]:
    for path in (ground.state / "locks").iterdir():
        descriptor = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield path
        finally:
            os.close(descriptor)
