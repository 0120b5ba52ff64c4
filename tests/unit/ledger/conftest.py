"""Ledgers on SQLite and on a private PostgreSQL, and the parts that tests of them share."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.calls import Reply, TokenUsage
from ledger.connection import utc_now
from ledger.database import Ledger, open_ledger
from ledger.runs import Run, RunOptions, new_run_id


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
            options=RunOptions(mode="CODE"),
            graph_version=1,
        )

    return create


_USAGE = TokenUsage(1000, 200, 300, 40)


@pytest.fixture
def answered() -> Callable[..., Reply]:
    """Makes a provider's reply."""

    def make(arguments: str = '{"code": "x = 1"}', usage: TokenUsage = _USAGE) -> Reply:
        return Reply("generate_main_code", arguments, "stop", usage, "vendor-model-2026")

    return make
