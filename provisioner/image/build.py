"""Images by content: the decision, and the build by the docker command.

A feature has two images. The dependency image is named by `env_key` and shared by all features
that need the same; the final image is that with the sources as its last layer.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from provisioner.errors import BuildFailed
from provisioner.feature.dockerfile import BUILD_STAGE, dependency_stage, service_stage
from provisioner.feature.lock import LOCK
from provisioner.files.temporary import private_folder
from provisioner.image import labels
from provisioner.image.builder import Builder, probe_builder
from provisioner.image.decision import BuildDecision, Wishes, choose, former_base, known_images
from provisioner.image.dockerfile import Dockerfile, parse
from provisioner.image.engine import Engine, engine_errors
from provisioner.image.failure import build_error
from provisioner.image.foreign import check_builder, check_dockerfile
from provisioner.image.host_settings import PROXIES, build_secrets
from provisioner.image.inputs import BuildInputs, read_inputs
from provisioner.image.keys import SourceFile
from provisioner.image.sources import context
from provisioner.process import run_command
from provisioner.sandbox.base import RUN_LABEL

OnLine = Callable[[str], None]
_BUILD_SECONDS = 3600.0
_OUTPUT_BYTES = 2_000_000
_CREDENTIALS = re.compile(r"//[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class Image:
    """A final image; `tag` is a name that never means another content."""

    id: str
    tag: str
    env_key: str
    src_key: str
    decision: BuildDecision
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How to build.

    Attributes:
        platform: like linux/amd64; "" is the engine's own.
        labels: of the images that are built, e.g. those of the run and the effect.
        process_label: in the environment of the docker command, so that one that a killed run left
            is found; see `provisioner.modes.leftovers`.
    """

    wishes: Wishes = field(default_factory=Wishes)
    platform: str = ""
    labels: Mapping[str, str] | None = None
    process_label: str = ""


DEFAULT = BuildOptions()


def decide(engine: Engine, folder: Path, options: BuildOptions = DEFAULT) -> BuildDecision:
    """Decide what a build of a feature's folder would do; nothing is built.

    Raises:
        BuildFailed: a dependency image is needed, there is none, and none may be built.
        DockerfileRefused, FeatureConfigInvalid, WorkspaceInvalid: see `build`.
    """
    return _decide(engine, folder, options)[1]


def env_key_of(folder: Path, engine: Engine, platform: str = "") -> str:
    """The key of the dependency image that a feature's folder needs now."""
    inputs = read_inputs(folder, platform or engine.platform)
    return inputs.with_base(_base_id(engine, inputs)).env_key


async def build(
    engine: Engine,
    folder: Path,
    options: BuildOptions = DEFAULT,
    *,
    on_line: OnLine = lambda line: None,
    builder: Builder | None = None,
) -> Image:
    """Build a feature's final image, or find the one that has this very content.

    Args:
        folder: the feature's folder.
        on_line: is given each line that the builder says.
        builder: None probes for one where something is to be built.

    Raises:
        BuildFailed: with the instruction that failed and its line.
        DockerUnavailable: the engine went away.
        IndexUnreachable: a build has no network.
        DockerfileRefused: the Dockerfile is the user's own and asks for what no build may do.
        FeatureConfigInvalid, WorkspaceInvalid: the folder is wrong or lacks a file.
        ToolMissing: there is no docker command.
    """
    began = time.monotonic()
    inputs, decision = await asyncio.to_thread(_decide, engine, folder, options)
    on_line(str(decision))
    if decision.image:
        reused = decision.image
        return Image(
            reused.id,
            reused.tag,
            inputs.env_key,
            inputs.src_key,
            decision,
            time.monotonic() - began,
        )
    builder = builder or await probe_builder(engine)
    on_line(f"builder: {builder}")
    building = _Building(engine, builder, options, on_line)
    tag, inputs = await building.final(inputs, decision)
    found = await asyncio.to_thread(engine.client.images.get, tag)
    return Image(
        str(found.id), tag, inputs.env_key, inputs.src_key, decision, time.monotonic() - began
    )


def _decide(
    engine: Engine, folder: Path, options: BuildOptions
) -> tuple[BuildInputs, BuildDecision]:
    inputs = read_inputs(folder, options.platform or engine.platform)
    if inputs.foreign:
        check_dockerfile(inputs.foreign)
    with engine_errors(engine.endpoint):
        known = known_images(engine.client.api.images(filters={"label": labels.KIND}))
        inputs = inputs.with_base(_base_id(engine, inputs) or former_base(inputs, known))
    return inputs, choose(inputs, known, options.wishes)


def _base_id(engine: Engine, inputs: BuildInputs) -> str:
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
class _Building:
    """One build: the docker commands that it takes."""

    engine: Engine
    builder: Builder
    options: BuildOptions
    on_line: OnLine

    async def final(self, inputs: BuildInputs, decision: BuildDecision) -> tuple[str, BuildInputs]:
        """Build the final image, and the dependency image before it; gives its tag."""
        if inputs.foreign:
            return await self._foreign(inputs), inputs
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
        found = self._labels(inputs, labels.IMAGE, parts)
        await self._docker_build(text, inputs, files, tag, found)
        return tag, inputs

    async def _foreign(self, inputs: BuildInputs) -> str:
        parsed = check_dockerfile(inputs.foreign)
        builder = self.builder
        check_builder(parsed, mounts=builder.mounts, heredocs=builder.heredocs, why=builder.why)
        tag = inputs.tag(labels.IMAGE)
        found = self._labels(inputs, labels.IMAGE, inputs.parts)
        await self._docker_build(inputs.foreign, inputs, inputs.sources, tag, found)
        return tag

    async def _with_base(self, inputs: BuildInputs) -> BuildInputs:
        """Pull the base image where it is missing."""
        if not inputs.base_id:
            argv = [self.builder.docker, "pull", "--platform", inputs.platform, inputs.base]
            await self._run(argv, b"", parse(f"FROM {inputs.base}"))
            inputs = inputs.with_base(await asyncio.to_thread(_base_id, self.engine, inputs))
        if not inputs.base_id:
            raise BuildFailed(
                f"the base image {inputs.base} is not there for {inputs.platform}",
                next_step="choose another platform, or another image.base in feature-config.yaml",
            )
        return inputs

    async def _dependencies(self, inputs: BuildInputs) -> str:
        text = dependency_stage(inputs.config, mounts=self.builder.mounts)
        files = {LOCK: SourceFile(inputs.lock)}
        if not self.builder.mounts:
            # In a stage that is thrown away, and removed right after.
            secrets = build_secrets(self.engine.environ)
            files |= {name: SourceFile(content) for name, content in secrets.items()}
        tag = inputs.tag(labels.ENVIRONMENT)
        try:
            found = self._labels(inputs, labels.ENVIRONMENT, inputs.parts)
            await self._docker_build(text, inputs, files, tag, found)
        finally:
            if not self.builder.mounts:
                await asyncio.to_thread(remove_build_stages, self.engine)
        return tag

    async def _docker_build(
        self,
        text: str,
        inputs: BuildInputs,
        files: Mapping[str, SourceFile],
        tag: str,
        found: Mapping[str, str],
    ) -> None:
        archive = context({**files, "Dockerfile": SourceFile(text.encode())})
        argv = [self.builder.docker, "build", "--platform", inputs.platform, "--tag", tag]
        argv += ["--progress", "plain"] if self.builder.mounts else ["--force-rm"]
        if not await asyncio.to_thread(self.engine.has_bridge):
            argv += ["--network", "host"]
        if found[labels.KIND] == labels.ENVIRONMENT and self.options.wishes.rebuild_base_env:
            argv += ["--no-cache"]
        for name, value in found.items():
            argv += ["--label", f"{name}={value}"]
        for name in PROXIES:
            # Without its value, which the docker command takes from its environment.
            argv += ["--build-arg", name] if self.engine.environ.get(name) else []
        with private_folder("build") as folder:
            if self.builder.mounts:
                argv += _secret_options(Path(folder), build_secrets(self.engine.environ))
            await self._run([*argv, "-"], archive, parse(text))

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

    async def _run(self, argv: list[str], stdin: bytes, parsed: Dockerfile) -> None:
        environ = self.builder.environ(self.engine)
        if self.options.process_label:
            environ[RUN_LABEL] = self.options.process_label
        done = await run_command(
            argv,
            cwd=Path("/"),
            env=environ,
            timeout=_BUILD_SECONDS,
            stdin=stdin,
            check=False,
            output_bytes=_OUTPUT_BYTES,
            on_line=lambda line: self.on_line(_CREDENTIALS.sub("//…@", line)),
        )
        if done.exit_code or done.timed_out:
            said = b"\n".join((done.stdout, done.stderr)).decode(errors="replace")
            said = _CREDENTIALS.sub("//…@", said)
            raise await asyncio.to_thread(build_error, said, parsed, self.engine)


def remove_build_stages(engine: Engine) -> None:
    """Remove what the legacy builder left of stages that held the host's settings."""
    from docker.errors import APIError

    wanted = {"label": "=".join(BUILD_STAGE)}
    for one in engine.client.api.images(all=True, quiet=True, filters=wanted):
        with suppress(APIError):  # one that another build still uses
            engine.client.api.remove_image(one, noprune=False)


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
