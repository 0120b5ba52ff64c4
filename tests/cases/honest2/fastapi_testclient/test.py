import pytest
from fastapi.testclient import TestClient

from main import app

client = TestClient(app)


@pytest.fixture(autouse=True)
def clean():
    client.delete("/todos", headers={"X-Confirm": "yes"})


def test_create_and_read():
    made = client.post("/todos", json={"title": "tea"})
    assert made.status_code == 201
    assert made.json() == {"id": 1, "title": "tea", "done": False}
    assert client.get("/todos/1").json()["title"] == "tea"


def test_missing():
    answer = client.get("/todos/5")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "no such todo"}


@pytest.mark.parametrize("body", [{}, {"title": ""}, {"title": "x" * 41}, {"title": "a", "done": "perhaps"}])
def test_invalid(body):
    answer = client.post("/todos", json=body)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "body"


def test_confirm():
    answer = client.delete("/todos")
    assert (answer.status_code, answer.json()) == (403, {"detail": {"confirm": "no"}})
