"""When a service counts as healthy, against real servers and with a clock of our own."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from provisioner.errors import ProvisionerError, ServiceUnhealthy, WaitTimedOut
from provisioner.modes.health import wait_healthy

Answer = tuple[int, object]
OK: Answer = (200, {"status": "ok", "revision": "new"})


class FakeTime:
    """A clock that only moves when somebody sleeps by it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@contextmanager
def server(*answers: Answer) -> Iterator[str]:
    """Answers one after the other; the last one for ever."""
    script = list(answers)

    class Scripted(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = script.pop(0) if len(script) > 1 else script[0]
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def refused() -> str:
    """A URL where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        return f"http://127.0.0.1:{closed.getsockname()[1]}"


def after(calls: int) -> Callable[[], bool]:
    """Alive for so many looks, dead afterwards."""
    left = iter(range(calls))
    return lambda: next(left, None) is not None


async def test_a_healthy_service_is_told_with_its_revision(time: FakeTime) -> None:
    with server(OK) as url:
        report = await wait_healthy(
            url, deadline_seconds=5, revision="new", clock=time.clock, sleep=time.sleep
        )
    assert (report.revision, report.attempts) == ("new", 1)
    assert report.body == OK[1]
    assert time.pauses == []


async def test_pauses_grow_by_a_third_from_25_ms_to_one_second(time: FakeTime) -> None:
    with server(*[(503, "starting")] * 18, OK) as url:
        report = await wait_healthy(url, deadline_seconds=60, clock=time.clock, sleep=time.sleep)
    assert time.pauses == pytest.approx([min(0.025 * 1.3**n, 1) for n in range(18)])
    assert time.pauses[14:] == pytest.approx([0.985, 1, 1, 1], abs=0.01)
    assert report.attempts == 19


async def test_no_answer_ends_at_the_deadline_and_not_later(time: FakeTime, refused: str) -> None:
    with pytest.raises(WaitTimedOut, match="did not answer within 10 s") as caught:
        await wait_healthy(refused, deadline_seconds=10, clock=time.clock, sleep=time.sleep)
    assert sum(time.pauses) == pytest.approx(10)
    assert "startup_seconds" in caught.value.next_step


async def test_a_process_that_ended_is_noticed_with_the_end_of_its_log(
    time: FakeTime, refused: str, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.write_text("noise\n" * 10_000 + "ModuleNotFoundError: No module named 'cv2'\n")
    with pytest.raises(ServiceUnhealthy, match="ended while it started") as caught:
        await wait_healthy(
            refused,
            deadline_seconds=60,
            alive=after(1),
            log=log,
            clock=time.clock,
            sleep=time.sleep,
        )
    assert caught.value.evidence[-1] == "ModuleNotFoundError: No module named 'cv2'"
    assert len(caught.value.evidence) == 20
    assert len(time.pauses) == 1


async def test_a_process_that_ends_while_an_answer_is_awaited_is_noticed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ServiceUnhealthy, match="ended while it started"):
            await wait_healthy(url, deadline_seconds=600, alive=after(3))


async def test_a_service_that_accepts_and_never_answers_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(WaitTimedOut, match="no answer to one request"):
            await wait_healthy(url, deadline_seconds=0.1)


async def test_500_is_waited_out_and_then_told_as_unhealthy(time: FakeTime) -> None:
    told = pytest.raises(ServiceUnhealthy, match="answered 500 for 5 s")
    with server((500, {"detail": "no database"})) as url, told as caught:
        await wait_healthy(url, deadline_seconds=5, clock=time.clock, sleep=time.sleep)
    assert "no database" in caught.value.evidence[0]


@pytest.mark.parametrize("answer", [(404, {}), (401, {}), (307, ""), (204, b"")])
async def test_a_wrong_answer_of_our_own_service_is_final(time: FakeTime, answer: Answer) -> None:
    with server(answer) as url, pytest.raises(ServiceUnhealthy, match=f"answered {answer[0]}"):
        await wait_healthy(url, deadline_seconds=60, clock=time.clock, sleep=time.sleep)
    assert time.pauses == []


@pytest.mark.parametrize("body", [{"status": "ok", "revision": "old"}, {"status": "ok"}, "ok", []])
async def test_another_revision_is_not_mistaken_for_ours(time: FakeTime, body: object) -> None:
    with server((200, body)) as url, pytest.raises(ServiceUnhealthy, match="new is wanted"):
        await wait_healthy(
            url, deadline_seconds=60, revision="new", clock=time.clock, sleep=time.sleep
        )


async def test_while_rolling_the_old_revision_is_waited_out(time: FakeTime) -> None:
    old: Answer = (200, {"status": "ok", "revision": "old"})
    with server(old, (404, {}), old, OK) as url:
        report = await wait_healthy(
            url,
            deadline_seconds=60,
            revision="new",
            rolling=True,
            clock=time.clock,
            sleep=time.sleep,
        )
    assert report.attempts == 4


async def test_an_endless_answer_is_cut_off(time: FakeTime) -> None:
    with server((200, b"x" * 100_000)) as url, pytest.raises(WaitTimedOut, match="more than 64"):
        await wait_healthy(url, deadline_seconds=1, clock=time.clock, sleep=time.sleep)


async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    time: FakeTime, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", refused)
    with server(OK) as url:
        report = await wait_healthy(url, deadline_seconds=1, clock=time.clock, sleep=time.sleep)
    assert report.attempts == 1


@pytest.mark.parametrize("url", ["http://[::1", "http://a b/", "nonsense"])
async def test_what_is_no_url_is_refused(time: FakeTime, url: str) -> None:
    with pytest.raises(ProvisionerError):
        await wait_healthy(url, deadline_seconds=1, clock=time.clock, sleep=time.sleep)
