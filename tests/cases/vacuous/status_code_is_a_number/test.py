from fastapi.testclient import TestClient

from main import app

client = TestClient(app)


def test_item():
    assert client.get("/items/3").status_code in range(100, 600)


def test_response():
    response = client.get("/items/x")
    assert response is not None
    assert response.json() is not None
