import pytest
from fastapi.testclient import TestClient
from main import app, get_db
@pytest.fixture
def client():
    db = {}
    app.dependency_overrides[get_db] = lambda: db
    with TestClient(app) as c:
        yield c
    app.dependency_overrides.clear()
def test_create(client):
    r = client.post("/items", json={"name": "pen", "price": 1.5})
    assert r.status_code == 201
    body = r.json()
    assert body["id"] == 1 and body["name"] == "pen"
    assert client.get("/items/1").json() == body
def test_invalid(client):
    r = client.post("/items", json={"name": "pen", "price": -1})
    assert r.status_code == 422
    assert r.json()["detail"][0]["loc"] == ["body", "price"]
def test_missing(client):
    r = client.get("/items/9")
    assert (r.status_code, r.json()) == (404, {"detail": "no such item"})
    assert r.headers["content-type"].startswith("application/json")
def test_ws(client):
    with client.websocket_connect("/echo") as ws:
        ws.send_text("hi")
        assert ws.receive_text() == "HI"
def test_background(client):
    assert client.get("/notify").json() == {"queued": True}
    assert app.state.sent == ["mail"]
