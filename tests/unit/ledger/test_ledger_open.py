from __future__ import annotations

import os
import resource
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger import schema
from ledger.calls import CallKey
from ledger.database import Ledger, open_ledger
from ledger.errors import LedgerCorrupt, LedgerError, LedgerVersion
from ledger.postgres import without_password
from ledger.runs import Run
from ledger.sqlite import SqliteDatabase

NewRun = Callable[..., Run]

NOBODY = 65534


@contextmanager
def unprivileged() -> Iterator[None]:
    """Permissions hold for this block, which they do not for root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_what_a_killed_maker_left_is_removed_and_a_living_one_s_stays(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = [tmp_path / f".ledger.db.{ended.pid}{end}" for end in ("", "-wal", "-shm")]
    living = tmp_path / f".ledger.db.{os.getppid()}"
    for path in (*left, living):
        path.write_bytes(b"a draft")
    open_ledger(f"sqlite:///{tmp_path}/ledger.db").close()
    assert [path for path in left if path.exists()] == []
    assert living.exists()


def test_the_file_is_ours_alone_and_so_is_a_folder_that_was_made(tmp_path: Path) -> None:
    file = tmp_path / "state" / "ledger.db"
    before = os.umask(0)
    try:
        with open_ledger(f"sqlite:///{file}") as ledger:
            ledger.check_writable()
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()}
    finally:
        os.umask(before)

    assert set(modes.values()) == {0o600}
    assert {"ledger.db", "ledger.db-wal"} <= modes.keys()
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_file_that_others_may_read_is_made_private(file_url: str, tmp_path: Path) -> None:
    open_ledger(file_url).close()
    (tmp_path / "ledger.db").chmod(0o644)

    open_ledger(file_url).close()

    assert stat.S_IMODE((tmp_path / "ledger.db").stat().st_mode) == 0o600


def test_what_was_recorded_is_there_when_it_is_opened_again(
    ledger_url: str, new_run: NewRun
) -> None:
    with open_ledger(ledger_url) as ledger:
        run = new_run(ledger)

    with open_ledger(ledger_url) as ledger:
        assert ledger.runs.list() == [run]


def test_nothing_but_the_ledger_is_left_behind(file_url: str, tmp_path: Path) -> None:
    open_ledger(file_url).close()

    assert {path.name for path in tmp_path.iterdir()} == {"ledger.db"}


def test_processes_that_open_a_new_ledger_at_once_share_it(ledger_url: str) -> None:
    child = (
        "import sys; from ledger.database import open_ledger; input();"
        "ledger = open_ledger(sys.argv[1]);"
        "ledger.runs.create(sys.argv[2], feature='f', mode='CODE', requirements_sha='',"
        " graph_version=1)"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", child, ledger_url, str(number)], stdin=subprocess.PIPE
        )
        for number in range(4)
    ]
    for process in children:
        process.communicate(b"\n")

    assert [process.returncode for process in children] == [0] * 4
    with open_ledger(ledger_url) as ledger:
        assert {run.run_id for run in ledger.runs.list()} == {"0", "1", "2", "3"}


@pytest.mark.parametrize("version", [0, 99])
def test_another_version_is_refused_with_the_way_out(ledger_url: str, version: int) -> None:
    with open_ledger(ledger_url) as ledger, ledger.database.write() as tx:
        query = "UPDATE ledger_meta SET value = :version WHERE name = 'version'"
        tx.run(query, {"version": str(version)})

    with pytest.raises(LedgerVersion, match=rf"tables {version}, known here \d+") as caught:
        open_ledger(ledger_url)
    assert "install that version, or move it away" in caught.value.next_step


def test_a_database_of_something_else_gets_the_tables_and_keeps_its_own(
    file_url: str, tmp_path: Path
) -> None:
    with sqlite3.connect(tmp_path / "ledger.db") as other:
        other.execute("CREATE TABLE notes (text)")
    other.close()

    with open_ledger(file_url) as ledger, ledger.database.read() as tx:
        assert tx.rows("SELECT * FROM notes") == []
        assert schema.version(tx) == schema.VERSION


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_file_that_is_no_database_is_refused_and_kept(
    file_url: str, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "ledger.db").write_bytes(content)

    with pytest.raises(LedgerCorrupt, match=r"ledger\.db"):
        open_ledger(file_url)

    assert (tmp_path / "ledger.db").read_bytes() == content


@pytest.mark.parametrize("url", ["mysql://host/db", "ledger.db", ""])
def test_an_unknown_address_is_refused_with_what_would_be_right(url: str) -> None:
    with pytest.raises(LedgerError) as caught:
        open_ledger(url)
    assert "sqlite:///path/to" in caught.value.next_step


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(LedgerError, match="failed") as refused:
        open_ledger("postgresql+psycopg://me:secret@127.0.0.1:1/db")

    assert "secret" not in str(refused.value)
    assert without_password("postgresql://me:s3@h/db") == "postgresql://me@h/db"


def test_a_folder_that_cannot_be_written_is_refused(read_only_folder: Path) -> None:
    with unprivileged(), pytest.raises(LedgerError, match="cannot be"):
        open_ledger(f"sqlite:///{read_only_folder}/state/ledger.db")
    with unprivileged(), pytest.raises(LedgerError, match="cannot be written"):
        open_ledger(f"sqlite:///{read_only_folder}/ledger.db")


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")

    with pytest.raises(LedgerError, match="cannot be used"):
        open_ledger(f"sqlite:///{tmp_path}/state/ledger.db")


def test_a_read_only_file_is_found_before_anything_is_paid(read_only_folder: Path) -> None:
    file = read_only_folder / "ledger.db"
    read_only_folder.chmod(0o755)
    open_ledger(f"sqlite:///{file}").close()
    for path in read_only_folder.iterdir():
        os.chown(path, NOBODY if os.geteuid() == 0 else -1, -1)
    file.chmod(0o444)

    with unprivileged(), pytest.raises(LedgerError, match=r"ledger\.db"):
        _write_to(file)


def _write_to(file: Path) -> None:
    with Ledger(SqliteDatabase(file)) as ledger:
        ledger.check_writable()


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond ``size`` bytes, as on a disk that runs full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_runs_full_is_found_before_anything_is_paid(
    file_url: str, tmp_path: Path, new_run: NewRun
) -> None:
    with open_ledger(file_url) as ledger:
        run = new_run(ledger)
        with largest_file(64 * 1024), pytest.raises(LedgerError, match=r"ledger\.db"):
            ledger.check_writable()

        ledger.check_writable()
        assert ledger.runs.list() == [run]
        ledger.require_whole(run.run_id)


def test_a_write_that_fails_is_taken_back_and_the_ledger_goes_on(
    file_url: str, new_run: NewRun
) -> None:
    with open_ledger(file_url) as ledger:
        run = new_run(ledger)
        with ledger.database.read() as tx:
            pages = tx.rows("PRAGMA page_count")[0][0]
            tx.rows(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LedgerError, match="the disk is full"):
            ledger.runs.update(run.run_id, result={"text": "x" * 100_000})
        assert ledger.runs.get(run.run_id) == run

        with ledger.database.read() as tx:
            tx.rows("PRAGMA max_page_count = 100000")
        ledger.runs.update(run.run_id, status="done")
        ledger.require_whole(run.run_id)


def test_a_writable_ledger_has_room_for_the_next_reply(file_url: str, new_run: NewRun) -> None:
    with open_ledger(file_url) as ledger:
        run = new_run(ledger)
        ledger.check_writable()
        with ledger.database.read() as tx:
            pages = tx.rows("PRAGMA page_count")[0][0]
            tx.rows(f"PRAGMA max_page_count = {pages}")

        ledger.runs.update(run.run_id, result={"text": "x" * 100_000})


def test_a_closed_ledger_says_so(ledger_url: str) -> None:
    ledger = open_ledger(ledger_url)
    ledger.close()
    ledger.close()

    with pytest.raises(LedgerError, match="is closed"):
        ledger.runs.list()


def test_a_forked_child_does_not_use_its_parents_connection(file_url: str) -> None:
    with open_ledger(file_url) as ledger:
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                ledger.runs.list()
            except LedgerError as error:
                os.write(writer, str(error).encode())
            os._exit(0)
        os.close(writer)
        os.waitpid(child, 0)

        assert b"opened by a parent process" in os.read(reader, 1000)
        os.close(reader)


def test_another_processs_long_transaction_is_named_not_waited_for(
    file_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, new_run: NewRun
) -> None:
    monkeypatch.setattr("ledger.sqlite.BUSY_SECONDS", 0.05)
    with open_ledger(file_url) as ledger:
        run = new_run(ledger)
        other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(LedgerError, match="another process has held"):
            ledger.journal.reserve(CallKey(run.run_id, "s", 1, "d"), provider="p", model="m")

        other.execute("ROLLBACK")
        other.close()
        ledger.journal.reserve(CallKey(run.run_id, "s", 1, "d"), provider="p", model="m")


def test_a_lost_connection_is_named_and_opened_again(postgres_url: str, new_run: NewRun) -> None:
    with open_ledger(postgres_url) as ledger, open_ledger(postgres_url) as other:
        run = new_run(ledger)
        with ledger.database.read() as tx:
            session = tx.rows("SELECT pg_backend_pid()")[0][0]
        with other.database.write() as tx:
            tx.rows("SELECT pg_terminate_backend(:session)", {"session": session})

        with pytest.raises(LedgerError, match="failed"):
            ledger.runs.get(run.run_id)
        assert ledger.runs.get(run.run_id) == run
