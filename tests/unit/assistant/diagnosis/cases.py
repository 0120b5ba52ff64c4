"""Labelled failure logs: read from tests/cases/logs, long ones made around their core."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

LOGS = Path(__file__).parents[3] / "cases" / "logs"


@dataclass(frozen=True, slots=True)
class LogCase:
    """A log and what is to be said of it; target is None where none is asked for."""

    id: str
    log: str
    kind: str
    target: str | None = None
    also_ok: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    core: tuple[str, ...] = field(default=(), repr=False)  # the lines that matter, of a long log

    def kind_right(self, kind: str) -> bool:
        return kind == self.kind or kind in self.also_ok

    def target_right(self, target: str | None) -> bool:
        """Whether a target names the expected one: paths may be absolute, hosts have a path."""
        wanted, got = (self.target or "").lower(), (target or "").lower()
        return bool(got) and (got in wanted or wanted in got)


def load(name: str) -> list[LogCase]:
    """The cases of a file of tests/cases/logs, or of a path; YAML is ours, JSON lines are real logs."""
    path = LOGS / name
    if path.suffix == ".jsonl":
        return [_real(json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    return [_written(one) for one in yaml.safe_load(path.read_text("utf-8"))]


def _real(record: dict[str, Any]) -> LogCase:
    return LogCase(
        id=record["id"],
        log=record["log"],
        kind=record["class"],
        target=record["expected_fix_target"],
        also_ok=tuple(record.get("also_ok", ())),
        must_not=tuple(record.get("must_not", ())),
    )


def _written(record: dict[str, Any]) -> LogCase:
    log, core = record["log"], ()
    if around := record.get("around"):
        core = tuple(log.splitlines())
        log = surrounded(log, seed=record["id"], **around)
    return LogCase(
        id=record["id"],
        log=log,
        kind=record["kind"],
        target=record.get("target"),
        also_ok=tuple(record.get("also_ok", ())),
        must_not=tuple(record.get("must_not", ())),
        core=core,
    )


def surrounded(
    log: str,
    *,
    seed: str,
    before: str,
    lines_before: int,
    after: str,
    lines_after: int,
    ci: str = "",
) -> str:
    """A log with what a job prints before the cause and the flood that follows it."""
    chance = random.Random(seed)
    lines = [
        *_filling(before, lines_before, chance),
        *log.splitlines(),
        *_filling(after, lines_after, chance),
    ]
    return "\n".join(_printed_by(ci, lines)) + "\n"


def _filling(kind: str, count: int, chance: random.Random) -> Iterator[str]:
    for number in range(count):
        name = chance.choice(("alpha", "beta", "gamma", "delta")) + str(chance.randrange(100))
        yield FILLINGS[kind].format(
            name=name, n=number, percent=number % 101, port=chance.randrange(20_000, 60_000)
        )


FILLINGS = {
    "pip": "  Downloading {name}-1.{n}.0-py3-none-any.whl ({port} kB)",
    "apt": "Get:{n} http://deb.example.org/debian bookworm/main amd64 {name} amd64 1.{n} [{port} B]",
    "access": '2024-05-02 07:12:01,{port} INFO 10.0.0.7:{port} - "GET /orders/{n} HTTP/1.1" 200 OK',
    "pytest": "tests/test_{name}.py::test_{n} PASSED [ {percent}%]",
    "progress": "step {n}: {percent}% done",
    "database": "2024-05-02 07:12:02 ERROR [{name}] request {n} failed: server closed the connection unexpectedly",
    "refused": "2024-05-02 07:12:02 ERROR worker {n}: ConnectionRefusedError: [Errno 111] Connection refused",
    "health": "waiting for http://127.0.0.1:8000/health, attempt {n}: connection refused",
}


def _printed_by(ci: str, lines: list[str]) -> Iterator[str]:
    """The lines as a CI service or BuildKit prints them, with the failure's wrapper at the end."""
    if ci == "github":
        stamped = [
            "##[group]Run make deploy",
            "##[endgroup]",
            *lines,
            "##[error]Process completed with exit code 1.",
            "Post job cleanup.",
        ]
        for number, line in enumerate(stamped):
            yield f"2025-01-14T10:{number // 600 % 60:02}:{number // 10 % 60:02}.{number:07}Z {line}"
    elif ci == "buildkit":
        yield "#7 [4/5] RUN pip install -r requirements.txt"
        for number, line in enumerate(lines):
            yield f"#7 {number / 10:.3f} {line}"
        yield '#7 ERROR: process "/bin/sh -c pip install -r requirements.txt" did not complete successfully: exit code: 1'
    else:
        yield from lines
