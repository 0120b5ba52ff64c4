from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.errors import LedgerError, LockLost, RunLocked
from ledger.lock import FeatureLock, lock_feature, locked_runs
from ledger.process import Process, find_process, this_process

Take = Callable[..., FeatureLock]

HOLDER = """
import sys
from pathlib import Path
from ledger.lock import lock_feature
lock = lock_feature("orders", "run-1", state=Path(sys.argv[1]), url=sys.argv[2])
print("held", flush=True)
input()
"""


@pytest.fixture(params=["file", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "file":
        return ""
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def take(tmp_path: Path, url: str) -> Take:
    def lock(feature: str = "orders", run_id: str = "run-2") -> FeatureLock:
        return lock_feature(feature, run_id, state=tmp_path, url=url)

    return lock


@pytest.fixture
def holder(tmp_path: Path, url: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the feature."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_living_holder_is_named(take: Take, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(RunLocked) as refused:
        take()

    assert refused.value.pid == holder.pid
    assert refused.value.host == this_process().host
    assert refused.value.run_id == "run-1"


def test_a_killed_holder_leaves_the_feature_free(
    take: Take, holder: subprocess.Popen[str], url: str
) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    # PostgreSQL notices the end of the connection in its own time.
    lock = until(take) if url else take()
    assert lock.still_held()
    lock.release()


def until(take: Take) -> FeatureLock:
    while True:
        try:
            return take()
        except RunLocked:
            continue


def test_a_released_feature_can_be_taken_again_and_leaves_no_file(
    take: Take, tmp_path: Path
) -> None:
    with take() as lock:
        assert lock.still_held()
    assert not lock.still_held()
    lock.release()

    with take():
        pass
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_features_are_held_side_by_side(take: Take) -> None:
    with take("orders"), take("users") as users:
        assert users.still_held()
        with pytest.raises(RunLocked, match="users"):
            take("users")


def test_workspaces_do_not_know_each_other(tmp_path: Path, url: str) -> None:
    with (
        lock_feature("orders", "r", state=tmp_path / "one", url=url),
        lock_feature("orders", "r", state=tmp_path / "two", url=url) as second,
    ):
        assert second.still_held()


def test_clones_of_one_repository_can_share_a_lock_in_the_database(
    tmp_path: Path, postgres_url: str
) -> None:
    here = {"url": postgres_url, "workspace": "git@host:repository"}
    with (
        lock_feature("orders", "r", state=tmp_path / "one", **here),
        pytest.raises(RunLocked),
    ):
        lock_feature("orders", "r", state=tmp_path / "two", **here)


def test_one_of_many_that_try_at_once_gets_it(tmp_path: Path) -> None:
    """Each holder removes the file when it is done, under the feet of those who opened it."""
    held = []
    done = 0

    def work(_: int) -> bool:
        try:
            with lock_feature("orders", "r", state=tmp_path) as lock:
                held.append(1)
                alone = len(held) == 1 and lock.still_held()
                held.pop()
                return alone
        except RunLocked:
            return True

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(work, range(400)))
        done += sum(results)

    assert done == 400


def test_a_child_does_not_inherit_the_lock(tmp_path: Path) -> None:
    lock = lock_feature("orders", "r", state=tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", "print('up', flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        close_fds=False,
    ) as child:
        assert child.stdout
        child.stdout.readline()
        lock.release()
        with lock_feature("orders", "r", state=tmp_path) as again:
            assert again.still_held()
        child.kill()


def test_a_stale_file_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    file = tmp_path / "locks" / "orders.lock"
    file.parent.mkdir()
    file.write_text("99999999 boot-1 elsewhere\nold-run\n")

    with lock_feature("orders", "new", state=tmp_path):
        assert file.read_text() == f"{this_process()}\nnew\n"


@pytest.mark.parametrize("change", ["remove", "replace"])
def test_a_holder_notices_that_its_file_was_taken_away(tmp_path: Path, change: str) -> None:
    file = tmp_path / "locks" / "orders.lock"
    with lock_feature("orders", "r", state=tmp_path) as lock:
        file.unlink()
        if change == "replace":
            file.write_text("somebody else's")

        assert not lock.still_held()

    assert file.exists() == (change == "replace")


def test_a_holder_notices_that_its_session_ended(tmp_path: Path, postgres_url: str) -> None:
    import psycopg

    with lock_feature("orders", "run-7", state=tmp_path, url=postgres_url) as lock:
        assert lock.still_held()
        with psycopg.connect(postgres_url.replace("+psycopg", "")) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name LIKE %s",
                (f"{os.getpid()} run-7 %",),
            )

        assert not lock.still_held()


def test_a_folder_that_cannot_hold_locks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("a file")

    with pytest.raises(LedgerError, match="cannot be made"):
        lock_feature("orders", "r", state=tmp_path)


def test_a_process_is_told_apart_from_a_later_one_of_the_same_number() -> None:
    ours = this_process()

    assert ours.alive()
    assert Process.parse(str(ours)) == ours
    assert replace(ours, boot=ours.boot + 2).alive(), "its clock was set"
    assert not replace(ours, started=ours.started + 1).alive()
    assert not replace(ours, boot=ours.boot - 3600).alive()
    assert not replace(ours, host="another-host").alive()


@pytest.mark.parametrize("text", ["", "nobody", "12", "x 1.00 2 host", "12 -", "12 1.00 host"])
def test_a_text_that_names_no_process_is_none(text: str) -> None:
    assert Process.parse(text) is None


def test_a_process_that_has_ended_is_dead_before_it_is_reaped() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process = find_process(child.pid)
    assert process is not None
    assert process.alive()
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert not process.alive()
    assert find_process(child.pid) is None
    child.communicate()


def test_whoever_requires_a_lost_lock_is_told_and_how_to_go_on(tmp_path: Path) -> None:
    with lock_feature("orders", "run-2", state=tmp_path) as lock:
        lock.require()
        (tmp_path / "locks" / "orders.lock").unlink()
        with pytest.raises(LockLost, match="'orders'") as caught:
            lock.require()
        assert "same command" in caught.value.next_step


def test_locks_name_the_runs_of_their_holders_living_or_dead(tmp_path: Path) -> None:
    assert locked_runs(tmp_path) == set()
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / "old.lock").write_text("1 x-1 host\nrun-1\n")
    (tmp_path / "locks" / "cut.lock").write_text("1 x-1 ho")
    with lock_feature("orders", "run-2", state=tmp_path):
        assert locked_runs(tmp_path) == {"run-1", "run-2"}
    assert locked_runs(tmp_path) == {"run-1"}
