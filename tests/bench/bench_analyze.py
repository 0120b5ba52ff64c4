"""Diagnosis of logs: how often it is right, and how fast beside `grep` with as many patterns."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assistant.diagnosis import patterns
from tests.unit.assistant.diagnosis.cases import LOGS, load, surrounded
from tests.unit.assistant.diagnosis.scoring import answers, table

MEGABYTES = 100
ROUNDS = 5
TOOL = [sys.executable, "-m", "console.cli"]
# Printed in a process of its own: the most memory that it took, beyond that of a short log.
MEASURED = (
    "import resource, sys, time; from assistant.diagnosis.diagnose import analyze_log\n"
    "with open(sys.argv[1], 'rb') as short: analyze_log(short)\n"
    "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
    "began = time.perf_counter()\n"
    "with open(sys.argv[2], 'rb') as log: found = analyze_log(log)\n"
    "took = time.perf_counter() - began\n"
    "print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, found.kind)\n"
)


def rightness() -> None:
    for file in sorted(LOGS.glob("*.yaml")) + sorted(LOGS.glob("*.jsonl")):
        print(f"  -- {file.name}")
        for line in table(answers(load(file.name))):
            print(line)


def throughput(folder: Path) -> None:
    """A log of 100 MB as CI services write them, the cause in its middle."""
    part = surrounded(
        "",
        seed="bench",
        before="pip",
        lines_before=30_000,
        after="access",
        lines_after=30_000,
        ci="github",
    )
    cause = "2025-01-14T10:00:00.0000000Z ModuleNotFoundError: No module named 'yaml'\n"
    short, long = folder / "short.log", folder / "long.log"
    short.write_text(cause)
    repeats = (MEGABYTES << 20) // len(part) // 2
    with long.open("w") as stream:
        for _ in range(repeats):
            stream.write(part)
        stream.write(cause)
        for _ in range(repeats):
            stream.write(part)
    size = long.stat().st_size / (1 << 20)
    literals = folder / "literals"
    entries = patterns.load().entries
    literals.write_text("\n".join(sorted({one for entry in entries for one in entry.needs})) + "\n")
    ours, greps, memory, kind = [], [], 0, ""
    measured = [sys.executable, "-c", MEASURED, str(short), str(long)]
    grep = ["grep", "-c", "-i", "-F", "-f", str(literals), str(long)]
    for _ in range(ROUNDS):
        ran = subprocess.run(measured, check=True, capture_output=True, text=True)
        printed = ran.stdout.split()
        ours.append(float(printed[0]))
        memory, kind = int(printed[1]), printed[2]
        began = time.perf_counter()
        environ = {**os.environ, "LC_ALL": "C"}
        subprocess.run(grep, check=False, capture_output=True, env=environ)
        greps.append(time.perf_counter() - began)
    mine, theirs = statistics.median(ours), statistics.median(greps)
    print(
        f"  {size:.0f} MB: {mine:.2f} s, {size / mine:.0f} MB/s (goal ≥ 50), {mine / theirs:.2f} "
        f"times grep -c with as many patterns (goal ≤ 3), {memory >> 10} MB more memory, {kind}"
    )


def short_log(folder: Path) -> None:
    """The whole command on 4,000 lines, beside the command's own start."""
    log = folder / "4000.log"
    lines = surrounded(
        "ModuleNotFoundError: No module named 'yaml'",
        seed="short",
        before="pip",
        lines_before=1_000,
        after="refused",
        lines_after=2_999,
        ci="github",
    )
    log.write_text(lines)
    times: dict[str, list[float]] = {"--help": [], "analyze": []}
    for _ in range(ROUNDS):
        for name, command in (("--help", ["--help"]), ("analyze", ["analyze", str(log)])):
            began = time.perf_counter()
            subprocess.run([*TOOL, *command], check=True, capture_output=True)
            times[name].append(time.perf_counter() - began)
    start, whole = (statistics.median(times[name]) for name in ("--help", "analyze"))
    beyond = (whole - start) * 1e3
    print(f"  4,000 lines: {whole * 1e3:.0f} ms, {beyond:.0f} ms beyond --help (goal ≤ 100)")


def main() -> None:
    rightness()
    with tempfile.TemporaryDirectory() as folder:
        throughput(Path(folder))
        short_log(Path(folder))


if __name__ == "__main__":
    main()
