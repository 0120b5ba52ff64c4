"""Requests of the resource manager and its answers, and the names of what this cloud has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SUBSCRIPTION = "6f5c7d1e-0a4b-4c8d-9e2f-3b1a5d7c9e0f"
TENANT = "0d9c8b7a-6f5e-4d3c-8b2a-190807060504"
CLIENT, SECRET = "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d", "test-client-secret"
FEDERATED = "test-token-of-a-workflow"
GROUP, ENVIRONMENT = "shop", "shop-env"
RESOURCES = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.App"


@dataclass(frozen=True)
class Request:
    """A request as it arrived; `writes` where it changes something."""

    method: str
    path: str
    body: Any

    @property
    def writes(self) -> bool:
        action = self.path.rpartition("/")[2]
        return self.method != "GET" and action not in ("getAuthtoken", "listSecrets")


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def error(cls, status: int, code: str, message: str, **headers: str) -> Reply:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, {"error": {"code": code, "message": message}}, named)


def merged(base: Any, change: Any) -> Any:
    """A JSON merge patch (RFC 7396)."""
    if not isinstance(change, Mapping):
        return change
    result = dict(base) if isinstance(base, Mapping) else {}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def busy(name: str) -> Reply:
    message = f"Cannot modify container app {name}: another operation is in progress."
    return Reply.error(409, "ContainerAppOperationInProgress", message)


def invalid(what: str, why: str) -> Reply:
    return Reply.error(400, "InvalidParameterValueInContainerTemplate", f"Field '{what}': {why}")


def subscription() -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{SUBSCRIPTION}",
        "subscriptionId": SUBSCRIPTION,
        "tenantId": TENANT,
        "displayName": "Shop",
        "state": "Enabled",
    }
