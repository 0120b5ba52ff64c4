import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

import main


@pytest.fixture
def client():
    return TestClient(main.app)


def test_background(client):
    main.sent.clear()
    assert client.post("/mail/ann").json() == {"queued": "ann"}
    assert main.sent == ["ann"]


def test_handler_and_middleware(client):
    answer = client.get("/brew")
    assert answer.status_code == 418
    assert answer.json() == {"error": "short and stout", "path": "/brew"}
    assert client.get("/stream").headers["x-served-by"] == "main"


def test_stream(client):
    assert client.get("/stream?n=2").text == "0\n1\n"
    assert client.get("/stream").headers["content-type"].startswith("text/plain")


def test_cookie(client):
    assert client.get("/cookie").text == "seen 1"
    assert client.get("/cookie").text == "seen 2"
    assert client.cookies["seen"] == "2"


def test_websocket(client):
    with client.websocket_connect("/echo") as socket:
        socket.send_text("abc")
        assert socket.receive_json() == {"you": "cba"}
        socket.send_text("bye")
        with pytest.raises(WebSocketDisconnect) as info:
            socket.receive_json()
    assert info.value.code == 4000


def test_openapi(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths) == {"/mail/{to}", "/brew", "/stream", "/cookie"}
