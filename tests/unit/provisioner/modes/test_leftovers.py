from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.process import find_process
from provisioner.files.atomic import atomic_write
from provisioner.files.temporary import private_prefix
from provisioner.modes.base import Deployment
from provisioner.modes.service.leftovers import end_abandoned_sandboxes, end_leftovers
from provisioner.modes.service.process import RunningService, listen
from provisioner.sandbox.base import RUN_LABEL, Confinement, Labelled, Sandbox, process_label

# Of this process alone: others on this machine may test the same just now.
DEAD, LIVING = (process_label(f"{name}-{os.getpid()}", Path()) for name in ("dead", "living"))
WAITING = [sys.executable, "-c", "print('ready', flush=True); import time; time.sleep(600)"]


def start(marker: str, *, leads: bool = True) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        WAITING,
        env={RUN_LABEL: marker},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=leads,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    started = [start(DEAD), start(LIVING)]
    yield started
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


async def test_only_what_carries_a_dead_runs_marker_is_ended(
    processes: list[subprocess.Popen[str]],
    tmp_path: Path,
) -> None:
    dead, living = processes
    assert await end_leftovers([DEAD, "another-run"], tmp_path) == 1
    assert dead.wait(timeout=10) != 0
    assert living.poll() is None


async def test_a_leftover_in_somebody_elses_group_is_ended_alone(tmp_path: Path) -> None:
    """Here the group is that of the tests themselves."""
    with start(DEAD, leads=False) as left, start(LIVING, leads=False) as other:
        try:
            assert await end_leftovers([DEAD], tmp_path) == 1
            assert left.wait(timeout=10) != 0
            assert other.poll() is None
        finally:
            left.kill()
            other.kill()


async def test_a_service_that_goes_on_serving_is_no_leftover(
    processes: list[subprocess.Popen[str]],
    tmp_path: Path,
) -> None:
    served, left = processes
    process = find_process(served.pid)
    assert process is not None
    service = RunningService(
        url="http://127.0.0.1:1",
        process=process,
        log=tmp_path / "log",
        log_start=0,
        revision="0",
        grace_seconds=1.0,
    )
    deployment = Deployment("SERVICE", "orders-0-1", service.url, "0")
    record = tmp_path / "services" / f"{deployment.id}.json"
    atomic_write(record, service.model_dump_json().encode())
    assert await end_leftovers([DEAD, LIVING], tmp_path, deployment) == 1
    assert left.wait(timeout=10) != 0
    assert served.poll() is None
    other = replace(process, started=process.started + 1)
    later = service.model_copy(update={"process": other})
    atomic_write(record, later.model_dump_json().encode())
    assert await end_leftovers([DEAD], tmp_path, deployment) == 1


def test_a_copy_of_a_workspace_has_labels_of_its_own(tmp_path: Path) -> None:
    for name in ("one", "copy"):
        (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to("one")
    one, copy, link = (process_label("run", tmp_path / name) for name in ("one", "copy", "link"))
    assert one == link
    assert one != copy


async def test_without_runs_nothing_is_looked_for(
    processes: list[subprocess.Popen[str]],
    tmp_path: Path,
) -> None:
    assert await end_leftovers([], tmp_path) == 0
    assert all(process.poll() is None for process in processes)


async def test_what_a_run_left_in_a_sandbox_is_found_by_its_label(
    serving: Sandbox, tmp_path: Path
) -> None:
    with listen() as listener:
        confinement = Confinement(listener=listener.fileno())
        command = Labelled(serving, DEAD).confine(WAITING, confinement, private=tmp_path)
        left = subprocess.Popen(
            command.argv,
            env=dict(command.environment),
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            pass_fds=[listener.fileno()],
        )
    assert left.stdout is not None
    try:
        assert left.stdout.readline() == "ready\n"
        assert await end_leftovers([DEAD], tmp_path) >= 1
        assert left.wait(timeout=10) != 0
        assert left.stdout.read() == "", "nobody holds its output any more"
    finally:
        left.kill()
        left.stdout.close()


@pytest.mark.parametrize(("living", "ended"), [(False, 1), (True, 0)])
async def test_a_sandbox_is_ended_where_its_maker_has_died(
    tmp_path: Path, living: bool, ended: int
) -> None:
    """The program only says that it is bwrap, so that no sandbox is needed here."""
    words = private_prefix("judge").split(".")
    maker = subprocess.Popen([sys.executable, "-c", ""])
    maker.wait()
    pid = words[1] if living else str(maker.pid)
    folder = tmp_path / ".".join([words[0], pid, *words[2:-1], "x1y2z3"])
    waiting = ["bwrap", "-I", "-S", "-c", "print('ready', flush=True); input()", str(folder)]
    with subprocess.Popen(
        waiting,
        executable=sys.executable,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as sandbox:
        assert sandbox.stdout is not None
        assert sandbox.stdout.readline() == "ready\n"
        assert await end_abandoned_sandboxes() == ended
        assert (sandbox.poll() is None) == living
        sandbox.kill()
