"""Ledgers on SQLite and on a private PostgreSQL, and the parts that tests of them share."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from ledger.calls import TokenCount
from ledger.clock import utc_now
from ledger.database import Ledger, open_ledger
from ledger.runs import Run, new_run_id


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server of our own, on a socket in a temporary folder."""
    programs = _postgres_programs()
    if programs is None:
        missing = "PostgreSQL is not installed: apt-get install postgresql"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        if user:
            shutil.chown(folder, user)

        def run(*argv: str) -> None:
            subprocess.run(argv, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

        data = f"{folder}/data"
        run(f"{programs}/initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-D", data)
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        control = (f"{programs}/pg_ctl", "-D", data, "-w", "-l", f"{folder}/log")
        run(*control, "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            run(*control, "-m", "immediate", "stop")


def _postgres_programs() -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = shutil.which("initdb") or (str(installed[-1]) if installed else None)
    return Path(found).parent if found else None


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty schema."""
    name = f"test_{random.SystemRandom().getrandbits(48):x}"
    with psycopg.connect(postgres_server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        yield f"{postgres_server}&options=-csearch_path%3D{name}"
        connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty ledger, on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    with open_ledger(ledger_url) as opened:
        yield opened


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ledger.db"


NewRun = Callable[..., Run]


@pytest.fixture
def new_run() -> NewRun:
    """Records a run of the feature "orders"."""

    def create(ledger: Ledger, feature: str = "orders") -> Run:
        return ledger.runs.create(
            new_run_id(utc_now, random.Random()),
            feature=feature,
            mode="CODE",
            requirements_sha="ab" * 32,
            options={"mode": "CODE"},
            graph_version=1,
        )

    return create


@dataclass(frozen=True)
class Answered:
    """A provider's reply."""

    arguments: str = '{"code": "x = 1"}'
    function: str = "generate_main_code"
    finish: str = "stop"
    model: str = "vendor-model-2026"
    usage: TokenCount = field(default_factory=lambda: TokenCount(1000, 200, 300, 40))


@pytest.fixture
def answered() -> type[Answered]:
    return Answered
