"""The tables.

Whole numbers and text alone: money is nano-USD (1e-9 USD), times are UTC in ISO 8601, records
are JSON. ``ledger_journal`` is what happened, in order, with a hash chain a run; runs, usage,
effects and budget follow from it and can be rebuilt (:mod:`ledger.integrity`).
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.connection import Transaction

VERSION = 1

_TEXT = "TEXT NOT NULL"
_NUMBER = "BIGINT NOT NULL"
_RUN = f"{_TEXT} REFERENCES ledger_runs (run_id)"


def _all(kind: str, names: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), kind)


_TABLES: Mapping[str, Mapping[str, str]] = {
    "ledger_meta": {"name": "TEXT PRIMARY KEY", "value": _TEXT},
    "ledger_runs": {
        "number": "{identity}",
        "run_id": f"{_TEXT} UNIQUE",
        **_all(_TEXT, "feature mode status created_at updated_at requirements_sha options"),
        "graph_version": _NUMBER,
        **_all("TEXT", "result process"),
    },
    "ledger_journal": {"id": "{identity}", **_all(_TEXT, "at kind body hash")},
    "ledger_usage": {
        "run_id": _RUN,
        **_all(_TEXT, "digest step phase tier provider model answered_by outcome begun_at"),
        **_all(_NUMBER, "call round input_tokens output_tokens cached_tokens cache_write_tokens"),
        **_all(_NUMBER, "charged_tokens charged_nano_usd priced latency_us ended"),
        "PRIMARY KEY": "(digest, run_id, round, step, call)",
    },
    "ledger_effects": {
        "digest": "TEXT PRIMARY KEY",
        "run_id": _RUN,
        **_all(_TEXT, "node input kind details begun_at"),
        "round": _NUMBER,
        **_all("TEXT", "result finished_at"),
    },
    "ledger_budget": {
        "scope": _TEXT,
        **_all(_NUMBER, "calls spent_tokens spent_nano_usd reserved_tokens reserved_nano_usd"),
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
