"""What the offline model writes: typed, formatted, proven, described rightly, safe in parallel."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from assistant.providers.offline import generate
from assistant.providers.offline.language import specification_of
from provisioner.feature.feature_config import read_feature_config
from provisioner.modes.base import Target
from provisioner.modes.service.process import (
    RunningService,
    start_service,
    stop_service,
    wait_service,
)
from provisioner.sandbox.choose import Unsandboxed

TEXTS = Path(__file__).parents[1] / "cases" / "offline" / "features"
FEATURES = sorted(path.stem for path in TEXTS.glob("*.txt"))
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance"
)
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str) -> Path:
        specification = specification_of((TEXTS / f"{name}.txt").read_text())
        folder = tmp_path / name
        folder.mkdir()
        for file in ("main.py", "test.py", "service.py"):
            (folder / file).write_text(generate.module(file, specification))
        return folder

    return write


def run(*argv: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, cwd=cwd, capture_output=True, text=True, check=False)


@asynccontextmanager
async def serving(
    folder: Path, database_url: str, count: int = 1
) -> AsyncIterator[list[RunningService]]:
    """Processes of one service on one database, started at once."""
    config = read_feature_config(
        f"feature: {folder.name}\nservice:\n  env: {{DATABASE_URL: {json.dumps(database_url)}}}\n"
    )
    async with AsyncExitStack() as stack:
        services = []
        for number in range(count):
            log = folder.parent / f"log-{number}"
            target = Target(folder.name, folder, folder.parent, log, "test", Unsandboxed())
            service = await start_service(target, config, revision="r")
            stack.push_async_callback(stop_service, service)
            services.append(service)
        for service in services:
            await wait_service(service, config)
        yield services


@pytest.mark.parametrize("name", FEATURES)
def test_code_is_typed_and_formatted(write: Write, name: str) -> None:
    folder = write(name)
    for tool in (
        ("mypy", "--strict", "--cache-dir", str(folder.parent / "cache"), "."),
        ("ruff", "check", "--isolated", "--no-cache", "."),
        ("ruff", "format", "--isolated", "--no-cache", "--check", "."),
    ):
        ended = run(sys.executable, "-m", *tool, cwd=folder)
        assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("name", FEATURES)
def test_tests_run_as_a_script_and_notice_mutants(write: Write, name: str) -> None:
    folder = write(name)
    script = run(sys.executable, "-B", "test.py", cwd=folder)
    assert script.returncode == 0, script.stderr
    checked = run(
        *(sys.executable, "-m", "console.cli", "check", str(folder), "--mutation", "--json"),
        cwd=Path.cwd(),
    )
    result = json.loads(checked.stdout)
    assert (result["verdict"], result["failed"]) == ("green", 0), result
    assert result["mutation_score"] >= 0.8, checked.stderr


@pytest.mark.parametrize("name", ["accounts", "shipping"])
async def test_every_answer_is_as_described(write: Write, name: str) -> None:
    folder = write(name)
    async with serving(folder, f"sqlite:///{folder.parent}/data.sqlite") as (service,):
        ended = run(
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/openapi.json"),
            *("--checks", CHECKS, "--max-examples", "60", "--seed", "1", "--no-color"),
            *("--generation-database", "none"),
            cwd=folder.parent,
        )
    assert ended.returncode == 0, ended.stdout[-6000:]
    requests = re.search(r"(\d+) generated", ended.stdout)
    assert requests is not None
    assert int(requests[1]) >= 500 or name == "shipping"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data.sqlite?timeout=30"
    return str(request.getfixturevalue("postgres_url"))


async def test_parallel_requests_to_two_processes_break_no_rule(
    write: Write, database: str
) -> None:
    async with serving(write("accounts"), database, count=2) as services:
        await asyncio.to_thread(ask_all_at_once, [service.url for service in services])


def ask_all_at_once(urls: list[str]) -> None:
    """Unique values, transitions, bounds and keys, each asked 200 times at once."""
    account = {"mail": "ada@example.com", "name": "Ada"}
    payment = {"date": "2024-05-17", "price": "12.50", "weight": 1.5, "labels": [], "count": 2}
    with ThreadPoolExecutor(200) as pool:

        def all_at_once(method: str, path: str, body: object) -> Counter[int]:
            asked = [pool.submit(ask, urls[n % 2], method, path, body) for n in range(200)]
            return Counter(one.result()[0] for one in asked)

        assert all_at_once("POST", "/accounts", account) == {201: 1, 409: 199}
        accounts = ask(urls[0], "GET", "/accounts")[1]
        assert accounts["total"] == 1
        known = accounts["items"][0]["id"]
        paid = payment | {"account_id": known}
        created = ask(urls[1], "POST", "/payments", paid)[1]
        path = f"/payments/{created['id']}"
        assert all_at_once("PUT", f"{path}/status", {"status": "paid"}) == {200: 1, 409: 199}
        assert all_at_once("PUT", path, paid | {"price": "500.01"}) == {422: 200}
        assert all_at_once("PUT", path, paid | {"price": "0.01"}) == {200: 200}
        assert all_at_once("DELETE", f"/accounts/{known}", None) == {409: 200}
        assert all_at_once("DELETE", path, None) == {204: 1, 404: 199}
        assert all_at_once("DELETE", f"/accounts/{known}", None) == {204: 1, 404: 199}


def ask(url: str, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """The status and the body of one answer, over a connection of its own."""
    connection = HTTPConnection(url.removeprefix("http://"), timeout=120)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or "null")
    finally:
        connection.close()
