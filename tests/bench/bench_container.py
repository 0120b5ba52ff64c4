"""How soon a changed feature answers in a container, over the bare commands doing the same."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import httpx

from provisioner.errors import DockerUnavailable
from provisioner.image.build import env_key_of
from provisioner.image.engine import Engine, connect
from provisioner.image.labels import ENVIRONMENT, REPOSITORIES
from provisioner.modes.container.engine import OUTER
from provisioner.modes.container.trial import ContainerTrial
from tests.integration.containers import fastapi_lock, remove_all, target, write_feature

ROUNDS, WARM_ROUNDS = 5, 11
CONFIG = "resources: {cpu: 2, memory: 1Gi}\n"
SERVICE = """\
import os

from fastapi import FastAPI

from main import VALUE

app = FastAPI()


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok", "revision": os.environ["REVISION"], "value": str(VALUE)}
"""
DOCKERFILE = """\
FROM {start}
WORKDIR /app
COPY . .
CMD ["python", "-m", "uvicorn", "service:app", "--host", "0.0.0.0", "--port", "8000"]
"""


def main() -> None:
    try:
        engine = connect()
    except DockerUnavailable as error:
        print(f"  left out: {error}")
        return
    with tempfile.TemporaryDirectory() as folder:
        root, numbers = Path(folder), count(1)
        try:
            asyncio.run(_prepare(root))
            _new_container(engine, root, numbers)
            asyncio.run(_warm(root, numbers))
        finally:
            remove_all(engine, root, "bench")


async def _prepare(root: Path) -> None:
    """Have the dependency image, the proxy and its network once."""
    feature = write_feature(root / "behaviors" / "bench", "bench", config=CONFIG)
    (feature / "requirements.lock").write_text(fastapi_lock())
    (feature / "service.py").write_text(SERVICE)
    _change(root, count())
    async with ContainerTrial(target(root, "bench")).fresh():
        pass


def _change(root: Path, numbers: Iterator[int]) -> None:
    main = root / "behaviors" / "bench" / "main.py"
    main.write_text(f"VALUE = {next(numbers)}\n")


def _new_container(engine: Engine, root: Path, numbers: Iterator[int]) -> None:
    """main.py changed until a new container answers, and docker build, docker run, first 200."""
    key = env_key_of(root / "behaviors" / "bench", engine)
    environment = f"{REPOSITORIES[ENVIRONMENT]}:{key[:16]}"
    bare = root / "bare"
    bare.mkdir()
    for file in (root / "behaviors" / "bench").glob("*.py"):
        (bare / file.name).write_bytes(file.read_bytes())
    (bare / "Dockerfile").write_text(DOCKERFILE.format(start=environment))

    def ours() -> float:
        _change(root, numbers)
        return asyncio.run(_until_healthy(root))

    def commands() -> float:
        (bare / "main.py").write_text(f"VALUE = {next(numbers)}\n")
        began = time.perf_counter()
        _docker("build", "--quiet", "--tag", "ai-deploy-bench", str(bare))
        name = _docker(
            *("run", "--detach", "--publish", "127.0.0.1::8000", "--network", OUTER),
            *("--cpus", "2", "--env", "REVISION=1", "ai-deploy-bench"),
        )
        port = _docker("port", name, "8000/tcp").rpartition(":")[2]
        while not _answers(f"http://127.0.0.1:{port}/health"):
            assert time.perf_counter() - began < 30, _docker("logs", name)
            time.sleep(0.005)
        seconds = time.perf_counter() - began
        _docker("rm", "--force", name)
        return seconds

    pairs = [(ours(), commands()) for _ in range(ROUNDS)]
    _docker("rmi", "ai-deploy-bench")
    mine, ratio = _medians(pairs)
    print(
        f"  main.py changed, new container: {mine:.2f} s, {ratio:.2f} times docker build, "
        f"docker run and the first 200, median of {ROUNDS} pairs (goal ≤ 1.3)"
    )


def _medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Of what was measured, and of its ratio to what was measured beside it: a load hits both."""
    mine = statistics.median(one for one, _ in pairs)
    return mine, statistics.median(one / other for one, other in pairs)


async def _until_healthy(root: Path) -> float:
    began = time.perf_counter()
    async with ContainerTrial(target(root, "bench")).fresh():
        return time.perf_counter() - began


async def _warm(root: Path, numbers: Iterator[int]) -> None:
    """main.py changed until the warm container answers, and FastAPI's import in it."""
    trial, pairs = ContainerTrial(target(root, "bench")), []
    started = await trial.warm()
    for _ in range(WARM_ROUNDS):
        _change(root, numbers)
        began = time.perf_counter()
        await trial.warm()
        mine = time.perf_counter() - began
        timed = (
            "import time; a = time.perf_counter(); import fastapi; print(time.perf_counter() - a)"
        )
        said = started.container.exec_run(["python3", "-B", "-c", timed]).output
        pairs.append((mine, float(said)))
    warm, ratio = _medians(pairs)
    print(
        f"  main.py changed, warm container: {warm:.2f} s, {ratio:.2f} times FastAPI's import, "
        f"median of {WARM_ROUNDS} pairs (goal ≤ 1.5)"
    )


def _docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
