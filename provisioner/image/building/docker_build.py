"""The docker commands that build a feature's images."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets as random_names
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from provisioner.errors import BuildFailed
from provisioner.feature.dockerfile import BUILD_STAGE, UV, dependency_stage, service_stage
from provisioner.feature.packages.lock import LOCK
from provisioner.files.temporary import is_abandoned, private_folder, private_prefix
from provisioner.image import labels
from provisioner.image.building.builder import Builder
from provisioner.image.building.dockerfile import Dockerfile, parse
from provisioner.image.building.failure import COLOURS, build_error
from provisioner.image.building.foreign import check_builder, check_dockerfile
from provisioner.image.building.host_settings import PROXIES, build_secrets
from provisioner.image.content.inputs import BuildInputs
from provisioner.image.content.keys import SourceFile
from provisioner.image.content.sources import write_context
from provisioner.image.decision import BuildDecision, Wishes
from provisioner.image.engine import Engine
from provisioner.process import run_command
from provisioner.sandbox.base import RUN_LABEL

OnLine = Callable[[str], None]
_BUILD_SECONDS = 3600.0
_OUTPUT_BYTES = 2_000_000
_MACHINES = {"x86_64": "linux/amd64", "aarch64": "linux/arm64"}
_CREDENTIALS = re.compile(r"//[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How to build.

    Attributes:
        platform: like linux/amd64; "" is the engine's own.
        labels: of the images that are built, e.g. those of the run and the effect.
        process_label: in the environment of the docker command, so that one that a killed run left
            is found; see `provisioner.modes.service.leftovers`.
    """

    wishes: Wishes = field(default_factory=Wishes)
    platform: str = ""
    labels: Mapping[str, str] | None = None
    process_label: str = ""


def find_base(engine: Engine, inputs: BuildInputs) -> str:
    """The id of the base image, "" where it is not there for the platform."""
    from docker.errors import ImageNotFound

    if inputs.foreign:
        return ""
    with suppress(ImageNotFound):
        found = engine.client.images.get(inputs.base).attrs
        platform = f"{found.get('Os')}/{found.get('Architecture')}"
        if inputs.platform in (platform, f"{platform}/{found.get('Variant', '')}"):
            return str(found["Id"])
    return ""


@dataclass(frozen=True, slots=True)
class ImageBuild:
    """One build: the docker commands that it takes."""

    engine: Engine
    builder: Builder
    options: BuildOptions
    on_line: OnLine

    async def run(self, inputs: BuildInputs, decision: BuildDecision) -> str:
        """Build the final image, and the dependency image before it; gives its tag."""
        if inputs.foreign:
            return await self._foreign(inputs)
        if decision.dependencies:
            start, parts = decision.dependencies.tag, decision.dependencies.digests(labels.PARTS)
            inputs = inputs.with_dependencies(decision.dependencies.labels[labels.ENV_KEY])
        else:
            inputs = await self._with_base(inputs)
            start, parts = await self._dependencies(inputs), inputs.parts
        # In a folder of their own: what lies beside them is the Dockerfile.
        text = service_stage(inputs.config, start, "app/")
        files = {f"app/{name}": file for name, file in inputs.sources.items()}
        tag = inputs.tag(labels.IMAGE)
        labelled = self._labels(inputs, labels.IMAGE, parts)
        await self._docker_build(text, files, tag, labelled, {})
        return tag

    async def _foreign(self, inputs: BuildInputs) -> str:
        parsed = check_dockerfile(inputs.foreign)
        builder = self.builder
        check_builder(parsed, mounts=builder.mounts, heredocs=builder.heredocs, why=builder.why)
        tag = inputs.tag(labels.IMAGE)
        labelled = self._labels(inputs, labels.IMAGE, inputs.parts)
        secrets = build_secrets(self.engine.environ) if builder.mounts else {}
        await self._docker_build(inputs.foreign, inputs.sources, tag, labelled, secrets)
        return tag

    async def _with_base(self, inputs: BuildInputs) -> BuildInputs:
        """Pull the base image where it is missing."""
        if not inputs.base_id:
            argv = [self.builder.docker, "pull", "--platform", inputs.platform, inputs.base]
            await self._run(argv, parse(f"FROM {inputs.base}"))
            inputs = inputs.with_base(await asyncio.to_thread(find_base, self.engine, inputs))
        if not inputs.base_id:
            raise BuildFailed(
                f"the base image {inputs.base} is not there for {inputs.platform}",
                next_step="choose another platform, or another image.base in feature-config.yaml",
            )
        return inputs

    async def _dependencies(self, inputs: BuildInputs) -> str:
        mounts, uv = self.builder.mounts, uv_program(inputs.platform)
        stage = f"{socket.gethostname()}/{private_prefix('stage')}{random_names.token_hex(4)}"
        text = dependency_stage(inputs.config, mounts=mounts, with_uv=uv is not None, stage=stage)
        files = {LOCK: SourceFile(inputs.lock)}
        if uv:
            files[UV] = SourceFile(await asyncio.to_thread(uv.read_bytes), executable=True)
        secrets = build_secrets(self.engine.environ)
        if not mounts:
            # In a stage that is thrown away, and removed right after.
            files |= {name: SourceFile(content) for name, content in secrets.items()}
        tag = inputs.tag(labels.ENVIRONMENT)
        labelled = self._labels(inputs, labels.ENVIRONMENT, inputs.parts)
        try:
            await self._docker_build(text, files, tag, labelled, secrets if mounts else {})
        finally:
            await asyncio.to_thread(remove_build_stages, self.engine, stage)
        return tag

    async def _docker_build(
        self,
        text: str,
        files: Mapping[str, SourceFile],
        tag: str,
        labelled: Mapping[str, str],
        secrets: Mapping[str, bytes],
    ) -> None:
        argv = [self.builder.docker, "build", "--platform", labelled[labels.PLATFORM]]
        argv += [
            "--tag",
            tag,
            *(["--progress", "plain"] if self.builder.mounts else ["--force-rm"]),
        ]
        if not await asyncio.to_thread(self.engine.has_bridge):
            argv += ["--network", "host"]
        if labelled[labels.KIND] == labels.ENVIRONMENT and self.options.wishes.rebuild_base_env:
            argv += ["--no-cache"]
        for name, value in labelled.items():
            argv += ["--label", f"{name}={value}"]
        for name in PROXIES:
            # Without its value, which the docker command takes from its environment.
            argv += ["--build-arg", name] if self.engine.environ.get(name) else []
        with private_folder("build") as folder:
            context = Path(folder, "context")
            written = {**files, "Dockerfile": SourceFile(text.encode())}
            await asyncio.to_thread(write_context, context, written)
            argv += _secret_options(Path(folder), secrets)
            await self._run([*argv, str(context)], parse(text))

    def _labels(self, inputs: BuildInputs, kind: str, parts: Mapping[str, str]) -> dict[str, str]:
        found = {
            labels.KIND: kind,
            labels.PLATFORM: inputs.platform,
            labels.ENV_KEY: inputs.env_key,
            labels.PARTS: _json(parts),
            **(self.options.labels or {}),
        }
        if kind == labels.IMAGE:
            found[labels.FEATURE] = inputs.config.feature
            found[labels.SRC_KEY] = inputs.src_key
            found[labels.SOURCES] = _json(inputs.digests)
        return found

    async def _run(self, argv: list[str], parsed: Dockerfile) -> None:
        environ = self.builder.environ(self.engine)
        if self.options.process_label:
            environ[RUN_LABEL] = self.options.process_label
        done = await run_command(
            argv,
            cwd=Path("/"),
            env=environ,
            timeout=_BUILD_SECONDS,
            check=False,
            output_bytes=_OUTPUT_BYTES,
            on_line=lambda line: self.on_line(_shown(line)),
        )
        if done.exit_code or done.timed_out:
            said = b"\n".join((done.stdout, done.stderr)).decode(errors="replace")
            raise await asyncio.to_thread(build_error, _shown(said), parsed, self.engine)


def remove_build_stages(engine: Engine, own: str = "") -> None:
    """Remove what the legacy builder left of stages that held the host's settings.

    That is the stage `own`, and those of processes of this machine that have died.
    """
    from docker.errors import APIError

    def ours(one: Mapping[str, Any]) -> bool:
        stage = one["Labels"][BUILD_STAGE]
        host, _, name = stage.partition("/")
        return stage == own or (host == socket.gethostname() and is_abandoned(name))

    api, wanted = engine.client.api, {"label": BUILD_STAGE}
    for container in filter(ours, api.containers(all=True, filters=wanted)):
        with suppress(APIError):  # the engine was quicker
            api.remove_container(container["Id"], force=True)
    for image in filter(ours, api.images(all=True, filters=wanted)):
        with suppress(APIError):  # it went with another one
            api.remove_image(image["Id"], noprune=False)


def uv_program(platform: str) -> Path | None:
    """This machine's uv where it is one for the platform; an image has it quicker than from pip."""
    if sys.platform != "linux" or _MACHINES.get(os.uname().machine) != platform:
        return None
    import uv

    with suppress(FileNotFoundError):
        return Path(uv.find_uv_bin())
    return None


def _shown(text: str) -> str:
    """Output without passwords in addresses, and without colours."""
    return _CREDENTIALS.sub("//…@", COLOURS.sub("", text))


def _secret_options(folder: Path, secrets: Mapping[str, bytes]) -> list[str]:
    """Write secrets to files that this user alone can read; gives the options that name them."""
    options = []
    for name, content in secrets.items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_bytes(content)
        options += ["--secret", f"id={name},src={folder / name}"]
    return options


def _json(value: Mapping[str, str]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
