"""Whether a revision is well: asked at its own address, and looked at through Azure's API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from provisioner.errors import AzureDenied, ServiceUnhealthy, WaitTimedOut
from provisioner.modes.azure.api import AzureSilent
from provisioner.modes.azure.app import ContainerApp
from provisioner.modes.health import HealthReport, wait_healthy

_UNANSWERED = 3  # requests in a row without an answer; one may be lost on the way
_PAUSE_SECONDS, _ATTEMPT_SECONDS = 1.0, 5.0


class Watch:
    """Looks at a revision again and again.

    A silent API finds nothing: what the revision itself answers decides then.

    Attributes:
        fault: what was found, "" while nothing was.
        ready: whether Azure's own probes found it healthy at the last look.
    """

    def __init__(self, app: ContainerApp, name: str) -> None:
        self._app, self._name = app.with_patience(0), name
        self.fault, self.ready = "", False

    def well(self) -> bool:
        return not self.fault

    async def look(self) -> None:
        """Look once; nothing changes where Azure does not answer."""
        try:
            revision = await self._app.revision(self._name)
            replicas = await self._app.replicas(self._name) if revision else []
        except (AzureSilent, AzureDenied):
            return
        if revision:
            ended = next((one.ended for one in replicas if one.ended), "")
            self.fault = revision.failed or (ended and f"its container ended: {ended}")
            asleep = revision.running == "ScaledToZero"  # its address wakes it
            ready = asleep or any(one.ready for one in replicas)
            self.ready = revision.health == "Healthy" and ready


@asynccontextmanager
async def watching(app: ContainerApp, name: str) -> AsyncIterator[Watch]:
    """Watch a revision for the length of the block."""
    watch = Watch(app, name)

    async def look() -> None:
        while watch.well():
            await watch.look()
            await asyncio.sleep(app.settings.poll_seconds)

    looking = asyncio.create_task(look())
    try:
        yield watch
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def wait_started(app: ContainerApp, name: str) -> None:
    """Wait until Azure's probes find a revision healthy; raises ServiceUnhealthy, WaitTimedOut."""
    seconds, began = app.settings.deadline_seconds, monotonic()
    async with watching(app, name) as watch:
        while not watch.ready:
            if not watch.well():
                raise _unhealthy(name, watch.fault)
            if monotonic() - began > seconds:
                raise WaitTimedOut(f"{name} is not healthy within {seconds:g} s")
            await asyncio.sleep(app.settings.poll_seconds / 4)


async def wait_at_address(
    app: ContainerApp, name: str, url: str, *, path: str, revision: str
) -> HealthReport:
    """Wait until a revision answers at its own address as healthy and as what it is.

    Raises:
        ServiceUnhealthy: it ended, Azure gave it up, or another revision answers there.
        WaitTimedOut: no healthy answer within azure.deadline_seconds.
    """
    async with watching(app, name) as watch:
        try:
            report = await wait_healthy(
                url,
                path=path,
                deadline_seconds=app.settings.deadline_seconds,
                alive=watch.well,
                rolling=True,  # until it has started, Azure answers in its place
            )
        except (ServiceUnhealthy, WaitTimedOut) as error:
            if watch.well():  # an answer of 503 is Azure's own while nothing has started
                raise WaitTimedOut(
                    str(error), evidence=error.evidence, next_step=error.next_step
                ) from error
            raise _unhealthy(name, watch.fault) from error
    if fault := report.fault(revision):
        raise ServiceUnhealthy(
            f"{url}{path}: {fault}",
            evidence=(str(report.body)[:500],),
            next_step='GET on it must answer {"status": "ok", "revision": <env REVISION>}',
        )
    return report


async def watch_under_traffic(
    app: ContainerApp, name: str, url: str, *, path: str, revision: str, seconds: float
) -> None:
    """Ask a revision for its health again and again while it has traffic; raises ServiceUnhealthy.

    An answer that is not healthy counts at once, a request without an answer the third time.
    """
    unanswered, ends = 0, monotonic() + seconds
    async with watching(app, name) as watch:
        while monotonic() < ends and watch.well() and unanswered < _UNANSWERED:
            try:
                report = await wait_healthy(
                    url, path=path, deadline_seconds=_ATTEMPT_SECONDS, alive=watch.well
                )
                unanswered, watch.fault = 0, watch.fault or report.fault(revision)
            except WaitTimedOut:
                unanswered += 1
            except ServiceUnhealthy as error:
                watch.fault = watch.fault or str(error)
            await asyncio.sleep(min(_PAUSE_SECONDS, max(0.0, ends - monotonic())))
        await watch.look()  # the last moments count too
    if not watch.well() or unanswered:
        raise _unhealthy(name, watch.fault or f"{url}{path} does not answer")


def _unhealthy(name: str, fault: str) -> ServiceUnhealthy:
    return ServiceUnhealthy(f"{name}: {fault}", next_step="its logs say why")
