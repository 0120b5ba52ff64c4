"""Effects of a run on the world: looked up first, made second, recorded third."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ledger.chain import next_row
from ledger.connection import Records
from ledger.errors import LedgerError

_FIND = "SELECT kind, details, result FROM ledger_effects WHERE digest = :digest"


@dataclass(frozen=True, slots=True)
class EffectKey:
    """The identity of an effect; ``input`` decides it, e.g. the hash of a tree to be committed."""

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
        details: what is needed to find or repeat it exactly, e.g. a commit's parent and date.
        result: e.g. a commit's hash; None while it is not known to be made.
    """

    kind: str
    details: Mapping[str, Any]
    result: Mapping[str, Any] | None


class Effects(Records):
    """The record of effects."""

    def require_lock(self) -> None:
        """Raise LockLost where the lock is lost, before an effect that has no record of its own."""
        self._database.require_lock()

    def find(self, key: EffectKey) -> Effect | None:
        """Return the recorded effect, None where it was never begun."""
        for kind, details, result in self._database.rows(_FIND, {"digest": key.digest}):
            return Effect(kind, json.loads(details), json.loads(result) if result else None)
        return None

    def begin(self, key: EffectKey, kind: str, details: Mapping[str, Any]) -> Effect:
        """Record that the effect is about to be made; on disk when it returns.

        One that was begun before is given back with the details of then, so that a repeat makes
        the very same thing. LockLost: the feature may be another process's by now.
        """
        self._database.require_lock()
        body = {"digest": key.digest, **asdict(key), "kind": kind, "details": dict(details)}
        with self._database.write() as tx:
            place = next_row(tx, key.run_id)
            if known := self.find(key):
                return known
            place.append(tx, self._database.now(), "effect", body)
        return Effect(kind, dict(details), None)

    def finish(self, key: EffectKey, result: Mapping[str, Any]) -> None:
        """Record that an effect that was begun is made; the same result is recorded once."""
        with self._database.write() as tx:
            place = next_row(tx, key.run_id)
            known = self.find(key)
            if known is None:
                raise LedgerError(f"an effect of {key.node} in run {key.run_id} was never begun")
            if known.result == result:
                return
            body = {"digest": key.digest, "result": dict(result)}
            place.append(tx, self._database.now(), "effect", body)
