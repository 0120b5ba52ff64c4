"""The tables.

Whole numbers and text alone: money is nano-USD (1e-9 USD), times are UTC in ISO 8601, records
are JSON. ``ledger_journal`` is what happened, in order, with a hash chain a run; runs, usage,
effects and budget follow from it and can be rebuilt (:mod:`ledger.integrity`).
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.connection import Transaction

VERSION = 1

_TABLES: Mapping[str, Mapping[str, str]] = {
    "ledger_meta": {"name": "TEXT PRIMARY KEY", "value": "TEXT NOT NULL"},
    "ledger_runs": {
        "number": "{identity}",
        "run_id": "TEXT NOT NULL UNIQUE",
        "feature": "TEXT NOT NULL",
        "mode": "TEXT NOT NULL",
        "status": "TEXT NOT NULL",
        "created_at": "TEXT NOT NULL",
        "updated_at": "TEXT NOT NULL",
        "requirements_sha": "TEXT NOT NULL",
        "options": "TEXT NOT NULL",
        "graph_version": "BIGINT NOT NULL",
        "result": "TEXT",
        "process": "TEXT",
    },
    "ledger_journal": {
        "id": "{identity}",
        "at": "TEXT NOT NULL",
        "kind": "TEXT NOT NULL",
        "body": "TEXT NOT NULL",
        "hash": "TEXT NOT NULL",
    },
    "ledger_usage": {
        "digest": "TEXT NOT NULL",
        "run_id": "TEXT NOT NULL REFERENCES ledger_runs (run_id)",
        "call": "BIGINT NOT NULL",
        "step": "TEXT NOT NULL",
        "round": "BIGINT NOT NULL",
        "phase": "TEXT NOT NULL",
        "tier": "TEXT NOT NULL",
        "provider": "TEXT NOT NULL",
        "model": "TEXT NOT NULL",
        "answered_by": "TEXT NOT NULL",
        "outcome": "TEXT NOT NULL",
        "begun_at": "TEXT NOT NULL",
        "input_tokens": "BIGINT NOT NULL",
        "output_tokens": "BIGINT NOT NULL",
        "cached_tokens": "BIGINT NOT NULL",
        "cache_write_tokens": "BIGINT NOT NULL",
        "charged_tokens": "BIGINT NOT NULL",
        "charged_nano_usd": "BIGINT NOT NULL",
        "priced": "BIGINT NOT NULL",
        "latency_us": "BIGINT NOT NULL",
        "ended": "BIGINT NOT NULL",
        "PRIMARY KEY": "(digest, run_id, round, step, call)",
    },
    "ledger_effects": {
        "digest": "TEXT PRIMARY KEY",
        "run_id": "TEXT NOT NULL REFERENCES ledger_runs (run_id)",
        "node": "TEXT NOT NULL",
        "input": "TEXT NOT NULL",
        "round": "BIGINT NOT NULL",
        "kind": "TEXT NOT NULL",
        "details": "TEXT NOT NULL",
        "result": "TEXT",
        "begun_at": "TEXT NOT NULL",
        "finished_at": "TEXT",
    },
    "ledger_budget": {
        "scope": "TEXT NOT NULL",
        "calls": "BIGINT NOT NULL",
        "spent_tokens": "BIGINT NOT NULL",
        "spent_nano_usd": "BIGINT NOT NULL",
        "reserved_tokens": "BIGINT NOT NULL",
        "reserved_nano_usd": "BIGINT NOT NULL",
        "PRIMARY KEY": "(scope)",
    },
}

_IDENTITY = {
    # Only a column of the very type INTEGER is SQLite's own row number, which needs no index.
    "sqlite": "INTEGER PRIMARY KEY",
    "postgresql": "BIGINT PRIMARY KEY",
}
_CLUSTERED = {"sqlite": " WITHOUT ROWID", "postgresql": ""}


def create(tx: Transaction) -> None:
    """Make every table that is missing and write the version down."""
    dialect = tx.database.dialect
    for name, parts in _TABLES.items():
        body = ", ".join(f"{part} {kind}" for part, kind in parts.items())
        body = body.format(identity=_IDENTITY[dialect])
        # A table with a key of its own making is read by that key alone.
        clustered = _CLUSTERED[dialect] if "PRIMARY KEY" in parts else ""
        tx.run(f"CREATE TABLE IF NOT EXISTS {name} ({body}){clustered}")
    tx.run(
        "INSERT INTO ledger_meta (name, value) VALUES ('version', :version)",
        {"version": str(VERSION)},
    )


def columns(table: str) -> list[str]:
    """The names of a table's columns in order."""
    return [part for part in _TABLES[table] if part != "PRIMARY KEY"]


def insert(table: str) -> str:
    """The statement that inserts a row, with a placeholder for each column."""
    names = columns(table)
    holes = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({holes})"


def key(table: str) -> str:
    """The columns of a table's primary key, separated by commas."""
    parts = _TABLES[table]
    return parts["PRIMARY KEY"].strip("()") if "PRIMARY KEY" in parts else next(iter(parts))


def version(tx: Transaction) -> int | None:
    """The version of the tables, None where there are none."""
    if not tx.row(tx.database.find_table, {"name": "ledger_meta"}):
        return None
    row = tx.row("SELECT value FROM ledger_meta WHERE name = 'version'")
    return int(row[0]) if row else None
