import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.process import Process
from provisioner.errors import CommandFailed, ProvisionerError
from provisioner.process import (
    ToolMissing,
    run_command,
    start_process,
    stop_process,
)
from provisioner.process.environment import clean_environment

PYTHON = sys.executable


def pids_of(marker: Path) -> list[int]:
    return [int(line) for line in marker.read_text().split()]


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def wait_for(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # other processes set no event of ours
            await asyncio.sleep(0.01)


# A parent and a child in its group; both write their ids, then wait for ever.
FAMILY = """
import os, sys, time, signal
if len(sys.argv) > 2: signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
with open(sys.argv[1], "a") as out:
    out.write(f"{os.getpid()}\\n")
time.sleep(600)
"""


async def test_a_command_returns_its_outputs_and_exit_code(tmp_path: Path) -> None:
    done = await run_command(
        [PYTHON, "-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"],
        cwd=tmp_path,
        timeout=30,
        check=False,
    )
    assert (done.exit_code, done.stdout, done.stderr) == (3, b"out\n", b"err\n")
    assert not done.timed_out
    assert done.output_tail == "out\nerr"


async def test_standard_input_reaches_the_command_whole(tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    done = await run_command(
        [PYTHON, "-c", "import sys, hashlib; print(hashlib.sha256(sys.stdin.buffer.read()).name)"],
        cwd=tmp_path,
        timeout=30,
        stdin=data,
    )
    assert done.stdout == b"sha256\n"
    echo = await run_command(
        ["cat"], cwd=tmp_path, timeout=30, stdin=data, output_bytes=len(data) * 2
    )
    assert echo.stdout == data


async def test_without_input_the_command_reads_an_empty_one(tmp_path: Path) -> None:
    assert (await run_command(["cat"], cwd=tmp_path, timeout=30)).stdout == b""


async def test_a_command_that_reads_nothing_of_a_large_input_succeeds(tmp_path: Path) -> None:
    done = await run_command(["true"], cwd=tmp_path, timeout=30, stdin=b"x" * 5_000_000)
    assert done.exit_code == 0


async def test_a_failing_command_is_an_error_with_evidence(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed) as caught:
        await run_command(["sh", "-c", "echo because >&2; exit 4"], cwd=tmp_path, timeout=30)
    assert caught.value.exit_code == 4
    assert caught.value.evidence == ("because",)


async def test_a_signal_is_a_negative_exit_code(tmp_path: Path) -> None:
    done = await run_command(["sh", "-c", "kill -9 $$"], cwd=tmp_path, timeout=30, check=False)
    assert done.exit_code == -signal.SIGKILL
    assert not done.timed_out


async def test_a_long_output_keeps_its_head_and_tail(tmp_path: Path) -> None:
    script = "print('first'); print('x' * 300_000_0); print('last')"
    done = await run_command([PYTHON, "-c", script], cwd=tmp_path, timeout=30, output_bytes=1_000)
    assert done.stdout.startswith(b"first\n")
    assert done.stdout.endswith(b"last\n")
    assert done.omitted_bytes == len(b"first\nlast\n") + 3_000_001 - 1_000
    assert b"[%d bytes left out]" % done.omitted_bytes in done.stdout


async def test_a_missing_tool_is_named_with_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing) as caught:
        await run_command(
            ["docker"], cwd=tmp_path, timeout=30, env=clean_environment({"PATH": str(tmp_path)})
        )
    assert "docker" in str(caught.value)
    assert "install Docker" in caught.value.next_step


async def test_a_file_that_cannot_be_executed_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "tool").write_text("no program")
    with pytest.raises(ToolMissing, match="denied"):
        await run_command([str(tmp_path / "tool")], cwd=tmp_path, timeout=30)


async def test_a_missing_folder_is_not_taken_for_a_missing_tool(tmp_path: Path) -> None:
    with pytest.raises(ProvisionerError, match="no folder"):
        await run_command(["true"], cwd=tmp_path / "gone", timeout=30)


async def test_a_time_out_kills_the_whole_group(tmp_path: Path) -> None:
    marker = tmp_path / "pids"
    with pytest.raises(CommandFailed, match="exit code -15") as caught:
        await run_command([PYTHON, "-c", FAMILY, str(marker)], cwd=tmp_path, timeout=0.5)
    assert "not done after 0.5 s" in caught.value.evidence[-1]
    await wait_for(lambda: not any(runs(pid) for pid in pids_of(marker)))


async def test_a_time_out_kills_what_ignores_the_polite_signal(tmp_path: Path) -> None:
    marker = tmp_path / "pids"
    done = await run_command(
        [PYTHON, "-c", FAMILY, str(marker), "stubborn"], cwd=tmp_path, timeout=0.5, check=False
    )
    assert (done.timed_out, done.exit_code) == (True, -signal.SIGKILL)
    await wait_for(lambda: not any(runs(pid) for pid in pids_of(marker)))


async def test_a_time_out_keeps_what_was_printed(tmp_path: Path) -> None:
    done = await run_command(
        ["sh", "-c", "echo early; sleep 600"], cwd=tmp_path, timeout=0.5, check=False
    )
    assert done.timed_out
    assert done.stdout == b"early\n"


async def test_cancellation_kills_the_whole_group(tmp_path: Path) -> None:
    marker = tmp_path / "pids"
    task = asyncio.create_task(
        run_command([PYTHON, "-c", FAMILY, str(marker)], cwd=tmp_path, timeout=60)
    )
    await wait_for(lambda: marker.exists() and len(pids_of(marker)) == 2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await wait_for(lambda: not any(runs(pid) for pid in pids_of(marker)))


async def test_a_background_child_neither_holds_the_command_nor_outlives_it(
    tmp_path: Path,
) -> None:
    script = "echo done; sleep 600 & echo $! > pid"
    done = await run_command(["sh", "-c", script], cwd=tmp_path, timeout=60)
    assert done.stdout == b"done\n"
    assert done.seconds < 30
    await wait_for(lambda: not runs(int((tmp_path / "pid").read_text())))


async def test_a_daemon_that_keeps_the_output_open_does_not_hold_the_command(
    tmp_path: Path,
) -> None:
    script = "echo done; setsid sleep 600 & echo $! > pid"
    done = await run_command(["sh", "-c", script], cwd=tmp_path, timeout=60)
    assert done.stdout == b"done\n"
    assert done.seconds < 30
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


async def test_commands_see_a_clean_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("SSL_CERT_FILE", "/bundle.pem")
    done = await run_command(["env"], cwd=tmp_path, timeout=30)
    assert b"canary" not in done.stdout
    assert b"GIT_DIR" not in done.stdout
    assert b"SSL_CERT_FILE=/bundle.pem" in done.stdout


async def test_a_program_planted_in_the_working_folder_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "true").write_text("#!/bin/sh\necho planted\n")
    (tmp_path / "true").chmod(0o755)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}{os.environ['PATH']}")
    assert (await run_command(["true"], cwd=tmp_path, timeout=30)).stdout == b""


def test_named_variables_are_inherited_and_extra_ones_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///one")
    monkeypatch.setenv("HOME", "/home/one")
    environment = clean_environment({"HOME": "/home/two"}, inherit=["DOCKER_HOST", "ABSENT"])
    assert environment["DOCKER_HOST"] == "unix:///one"
    assert environment["HOME"] == "/home/two"
    assert "ABSENT" not in environment


async def test_a_started_process_logs_and_is_stopped_with_its_group(tmp_path: Path) -> None:
    marker, log = tmp_path / "pids", tmp_path / "log"
    log.write_text("before\n")
    started = await start_process(
        [PYTHON, "-c", "print('hello', flush=True)" + FAMILY, str(marker)],
        cwd=tmp_path,
        env=clean_environment(),
        log=log,
    )
    await wait_for(lambda: marker.exists() and len(pids_of(marker)) == 2)
    assert started.alive()
    assert log.read_text() == "before\nhello\n"
    await stop_process(started, grace_seconds=10)
    assert not started.alive()
    assert not any(runs(pid) for pid in pids_of(marker))


async def test_a_process_that_ignores_the_polite_signal_is_killed(tmp_path: Path) -> None:
    marker = tmp_path / "pids"
    started = await start_process(
        [PYTHON, "-c", FAMILY, str(marker), "stubborn"],
        cwd=tmp_path,
        env=clean_environment(),
        log=tmp_path / "log",
    )
    await wait_for(lambda: marker.exists() and len(pids_of(marker)) == 2)
    await stop_process(started, grace_seconds=0.1)
    assert not any(runs(pid) for pid in pids_of(marker))


async def test_a_process_that_ends_is_reaped(tmp_path: Path) -> None:
    started = await start_process(
        ["true"], cwd=tmp_path, env=clean_environment(), log=tmp_path / "log"
    )
    await wait_for(lambda: not Path(f"/proc/{started.pid}").exists())
    assert not started.alive()
    await stop_process(started, grace_seconds=1)


async def test_a_recycled_process_id_is_left_alone(tmp_path: Path) -> None:
    started = await start_process(
        ["sleep", "600"], cwd=tmp_path, env=clean_environment(), log=tmp_path / "log"
    )
    stranger = replace(started, started=started.started + 1)
    assert not stranger.alive()
    await stop_process(stranger, grace_seconds=0)
    assert started.alive()
    await stop_process(started, grace_seconds=5)


async def test_a_started_process_inherits_the_descriptors_it_is_given(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    try:
        await start_process(
            [PYTHON, "-c", f"import os; os.write({writer}, b'through')"],
            cwd=tmp_path,
            env=clean_environment(),
            log=tmp_path / "log",
            pass_fds=[writer],
        )
        assert await asyncio.to_thread(os.read, reader, 100) == b"through"
    finally:
        os.close(reader)
        os.close(writer)


async def test_a_log_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        await start_process(["true"], cwd=tmp_path, env=clean_environment(), log=tmp_path / "log")
    assert not (tmp_path / "elsewhere").exists()


def test_a_started_process_survives_us(tmp_path: Path) -> None:
    script = (
        "import asyncio, pathlib, sys\n"
        "from provisioner.process import start_process\n"
        "from provisioner.process.environment import clean_environment\n"
        "here = pathlib.Path(sys.argv[1])\n"
        "one = asyncio.run(start_process(['sleep', '600'], cwd=here, env=clean_environment(),\n"
        "    log=here / 'log'))\n"
        "print(one)\n"
    )
    printed = subprocess.run(
        [PYTHON, "-W", "error", "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert printed.stderr == ""
    started = Process.parse(printed.stdout.strip())
    assert started is not None
    assert started.alive()
    began = time.monotonic()
    asyncio.run(stop_process(started, grace_seconds=30))
    assert not started.alive()
    assert time.monotonic() - began < 30
