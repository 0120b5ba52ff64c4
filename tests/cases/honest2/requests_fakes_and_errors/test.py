from unittest.mock import MagicMock, Mock, call, patch

import pytest
import requests

from main import GitHub, GitHubError, download, is_up


class FakeResponse:
    def __init__(self, data=None, status=200, next_url=None, content=b""):
        self.data, self.status_code, self.content = data, status, content
        self.links = {"next": {"url": next_url}} if next_url else {}
        self.text = str(data)

    def json(self):
        return self.data

    def raise_for_status(self):
        if self.status_code >= 400:
            raise requests.HTTPError(f"{self.status_code} error", response=self)

    def iter_content(self, chunk_size):
        for i in range(0, len(self.content), chunk_size):
            yield self.content[i:i + chunk_size]

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.closed = True


class FakeSession:
    def __init__(self, *responses):
        self.responses = list(responses)
        self.calls = []
        self.headers = {}

    def get(self, url, **kwargs):
        self.calls.append(("GET", url, kwargs))
        return self.responses.pop(0)

    def post(self, url, **kwargs):
        self.calls.append(("POST", url, kwargs))
        return self.responses.pop(0)


def test_pages():
    session = FakeSession(FakeResponse([{"name": "a"}], next_url="https://n.example.org/2"), FakeResponse([{"name": "b"}]))
    assert list(GitHub(session=session).repos("ann")) == ["a", "b"]
    assert [c[1] for c in session.calls] == ["https://api.github.example.org/users/ann/repos", "https://n.example.org/2"]
    assert session.calls[0][2] == {"timeout": 10}


def test_lazy():
    session = FakeSession(FakeResponse([{"name": "a"}], next_url="x"))
    repos = GitHub(session=session).repos("ann")
    assert session.calls == []
    assert next(repos) == "a"
    assert len(session.calls) == 1


def test_error_keeps_response():
    bad = FakeResponse(status=404)
    with pytest.raises(GitHubError, match="cannot list repos of bob") as info:
        list(GitHub(session=FakeSession(bad)).repos("bob"))
    assert info.value.response is bad
    assert isinstance(info.value.__cause__, requests.HTTPError)


def test_token():
    session = FakeSession()
    GitHub("t0k", session=session)
    assert session.headers == {"Authorization": "token t0k"}
    real = GitHub("t1")
    assert real.session.headers["Authorization"] == "token t1"


def test_create_issue():
    session = FakeSession(FakeResponse({"number": 12}, 201), FakeResponse("gone", 410))
    hub = GitHub(session=session)
    assert hub.create_issue("a/b", "Bug", labels=["x"]) == 12
    assert session.calls[0][2]["json"] == {"title": "Bug", "labels": ["x"]}
    with pytest.raises(GitHubError, match="^gone$"):
        hub.create_issue("a/b", "Bug")


@patch("main.requests.get")
def test_download(get, tmp_path):
    response = FakeResponse(content=b"hello world")
    get.return_value = response
    path = download("https://x.example.org/f", tmp_path / "f.bin")
    assert path.read_bytes() == b"hello world"
    assert response.closed is True
    get.assert_called_once_with("https://x.example.org/f", stream=True, timeout=5)


@patch("main.requests.get")
def test_download_error(get, tmp_path):
    get.return_value = FakeResponse(status=500)
    with pytest.raises(requests.HTTPError, match="500"):
        download("u", tmp_path / "f.bin")
    assert not (tmp_path / "f.bin").exists()


@pytest.mark.parametrize("effect, expected", [
    ([Mock(ok=True)], True),
    ([Mock(ok=False)], False),
    (requests.exceptions.ConnectTimeout("slow"), False),
    (requests.ConnectionError, False),
])
def test_is_up(monkeypatch, effect, expected):
    head = MagicMock(side_effect=effect)
    monkeypatch.setattr(requests, "head", head)
    assert is_up("https://x.example.org") is expected
    assert head.mock_calls[0] == call("https://x.example.org", timeout=1)


def test_is_up_other_error(monkeypatch):
    monkeypatch.setattr("main.requests.head", Mock(side_effect=ValueError("bad url")))
    with pytest.raises(ValueError):
        is_up("x")
