import pytest
from fastapi.testclient import TestClient

import main


@pytest.fixture
def client():
    main._items.clear()
    with TestClient(main.app) as client:
        yield client


def test_health(client):
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert response.headers["content-type"] == "application/json"


def test_create(client):
    created = client.post("/items", json={"name": "pen", "price": 1.5}).json()
    assert created == {"id": 1, "name": "pen", "price": 1.5}
    assert client.get(f"/items/{created['id']}").json() == created
    assert client.delete("/items/1").status_code == 204
    assert client.get("/items/1").status_code == 404


@pytest.mark.parametrize("body,status", [({"name": "x"}, 422), ({"name": "x", "price": -1}, 422), ({"name": "x", "price": 1}, 201)])
def test_validation(client, body, status):
    assert client.post("/items", json=body).status_code == status
