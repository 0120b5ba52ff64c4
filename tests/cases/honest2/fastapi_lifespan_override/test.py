from fastapi.testclient import TestClient
import main


def test_lifespan():
    with TestClient(main.app) as client:
        assert client.get("/health").json() == {"status": "ok"}
    assert main.state == {}
    assert TestClient(main.app).get("/health").json()["status"] == "starting"


def test_items():
    client = TestClient(main.app)
    assert client.get("/items").json() == ["a", "b"]
    assert client.get("/items", params={"least": 2}).json() == ["b"]
    assert client.get("/items?sort=true").json() == ["b", "a"]
    assert client.get("/items?least=-1").status_code == 422


def test_override():
    main.app.dependency_overrides[main.get_store] = lambda: {"z": 9}
    try:
        assert TestClient(main.app).get("/items").json() == ["z"]
    finally:
        main.app.dependency_overrides.clear()
    assert TestClient(main.app).get("/items").json() == ["a", "b"]
