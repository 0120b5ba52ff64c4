"""How long a feature's environment takes, over uv's bare commands doing the same."""

from __future__ import annotations

import asyncio
import operator
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import uv

from provisioner.feature.packages.environment import Environments
from provisioner.feature.packages.lock import Lock
from tests.servers.packages import PackageIndex, wheel

ROUNDS = 9
PACKAGES = 12
MODULES = 60  # files of one package
MODULE = "".join(f"def function_{one}(x):\n    return x + {one}\n\n\n" for one in range(40))


def main() -> None:
    files = [
        wheel(f"package-{one}", "1.0", {f"package_{one}/m{n}.py": MODULE for n in range(MODULES)})
        for one in range(PACKAGES)
    ]
    with tempfile.TemporaryDirectory() as folder, PackageIndex(files) as index:
        os.environ |= {"UV_DEFAULT_INDEX": index.url, "UV_CACHE_DIR": f"{folder}/cache"}
        _measure(Path(folder), Lock({file.package: "1.0" for file in files}))


def _measure(folder: Path, lock: Lock) -> None:
    environments, bare = Environments(folder / "state"), folder / "bare"
    pins = folder / "pins.txt"
    pins.write_text(lock.lines)

    def by_uv() -> None:
        shutil.rmtree(bare, ignore_errors=True)
        began = time.perf_counter()
        run = [uv.find_uv_bin()]
        venv = ["venv", "--quiet", "--no-project", "--python", sys.executable, str(bare)]
        python = ["--python", str(bare / "bin" / "python")]
        sync = ["pip", "sync", "--quiet", "--compile-bytecode", *python, str(pins)]
        subprocess.run([*run, *venv], check=True)
        subprocess.run([*run, *sync], check=True)
        bare_times.append(time.perf_counter() - began)

    def by_us() -> None:
        shutil.rmtree(environments.folder, ignore_errors=True)
        began = time.perf_counter()
        asyncio.run(environments.ensure(lock))
        our_times.append(time.perf_counter() - began)

    bare_times: list[float] = []
    our_times: list[float] = []
    by_uv()  # fills the cache
    bare_times.clear()
    for _ in range(ROUNDS):
        by_uv()
        by_us()
    made = statistics.median(our_times)
    ratio = statistics.median(map(operator.truediv, our_times, bare_times))
    print(
        f"  made from the cache   {made * 1e3:5.0f} ms, {ratio:.2f} times uv venv and "
        f"uv pip sync, median of {ROUNDS} pairs (goal ≤ 1.20)"
    )
    there = _median(lambda: asyncio.run(environments.ensure(lock)))
    print(f"  there already         {there * 1e3:7.1f} ms (goal ≤ 5)")


def _median(command: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        command()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    main()
