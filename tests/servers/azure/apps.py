"""A container app as the cloud keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.servers.azure.ingress import Address
from tests.servers.azure.revisions import Revision


@dataclass
class App:
    body: dict[str, Any]
    address: Address
    revisions: dict[str, Revision] = field(default_factory=dict)
    addresses: dict[str, Address] = field(default_factory=dict)
    stopped: bool = False
    busy_until: float = 0.0

    @property
    def configuration(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body["properties"].setdefault("configuration", {})
        return found

    @property
    def traffic(self) -> dict[str, int]:
        ingress = self.configuration.get("ingress") or {}
        latest = list(self.revisions)[-1] if self.revisions else ""
        weights = ingress.get("traffic") or ([{"weight": 100}] if ingress else [])
        return {one.get("revisionName") or latest: one["weight"] for one in weights}
