"""kill -9 at random instants, then again until it is done: one commit and one push a feature."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Forks for each line "workspace feature", so that a life costs no imports. Every second feature
# has no journal: the commit alone has to be found again.
DELIVERIES = """
import asyncio, json, os, sys
from dataclasses import asdict
from pathlib import Path
from provisioner.files.atomic import atomic_write
from provisioner.git.records import CommitIntent, make_change
from provisioner.git.repository import open_repository

async def deliver(workspace, feature):
    repository = await open_repository(workspace)
    files = {name: f"{feature} {name}\\n".encode() for name in ("main.py", "test.py")}
    change = make_change(folder=f"behaviors/{feature}", files=files, effect_key=feature,
                         message=f"feat({feature}): add")
    journal, intent = workspace.parent / f"{feature}.json", None
    if int(feature[1:]) % 2:
        if not journal.exists():
            planned = await repository.prepare_commit(change)
            atomic_write(journal, json.dumps(asdict(planned)).encode())
        intent = CommitIntent(**json.loads(journal.read_text()))
    made = await repository.commit_folder(change, intent)
    assert not made.warning, made.warning
    await repository.push(made.sha, branch=made.branch, with_mine=True)

for line in sys.stdin:
    workspace, feature = line.split()
    if not (pid := os.fork()):
        os.setsid()
        asyncio.run(deliver(Path(workspace), feature))
        os._exit(0)
    print(pid, flush=True)
    print(os.waitpid(pid, 0)[1], flush=True)
"""


class Deliveries:
    """Processes that deliver a feature each, one after the other."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._server = subprocess.Popen(
            [sys.executable, "-c", DELIVERIES],
            cwd=Path(__file__).parents[4],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, feature: str) -> int:
        assert self._server.stdin
        self._server.stdin.write(f"{self._workspace} {feature}\n")
        self._server.stdin.flush()
        return self._line()

    def status(self) -> int:
        return self._line()

    def close(self) -> None:
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.close()
        assert self._server.wait(30) == 0
        self._server.stdout.close()

    def _line(self) -> int:
        assert self._server.stdout
        return int(self._server.stdout.readline())


@pytest.fixture
def deliveries(mine: Any, bare: Any) -> Iterator[Deliveries]:
    for number in range(10):
        for name in ("main.py", "test.py"):
            mine.write(f"behaviors/f{number}/{name}", f"f{number} {name}\n")
    mine.git("remote", "add", "origin", str(bare.path))
    mine.git("push", "-q", "-u", "origin", "main")
    started = Deliveries(mine.path)
    yield started
    started.close()


def settled(*folders: Path) -> bool:
    """Whether the git commands that outlived a kill are done: they hold locks as they work."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not [lock for folder in folders for lock in folder.rglob("*.lock")]:
            return True
        time.sleep(0.01)
    return False


def test_killed_at_any_instant_each_feature_is_committed_and_pushed_once(
    mine: Any, bare: Any, deliveries: Deliveries
) -> None:
    chance = random.Random(4)
    for feature in ("f0", "f1"):  # the first one waits for the imports
        began = time.monotonic()
        deliveries.start(feature)
        assert deliveries.status() == 0
    whole = time.monotonic() - began
    for number in range(2, 10):
        killed = 0
        while killed < 5:  # a life that came to its end before is no kill
            process = deliveries.start(f"f{number}")
            time.sleep(whole * chance.random() ** 2)
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            killed += deliveries.status() == signal.SIGKILL
        deliveries.start(f"f{number}")
        assert deliveries.status() == 0
    assert settled(mine.path / ".git", bare.path)
    subjects = [f"feat(f{number}): add" for number in reversed(range(10))]
    assert mine.commits() == [*subjects, "first"]
    assert bare.git("rev-parse", "main") == mine.git("rev-parse", "main")
    assert mine.git("fsck", "--strict", "--no-dangling") == ""
    assert bare.git("fsck", "--strict", "--no-dangling") == ""
    assert mine.git("diff", "--cached", "--name-only") == "staged.txt"
    assert mine.git("diff", "--name-only") == "edited.txt"
    assert mine.git("ls-files", "--others") == "new.txt"
    assert not list((mine.path / ".git").glob("ai-deploy.*"))


def test_two_features_side_by_side_both_land(mine: Any, bare: Any, deliveries: Deliveries) -> None:
    beside = Deliveries(mine.path)
    try:
        for number in range(0, 8, 2):
            deliveries.start(f"f{number}")
            beside.start(f"f{number + 1}")
            assert (deliveries.status(), beside.status()) == (0, 0)
    finally:
        beside.close()
    assert sorted(mine.commits()) == sorted(
        ["first", *(f"feat(f{number}): add" for number in range(8))]
    )
    assert bare.git("rev-parse", "main") == mine.git("rev-parse", "main")
    assert mine.git("diff", "--cached", "--name-only") == "staged.txt"
    assert mine.git("diff", "--name-only") == "edited.txt"
    assert mine.git("fsck", "--strict", "--no-dangling") == ""
