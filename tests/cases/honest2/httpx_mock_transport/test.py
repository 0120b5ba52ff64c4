import httpx
import pytest

from main import ApiError, WeatherClient, fetch_status


class Recorder:
    def __init__(self, responder):
        self.responder = responder
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        return self.responder(request)


def client_for(handler, **kwargs):
    return WeatherClient("https://weather.example.org", transport=httpx.MockTransport(handler), **kwargs)


def test_current_converts():
    recorder = Recorder(lambda request: httpx.Response(200, json={"temp_f": 68}))
    with client_for(recorder, api_key="k1") as client:
        assert client.current("Oslo") == 20.0
    request = recorder.requests[0]
    assert request.method == "GET"
    assert request.url.path == "/current"
    assert request.url.params["city"] == "Oslo"
    assert request.headers["authorization"] == "Bearer k1"


def test_pagination():
    pages = {"1": {"items": ["a", "b"], "next": 2}, "2": {"items": ["c"], "next": None}}

    def handler(request):
        return httpx.Response(200, json=pages[request.url.params["page"]])

    assert client_for(handler).cities() == ["a", "b", "c"]


@pytest.mark.parametrize("status,message", [(404, "no such city"), (500, "oops")])
def test_errors(status, message):
    client = client_for(lambda request: httpx.Response(status, json={"message": message}))
    with pytest.raises(ApiError, match=message) as info:
        client.current("x")
    assert info.value.status == status


def test_connect_error():
    def handler(request):
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(ApiError) as info:
        client_for(handler).current("x")
    assert info.value.status == 0
    assert isinstance(info.value.__cause__, httpx.ConnectError)


@pytest.mark.asyncio
async def test_async_statuses():
    async def handler(request):
        return httpx.Response(200 if request.url.host == "a.example.org" else 503)

    result = await fetch_status(
        ["https://a.example.org/", "https://b.example.org/"], transport=httpx.MockTransport(handler)
    )
    assert result == {"https://a.example.org/": 200, "https://b.example.org/": 503}
