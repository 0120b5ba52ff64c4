"""Settings for all tests, and a private PostgreSQL for those that want one."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

import psycopg
import pytest
from hypothesis import settings

from provisioner.errors import DockerUnavailable
from provisioner.feature.feature_config import FeatureConfig
from provisioner.image.engine import Engine, connect
from tests.servers.registry import PROGRAM, running_registry

IN_CI = os.environ.get("CI") == "true"
CaseT = TypeVar("CaseT")

# A loaded machine makes every example slow, and the same examples fail everywhere.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

# A shell's background job ignores Ctrl-C, and so would every program that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server of our own, on a socket in a temporary folder."""
    programs = _postgres_programs()
    if programs is None:
        missing("PostgreSQL is not installed: apt-get install postgresql")
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        if user:
            shutil.chown(folder, user)

        def run(*argv: str) -> None:
            subprocess.run(argv, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

        data = f"{folder}/data"
        run(f"{programs}/initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-D", data)
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        control = (f"{programs}/pg_ctl", "-D", data, "-w", "-l", f"{folder}/log")
        run(*control, "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            run(*control, "-m", "immediate", "stop")


def missing(part: str) -> NoReturn:
    """Skip for want of a part of this machine; in CI, where all parts have to be, fail."""
    if IN_CI:
        pytest.fail(part)
    pytest.skip(part)


def ci_alone(why: str) -> pytest.MarkDecorator:
    """A test of CI alone: it takes long, and others show most of it more cheaply."""
    return pytest.mark.skipif(
        not IN_CI, reason=f"{why}; `CI=true make test` runs it, as .ci/run does"
    )


def share(cases: Sequence[CaseT], nth: int) -> Sequence[CaseT]:
    """All cases in CI, every nth of them in a newcomer's run."""
    return cases if IN_CI else cases[::nth]


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Host and port of a registry of images of our own."""
    if PROGRAM is None:
        missing("docker-registry is not installed: apt-get install docker-registry")
    with running_registry(tmp_path_factory.mktemp("registry")) as place:
        yield place


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """This machine's container engine, which has the base image of features."""
    try:
        found = connect()
    except DockerUnavailable as error:
        missing(f"{error}; {error.next_step}")
    base = FeatureConfig(feature="any").base_image
    if not found.client.api.images(name=base):
        missing(f"the engine has no {base}: scripts/make-base-image")
    yield found
    found.close()


def _postgres_programs() -> Path | None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = shutil.which("initdb") or (str(installed[-1]) if installed else None)
    return Path(found).parent if found else None


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty schema."""
    name = f"test_{random.SystemRandom().getrandbits(48):x}"
    with psycopg.connect(postgres_server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        yield f"{postgres_server}&options=-csearch_path%3D{name}"
        connection.execute(f"DROP SCHEMA {name} CASCADE")
