"""The docker command and how it builds: with buildx, with BuildKit in the client, or without."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from provisioner.image.engine import Engine
from provisioner.process import Completed, ToolMissing, run_command

_probed: dict[tuple[str, bool], Builder] = {}
Kind = Literal["buildx", "client", "legacy"]
_PROBE_SECONDS = 20
_VERSION = re.compile(r"(Docker|podman) version (\d+)\.(\d+)[\w.+~-]*", re.IGNORECASE)
_NO_BUILDX = re.compile(r"unknown command|is not a docker command")
_BUILDX_SINCE = 23  # a docker command of this version or newer has no BuildKit of its own
_BUILDKIT_SINCE = 18
_INSTALL_BUILDX = "install buildx: `apt install docker-buildx` or docker-buildx-plugin"
_WORDS: Mapping[Kind, str] = {
    "buildx": "BuildKit by buildx",
    "client": "BuildKit by the docker command itself",
    "legacy": "the legacy builder",
}


@dataclass(frozen=True, slots=True)
class Builder:
    """How images are built on this machine.

    Attributes:
        docker: the docker command.
        kind: buildx; the BuildKit in a docker command older than 23; or the legacy builder.
        version: of the docker command.
        why: why it is not a better one, with the remedy; "" for buildx.
    """

    docker: str
    kind: Kind
    version: str
    why: str = ""

    @property
    def mounts(self) -> bool:
        """Whether RUN takes --mount: caches and secrets."""
        return self.kind != "legacy"

    @property
    def heredocs(self) -> bool:
        return self.kind == "buildx"

    def environ(self, engine: Engine) -> dict[str, str]:
        """The environment of its commands."""
        return {**engine.environ, "DOCKER_BUILDKIT": "1" if self.mounts else "0"}

    def __str__(self) -> str:
        words = f"{_WORDS[self.kind]} ({self.docker} {self.version})"
        return f"{words}: {self.why}" if self.why else words


async def probe_builder(engine: Engine) -> Builder:
    """Choose the best builder among the docker commands on PATH; once a process for each PATH.

    Raises:
        ToolMissing: there is no docker command.
    """
    path = engine.environ.get("PATH", "")
    found = _probed.get((path, engine.podman))
    if found:
        return found
    for docker in docker_commands(path):
        builder = await _probe(docker, engine)
        if found is None or _rank(builder) < _rank(found):
            found = builder
        if builder.kind == "buildx":
            break
    if found is None:
        raise ToolMissing("docker", "there is no docker command on PATH, and images need one")
    _probed[path, engine.podman] = found
    return found


def docker_commands(path: str) -> list[str]:
    """The docker commands on PATH, in its order, each once."""
    places = [Path(folder) / "docker" for folder in path.split(os.pathsep) if folder]
    usable = [place for place in places if place.is_file() and os.access(place, os.X_OK)]
    return list({place.resolve(): str(place) for place in reversed(usable)}.values())[::-1]


def _rank(builder: Builder) -> int:
    return ("buildx", "client", "legacy").index(builder.kind)


async def _probe(docker: str, engine: Engine) -> Builder:
    match = _VERSION.search((await _run([docker, "--version"], engine)).output_tail)
    version, major = (match[0].split()[-1], int(match[2])) if match else ("of no version", 0)
    if engine.podman or (match and match[1].lower() == "podman"):
        return Builder(docker, "legacy", version, "Podman has no BuildKit")
    if major < _BUILDKIT_SINCE:
        return Builder(docker, "legacy", version, "this docker command is too old for BuildKit")
    if major < _BUILDX_SINCE:
        return Builder(docker, "client", version)
    buildx = await _run([docker, "buildx", "version"], engine)
    if buildx.exit_code == 0:
        return Builder(docker, "buildx", version)
    broken = "missing" if _NO_BUILDX.search(buildx.output_tail) else "broken"
    return Builder(
        docker, "legacy", version, f"its buildx component is {broken}; {_INSTALL_BUILDX}"
    )


async def _run(argv: Sequence[str], engine: Engine) -> Completed:
    return await run_command(
        argv, cwd=Path("/"), env=engine.environ, timeout=_PROBE_SECONDS, check=False
    )
