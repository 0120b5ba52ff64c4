import pytest
from fastapi.testclient import TestClient

import main


@pytest.fixture
def client():
    with TestClient(main.app) as made:
        yield made


@pytest.mark.parametrize("times", range(5))
def test_who_leaves_is_gone(client, times):
    with client.websocket_connect("/rooms/a/ann"):
        assert client.get("/rooms").json() == {"a": ["ann"]}
        with client.websocket_connect("/rooms/a/bob"):
            assert client.get("/rooms").json() == {"a": ["ann", "bob"]}
        assert client.get("/rooms").json() == {"a": ["ann"]}
    assert client.get("/rooms").json() == main.rooms == {}


def test_all_of_a_room_hear_what_is_said(client):
    with (
        client.websocket_connect("/rooms/a/ann") as ann,
        client.websocket_connect("/rooms/a/bob") as bob,
        client.websocket_connect("/rooms/b/eve") as eve,
    ):
        for text in ("one", "two"):
            ann.send_text(text)
            assert bob.receive_text() == ann.receive_text() == f"ann: {text}"
        eve.send_text("alone")
        assert eve.receive_text() == "eve: alone"
