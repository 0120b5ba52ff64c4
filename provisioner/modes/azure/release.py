"""A release: a revision is made beside the one that serves, proven, and given the traffic in steps.

Everything that is done is looked for first, so that a release that was killed goes on where it was.
The app's tags say which revision was proven last; all else that has traffic is unproven, and loses
it. Traffic is pinned to names of revisions at every instant.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from provisioner.errors import (
    AzureRefused,
    NotDeployed,
    ProvisionerError,
    ServiceUnhealthy,
    WaitTimedOut,
)
from provisioner.files.atomic import atomic_write
from provisioner.modes.azure.app import (
    OWNED,
    PREVIOUS,
    STABLE,
    AppState,
    ContainerApp,
    RevisionState,
)
from provisioner.modes.azure.logs import Findings, read_logs
from provisioner.modes.azure.proof import wait_at_address, wait_started, watch_under_traffic
from provisioner.modes.azure.spec import RevisionSpec

_SHOWN_LINES = 20


class Release:
    """What changes an app: `deploy` and `roll_back`. `evidence` is a folder for what failed."""

    def __init__(self, app: ContainerApp, evidence: Path) -> None:
        self.app, self._evidence = app, evidence

    async def deploy(self, wanted: RevisionSpec) -> AppState:
        """Have a revision serve all traffic; raises ServiceUnhealthy or WaitTimedOut.

        A revision that is not well leaves the one before with all the traffic.
        """
        wanted, state = await self._prepare(wanted)
        if state.stable != wanted.name or state.traffic != {wanted.name: 100}:
            try:
                await self._prove(wanted, state)
                await self._shift(wanted, state.stable)
            except (ServiceUnhealthy, WaitTimedOut) as error:
                raise await self._give_up(wanted, error) from error
        await self.settle(wanted.name)
        return await self.app.settled()

    async def roll_back(self, path: str) -> RevisionState:
        """Have the revision before serve again; raises NotDeployed where there is none."""
        state = await self.app.settled()
        earlier = await self.app.revision(state.previous) if state.previous else None
        if earlier is None:
            raise NotDeployed(
                "no revision that served before is kept",
                next_step="check out the revision that you want, and run with --no-regenerate",
            )
        if not earlier.active:
            await self.app.activate(earlier.name)
        url = f"https://{earlier.fqdn}"
        await wait_at_address(self.app, earlier.name, url, path=path, revision=earlier.revision)
        tags = {STABLE: earlier.name, PREVIOUS: state.stable}
        await self.app.send_traffic((earlier.name, 100), tags=tags)
        await self.settle(earlier.name)
        return earlier

    async def settle(self, stable: str) -> None:
        """Let the other revisions finish their requests, then deactivate them."""
        others = [one.name for one in await self.app.revisions() if one.active]
        others = [name for name in others if name != stable]
        if others:
            await self.app.sleep(self.app.settings.drain_seconds)
        for name in others:
            await self.app.deactivate(name)

    async def _prepare(self, wanted: RevisionSpec) -> tuple[RevisionSpec, AppState]:
        """Have the revision made and active, without traffic unless it has been proven."""
        found = await self.app.look()
        if found is None:
            await self.app.create(await self._first(wanted))
            return wanted, await self.app.settled()
        if OWNED not in found.tags:
            raise AzureRefused(
                f"there is a container app {self.app.name} that this tool did not make",
                next_step="delete it, or name the feature otherwise; nothing of it was changed",
            )
        state = await self.app.settled()
        if state.stopped:
            await self.app.start()
        if not set(state.traffic) <= {state.stable, wanted.name}:
            await self._lead_back(state)  # from another release that was killed
        attempt, made = wanted, await self.app.revision(wanted.name)
        while made and not made.active and made.name not in (state.stable, state.previous):
            attempt = attempt.next_attempt()  # it failed, and Azure would tell that failure again
            made = await self.app.revision(attempt.name)
        if made is None:
            await self.app.update(await self._next(attempt, state.stable))
        elif not made.active:
            await self.app.activate(attempt.name)
        return attempt, await self.app.settled()

    async def _lead_back(self, state: AppState) -> None:
        """Take all traffic from what is not proven."""
        if not state.stable:
            await self.app.update({"properties": {"configuration": {"ingress": None}}})
        elif state.traffic != {state.stable: 100}:
            await self.app.send_traffic((state.stable, 100))

    async def _first(self, wanted: RevisionSpec) -> Mapping[str, Any]:
        """The app with its first revision, without ingress: nobody reaches what is unproven.

        With one, Azure would give all the traffic to this revision at once.
        """
        environment = await self.app.environment()
        return {
            "location": environment["location"],
            "tags": {OWNED: self.app.name},
            **_identity(self.app.settings.identity),
            "properties": {
                "environmentId": environment["id"],
                "configuration": {
                    **{k: v for k, v in wanted.configuration.items() if k != "ingress"},
                    "secrets": list(wanted.secrets),
                },
                "template": wanted.template,
            },
        }

    async def _next(self, wanted: RevisionSpec, stable: str) -> Mapping[str, Any]:
        """The change that makes a further revision, in which the traffic stays where it is."""
        configuration = dict(wanted.configuration)
        configuration["secrets"] = await self._secrets(wanted)
        if stable:
            traffic = [{"revisionName": stable, "weight": 100}]
            configuration["ingress"] = {**wanted.ingress, "traffic": traffic}
        else:
            configuration["ingress"] = None
        return {
            **_identity(self.app.settings.identity),
            "properties": {"configuration": configuration, "template": wanted.template},
        }

    async def _secrets(self, wanted: RevisionSpec) -> list[Mapping[str, str]]:
        """The secrets of the revision, and those that active ones and the one before refer to."""
        state = await self.app.settled()
        kept = {state.stable, state.previous}
        revisions = [one for one in await self.app.revisions() if one.active or one.name in kept]
        needed = {name for one in revisions for name in one.secrets}
        ours = {one["name"] for one in wanted.secrets}
        there = await self.app.secrets() if needed - ours else []
        return [*wanted.secrets, *(one for one in there if one["name"] in needed - ours)]

    async def _prove(self, wanted: RevisionSpec, state: AppState) -> None:
        """Ask the revision at its own address; the first one is led to once Azure finds it well."""
        if not state.fqdn:
            await wait_started(self.app, wanted.name)
            traffic = [{"revisionName": wanted.name, "weight": 100}]
            ingress = {**wanted.ingress, "traffic": traffic}
            await self.app.update({"properties": {"configuration": {"ingress": ingress}}})
        await wait_at_address(
            self.app,
            wanted.name,
            await self._address(wanted),
            path=wanted.health_path,
            revision=wanted.revision,
        )

    async def _address(self, wanted: RevisionSpec) -> str:
        made = await self.app.revision(wanted.name)
        if made is None or not made.fqdn:
            raise ServiceUnhealthy(f"{wanted.name} has no address", evidence=(str(made),))
        return f"https://{made.fqdn}"

    async def _shift(self, wanted: RevisionSpec, stable: str) -> None:
        """Shift the traffic step by step, each watched; at the end the revision is proven."""
        url, settings = await self._address(wanted), self.app.settings
        before = stable if stable != wanted.name else ""
        for percent in settings.traffic if before else [100]:
            if (await self.app.settled()).traffic.get(wanted.name, 0) < percent:
                await self.app.send_traffic((before, 100 - percent), (wanted.name, percent))
            await watch_under_traffic(
                self.app,
                wanted.name,
                url,
                path=wanted.health_path,
                revision=wanted.revision,
                seconds=settings.step_seconds if before else 0.0,
            )
        await self.app.update(
            {"tags": {STABLE: wanted.name, **({PREVIOUS: before} if before else {})}}
        )

    async def _give_up(self, wanted: RevisionSpec, error: ProvisionerError) -> ProvisionerError:
        """Take the traffic back, keep what is known, deactivate it; gives the error to raise."""
        state = await self.app.settled()
        if state.fqdn:
            await self._lead_back(state)
        findings = await read_logs(self.app, wanted.name)
        made = await self.app.revision(wanted.name)
        self._keep(wanted.name, findings, made)
        if made and made.active:
            await self.app.deactivate(wanted.name)
        cause, step = findings.cause
        lines = (
            *error.evidence,
            *findings.events[-_SHOWN_LINES:],
            *findings.console[-_SHOWN_LINES:],
        )
        return type(error)(
            f"{cause}: {error}" if cause else str(error),
            evidence=lines,
            next_step=step or error.next_step,
        )

    def _keep(self, name: str, findings: Findings, made: RevisionState | None) -> None:
        text = "\n".join(("# system", *findings.events, "# console", *findings.console, ""))
        atomic_write(self._evidence / f"{name}.log", text.encode())
        if made:
            atomic_write(self._evidence / f"{name}.json", json.dumps(made.raw, indent=2).encode())


def _identity(configured: str) -> dict[str, Any]:
    """The app's identity as a part of its JSON, {} for none."""
    if configured == "system":
        return {"identity": {"type": "SystemAssigned"}}
    assigned = {"type": "UserAssigned", "userAssignedIdentities": {configured: {}}}
    return {"identity": assigned} if configured else {}
