"""Requests on one service of Google Cloud Run, by the Admin API v2 and Cloud Logging v2."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any

from provisioner.errors import (
    NotDeployed,
    RemoteDenied,
    RemoteUnreachable,
    ServiceUnhealthy,
    WaitTimedOut,
)
from provisioner.modes.cloudrun.settings import CloudRunSettings

Json = Mapping[str, Any]
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_LOGIN = "`gcloud auth application-default login`, or GOOGLE_APPLICATION_CREDENTIALS"
_BY_REVISION = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"
_REQUEST_SECONDS = 60.0
_LOG_ENTRIES = 100


class CloudRunApi:
    """The requests on one service, with the credentials that Google's own tools have."""

    def __init__(self, settings: CloudRunSettings, service: str) -> None:
        self._settings, self._id = settings, service
        self._parent = f"projects/{settings.project}/locations/{settings.region}"
        self._name = f"{self._parent}/services/{service}"

    async def __aenter__(self) -> CloudRunApi:
        import httpx

        token = await asyncio.to_thread(_token)
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.AsyncClient(headers=headers, timeout=_REQUEST_SECONDS)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def service(self) -> dict[str, Any] | None:
        """The service once no change of it is under way, None where there is none."""
        began = time.monotonic()
        while True:
            found: dict[str, Any] | None = await self._ask("GET", f"/v2/{self._name}")
            if found is None or not found.get("reconciling"):
                return found
            await self._pause(began)

    async def create(self, body: Json) -> dict[str, Any]:
        return await self._change("POST", f"/v2/{self._parent}/services?serviceId={self._id}", body)

    async def change(self, service: Json, change: Json) -> dict[str, Any]:
        """Change a service as it was read; refused where somebody changed it since (its etag)."""
        automatic = {"scaling": {"scalingMode": "AUTOMATIC"}}
        return await self._change("PATCH", f"/v2/{self._name}", {**service, **automatic, **change})

    async def send_traffic(self, service: Json, name: str, live: str) -> dict[str, Any]:
        """Give a revision all traffic; the one that had it is the previous one."""
        return await self.change(
            service, {"traffic": [to_revision(name, 100, "live"), to_revision(live, 0, "previous")]}
        )

    async def revision(self, name: str) -> dict[str, Any]:
        path = f"/v2/{self._name}/revisions/{name}"
        found: dict[str, Any] | None = await self._ask("GET", path)
        if found is None:
            raise NotDeployed(f"revision {name} is no longer on Cloud Run")
        return found

    async def log(self, revision: str, since: str = "") -> list[tuple[str, str]]:
        """The last entries of a revision's log, each with its time, those after one alone."""
        wanted = 'resource.type="cloud_run_revision"'
        wanted += f' AND resource.labels.revision_name="{revision}"'
        wanted += f' AND timestamp>"{since}"' if since else ""
        body = {
            "resourceNames": [f"projects/{self._settings.project}"],
            "filter": wanted,
            "orderBy": "timestamp desc",
            "pageSize": _LOG_ENTRIES,
        }
        found = await self._ask("POST", f"{self._settings.logging_address}/v2/entries:list", body)
        entries: Sequence[Json] = (found or {}).get("entries", ())
        return [(one["timestamp"], str(one.get("textPayload", ""))) for one in reversed(entries)]

    async def _change(self, method: str, path: str, body: Json) -> dict[str, Any]:
        """Make a change and wait until it is made; raises ServiceUnhealthy where it fails."""
        began = time.monotonic()
        operation = await self._ask(method, path, body)
        while operation is not None and not operation.get("done"):
            await self._pause(began)
            operation = await self._ask("GET", f"/v2/{operation['name']}")
        if operation and "error" in operation:
            said = str(operation["error"].get("message", ""))
            raise ServiceUnhealthy(
                f"Cloud Run gave it up: {said[:300]}",
                evidence=(said,),
                next_step="the message says what is wrong",
            )
        service = await self.service()
        if service is None:
            raise NotDeployed(f"the service {self._id} is gone")
        return service

    async def _pause(self, began: float) -> None:
        if time.monotonic() - began > self._settings.deadline_seconds:
            raise WaitTimedOut(
                f"Cloud Run was not ready within {self._settings.deadline_seconds:g} s",
                next_step="give the command again: it goes on; or raise cloudrun.deadline_seconds",
            )
        await asyncio.sleep(self._settings.poll_seconds)

    async def _ask(self, method: str, path: str, body: Json | None = None) -> Any:
        """The answer's JSON, None for a 404; raises RemoteDenied, RemoteUnreachable."""
        import httpx

        url = path if path.startswith("http") else self._settings.address + path
        try:
            answer = await self._http.request(method, url, json=body)
        except httpx.TransportError as error:
            raise RemoteUnreachable(f"Google Cloud does not answer: {error}") from error
        if answer.status_code == 404:
            return None
        if answer.status_code in (401, 403):
            raise RemoteDenied(
                f"Google Cloud refuses {method} {url.partition('?')[0]}",
                evidence=(answer.text[:1_000],),
                next_step=f"{_LOGIN}; the role roles/run.admin on the project is needed",
            )
        if answer.is_error:
            raise RemoteUnreachable(
                f"Google Cloud answers {answer.status_code}", evidence=(answer.text[:1_000],)
            )
        return answer.json()


def _token() -> str:
    """An access token; raises RemoteDenied where there are no credentials, or none that count."""
    import google.auth
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import Request

    try:
        credentials, _ = google.auth.default(scopes=[_SCOPE])
        credentials.refresh(Request())  # type: ignore[no-untyped-call]  # google-auth has no types
    except GoogleAuthError as error:
        raise RemoteDenied(
            "there are no credentials of Google Cloud", evidence=(str(error),), next_step=_LOGIN
        ) from error
    return str(credentials.token)


def to_revision(name: str, percent: int, tag: str) -> dict[str, Any]:
    """A share of the traffic for a revision, which gets an address of its own by the tag."""
    return {"type": _BY_REVISION, "revision": name, "percent": percent, "tag": tag}
