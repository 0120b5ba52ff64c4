"""Waiting until a service answers that it is healthy, with the revision that was started."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provisioner.errors import ServiceUnhealthy, WaitTimedOut

if TYPE_CHECKING:
    import httpx

_FIRST_PAUSE_SECONDS = 0.025
_LAST_PAUSE_SECONDS = 1.0
_PAUSE_GROWTH = 1.3  # what a service is healthy for unnoticed is that share of its start
_ATTEMPT_SECONDS = 5.0
_LOOK_SECONDS = 0.05
_BODY_BYTES = 64 * 1024
_TAIL_BYTES = 4_000
_TAIL_LINES = 20
_ENDED = "the process ended"
_REVISION_HEADER = "x-revision"
READ_THE_LOG = "mend what the last lines of its log, the evidence, name; then run it again"


@dataclass(frozen=True, slots=True)
class HealthReport:
    """An answer of the health path; a healthy one where `wait_healthy` returns it.

    Attributes:
        status: of HTTP.
        body: the parsed JSON of the answer, or its text where it is no JSON.
        header: the revision that uvicorn names, which it was started with; "" for none.
        attempts: requests that were made, this one included.
    """

    status: int
    body: Any
    header: str = ""
    attempts: int = 1

    @property
    def revision(self) -> str:
        """Of the answer: the service's own word before uvicorn's, "" where it has none."""
        own = self.body.get("revision") if isinstance(self.body, dict) else ""
        return str(own or self.header)

    def fault(self, revision: str) -> str:
        """Why this is not the healthy answer that is wanted, "" where it is."""
        if self.status != 200:
            return f"it answered {self.status}"
        if revision and self.revision != revision:
            return f"revision {self.revision or '(none)'} answered, {revision} is wanted"
        return ""


def revision_variables(revision: str) -> dict[str, str]:
    """Variables that have a service name its revision; uvicorn does where service.py does not."""
    return {"REVISION": revision, "UVICORN_HEADERS": f"{_REVISION_HEADER}:{revision}"}


async def wait_healthy(
    url: str,
    *,
    path: str = "/health",
    deadline_seconds: float,
    alive: Callable[[], bool] = lambda: True,
    revision: str = "",
    rolling: bool = False,
    log: Path | None = None,
    log_start: int = 0,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> HealthReport:
    """Send requests until the service answers 200, with pauses that grow from 25 ms to 1 s.

    Args:
        url: the service's base URL.
        deadline_seconds: how long to wait altogether.
        alive: whether the service's process still runs; asked while an answer is awaited, too.
        revision: required as the answer's `HealthReport.revision`; "" accepts any.
        rolling: another revision may answer for a while, so a wrong answer is waited out. Where
            the answer can only be the service's own, one below 500 is final.
        log: the service's log, whose end goes into the error.
        log_start: the byte of the log that this service's own output begins at.

    Raises:
        ServiceUnhealthy: the process ended, or the service answers but is not well.
        WaitTimedOut: no answer within the deadline.
    """
    import httpx

    pause, attempts, waited = _FIRST_PAUSE_SECONDS, 0, f"{deadline_seconds:g} s"
    last: HealthReport | str = "no answer"
    # A proxy of the environment is for the way out, never for this machine.
    local = url.startswith(("http://localhost", "http://127.", "http://[::1]"))
    async with httpx.AsyncClient(trust_env=not local, timeout=None) as client:
        began = clock()
        while (left := deadline_seconds - (clock() - began)) > 0 and alive():
            attempts += 1
            last = await _ask(client, url + path, min(left, _ATTEMPT_SECONDS), alive)
            if isinstance(last, HealthReport):
                if not last.fault(revision):
                    return replace(last, attempts=attempts)
                if not rolling and last.status < 500:
                    raise _failure(url + path, last, revision, "", log_tail(log, log_start))
            await sleep(max(0.0, min(pause, deadline_seconds - (clock() - began))))
            pause = min(pause * _PAUSE_GROWTH, _LAST_PAUSE_SECONDS)
    if not alive():
        last = _ENDED
    raise _failure(url + path, last, revision, waited, log_tail(log, log_start))


def _failure(
    url: str, last: HealthReport | str, revision: str, waited: str, tail: tuple[str, ...]
) -> ServiceUnhealthy | WaitTimedOut:
    if isinstance(last, HealthReport):
        return ServiceUnhealthy(
            f"{url}: {last.fault(revision)}{waited and f' for {waited}'}",
            evidence=(str(last.body)[:500], *tail),
            next_step='GET on it must answer 200 with {"status": "ok", "revision": <env REVISION>}',
        )
    if last == _ENDED:
        return ServiceUnhealthy(
            f"the service for {url} ended while it started",
            evidence=tail,
            next_step=READ_THE_LOG,
        )
    return WaitTimedOut(
        f"{url} did not answer within {waited}: {last}",
        evidence=tail,
        next_step="look at the log for what it waits for, or raise timeouts.startup_seconds",
    )


def log_tail(log: Path | None, start: int = 0) -> tuple[str, ...]:
    """Read the last 20 lines of a log, from a byte on; () where there is no log."""
    if log is None:
        return ()
    try:
        with log.open("rb") as file:
            file.seek(max(start, file.seek(0, 2) - _TAIL_BYTES))
            return tuple(file.read().decode("utf-8", "replace").splitlines()[-_TAIL_LINES:])
    except OSError:
        return ()


async def _ask(
    client: httpx.AsyncClient, url: str, seconds: float, alive: Callable[[], bool]
) -> HealthReport | str:
    """Send one request; returns its answer, or the error, early where the process has ended."""
    asking = asyncio.ensure_future(_get(client, url, seconds))
    try:
        while not (await asyncio.wait({asking}, timeout=_LOOK_SECONDS))[0]:
            if not alive():
                return _ENDED
        return await asking
    finally:
        asking.cancel()
        await asyncio.wait({asking})


async def _get(client: httpx.AsyncClient, url: str, seconds: float) -> HealthReport | str:
    import httpx

    try:
        async with asyncio.timeout(seconds), client.stream("GET", url) as response:
            content = b""
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > _BODY_BYTES:
                    return f"it answered more than {_BODY_BYTES // 1024} KiB"
            try:
                body = json.loads(content)
            except ValueError:
                body = content.decode("utf-8", "replace")
            header = response.headers.get(_REVISION_HEADER, "")
            return HealthReport(response.status_code, body, header)
    except TimeoutError:
        return f"no answer to one request within {seconds:.3g} s"
    except httpx.TransportError as error:
        return f"{type(error).__name__}: {error}"
    except (httpx.InvalidURL, httpx.DecodingError) as error:
        return str(error)
