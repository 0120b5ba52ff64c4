"""What befalls the state of a run: said in one message, and well again once it is mended.

Each case begins with a run that was killed in its second round, when its tests were frozen and
one answer was in flight. What follows may go on or be refused; it is never a traceback and never
a wrong success.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from graph.state import VERSION
from ledger.database import open_ledger
from tests.integration.command import Command, Ended, clean_environ, new_repository
from tests.integration.oracle import Oracle
from tests.integration.test_killed import ORDER, TASK, held
from tests.servers.wire import ModelServer

STATE = ".ai-deploy"


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """A repository with a killed run in it, to be copied."""
    base = tmp_path_factory.mktemp("killed")
    tool = new_repository(base / "repository", clean_environ(base / "home"))
    with held(tool) as (process, _server, _model):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return tool


@pytest.fixture
def tool(killed: Command, tmp_path: Path) -> Command:
    """The command in a copy of it."""
    root = tmp_path / "repository"
    shutil.copytree(killed.root, root, symlinks=True)
    return replace(killed, root=root)


def go_on(tool: Command, order: Sequence[str] = ORDER) -> tuple[Ended, list[str]]:
    """The same order again, in this process, and which functions it asked for."""
    with ModelServer(Oracle()) as server:
        environ = {**tool.environ, "OPENAI_BASE_URL": f"{server.url}/v1"}
        ended = replace(tool, environ=environ).call(*order, "--no-input")
        asked = [seen.function for seen in server.calls]
    assert "Traceback" not in ended.said
    return ended, asked


def assert_done(tool: Command, ended: Ended) -> None:
    assert ended.exit_code == 0, ended.said
    assert ended.result["status"] == "done"
    assert len(tool.commits()) == 1
    assert tool.committed(f"behaviors/{TASK.id}/main.py") == TASK.main.encode()
    assert tool.committed(f"behaviors/{TASK.id}/test.py") == TASK.tests.encode()
    assert tool.git("fsck", "--no-dangling") == ""
    assert tool.git("status", "--porcelain", "--", "behaviors") == ""


def assert_refused(ended: Ended, asked: Sequence[str], *expected: str) -> None:
    assert ended.exit_code == 2, ended.said
    assert len([line for line in ended.stderr.splitlines() if line.startswith("error: ")]) == 1
    for words in expected:
        assert words in ended.stderr
    assert asked == [], "nothing was paid for"


def _flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0x10]) + data[middle + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut in half": lambda data: data[: len(data) // 2],
    "emptied": lambda _: b"",
    "a flipped bit": _flipped,
}
FILES = (
    "ledger.sqlite",
    "ledger.sqlite-wal",
    "checkpoints.sqlite",
    "checkpoints.sqlite-wal",
    "locks/*.lock",
    "runs/*/requirements.md",
    "runs/*/events.ndjson",
    "runs/*/artefacts/*/*",
)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("pattern", FILES)
def test_a_damaged_file_is_found_and_named_or_does_no_harm(
    killed: Command, tool: Command, pattern: str, damage: str
) -> None:
    damaged = sorted((tool.root / STATE).glob(pattern))
    assert damaged, "a killed run has such a file"
    for path in damaged:
        path.write_bytes(DAMAGES[damage](path.read_bytes()))
    ended, asked = go_on(tool)
    if ended.exit_code:
        # Without its log the ledger is an older one, whole in itself, that knows of no run.
        lost = pattern == "ledger.sqlite-wal" and "exists already" in ended.stderr
        assert_refused(
            ended, asked, "--regenerate all" if lost else damaged[0].name.removesuffix("-wal")
        )
        shutil.rmtree(tool.root / STATE)
        shutil.copytree(killed.root / STATE, tool.root / STATE)
        ended, asked = go_on(tool)
    assert_done(tool, ended)


@pytest.mark.parametrize("column", ["checkpoint", "type", "metadata"])
def test_a_bit_that_flips_within_a_checkpoint_is_noticed(tool: Command, column: str) -> None:
    """SQLite does not notice it: the file's structure is whole."""
    with closing(sqlite3.connect(tool.root / STATE / "checkpoints.sqlite")) as connection:
        rows = connection.execute(f"SELECT rowid, {column} FROM checkpoints").fetchall()
        for row, value in rows:
            flipped = _flipped(value) if isinstance(value, bytes) else f"?{value[1:]}"
            connection.execute(
                f"UPDATE checkpoints SET {column} = ? WHERE rowid = ?", (flipped, row)
            )
        connection.commit()
    ended, asked = go_on(tool)
    assert_done(tool, ended)
    assert "no whole checkpoint is left" in ended.stderr
    assert "generate_test_code" not in asked, "the journal answers"


def test_whatever_is_damaged_can_be_started_anew(tool: Command) -> None:
    """The last resort of every message: without the state, what is in the folder is kept."""
    shutil.rmtree(tool.root / STATE)
    ended, asked = go_on(tool)
    assert_refused(ended, asked, "exists", "--no-regenerate")
    shutil.rmtree(tool.root / "behaviors")
    ended, _ = go_on(tool)
    assert_done(tool, ended)


def test_a_run_of_an_older_version_is_refused_and_can_be_left_behind(tool: Command) -> None:
    with open_ledger(f"sqlite:///{tool.root / STATE / 'ledger.sqlite'}") as ledger:
        (run,) = ledger.runs.list()
        ledger.runs.update(run.run_id, graph_version=VERSION - 1)
    ended, asked = go_on(tool)
    assert_refused(ended, asked, run.run_id, "another version", "other words")
    order = [*ORDER]
    order[3] += "\nNever return None."
    ended, _ = go_on(tool, order)
    assert_done(tool, ended)
    assert ended.result["run_id"] != run.run_id


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A disk of its own under a folder of the state, with what is in the folder."""
    held_back = folder.with_name("held-back")
    folder.rename(held_back)
    folder.mkdir(mode=0o700)
    size = f"size={megabytes}m,mode=700"
    argv = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if subprocess.run(argv, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk: run the tests as root, in a container say")
    try:
        shutil.copytree(held_back, folder, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take all the room that is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as stream:
        try:
            for size in (1 << 16, 1 << 12):
                while stream.write(b"\0" * size) == size:
                    pass
        except OSError:
            return filler
    raise AssertionError("the disk never fills up")


def test_a_full_disk_stops_a_run_before_it_pays(tool: Command) -> None:
    with small_disk(tool.root / STATE, 4):
        filler = fill(tool.root / STATE)
        ended, asked = go_on(tool)
        assert_refused(ended, asked, "space")
        filler.unlink()
        ended, _ = go_on(tool)
        assert_done(tool, ended)


def test_a_disk_that_runs_full_stops_a_run_before_its_next_call(
    tmp_path: Path, killed: Command
) -> None:
    tool = new_repository(tmp_path / "repository", killed.environ)
    (tool.root / STATE).mkdir()
    with small_disk(tool.root / STATE, 4):
        with held(tool) as (process, server, model):
            filler = fill(tool.root / STATE)
            paid = len(server.calls)
            model.released.set()
            _, stderr = process.communicate(timeout=60)
            assert len(server.calls) == paid, "nothing more was paid for"
        assert process.returncode == 2, stderr
        assert "Traceback" not in stderr
        assert "space" in stderr
        filler.unlink()
        ended, asked = go_on(tool)
        assert_done(tool, ended)
        assert "generate_main_code" not in asked, "the answer in flight found its room"


def test_a_limit_on_the_size_of_files_is_told_as_what_it_is(tool: Command) -> None:
    if shutil.which("prlimit") is None:
        pytest.skip("prlimit of util-linux sets the limit: install util-linux")
    with ModelServer(Oracle()) as server:
        limited = replace(
            tool,
            argv=("prlimit", "--fsize=100000", *tool.argv),
            environ={**tool.environ, "OPENAI_BASE_URL": f"{server.url}/v1"},
        )
        ended = limited.run(*ORDER)
        assert_refused(ended, [seen.function for seen in server.calls], "ledger.sqlite")
    ended, _ = go_on(tool)
    assert_done(tool, ended)


def test_a_state_that_became_read_only_is_refused_at_the_start(tool: Command) -> None:
    state = tool.root / STATE
    with small_disk(state, 8):
        subprocess.run(["mount", "-o", "remount,ro", str(state)], check=True)
        ended, asked = go_on(tool)
        assert_refused(ended, asked, STATE, "cannot be written")
        subprocess.run(["mount", "-o", "remount,rw", str(state)], check=True)
        ended, _ = go_on(tool)
        assert_done(tool, ended)
