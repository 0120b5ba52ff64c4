"""What every level of the ladder must hold, tried with real processes."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioner.sandbox.base import Confinement, Limits, Outcome, Sandbox

LIMITS = Limits(wall_seconds=20, memory_bytes=256 << 20, processes=24)


async def python(
    sandbox: Sandbox,
    source: str,
    limits: Limits = LIMITS,
    *,
    folder: Path | None = None,
    readable: tuple[Path, ...] = (),
    stdin: bytes = b"",
) -> Outcome:
    argv = [sys.executable, "-I", "-S", "-c", source]
    confinement = Confinement(limits=limits, folder=folder, readable=readable)
    return await sandbox.run(argv, confinement, stdin=stdin)


async def test_a_command_gives_its_exit_code_and_both_streams(sandbox: Sandbox) -> None:
    source = "import sys; print(sys.stdin.read()); print('bad', file=sys.stderr); sys.exit(3)"
    outcome = await python(sandbox, source, stdin=b"hello")
    assert (outcome.exit_code, outcome.signal) == (3, None)
    assert (outcome.stdout, outcome.stderr) == ("hello\n", "bad\n")


async def test_head_and_tail_of_long_output_are_kept(sandbox: Sandbox) -> None:
    source = "print('first'); print('x' * 5_000_000); print('last')"
    limits = Limits(wall_seconds=20, output_bytes=1000)
    outcome = await python(sandbox, source, limits)
    assert outcome.stdout.startswith("first")
    assert outcome.stdout.endswith("last\n")
    assert "bytes left out" in outcome.stdout
    assert len(outcome.stdout) < 1200


async def test_wall_time_is_limited(sandbox: Sandbox) -> None:
    outcome = await python(sandbox, "import time; time.sleep(60)", Limits(wall_seconds=0.5))
    assert outcome.timed_out
    assert outcome.seconds < 30


async def test_processor_time_is_limited(sandbox: Sandbox) -> None:
    limits = Limits(wall_seconds=60, cpu_seconds=1)
    outcome = await python(sandbox, "while True: pass", limits)
    assert not outcome.timed_out
    assert outcome.exit_code != 0


async def test_memory_of_one_process_is_limited(sandbox: Sandbox) -> None:
    outcome = await python(sandbox, "x = bytearray(1 << 30)")
    assert "MemoryError" in outcome.stderr


async def test_memory_of_all_processes_together_is_limited(sandbox: Sandbox) -> None:
    source = (
        "import os, time\n"
        "for _ in range(8):\n"
        "    if os.fork() == 0:\n"
        "        x = bytearray(b'x') * (100 << 20); time.sleep(1); os._exit(0)\n"
        "print([os.WTERMSIG(os.wait()[1]) for _ in range(8)], flush=True)"
    )
    outcome = await python(sandbox, source, Limits(wall_seconds=20, memory_bytes=256 << 20))
    assert outcome.out_of_memory or "9" in outcome.stdout or outcome.exit_code == 137


async def test_processes_are_limited(sandbox: Sandbox) -> None:
    source = (
        "import os, time\n"
        "try:\n"
        "    while True:\n"
        "        if os.fork() == 0: time.sleep(60)\n"
        "except OSError: print('refused', flush=True); time.sleep(60)"
    )
    outcome = await python(sandbox, source, Limits(wall_seconds=3, processes=24))
    assert outcome.overcrowded or "refused" in outcome.stdout


async def test_files_are_limited(sandbox: Sandbox) -> None:
    source = (
        "import os, tempfile\n"
        "path = os.path.join(tempfile.gettempdir(), 'big')\n"
        "try:\n"
        "    with open(path, 'wb') as file: file.write(bytes(2 << 20))\n"
        "except OSError as error: print('refused')"
    )
    outcome = await python(sandbox, source, Limits(wall_seconds=20, file_bytes=1 << 20))
    assert outcome.stdout == "refused\n" or outcome.signal is not None


async def test_nothing_of_our_environment_is_to_be_seen(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary-in-environment")
    source = (
        "import glob, os\n"
        "print(dict(os.environ))\n"
        "for path in glob.glob('/proc/[0-9]*/environ'):\n"
        "    try: print(open(path).read())\n"
        "    except OSError: pass"
    )
    outcome = await python(sandbox, source)
    assert "TMPDIR" in outcome.stdout
    assert "canary" not in outcome.stdout


async def test_files_of_others_can_neither_be_read_nor_written(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary-in-file")
    places = [str(secret), "/etc/passwd", "/etc/shadow", "/root/.bashrc", str(Path.home())]
    source = (
        f"import os\n"
        f"for path in {places!r}:\n"
        f"    look = os.listdir if os.path.isdir(path) else lambda path: open(path).read()\n"
        f"    try: print('LEAK', path, look(path))\n"
        f"    except OSError: pass\n"
        f"for folder in ('/', '/etc', '/usr', '/var', '/home', {str(tmp_path)!r}):\n"
        f"    try: open(folder + '/planted', 'w'); print('PLANTED', folder)\n"
        f"    except OSError: pass"
    )
    outcome = await python(sandbox, source)
    assert "canary" not in outcome.stdout
    assert not (tmp_path / "planted").exists()
    assert not Path("/etc/planted").exists()
    leaked = [line for line in outcome.stdout.splitlines() if ".pyenv" not in line]
    if Path(sys.prefix).is_relative_to(Path.home()):  # the way to the interpreter, and that alone
        way = Path(sys.prefix).relative_to(Path.home()).parts[0]
        leaked = [line for line in leaked if line != f"LEAK {Path.home()} [{way!r}]"]
    assert not [line for line in leaked if line.startswith("LEAK")]


async def test_the_folder_given_can_be_written_and_others_only_read(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    folder, other = tmp_path / "feature", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    (other / "data").write_text("seen")
    source = (
        f"open('made', 'w').write('x')\n"
        f"print(open({str(other / 'data')!r}).read())\n"
        f"try: open({str(other / 'made')!r}, 'w')\n"
        f"except OSError: print('refused')"
    )
    outcome = await python(sandbox, source, folder=folder, readable=(other,))
    assert outcome.stdout == "seen\nrefused\n", outcome.stderr
    assert (folder / "made").read_text() == "x"


async def test_the_way_to_what_may_be_read_cannot_be_closed(sandbox: Sandbox) -> None:
    """A folder to read may lie below the temporary folder, as an installed interpreter may."""
    with tempfile.TemporaryDirectory(dir="/tmp") as top:
        folder = Path(top, "packages")
        folder.mkdir()
        Path(top).chmod(0o755)
        (folder / "data").write_text("seen")
        source = (
            f"import os\n"
            f"top, data = {top!r}, {str(folder / 'data')!r}\n"
            f"acts = {{\n"
            f"    'closed': lambda: os.chmod(top, 0),\n"
            f"    'planted': lambda: open(top + '/planted', 'w'),\n"
            f"    'moved': lambda: os.rename(top, top + '.moved'),\n"
            f"}}\n"
            f"for name, act in acts.items():\n"
            f"    try: act(); print(name)\n"
            f"    except OSError: pass\n"
            f"print(open(data).read())"
        )
        outcome = await python(sandbox, source, readable=(folder,))
        assert stat.S_IMODE(Path(top).stat().st_mode) == 0o755
    # An ordinary user's change of a mode is answered as done, and is not.
    said = outcome.stdout.removeprefix("closed\n") if os.geteuid() else outcome.stdout
    assert said == "seen\n", outcome.stderr


async def test_temporary_files_end_with_the_run(sandbox: Sandbox) -> None:
    source = "import tempfile; print(tempfile.mkdtemp(prefix='kept-'))"
    first = await python(sandbox, source)
    again = await python(sandbox, f"import os; print(os.path.exists({first.stdout.strip()!r}))")
    assert again.stdout == "False\n"
    assert not Path(first.stdout.strip()).exists()


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this machine on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_accept, args=(server,), daemon=True)
        thread.start()
        yield server.getsockname()[1]


def _accept(server: socket.socket) -> None:
    try:
        while True:
            server.accept()[0].close()
    except OSError:  # closed by the fixture
        return


async def test_no_network_not_even_our_loopback(
    sandbox: Sandbox, port: int, tmp_path: Path
) -> None:
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(path)
        unix.listen()
        source = (
            f"import socket\n"
            f"inet, inet6 = ('127.0.0.1', {port}), ('::1', {port})\n"
            f"for family, address in ((2, inet), (10, inet6), (1, {path!r})):\n"
            f"    try: socket.socket(family).connect(address); print('LEAK', address)\n"
            f"    except OSError as error: print('refused')"
        )
        outcome = await python(sandbox, source)
    assert outcome.stdout == "refused\n" * 3, outcome.stderr


async def test_nothing_survives_the_run(sandbox: Sandbox) -> None:
    mark = f"98765{os.getpid()}"
    source = (
        "import os, signal, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    for number in (1, 2, 15): signal.signal(number, signal.SIG_IGN)\n"
        "    if os.fork() == 0:\n"
        "        os.closerange(0, 3)\n"
        f"        os.execv('/bin/sleep', ['sleep', '{mark}'])\n"
        "    os._exit(0)\n"
        "time.sleep(0.3)"
    )
    await python(sandbox, source)

    def alive() -> bool:
        shown = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
        return f"sleep {mark}" in shown.stdout

    async with asyncio.timeout(10):  # the kernel is at it when bwrap has ended
        while alive():  # noqa: ASYNC110  # other processes set no event of ours
            await asyncio.sleep(0.01)


async def test_other_processes_can_be_neither_signalled_nor_traced(sandbox: Sandbox) -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as victim:
        source = (
            f"import ctypes, os, signal\n"
            f"for act in (lambda: os.kill({victim.pid}, signal.SIGKILL), lambda: os.kill(1, 9)):\n"
            f"    try: act(); print('KILLED')\n"
            f"    except OSError: pass\n"
            f"libc = ctypes.CDLL(None)\n"
            f"print(libc.ptrace(16, {victim.pid}, 0, 0))"
        )
        outcome = await python(sandbox, source)
        assert victim.poll() is None
        victim.kill()
    assert "-1" in outcome.stdout


async def test_privileges_cannot_be_gained(sandbox: Sandbox) -> None:
    source = (
        "import os, subprocess\n"
        "disk = lambda: os.mknod('/tmp/disk', 0o60600, os.makedev(8, 0))\n"
        "for act in (disk, lambda: os.chroot('/')):\n"
        "    try: act(); print('GAINED')\n"
        "    except OSError: pass\n"
        "mount = ['/usr/bin/mount', '-t', 'tmpfs', 'x', '/usr']\n"
        "done = subprocess.run(mount, capture_output=True)\n"
        "print('mounted' if done.returncode == 0 else 'refused')"
    )
    outcome = await python(sandbox, source)
    assert "GAINED" not in outcome.stdout
    assert "refused" in outcome.stdout
