"""The tables, and the statements that write a row of one.

Whole numbers and text alone: money is nano-USD (1e-9 USD), times are UTC in ISO 8601, records
are JSON. ``ledger_journal`` is what happened, in order, with a hash chain a run; runs, usage and
effects follow from it and can be rebuilt (:mod:`ledger.chain`). ``ledger_fixes`` belongs to no
run's journal.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.connection import Database, Transaction
from ledger.errors import LedgerVersion

VERSION = 3

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
    "ledger_spent": {
        **{"scope": _TEXT, **_all(_NUMBER, "calls tokens nano_usd")},
        "PRIMARY KEY": "(scope)",
    },
    "ledger_fixes": {
        **_all(_TEXT, "run_id at fix"),
        **_all(_NUMBER, "round worked"),
        "PRIMARY KEY": "(run_id, round)",
    },
}
_NEWEST = list(_TABLES)[-1]  # a ledger that has it has them all


def prepare(database: Database) -> None:
    """Make the tables that a database lacks; LedgerVersion where another version's are there."""
    with database.read() as tx:
        if version(tx) == VERSION and tx.row(database.find_table, {"name": _NEWEST}):
            return
    with database.write() as tx:
        database.lock(tx)
        found = version(tx)
        if found not in (None, VERSION):
            raise LedgerVersion(
                f"{database.name} was written by another version of this tool (tables {found}, "
                f"known here {VERSION})",
                next_step="install that version, or move it away to start with an empty record",
            )
        create(tx)


def create(tx: Transaction) -> None:
    """Make every table that is missing and write the version down."""
    database = tx.database
    for name, parts in _TABLES.items():
        body = ", ".join(f"{part} {kind}" for part, kind in parts.items())
        clustered = database.clustered if "PRIMARY KEY" in parts else ""
        body = body.format(identity=database.identity)
        tx.run(f"CREATE TABLE IF NOT EXISTS {name} ({body}){clustered}")
    tx.run(upsert("ledger_meta"), {"name": "version", "value": str(VERSION)})


def version(tx: Transaction) -> int | None:
    """The version of the tables, None where there are none."""
    if not tx.row(tx.database.find_table, {"name": "ledger_meta"}):
        return None
    row = tx.row("SELECT value FROM ledger_meta WHERE name = 'version'")
    return int(row[0]) if row else None


def columns(table: str) -> list[str]:
    """The names of a table's columns in order."""
    return [part for part in _TABLES[table] if part != "PRIMARY KEY"]


def insert(table: str) -> str:
    """The statement that inserts a row, with a placeholder for each column."""
    names = columns(table)
    holes = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({holes})"


def upsert(table: str) -> str:
    """The statement that inserts a row, or changes the one of the same key; never its run."""
    names, key = columns(table), _key(table)
    changes = ", ".join(
        f"{name} = excluded.{name}" for name in names if name not in {"run_id", *key}
    )
    return f"{insert(table)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"


def _key(table: str) -> list[str]:
    first = columns(table)[0]
    return _TABLES[table].get("PRIMARY KEY", first).strip("()").split(", ")
