"""service-test.py written from a service: green on the right one, red on each wrong one."""

from __future__ import annotations

import importlib.util
import io
import threading
import types
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from provisioner.endpoint_tests.openapi import ServiceUnreadable, read_openapi
from provisioner.endpoint_tests.run import run_service_tests, silent_tests
from provisioner.endpoint_tests.writer import generate_service_test, write_tests
from provisioner.feature.feature_config import FeatureConfig
from provisioner.feature.scaffold import template_dir
from provisioner.modes.base import Target
from provisioner.modes.service.process import listen, start_service, stop_service, wait_service
from provisioner.sandbox.base import Sandbox
from tests.unit.provisioner.scaffolding import write_scaffold

SERVICE = """\
import uuid
from enum import Enum
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException, Query
from pydantic import BaseModel, Field

app = FastAPI(title="orders")


class Status(str, Enum):
    open = "open"
    paid = "paid"
    shipped = "shipped"


class NewOrder(BaseModel):
    customer: str = Field(min_length=1, max_length=100)
    quantity: int = Field(ge=1, le=100)
    price: float = Field(gt=0)
    currency: str = Field(pattern="^[A-Z]{3}$")
    status: Status = Status.open
    tags: list[str] = []


class Order(NewOrder):
    id: uuid.UUID


class Change(BaseModel):
    quantity: int | None = Field(None, ge=1, le=100)


ORDERS: dict[uuid.UUID, Order] = {}
CUSTOMERS: set[str] = set()


def find(order_id: uuid.UUID) -> Order:
    if order_id not in ORDERS:
        raise HTTPException(404, "no such order")
    return ORDERS[order_id]


@app.get("/health")
def health():
    return {"status": "ok", "feature": "orders", "revision": "r"}


@app.post("/orders", status_code=201)
def create(order: NewOrder) -> Order:
    if order.customer in CUSTOMERS:
        raise HTTPException(409, "one order a customer")
    CUSTOMERS.add(order.customer)
    made = Order(id=uuid.uuid4(), **order.model_dump())
    ORDERS[made.id] = made
    return made


@app.get("/orders")
def orders(
    status: Status | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 50
) -> list[Order]:
    return [order for order in ORDERS.values() if status in (None, order.status)][:limit]


@app.get("/orders/{order_id}")
def order(order_id: uuid.UUID) -> Order:
    return find(order_id)


@app.put("/orders/{order_id}")
def replace(order_id: uuid.UUID, order: NewOrder) -> Order:
    find(order_id)
    ORDERS[order_id] = Order(id=order_id, **order.model_dump())
    return ORDERS[order_id]


@app.patch("/orders/{order_id}")
def change(order_id: uuid.UUID, change: Change) -> Order:
    changed = find(order_id).model_copy(update=change.model_dump(exclude_unset=True))
    ORDERS[order_id] = changed
    return changed


@app.delete("/orders/{order_id}", status_code=204)
def delete(order_id: uuid.UUID) -> None:
    del ORDERS[find(order_id).id]


@app.post("/orders/{order_id}/pay")
def pay(order_id: uuid.UUID) -> Order:
    if find(order_id).status is not Status.open:
        raise HTTPException(409, "paid already")
    ORDERS[order_id] = find(order_id).model_copy(update={"status": Status.paid})
    return ORDERS[order_id]


class Pair(BaseModel):
    a: float
    b: float


class Sum(BaseModel):
    total: float


@app.post("/add")
def add(pair: Pair) -> Sum:
    return Sum(total=pair.a + pair.b)


@app.get("/search")
def search(text: Annotated[str, Query(min_length=2)]) -> list[str]:
    return [text]


@app.get("/greet/{name}")
def greet(name: str) -> str:
    return name


@app.get("/private")
def private(x_token: Annotated[str, Header()]) -> str:
    return x_token
"""

WRONG = {
    "creates with another status": ('"/orders", status_code=201', '"/orders", status_code=200'),
    "does not store": ("    ORDERS[made.id] = made\n    return", "    return"),
    "stores another value": (
        "**order.model_dump())\n    ORDERS[made",
        '**order.model_dump() | {"customer": "x"})\n    ORDERS[made',
    ),
    "finds anything": (
        'raise HTTPException(404, "no such order")',
        "return next(iter(ORDERS.values()))",
    ),
    "breaks on an unknown id": ('raise HTTPException(404, "no such order")', "raise KeyError(1)"),
    "does not filter": ("if status in (None, order.status)]", "]"),
    "lists nothing": ("][:limit]", "][:0]"),
    "does not delete": ("del ORDERS[find(order_id).id]", "find(order_id)"),
    "does not keep a change": ("    ORDERS[order_id] = changed\n", ""),
    "ignores a change": ("update=change.model_dump(exclude_unset=True)", "update={}"),
    "does not replace": ("ORDERS[order_id] = Order(id=order_id, **order.model_dump())\n", "pass\n"),
    "breaks on an action": ("if find(order_id).status is not", "if find(order_id).no is not"),
    "is not well": ('"status": "ok"', '"status": "down"'),
    "breaks elsewhere": ("total=pair.a + pair.b", "total=pair.a / 0"),
    "answers nothing": ("    return Sum(total=pair.a + pair.b)", "    return None"),
}  # fmt: skip - one line each reads best

# Rules that the description has lost; the tests were made while it had them.
LAX = {
    "no least quantity": ("quantity: int = Field(ge=1, le=100)", "quantity: int = Field(le=100)"),
    "no most quantity": ("quantity: int = Field(ge=1, le=100)", "quantity: int = Field(ge=1)"),
    "a price of nothing": ("price: float = Field(gt=0)", "price: float = Field(ge=0)"),
    "an empty customer": ("Field(min_length=1, max_length=100)", "Field(max_length=100)"),
    "an endless customer": ("Field(min_length=1, max_length=100)", "Field(min_length=1)"),
    "any currency": ('currency: str = Field(pattern="^[A-Z]{3}$")', "currency: str"),
    "any status": ("status: Status = Status.open\n", "status: str = 'open'\n"),
    "an optional quantity": (
        "quantity: int = Field(ge=1, le=100)",
        "quantity: int = Field(1, ge=1, le=100)",
    ),
    "any limit": ("Query(ge=1, le=100)", "Query()"),
}  # fmt: skip - one line each reads best


def module(source: str) -> Any:
    made = types.ModuleType("service")
    exec(compile(source, "service.py", "exec", dont_inherit=True), made.__dict__)
    return made


@contextmanager
def serving(app: Any) -> Iterator[str]:
    with listen() as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def run(text: str, url: str) -> unittest.TestResult:
    """Run a written service-test.py in this process."""
    path = template_dir() / "service_test_base.py"
    spec = importlib.util.spec_from_file_location("service_test_base", path)
    assert spec is not None
    assert spec.loader is not None
    base = importlib.util.module_from_spec(spec)
    tests = types.ModuleType("service_test")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "service_test_base", base)
        spec.loader.exec_module(base)
        exec(compile(text, "service-test.py", "exec", dont_inherit=True), tests.__dict__)
    base.ServiceTestCase.service = base.Service(url)
    suite = unittest.defaultTestLoader.loadTestsFromModule(tests)
    return unittest.TextTestRunner(stream=io.StringIO()).run(suite)


GENERATED = write_tests(module(SERVICE).app.openapi())


def test_the_right_service_passes_and_can_be_tested_again_and_again() -> None:
    with serving(module(SERVICE).app) as url:
        for _ in range(2):
            result = run(GENERATED.text, url)
            assert result.wasSuccessful(), result.failures + result.errors
            assert result.testsRun == GENERATED.tests


@pytest.mark.parametrize("wrong", WRONG | LAX)
def test_a_wrong_service_is_red(wrong: str) -> None:
    right, mistake = (WRONG | LAX)[wrong]
    assert right in SERVICE
    with serving(module(SERVICE.replace(right, mistake)).app) as url:
        assert not run(GENERATED.text, url).wasSuccessful()


def test_every_test_asserts_a_status_and_a_body() -> None:
    assert silent_tests(GENERATED.text) == []
    for test in GENERATED.text.split("    def test_")[1:]:
        assert "response.status" in test, test
        assert test.count("response.body") > test.count("status, 2"), test


def test_what_cannot_be_tested_is_said_in_the_file_and_in_the_result() -> None:
    assert GENERATED.left_out == (
        "GET /private: it asks for a header or a cookie",
        "GET /greet/{name}: whether its path leads to something is not in the description",
    )
    for reason in GENERATED.left_out:
        assert reason in GENERATED.text.split("from __future__")[0]


def test_the_same_description_gives_the_same_text() -> None:
    assert write_tests(module(SERVICE).app.openapi()) == GENERATED


UNDESCRIBED = """\
from fastapi import Body, FastAPI, HTTPException

app = FastAPI()
NOTES: dict[str, dict] = {}


@app.get("/health")
def health() -> dict:
    return {"status": "ok", "revision": "r"}


@app.post("/notes", status_code=201)
def create(note: dict = Body(examples=[{"text": "a"}])) -> dict:
    NOTES[str(len(NOTES) + 1)] = made = {**note, "key": str(len(NOTES) + 1)}
    return made


@app.get("/notes/{note_id}")
def find(note_id: str) -> dict:
    if note_id not in NOTES:
        raise HTTPException(404)
    return NOTES[note_id]
"""


@pytest.mark.parametrize(
    ("right", "mistake", "green"),
    [
        ("", "", True),
        ("return NOTES[note_id]", "return {**NOTES[note_id], 'key': 'x'}", False),
        ("return NOTES[note_id]", "return {}", False),
        ('{**note, "key": ', '{**note, "number": ', False),
    ],
)
def test_an_item_is_found_again_where_no_answer_is_described(
    right: str, mistake: str, green: bool
) -> None:
    generated = write_tests(module(UNDESCRIBED).app.openapi())
    assert generated.left_out == ()
    with serving(module(UNDESCRIBED.replace(right, mistake)).app) as url:
        result = run(generated.text, url)
    assert result.wasSuccessful() == green, result.failures + result.errors


def test_a_service_with_nothing_but_health_still_has_its_health_tested() -> None:
    generated = write_tests({"paths": {}}, "/up")
    assert generated.tests == 1
    assert 'self.service.get("/up")' in generated.text


def test_a_title_cannot_leave_the_docstring() -> None:
    text = write_tests({"paths": {}, "info": {"title": '"""\nimport os\n\\'}}).text
    assert compile(text, "service-test.py", "exec").co_names.count("os") == 0


async def test_the_file_is_written_from_the_folder_and_passes_there(
    tmp_path: Path, serving: Sandbox
) -> None:
    write_scaffold(tmp_path, "orders")
    folder = tmp_path / "behaviors" / "orders"
    (folder / "service.py").write_text("print('noise')\n" + SERVICE)
    generated = await generate_service_test(folder, sandbox=serving)
    assert (folder / "service-test.py").read_text() == generated.text == GENERATED.text
    config = FeatureConfig(feature="orders")
    target = Target("orders", folder, tmp_path, tmp_path / "log", "run", serving)
    service = await start_service(target, config, revision="r")
    try:
        await wait_service(service, config)
        done = await run_service_tests(folder, sandbox=serving, url=service.url)
    finally:
        await stop_service(service)
    assert done.passed, done.report
    assert done.ran == generated.tests
    assert not (folder / "__pycache__").exists()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import nothing_like_this", "No module named 'nothing_like_this'"),
        ("def broken(:", "SyntaxError"),
        ("x = 1", "has no attribute 'app'"),
        ("app = 1", "has no attribute 'openapi'"),
        ("import os; os._exit(0)", "gave no OpenAPI"),
        ("import json; json.dumps = lambda _: '[]'\nclass app:\n openapi = dict", "no OpenAPI"),
    ],
)
async def test_a_service_that_cannot_be_read_is_told(
    tmp_path: Path, serving: Sandbox, source: str, why: str
) -> None:
    (tmp_path / "service.py").write_text(source)
    with pytest.raises(ServiceUnreadable) as caught:
        await read_openapi(tmp_path, sandbox=serving)
    assert why in str(caught.value)


async def test_a_service_that_hangs_at_import_is_ended(tmp_path: Path, serving: Sandbox) -> None:
    (tmp_path / "service.py").write_text("while True: pass")
    with pytest.raises(ServiceUnreadable):
        await read_openapi(tmp_path, sandbox=serving, timeout=0.5)


async def test_a_service_of_a_key_sees_no_key(
    tmp_path: Path, serving: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    (tmp_path / "service.py").write_text(
        "import os\nclass app:\n def openapi(): return {'paths': dict(os.environ)}"
    )
    assert "canary" not in str(await read_openapi(tmp_path, sandbox=serving))
