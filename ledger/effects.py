"""Effects of a run on the world: looked up first, made second, recorded third."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ledger import schema
from ledger.chain import as_text, next_row
from ledger.clock import Clock, stamp
from ledger.connection import Database, Row, Transaction
from ledger.errors import LedgerError
from ledger.lock import FeatureLock

_COLUMNS = "run_id, node, input, round, kind, details, result, begun_at, finished_at"
_FIND = f"SELECT {_COLUMNS} FROM ledger_effects WHERE digest = :digest"
_LIST = f"SELECT {_COLUMNS} FROM ledger_effects WHERE run_id = :run_id ORDER BY begun_at, digest"
_BEGIN = schema.insert("ledger_effects")
_FINISH = "UPDATE ledger_effects SET result = :result, finished_at = :at WHERE digest = :digest"


@dataclass(frozen=True, slots=True)
class EffectKey:
    """The identity of an effect.

    Attributes:
        input: what decides the effect, e.g. the hash of the tree that is committed.
    """

    run_id: str
    node: str
    input: str
    round: int = 1

    @property
    def digest(self) -> str:
        """SHA-256 in hex: the trailer of a commit, the label of a container."""
        text = json.dumps([self.run_id, self.node, self.input, self.round])
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect that was begun.

    Attributes:
        kind: "file", "commit", "push", "image", "container", "deployment", …
        details: what is needed to find or repeat it exactly, e.g. a commit's parent and date.
        result: of the effect, e.g. a commit's hash; None while it is not known to be made.
    """

    key: EffectKey
    kind: str
    details: Mapping[str, Any]
    result: Mapping[str, Any] | None
    begun_at: str
    finished_at: str | None


class Effects:
    """The record of effects.

    Attributes:
        lock: without which nothing may be begun; None where none is held.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self.lock: FeatureLock | None = None

    def require_lock(self) -> None:
        """Check the lock before an effect that has no record of its own.

        Raises:
            LockLost: the run's feature may be another process's by now.
        """
        if self.lock:
            self.lock.require()

    def find(self, key: EffectKey) -> Effect | None:
        """Return the recorded effect, None where it was never begun."""
        with self._database.read() as tx:
            return _find(tx, key)

    def begin(self, key: EffectKey, kind: str, details: Mapping[str, Any]) -> Effect:
        """Record that the effect is about to be made; on disk when it returns.

        One that was begun before is given back with the details of then, so that a repeat makes
        the very same thing.

        Raises:
            LockLost: the run's feature may be another process's by now.
        """
        self.require_lock()
        body = {
            "digest": key.digest,
            **asdict(key),
            "kind": kind,
            "details": dict(details),
        }
        with self._database.write() as tx:
            place = next_row(tx, key.run_id)
            known = _find(tx, key)
            if known:
                return known
            at = stamp(self._clock())
            apply_effect(tx, key.run_id, at, body)
            place.append(tx, at, "effect", body)
        return Effect(key, kind, dict(details), None, at, None)

    def finish(self, key: EffectKey, result: Mapping[str, Any]) -> None:
        """Record that the effect is made; the same result twice is recorded once.

        Raises:
            LedgerError: the effect was never begun.
        """
        with self._database.write() as tx:
            place = next_row(tx, key.run_id)
            known = _find(tx, key)
            if known is None:
                raise LedgerError(f"an effect of {key.node} in run {key.run_id} was never begun")
            if known.result == result:
                return
            at = stamp(self._clock())
            body = {"digest": key.digest, "result": dict(result)}
            apply_effect(tx, key.run_id, at, body)
            place.append(tx, at, "effect", body)

    def list(self, run_id: str) -> list[Effect]:
        """Return the run's effects in the order in which they were begun."""
        with self._database.read() as tx:
            return [_effect(row) for row in tx.rows(_LIST, {"run_id": run_id})]


def apply_effect(tx: Transaction, run_id: str, at: str, body: Mapping[str, Any]) -> None:
    """Apply an "effect" row of the journal to the table."""
    if "result" in body:
        values = {"digest": body["digest"], "result": as_text(body["result"]), "at": at}
        tx.run(_FINISH, values)
    else:
        details = as_text(body["details"])
        values = {"run_id": run_id, "begun_at": at, "result": None, "finished_at": None}
        tx.run(_BEGIN, {**body, **values, "details": details})


def _find(tx: Transaction, key: EffectKey) -> Effect | None:
    row = tx.row(_FIND, {"digest": key.digest})
    return _effect(row) if row else None


def _effect(row: Row) -> Effect:
    run_id, node, input_, round_, kind, details, result, begun_at, finished_at = row
    return Effect(
        key=EffectKey(run_id, node, input_, round_),
        kind=kind,
        details=json.loads(details),
        result=json.loads(result) if result else None,
        begun_at=begun_at,
        finished_at=finished_at,
    )
