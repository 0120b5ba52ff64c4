"""An image built by a task of Azure's container registry: the source goes there, no engine is here.

The task is a plain docker build, without mounts of BuildKit. Its image is named by its content; one
that an earlier task made is taken as it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Any

from provisioner.errors import BuildFailed, ModeUnconfigured, RemoteUnreachable, WaitTimedOut
from provisioner.feature.dockerfile import dependency_stage, service_stage
from provisioner.feature.packages.lock import LOCK
from provisioner.hosts.archive import pack_files
from provisioner.image.building.dockerfile import parse
from provisioner.image.building.foreign import check_builder, check_dockerfile
from provisioner.image.content.inputs import BuildInputs, read_inputs
from provisioner.image.content.keys import SourceFile
from provisioner.image.decision import Wishes
from provisioner.image.labels import IMAGE
from provisioner.modes.azure.api import AzureSilent, Json, Method, ResourceManager
from provisioner.modes.azure.settings import AzureSettings
from provisioner.modes.base import Target
from provisioner.modes.pushed_image import PLATFORM, PushedImage

_UNDER_WAY = ("Queued", "Started", "Running")
_BUILD_SECONDS, _REQUEST_SECONDS, _LOG_LINES = 1800, 120.0, 20
_NO_BUILDKIT = (
    "a task of the registry builds without BuildKit: leave it out, or azure.build: docker"
)


class RegistryBuild:
    """Builds in the registry of `azure.registry`."""

    def __init__(self, manager: ResourceManager, settings: AzureSettings) -> None:
        self._manager, self._settings = manager, settings
        host, _, path = settings.registry.partition("/")
        self._host, self._path, self._name = host, path, host.partition(".")[0]
        self._group = settings.registry_group or settings.resource_group
        self._resource = (
            f"/subscriptions/{settings.subscription}/resourceGroups/{self._group}/providers/"
            f"Microsoft.ContainerRegistry/registries/{self._name}"
        )

    async def image(self, target: Target) -> PushedImage:
        """Build the image of the folder as it is, or find it.

        Raises:
            AzureDenied, AzureRefused, AzureSilent: as the resource manager answers.
            BuildFailed: with the end of the task's log.
            DockerfileRefused: the Dockerfile is the user's own and needs BuildKit.
            ModeUnconfigured: there is no such registry.
            RemoteUnreachable: the source cannot be sent.
        """
        inputs = await asyncio.to_thread(read_inputs, target.folder, PLATFORM)
        repository = "/".join(filter(None, [self._path, target.feature]))
        tag, wishes = inputs.tag(IMAGE).rpartition(":")[2], target.wishes or Wishes()
        digest = ""
        if not wishes.rebuild_base_env:
            digest = await self._known(repository, tag if wishes.rebuild_container else "")
        said = f"{self._name} has it" if digest else f"built by a task of {self._name}"
        digest = digest or await self._built(target, inputs, f"{repository}:{tag}")
        return PushedImage(f"{self._host}/{repository}@{digest}", said)

    async def _known(self, repository: str, tag: str) -> str:
        """The digest that the last task gave the image, "" for none; without a tag, to any."""
        for run in (await self._ask("GET", "runs"))["value"]:
            if run["properties"].get("status") == "Succeeded":
                for image in run["properties"].get("outputImages") or ():
                    if image.get("repository") == repository and tag in ("", image.get("tag")):
                        return str(image["digest"])
        return ""

    async def _built(self, target: Target, inputs: BuildInputs, name: str) -> str:
        source = await self._ask("POST", "listBuildSourceUploadUrl")
        await self._upload(source["uploadUrl"], pack_files(context(inputs)))
        system, _, machine = PLATFORM.partition("/")
        request = {
            "type": "DockerBuildRequest",
            "imageNames": [name],
            "isPushEnabled": True,
            "dockerFilePath": "Dockerfile",
            "sourceLocation": source["relativePath"],
            "platform": {"os": system.capitalize(), "architecture": machine},
            "timeout": _BUILD_SECONDS,
        }
        run = (await self._ask("POST", "scheduleRun", request))["properties"]
        target.on_line(f"{self._name}: task {run['runId']} builds {name}")
        ended = await self._ended(run)
        if ended["status"] != "Succeeded":
            said = await self._log(run["runId"])
            raise BuildFailed(
                f"the registry's task {run['runId']} ended as {ended['status']}",
                evidence=[
                    str(ended.get("runErrorMessage") or ""),
                    *said.splitlines()[-_LOG_LINES:],
                ],
                next_step=f"`az acr task logs --registry {self._name} --run-id {run['runId']}`",
            )
        return str(ended["outputImages"][0]["digest"])

    async def _ended(self, run: Mapping[str, Any]) -> Mapping[str, Any]:
        """A run once it has ended; a silent API is asked again."""
        began = monotonic()
        while run["status"] in _UNDER_WAY:
            if monotonic() - began > _BUILD_SECONDS:
                raise WaitTimedOut(f"task {run['runId']} has not ended in {_BUILD_SECONDS} s")
            await asyncio.sleep(self._settings.poll_seconds)
            try:
                run = (await self._ask("GET", f"runs/{run['runId']}"))["properties"]
            except AzureSilent:
                continue
        return run

    async def _log(self, run_id: str) -> str:
        import httpx

        link = (await self._ask("POST", f"runs/{run_id}/listLogSasUrl"))["logLink"]
        async with httpx.AsyncClient(timeout=_REQUEST_SECONDS) as http:
            try:
                return (await http.get(link)).text
            except httpx.TransportError as error:
                return f"its log cannot be read: {error}"

    async def _upload(self, url: str, archive: bytes) -> None:
        """Send the source; the address is a secret, and is not shown."""
        import httpx

        async with httpx.AsyncClient(timeout=_REQUEST_SECONDS) as http:
            try:
                headers = {"x-ms-blob-type": "BlockBlob"}
                answer = await http.put(url, content=archive, headers=headers)
            except httpx.TransportError as error:
                raise RemoteUnreachable(
                    f"the source cannot be sent to the registry: {type(error).__name__}"
                ) from error
        if answer.is_error:
            raise RemoteUnreachable(f"the registry's storage answers {answer.status_code}")

    async def _ask(self, method: Method, what: str, body: Json | None = None) -> Json:
        found = await self._manager.request(method, f"{self._resource}/{what}", body)
        if found is None:
            raise ModeUnconfigured(
                f"there is no registry {self._name} in the group {self._group}",
                next_step="name its group in azure.registry_group, or another azure.registry",
            )
        return found


def context(inputs: BuildInputs) -> dict[str, SourceFile]:
    """The files of a build: sources, lock and Dockerfile; raises DockerfileRefused."""
    if inputs.foreign:
        check_dockerfile(inputs.foreign)
        parsed = parse(inputs.foreign)
        check_builder(parsed, mounts=False, heredocs=False, why=_NO_BUILDKIT)
        return {**inputs.sources, "Dockerfile": SourceFile(inputs.foreign.encode())}
    stages = (
        dependency_stage(inputs.config, mounts=False),
        service_stage(inputs.config, "dependencies", "app/"),
    )
    return {
        **{f"app/{name}": file for name, file in inputs.sources.items()},
        LOCK: SourceFile(inputs.lock),
        "Dockerfile": SourceFile("\n".join(stages).encode()),
    }
