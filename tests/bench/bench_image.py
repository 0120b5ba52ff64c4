"""How long an image takes, over the docker command doing the same by hand."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import uv

from provisioner.errors import DockerUnavailable
from provisioner.image import labels
from provisioner.image.build import DEFAULT, BuildOptions, Image, build, decide
from provisioner.image.building.builder import Builder, probe_builder
from provisioner.image.decision import Wishes
from provisioner.image.engine import Engine, connect
from tests.bench.bench_startup import medians
from tests.integration.images import make_feature

FEATURE = "image-bench"
#: What a feature with a service needs.
PACKAGES = ("fastapi", "uvicorn", "sqlalchemy", "httpx")
DECISIONS, BUILDS = 20, 3
BY_HAND = """\
FROM python:3.11-slim
RUN --mount=type=cache,target=/root/.cache/pip python3 -m pip install --quiet uv
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy PATH=/opt/venv/bin:$PATH
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
WORKDIR /app
RUN --mount=type=cache,target=/root/.cache/uv \\
    --mount=type=bind,source=requirements.lock,target=requirements.lock \\
    uv venv /opt/venv && uv pip sync --python /opt/venv/bin/python requirements.lock
COPY . .
USER 65534
CMD ["uvicorn", "service:app"]
"""


def lock(folder: Path) -> str:
    argv = [uv.find_uv_bin(), "pip", "compile", "--python", sys.executable, "--no-header"]
    argv += ["--no-annotate", "--quiet", "-"]
    done = subprocess.run(
        argv, cwd=folder, input="\n".join(PACKAGES), text=True, check=True, capture_output=True
    )
    return done.stdout


def by_hand(engine: Engine, builder: Builder, folder: Path, text: str, *more: str) -> None:
    argv = [
        builder.docker,
        "build",
        "--quiet",
        "--tag",
        "image-bench-by-hand",
        "--file",
        "-",
        *more,
    ]
    argv += [] if engine.has_bridge() else ["--network", "host"]
    subprocess.run(
        [*argv, str(folder)],
        env=builder.environ(engine),
        input=text,
        text=True,
        check=True,
        capture_output=True,
    )


def measure(engine: Engine, builder: Builder, folder: Path) -> None:
    make_feature(folder, FEATURE, lock=lock(folder.parent))
    numbers = count()
    dependencies = f"FROM {asyncio.run(build(engine, folder, builder=builder)).tag}\nCOPY . .\n"

    def ours(options: BuildOptions = DEFAULT) -> Image:
        return asyncio.run(build(engine, folder, options, builder=builder))

    def edited(then: Callable[[], object]) -> Callable[[], object]:
        def command() -> None:
            (folder / "main.py").write_text(f"VALUE = {next(numbers)}\n")
            then()

        return command

    began = time.process_time()
    (decided,) = medians(DECISIONS, lambda: decide(engine, folder))
    processor = (time.process_time() - began) / DECISIONS
    print(
        f"  nothing changed: decided in {decided * 1e3:.1f} ms (goal ≤ 25), of which "
        f"{processor * 1e3:.1f} ms are processor time here"
    )
    source, source_by_hand = medians(
        BUILDS, edited(ours), edited(lambda: by_hand(engine, builder, folder, dependencies))
    )
    print(
        f"  main.py changed: {source:.2f} s, {source / source_by_hand:.2f} times "
        f"`docker build` of that layer ({source_by_hand:.2f} s)"
    )
    if not builder.mounts:
        print(f"  cold: not compared, {builder}")
        return
    cold, cold_by_hand = medians(
        BUILDS,
        lambda: ours(BuildOptions(Wishes(rebuild_base_env=True))),
        lambda: by_hand(engine, builder, folder, BY_HAND, "--no-cache"),
    )
    print(
        f"  cold: {cold:.2f} s, {cold / cold_by_hand:.2f} times a Dockerfile by hand with uv and "
        f"a cache mount ({cold_by_hand:.2f} s, goal ≤ 1)"
    )


def main() -> None:
    try:
        engine = connect()
    except DockerUnavailable as error:
        print(f"  not measured: {error}")
        return
    builder = asyncio.run(probe_builder(engine))
    print(f"  {engine}; {builder}")
    with tempfile.TemporaryDirectory() as folder:
        try:
            measure(engine, builder, Path(folder) / FEATURE)
        finally:
            for one in engine.client.api.images(filters={"label": f"{labels.FEATURE}={FEATURE}"}):
                engine.client.api.remove_image(one["Id"], force=True)
            engine.close()


if __name__ == "__main__":
    main()
