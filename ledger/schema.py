"""The tables, once for both databases, and how an older database becomes the present one.

Whole numbers and text alone: money is nano-USD (1e-9 USD), times are UTC in ISO 8601, records
are JSON. ``ledger_journal`` is what happened, in order, with a hash chain a run; all other tables
follow from it and can be rebuilt (:mod:`ledger.chain`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, ForeignKey, Index, MetaData, Table, Text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from ledger.connection import Transaction

MIGRATIONS: dict[int, tuple[str, ...]] = {}
"""Statements that bring a database of version *key* to the next one."""

metadata = MetaData()


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Text, nullable=options.pop("nullable", False), **options)


def _number(name: str, **options: Any) -> Column[int]:
    return Column(name, BigInteger, nullable=options.pop("nullable", False), **options)


def _run() -> Column[str]:
    return Column("run_id", Text, ForeignKey("ledger_runs.run_id"), primary_key=True)


meta = Table("ledger_meta", metadata, _text("name", primary_key=True), _text("value"))

runs = Table(
    "ledger_runs",
    metadata,
    _text("run_id", primary_key=True),
    _number("number", unique=True),
    _text("feature"),
    _text("mode"),
    _text("status"),
    _text("created_at"),
    _text("updated_at"),
    _text("requirements_sha"),
    _text("options"),
    _number("graph_version"),
    _text("result", nullable=True),
    _text("process", nullable=True),
)

journal = Table(
    "ledger_journal",
    metadata,
    _run(),
    _number("seq", primary_key=True, autoincrement=False),
    _text("at"),
    _text("kind"),
    _text("body"),
    _text("hash"),
)

usage = Table(
    "ledger_usage",
    metadata,
    _run(),
    _number("call", primary_key=True, autoincrement=False),
    _text("step"),
    _number("round"),
    _text("digest"),
    _text("phase"),
    _text("tier"),
    _text("provider"),
    _text("model"),
    _text("outcome"),
    _text("begun_at"),
    _text("process"),
    _number("reserved_tokens"),
    _number("reserved_nano_usd"),
    _number("input_tokens"),
    _number("output_tokens"),
    _number("cached_tokens"),
    _number("cache_write_tokens"),
    _number("charged_tokens"),
    _number("charged_nano_usd"),
    _number("priced"),
    _number("latency_us"),
    _number("ended", nullable=True),
    Index("ledger_usage_digest", "digest", "run_id"),
    sqlite_with_rowid=False,
)

effects = Table(
    "ledger_effects",
    metadata,
    _text("digest", primary_key=True),
    Column("run_id", Text, ForeignKey("ledger_runs.run_id"), nullable=False),
    _text("node"),
    _text("input"),
    _number("round"),
    _text("kind"),
    _text("details"),
    _text("result", nullable=True),
    _text("begun_at"),
    _text("finished_at", nullable=True),
)

budget = Table(
    "ledger_budget",
    metadata,
    _text("scope", primary_key=True),
    _number("calls"),
    _number("spent_tokens"),
    _number("spent_nano_usd"),
    _number("reserved_tokens"),
    _number("reserved_nano_usd"),
    sqlite_with_rowid=False,
)


def create(tx: Transaction, version: int, *, postgres: bool) -> None:
    """Make every table that is missing and write the version down."""
    dialect: Dialect = (postgresql if postgres else sqlite).dialect()
    for table in metadata.sorted_tables:
        tx.run(str(CreateTable(table, if_not_exists=True).compile(dialect=dialect)))
        for index in table.indexes:
            tx.run(str(CreateIndex(index, if_not_exists=True).compile(dialect=dialect)))
    tx.run(
        "INSERT INTO ledger_meta (name, value) VALUES ('version', :version)",
        {"version": str(version)},
    )


def migrate(
    tx: Transaction, found: int, to: int, steps: Mapping[int, tuple[str, ...]] = MIGRATIONS
) -> None:
    """Bring a database of version ``found`` to version ``to``, within the transaction."""
    for version in range(found, to):
        for statement in steps[version]:
            tx.run(statement)
    tx.run("UPDATE ledger_meta SET value = :version WHERE name = 'version'", {"version": str(to)})
