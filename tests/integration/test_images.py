"""Images on a real engine: decided by content, built, refused, killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from provisioner.errors import BuildFailed, DockerfileRefused, DockerUnavailable, WorkspaceInvalid
from provisioner.feature.dockerfile import BUILD_STAGE
from provisioner.image import labels
from provisioner.image.build import BuildOptions, Image, build, decide
from provisioner.image.building.builder import Builder, probe_builder
from provisioner.image.cleanup import find_unused_images, remove_unused_images
from provisioner.image.decision import Wishes
from provisioner.image.engine import Engine
from provisioner.modes.service.leftovers import end_leftovers
from tests.integration.images import (
    LOCK,
    Index,
    copy_image,
    everything_in,
    layers,
    make_feature,
    private_engine,
    private_index,
)

BASE = "python:3.11-slim"
#: Of this process: every worker of a test run removes the images of its own alone.
FEATURE = f"image-test-{os.getpid():07}"
#: Of which no dependency image is there yet.
OTHER_LOCKS = {
    "client": "pluggy==1.7.0\n",
    "buildx": "pluggy==1.7.0\n",
    "legacy": "packaging==26.3\n",
    "killed": "idna==3.20\nsqlalchemy==2.1.9\n",
    "skipped": "packaging==26.3\npluggy==1.7.0\n",
}
#: The label by which the images of these tests are found.
OURS = BuildOptions(labels={labels.RUN: FEATURE})
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def best(engine: Engine) -> Builder:
    return asyncio.run(probe_builder(engine))


@pytest.fixture(params=["best", "legacy"])
def builder(request: pytest.FixtureRequest, best: Builder) -> Builder:
    """The best builder of this machine, and the one that every docker command has."""
    return best if request.param == "best" else replace(best, kind="legacy", why="it is asked for")


@pytest.fixture(scope="module", autouse=True)
def _dependency_images_go_in_the_end(engine: Engine) -> Iterator[None]:
    yield
    for one in engine.client.api.images(filters={"label": f"{labels.RUN}={FEATURE}"}):
        engine.client.api.remove_image(one["Id"], force=True)


@pytest.fixture(autouse=True)
def _images_go_afterwards(engine: Engine) -> Iterator[None]:
    yield
    for one in engine.client.api.images(filters={"label": labels.FEATURE}):
        if one["Labels"][labels.FEATURE].startswith(FEATURE):
            engine.client.api.remove_image(one["Id"], force=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_feature(tmp_path / FEATURE, FEATURE)


async def test_only_what_changed_is_built_and_the_file_is_named(
    engine: Engine, builder: Builder, folder: Path
) -> None:
    async def built() -> Image:
        return await build(engine, folder, OURS, builder=builder)

    first = await built()
    assert first.decision.action in ("full", "source")  # another test's dependency image will do
    again = await built()
    assert (again.decision.action, again.id) == ("reuse", first.id)

    (folder / "main.py").write_text("VALUE = 2\n")
    second = await built()
    assert (second.decision.action, second.decision.changed) == ("source", ("main.py",))
    assert second.id != first.id
    shared = [
        one
        for one, other in zip(layers(engine, first.tag), layers(engine, second.tag), strict=True)
        if one == other
    ]
    assert len(shared) == len(layers(engine, first.tag)) - 1, "the last layer alone is another"

    (folder / "requirements.lock").write_text(f"# a comment\n{LOCK}")
    assert (await built()).id == second.id
    (folder / "requirements.lock").write_text(OTHER_LOCKS[builder.kind])
    third = await built()
    assert third.decision.action == "full"
    assert third.decision.changed[0] == "requirements.lock"

    (folder / "main.py").write_text("VALUE = 1\n")
    (folder / "requirements.lock").write_text(LOCK)
    assert (await built()).id == first.id


async def test_the_image_runs_as_nobody_with_its_packages_and_labels(
    engine: Engine, builder: Builder, folder: Path
) -> None:
    (folder / "run.sh").write_text("#!/bin/sh\n")
    (folder / "run.sh").chmod(0o700)
    (folder / "test.py").write_text("assert 0\n")
    told: list[str] = []
    options = BuildOptions(labels={labels.RUN: FEATURE})
    image = await build(engine, folder, options, builder=builder, on_line=told.append)
    found = engine.client.api.inspect_image(image.tag)
    config = found["Config"]
    assert config["User"] == "65534:65534"
    assert config["Labels"][labels.FEATURE] == FEATURE
    assert config["Labels"][labels.RUN] == FEATURE
    assert config["Labels"][labels.ENV_KEY] == image.env_key
    assert config["Labels"][labels.SRC_KEY] == image.src_key
    assert f"builder: {builder}" in told
    code = (
        "import os, iniconfig, main; "
        "print(main.VALUE, os.getuid(), oct(os.stat('run.sh').st_mode), sorted(os.listdir('.')))"
    )
    said = engine.client.containers.run(
        image.tag, ["python", "-c", code], network_mode="none", remove=True
    ).decode()
    assert said.startswith("1 65534 0o100755 ")
    assert "'test.py'" not in said


async def test_debian_packages_are_in_the_image(
    engine: Engine, best: Builder, folder: Path
) -> None:
    config = f"feature: {FEATURE}\nimage: {{packages: [libpq5]}}\n"
    (folder / "feature-config.yaml").write_text(config)
    image = await build(engine, folder, OURS, builder=best)
    said = engine.client.containers.run(
        image.tag, ["dpkg", "-s", "libpq5"], remove=True, network_mode="none"
    )
    assert b"Status: install ok installed" in said


async def test_certificates_and_the_index_reach_a_build_and_no_layer(
    engine: Engine, builder: Builder, folder: Path, tmp_path: Path
) -> None:
    marker = "MARKERmarkerMARKERmarkerMARKERmarker"
    bundle = tmp_path / "ca.pem"
    system = Path(engine.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
    # A comment is dropped; one certificate more, which is none, stays.
    own = f"-----BEGIN CERTIFICATE-----\n{marker}\n-----END CERTIFICATE-----\n"
    bundle.write_bytes(system.read_bytes() + own.encode())
    host = "127.0.0.1"
    if engine.has_bridge():
        host = engine.client.networks.get("bridge").attrs["IPAM"]["Config"][0]["Gateway"]
    (folder / "requirements.lock").write_text("private-thing==1.0\n")
    with private_index(host) as address:
        environ = {**engine.environ, "PIP_EXTRA_INDEX_URL": address, "NO_PROXY": host}
        own_engine = replace(engine, environ={**environ, "SSL_CERT_FILE": str(bundle)})
        told: list[str] = []
        anew = replace(OURS, wishes=Wishes(rebuild_base_env=True))  # of no layer that is kept
        image = await build(own_engine, folder, anew, builder=builder, on_line=told.append)
    said = engine.client.containers.run(
        image.tag,
        ["python", "-c", "import private_thing as p; print(p.VALUE)"],
        remove=True,
        network_mode="none",
    )
    assert said == b"1\n"
    content = everything_in(engine, image.tag)
    assert b"VALUE = 1" in content, "the search would not notice anything"
    assert Index.password.encode() not in content
    assert marker.encode() not in content
    assert not [line for line in told if Index.password in line]
    assert engine.client.api.images(all=True, filters={"label": BUILD_STAGE}) == []


async def test_a_failing_instruction_is_named_with_its_line(
    engine: Engine, builder: Builder, folder: Path
) -> None:
    (folder / "Dockerfile").write_text(
        f"FROM {BASE}\nARG X=1\nRUN true\n# a comment\n"
        "RUN echo before && \\\n    ls /nowhere\nUSER 1\n"
    )
    with pytest.raises(BuildFailed) as caught:
        await build(engine, folder, OURS, builder=builder)
    error = caught.value
    assert error.line == 5
    assert error.instruction.startswith("RUN echo before")
    assert "line 5" in str(error)
    assert any("/nowhere" in line and "No such file" in line for line in error.evidence)


async def test_a_package_that_does_not_exist_is_named(
    engine: Engine, builder: Builder, folder: Path
) -> None:
    (folder / "requirements.lock").write_text("iniconfig==999.0\n")
    with pytest.raises(BuildFailed, match=r"a package of requirements\.lock") as caught:
        await build(engine, folder, OURS, builder=builder)
    assert any("iniconfig" in line for line in caught.value.evidence)
    assert "uv pip sync" in caught.value.instruction


@pytest.mark.parametrize(
    ("dockerfile", "words"),
    [
        ("FROM x\nRUN --mount=type=bind,source=/,target=/h ls\n", "line 2: RUN has a bind mount"),
        ("FROM x\nADD https://example.com/x /x\n", "line 2: ADD fetches"),
        ("FROM x\nRUN --security=insecure ls\n", "line 2: RUN asks for --security=insecure"),
        ("FROM x\nARG API_TOKEN\n", "line 2: ARG API_TOKEN: a secret"),
    ],
)
async def test_a_dockerfile_that_asks_for_too_much_starts_nothing(
    engine: Engine, folder: Path, dockerfile: str, words: str
) -> None:
    (folder / "Dockerfile").write_text(dockerfile)
    told: list[str] = []
    with pytest.raises(DockerfileRefused, match=words):
        await build(engine, folder, on_line=told.append)
    assert told == []


async def test_another_platform_is_refused_where_its_base_is_not_there(
    engine: Engine, best: Builder, folder: Path
) -> None:
    other = "linux/arm64" if engine.platform.endswith("amd64") else "linux/amd64"
    decision = decide(engine, folder, BuildOptions(platform=other))
    assert decision.action == "full"
    assert "not on this machine" in decision.reason
    with pytest.raises(BuildFailed, match=r"base image"):
        await build(engine, folder, BuildOptions(platform=other), builder=best)


async def test_a_feature_without_a_lock_says_how_to_make_it(engine: Engine, folder: Path) -> None:
    (folder / "requirements.lock").unlink()
    with pytest.raises(WorkspaceInvalid, match=r"requirements\.lock is missing") as caught:
        await build(engine, folder)
    assert "uv pip compile" in caught.value.next_step


async def test_the_settings_decide_what_is_built_anew(
    engine: Engine, best: Builder, folder: Path
) -> None:
    first = await build(engine, folder, OURS, builder=best)
    anew = replace(OURS, wishes=Wishes(rebuild_base_env=True))
    second = await build(engine, folder, anew, builder=best)
    assert second.decision.action == "full"
    assert (second.tag, second.id != first.id) == (first.tag, True)

    (folder / "requirements.lock").write_text(OTHER_LOCKS["skipped"])
    kept = await build(engine, folder, replace(OURS, wishes=Wishes(skip_base=True)), builder=best)
    assert "although requirements.lock changed" in kept.decision.reason
    assert kept.id == second.id
    (folder / "main.py").write_text("VALUE = 3\n")
    source = await build(engine, folder, replace(OURS, wishes=Wishes(skip_base=True)), builder=best)
    assert source.decision.action == "source"
    assert layers(engine, source.tag)[:-1] == layers(engine, second.tag)[:-1]
    assert decide(engine, folder).action != "reuse", "it has another environment than the lock says"


async def test_features_are_built_side_by_side(
    engine: Engine, builder: Builder, tmp_path: Path
) -> None:
    names = [f"{FEATURE}-{index}" for index in range(3)]
    folders = [make_feature(tmp_path / name, name) for name in names]
    anew = replace(OURS, wishes=Wishes(rebuild_base_env=True))
    made = await asyncio.gather(*(build(engine, one, anew, builder=builder) for one in folders))
    assert len({image.tag for image in made}) == 3
    assert len({image.env_key for image in made}) == 1
    for name, image in zip(names, made, strict=True):
        assert (
            engine.client.api.inspect_image(image.tag)["Config"]["Labels"][labels.FEATURE] == name
        )


_ENGINE_SECONDS = 60.0  # for an engine to end a build whose command was killed
PROGRAM = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from provisioner.image.build import BuildOptions, build
from provisioner.image.building.builder import probe_builder
from provisioner.image.decision import Wishes
from provisioner.image.engine import connect

async def main():
    engine = connect()
    builder = replace(await probe_builder(engine), kind=sys.argv[2])
    owner = {"ai-assisted-deploy.run": "killed"}
    anew = Wishes(rebuild_base_env=True)
    options = BuildOptions(wishes=anew, labels=owner, process_label=f"killed-{sys.argv[2]}")
    show = lambda line: print(line, flush=True)
    await build(engine, Path(sys.argv[1]), options, builder=builder, on_line=show)

asyncio.run(main())
"""


async def test_a_killed_build_leaves_nothing_without_an_owner(
    engine: Engine, builder: Builder, folder: Path, tmp_path: Path
) -> None:
    (folder / "requirements.lock").write_text(OTHER_LOCKS["killed"])
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), builder.kind],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert any("Using Python" in line for line in process.stdout), "packages are installed now"
        process.send_signal(signal.SIGKILL)
    assert await end_leftovers({f"killed-{builder.kind}"}, tmp_path) == 1, "the docker command"
    image = await build(engine, folder, OURS, builder=builder)
    ours = engine.client.api.images(filters={"label": f"{labels.FEATURE}={FEATURE}"})
    assert [one["Id"] for one in ours] == [image.id]
    until = time.monotonic() + _ENGINE_SECONDS
    while (left := _stages_of(engine, process.pid)) and time.monotonic() < until:
        await build(engine, folder, OURS, builder=builder)
    assert left == []


def _stages_of(engine: Engine, pid: int) -> list[str]:
    """What is left of builds of a process; other tests build on this engine at the same time."""
    stages, api = {"label": BUILD_STAGE}, engine.client.api
    found = [*api.images(all=True, filters=stages), *api.containers(all=True, filters=stages)]
    owners = [one["Labels"][BUILD_STAGE].partition("/")[2] for one in found]
    return [one for one in owners if one.startswith(f"ai-deploy.{pid}.")]


async def test_an_engine_that_dies_in_a_build_is_named(
    engine: Engine, tmp_path: Path, folder: Path
) -> None:
    (folder / "Dockerfile").write_text(f"FROM {BASE}\nRUN echo begun && sleep 20\n")
    with private_engine(tmp_path) as (own, daemon):
        copy_image(engine, own, BASE)

        def die(line: str) -> None:
            if "begun" in line and "sleep" not in line:
                threading.Thread(target=daemon.kill).start()

        with pytest.raises(DockerUnavailable, match="does not run") as caught:
            await build(own, folder, on_line=die)
        assert caught.value.next_step


async def test_a_full_disk_is_named(engine: Engine, tmp_path: Path, folder: Path) -> None:
    size = engine.client.api.inspect_image(BASE)["Size"] // 1_000_000
    (folder / "Dockerfile").write_text(
        f"FROM {BASE}\nRUN dd if=/dev/zero of=/big bs=1M count={size * 4}\n"
    )
    with private_engine(tmp_path, megabytes=size * 4) as (own, _):
        copy_image(engine, own, BASE)
        with pytest.raises(BuildFailed, match="no space is left") as caught:
            await build(own, folder)
        assert "docker system df" in caught.value.next_step


def test_nothing_changed_is_decided_without_a_docker_command(
    engine: Engine, folder: Path, best: Builder
) -> None:
    asyncio.run(build(engine, folder, OURS, builder=best))
    without = replace(engine, environ={**engine.environ, "PATH": ""})
    image = asyncio.run(build(without, folder))
    assert image.decision.action == "reuse"


async def test_images_that_nobody_uses_go_and_the_last_releases_stay(
    engine: Engine, folder: Path, best: Builder, tmp_path: Path
) -> None:
    with private_engine(tmp_path) as (own, _):
        copy_image(engine, own, BASE)
        made = []
        for value in range(4):
            (folder / "main.py").write_text(f"VALUE = {value}\n")
            made.append(await build(own, folder, builder=best))
            await asyncio.sleep(1.1)  # the engine tells their age in seconds
        (folder / "requirements.lock").write_text("")
        assert (await build(own, folder, builder=best)).decision.action == "full"
        assert remove_unused_images(own) == [], "a build may be about to use them"
        listed = find_unused_images(own, older_than=0, keep=2)
        removed = remove_unused_images(own, older_than=0, keep=2)
        assert {made[0].tag, made[1].tag, made[2].tag} == {one.tag for one in removed}
        assert (removed, min(one.size for one in removed) > 0) == (listed, True)
        assert decide(own, folder).action == "reuse"
        removed = remove_unused_images(own, older_than=-60, keep=0)
        assert made[3].tag in {one.tag for one in removed}
        assert own.client.api.images(filters={"label": labels.ENV_KEY}) == []
