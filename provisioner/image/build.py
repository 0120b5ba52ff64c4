"""Images by content: the decision, and the build by the docker command.

A feature has two images. The dependency image is named by `env_key` and shared by all features
that need the same; the final image is that with the sources as its last layer.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from provisioner.image import labels
from provisioner.image.building.builder import Builder, probe_builder
from provisioner.image.building.docker_build import (
    BuildOptions,
    ImageBuild,
    OnLine,
    find_base,
    remove_build_stages,
)
from provisioner.image.building.foreign import check_dockerfile
from provisioner.image.content.inputs import BuildInputs, read_inputs
from provisioner.image.decision import BuildDecision, KnownImage, choose, former_base, known_images
from provisioner.image.engine import Engine, engine_errors

__all__ = ["BuildOptions", "Image", "build", "decide", "env_key_of"]

DEFAULT = BuildOptions()


@dataclass(frozen=True, slots=True)
class Image:
    """A final image; `tag` is a name that never means another content."""

    id: str
    tag: str
    env_key: str
    src_key: str
    decision: BuildDecision
    seconds: float = 0.0


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
    return inputs.with_base(find_base(engine, inputs)).env_key


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
    with engine_errors(engine.endpoint):  # those of builds that were killed
        await asyncio.to_thread(remove_build_stages, engine)
    on_line(str(decision))
    image = decision.image
    if image is None:
        builder = builder or await probe_builder(engine)
        on_line(f"builder: {builder}")
        tag = await ImageBuild(engine, builder, options, on_line).run(inputs, decision)
        image = await asyncio.to_thread(_find, engine, tag)
    return Image(
        id=image.id,
        tag=image.tag,
        env_key=image.labels[labels.ENV_KEY],
        src_key=image.labels[labels.SRC_KEY],
        decision=decision,
        seconds=time.monotonic() - began,
    )


def _find(engine: Engine, tag: str) -> KnownImage:
    with engine_errors(engine.endpoint):
        return known_images(engine.client.api.images(name=tag))[0]


def _decide(
    engine: Engine, folder: Path, options: BuildOptions
) -> tuple[BuildInputs, BuildDecision]:
    inputs = read_inputs(folder, options.platform or engine.platform)
    if inputs.foreign:
        check_dockerfile(inputs.foreign)
    with engine_errors(engine.endpoint):
        known = known_images(engine.client.api.images(filters={"label": labels.KIND}))
        inputs = inputs.with_base(find_base(engine, inputs) or former_base(inputs, known))
    return inputs, choose(inputs, known, options.wishes)
