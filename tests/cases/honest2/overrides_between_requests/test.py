from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

import main
from main import app, get_user


@pytest.fixture
def client():
    main.notes.clear()
    main.settings["limit"] = 3
    yield TestClient(app)
    app.dependency_overrides.clear()


def test_a_token_is_needed(client):
    assert client.get("/notes").json() == {"detail": "missing token"}
    assert client.get("/notes", headers={"X-Token": "ANN"}).json() == []


def test_the_user_changes_between_requests(client):
    for number in range(30):
        app.dependency_overrides[get_user] = lambda name=f"user{number}": name
        assert client.post(f"/notes/{number}").json() == 1
        assert client.get("/notes").json() == [str(number)]
        del app.dependency_overrides[get_user]
        assert client.get("/notes").status_code == 401
    assert main.notes == {f"user{number}": [str(number)] for number in range(30)}


def test_the_limit_changes_between_requests(client):
    app.dependency_overrides[get_user] = lambda: "bob"
    for limit in range(1, 9):
        main.settings["limit"] = limit
        assert client.post("/notes/a").json() == limit
        assert client.post("/notes/b").json() == {"detail": "limit of bob"}


def test_requests_side_by_side(client):
    main.settings["limit"] = 99
    for name in ("ann", "bob"):
        app.dependency_overrides[get_user] = lambda name=name: name
        with ThreadPoolExecutor(4) as pool:
            counts = list(pool.map(lambda n: client.post(f"/notes/{n}").json(), range(12)))
        assert sorted(counts) == list(range(1, 13))
        assert sorted(map(int, main.notes[name])) == list(range(12))
