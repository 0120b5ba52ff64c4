"""What is written is served: real uvicorn on loopback, asked by the written service tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.providers.offline.answers import answer

TEMPLATE = Path(__file__).resolve().parents[3] / "behaviors" / "_template"
TEXTS = {
    "orders": "Create REST API for orders. An order has a customer (text), a quantity (whole "
    "number from 1 to 100) and a status (open, paid, shipped). Orders can be created, fetched, "
    "listed, filtered by status and deleted.",
    "tasks": "A task has a title (at most 80 characters, unique), a price (decimal, two decimal "
    "places, greater than 0), a day (date, optional), tags (list of text, at most 3), a "
    "start time, an end time, a class, a created at timestamp and a state (open, done, "
    "dropped). The end time must be after the start time. An open task can be completed. "
    "Tasks can be dropped unless they are done. Dropped tasks cannot be changed. Done "
    "tasks cannot be deleted. CRUD for tasks. The list is paged with limit and offset, "
    "can be filtered by state and class, searched by title, newest first. Invalid input "
    "returns 400.",
    "library": "An author has a name. A book has a title and a year. Authors can be created and "
    "listed. Books can be created, listed, lent and returned. A lent book cannot be deleted. Books "
    "can be deleted.",
    "clamp": "def clamp(value: float, low: float, high: float) -> float: Limit the value to the "
    "range from low to high. clamp(5, 1, 3) -> 3. clamp(1, 3, 2) raises ValueError",
}
FILES = {
    "main.py": "generate_main_code",
    "service.py": "generate_service_code",
    "service-test.py": "generate_service_test_code",
}


def feature(folder: Path, name: str) -> Path:
    inputs = {"feature": name, "requirements": TEXTS[name]}
    for file, function in FILES.items():
        code = str(answer(function, inputs).model_dump()["code"])
        (folder / file).write_text(code, encoding="utf-8")
    shutil.copy(TEMPLATE / "service_test_base.py", folder)
    return folder


def asked(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "SERVICE_URL"}
    return subprocess.run(
        [sys.executable, "-B", "service-test.py", "SERVICE"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", TEXTS)
def test_the_service_passes_its_own_tests(name: str, tmp_path: Path) -> None:
    ran = asked(feature(tmp_path, name))
    assert ran.returncode == 0, ran.stderr[-3000:]


def test_a_service_that_answers_wrongly_fails_them(tmp_path: Path) -> None:
    folder = feature(tmp_path, "orders")
    service = folder / "service.py"
    service.write_text(service.read_text().replace("status_code=201", "status_code=200"))
    ran = asked(folder)
    assert ran.returncode == 1
    assert "201" in ran.stderr


def test_the_service_tells_its_revision(tmp_path: Path) -> None:
    """Imported in a process of its own, as uvicorn would."""
    folder = feature(tmp_path, "orders")
    told = subprocess.run(
        [sys.executable, "-B", "-c", "import service; print(service.health())"],
        cwd=folder,
        env={**os.environ, "REVISION": "abc123"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == str({"status": "ok", "feature": "orders", "revision": "abc123"})


def test_a_body_that_is_no_text_is_refused_and_not_fatal(tmp_path: Path) -> None:
    """A lone surrogate is JSON, but no text that could be sent back as it is."""
    script = """
import json
from fastapi.testclient import TestClient
import service
client = TestClient(service.app, raise_server_exceptions=False)
def post(body):
    headers = {"content-type": "application/json"}
    return client.post("/orders", content=body, headers=headers).status_code
right = {"customer": "Ada", "quantity": 1, "status": "open"}
bodies = [
    json.dumps({**right, "customer": "\\ud800"}), json.dumps({**right, "\\ud800": 1}),
    '{"customer": NaN}', "[]", "null", "{", "", '{"quantity": 1e999}', json.dumps(right),
]
print([post(body) for body in bodies])
"""
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-B", "-c", script],
        cwd=feature(tmp_path, "orders"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == str([422] * 8 + [201])
