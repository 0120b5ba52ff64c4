"""What AZURE mode adds to a deployment, over what the platform takes by itself."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from provisioner.errors import DockerUnavailable
from provisioner.image.engine import Engine, connect
from tests.integration.azure import FEATURE, azure_mode
from tests.integration.containers import write_feature
from tests.servers.azure.cloud import Cloud, azure_cloud
from tests.servers.azure.messages import Reply, Request
from tests.servers.azure.revisions import Revision
from tests.servers.registry import PROGRAM, running_registry

ROUNDS = 5


def main() -> None:
    try:
        engine = connect()
    except DockerUnavailable as error:
        print(f"  left out: {error}")
        return
    if PROGRAM is None:
        print("  left out: docker-registry is not installed")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        running_registry(Path(folder) / "registry") as registry,
        azure_cloud(engine, Path(folder) / "cloud") as cloud,
    ):
        _measure(Path(folder), engine, cloud, registry)


def _measure(root: Path, engine: Engine, cloud: Cloud, registry: str) -> None:
    """Releases without steps and drain, and the same once more, which changes nothing."""
    write_feature(root / "behaviors" / FEATURE, FEATURE)
    settings = cloud.settings(registry, traffic=[100], step_seconds=0.0)
    answering: list[float] = []

    def timed(request: Request) -> Reply | None:
        began = time.perf_counter()
        try:
            return cloud.answer(request)
        finally:
            answering.append(time.perf_counter() - began)

    def deploy(revision: str) -> tuple[float, int]:
        """Seconds without those in which the cloud answered, and the number of requests."""
        mode = azure_mode(root, settings)
        asyncio.run(mode.build())
        answering.clear()
        began = time.perf_counter()
        asyncio.run(mode.deploy(revision=revision))
        return time.perf_counter() - began - sum(answering), len(answering)

    cloud.fault = timed
    deploy("first")
    releases, repeated, platform = [], [], []
    for number in range(ROUNDS):
        releases.append(deploy(f"release{number}")[0])
        repeated.append(deploy(f"release{number}"))
        platform.append(_platform(engine, cloud))
    mine = statistics.median(releases) - statistics.median(platform)
    again, requests = statistics.median(one for one, _ in repeated), repeated[-1][1]
    print(f"  a release, beyond its container and Azure's answers: {mine:.2f} s (goal ≤ 1)")
    print(f"  the same once more: {again:.2f} s, {requests} requests")


def _platform(engine: Engine, cloud: Cloud) -> float:
    """Seconds until a further container of the last revision answers."""
    last = list(cloud.apps[FEATURE].revisions.values())[-1]
    bare = Revision(last.name, last.template, last.variables, engine, cloud.name, cloud.name)
    began = time.perf_counter()
    bare.start()
    while not bare.healthy():
        time.sleep(0.005)
    seconds = time.perf_counter() - began
    bare.stop()
    return seconds


if __name__ == "__main__":
    main()
