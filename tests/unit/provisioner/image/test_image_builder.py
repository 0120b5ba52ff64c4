"""Which docker command builds, and how; the commands are real programs that say what theirs say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from docker import DockerClient

from provisioner.image.building.builder import Builder, probe_builder
from provisioner.image.endpoint import Endpoint
from provisioner.image.engine import Engine
from provisioner.process import ToolMissing

NEW, OLD = "Docker version 28.2.2, build e6534b4", "Docker version 20.10.24+dfsg1, build 297e128"
BUILDX = 'echo "github.com/docker/buildx v0.24.0 d0e5e86"'
MISSING = 'echo "docker: unknown command: docker buildx" >&2; exit 1'
NOT_THERE = "echo \"docker: 'buildx' is not a docker command.\" >&2; exit 1"
BROKEN = 'echo "fork/exec /usr/libexec/docker/cli-plugins/docker-buildx: exec format error"; exit 1'


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An engine that is never asked anything."""
    environ = {"PATH": f"{tmp_path}/a:{tmp_path}/b"}
    with closing(DockerClient(base_url="unix:///none", version="1.41")) as client:
        yield Engine(Endpoint("unix:///none", "test"), client, environ, "linux/amd64", "20", False)


def docker(folder: Path, version: str, buildx: str = MISSING) -> str:
    folder.mkdir()
    program = folder / "docker"
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = buildx ]; then {buildx}; else echo "{version}"; fi\n'
    )
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("version", "buildx", "kind", "why"),
    [
        (NEW, BUILDX, "buildx", ""),
        (NEW, MISSING, "legacy", "its buildx component is missing; install buildx"),
        (NEW, NOT_THERE, "legacy", "its buildx component is missing; install buildx"),
        (NEW, BROKEN, "legacy", "its buildx component is broken; install buildx"),
        (OLD, MISSING, "client", ""),
        ("Docker version 17.05.0-ce, build 89658be", MISSING, "legacy", "too old for BuildKit"),
        ("podman version 4.3.1", MISSING, "legacy", "Podman has no BuildKit"),
        ("nonsense", MISSING, "legacy", "too old"),
    ],
)
async def test_how_a_docker_command_builds(
    engine: Engine, tmp_path: Path, version: str, buildx: str, kind: str, why: str
) -> None:
    command = docker(tmp_path / "a", version, buildx)
    builder = await probe_builder(engine)
    assert (builder.docker, builder.kind) == (command, kind)
    assert why in builder.why
    assert bool(builder.why) is (kind == "legacy")
    assert builder.environ(engine)["DOCKER_BUILDKIT"] == ("0" if kind == "legacy" else "1")
    assert command in str(builder)


@pytest.mark.parametrize(
    ("first", "second", "chosen"),
    [
        ((NEW, MISSING), (OLD, MISSING), "b"),
        ((OLD, MISSING), (NEW, MISSING), "a"),
        ((OLD, MISSING), (NEW, BUILDX), "b"),
        ((NEW, BUILDX), (OLD, MISSING), "a"),
    ],
)
async def test_the_best_of_all_docker_commands_builds(
    engine: Engine, tmp_path: Path, first: tuple[str, str], second: tuple[str, str], chosen: str
) -> None:
    commands = {"a": docker(tmp_path / "a", *first), "b": docker(tmp_path / "b", *second)}
    assert (await probe_builder(engine)).docker == commands[chosen]


async def test_a_missing_docker_command_is_named_with_its_remedy(engine: Engine) -> None:
    without = Engine(engine.endpoint, engine.client, {"PATH": "/none"}, "linux/amd64", "20", False)
    with pytest.raises(ToolMissing, match="docker cannot be run") as caught:
        await probe_builder(without)
    assert "docs.docker.com" in caught.value.next_step


def test_only_buildx_has_heredocs_for_sure() -> None:
    kinds = [Builder("docker", kind, "1") for kind in ("buildx", "client", "legacy")]
    assert [(one.mounts, one.heredocs) for one in kinds] == [
        (True, True),
        (True, False),
        (False, False),
    ]
