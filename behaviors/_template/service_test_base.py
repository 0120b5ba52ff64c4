"""Tests against a running service, with the standard library alone.

    from service_test_base import ServiceTestCase, main

    class Orders(ServiceTestCase):
        def test_an_unknown_order_is_404(self):
            self.assertEqual(self.service.get("/orders/unknown").status, 404)

    if __name__ == "__main__":
        main()

``python service-test.py MODE`` finds the service: SERVICE_URL goes before everything; SERVICE
starts it from this folder on a free port and stops it afterwards; CONTAINER asks
http://127.0.0.1:<service.port>; AZURE and SSH ask urls.azure and urls.ssh of feature-config.yaml.

Exit codes: 0 every test passed and at least one ran · 1 a test failed, none ran or none asked the
service · 2 wrong use, or no service was found.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

MODES = ("SERVICE", "CONTAINER", "AZURE", "SSH")
FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Response:
    """An answer.

    Attributes:
        status: the HTTP status; redirects are not followed.
        body: the parsed JSON, the text where it is no JSON, None where it is empty.
        headers: by lower-case name.
    """

    status: int
    body: Any
    headers: Mapping[str, str]


class Service:
    """A running service at a base URL."""

    def __init__(self, url: str, timeout: float = 10.0) -> None:
        self.url = url.rstrip("/")
        self.timeout = timeout
        self.requests = 0
        local = urllib.parse.urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
        proxies = [urllib.request.ProxyHandler({})] if local else []
        self._opener = urllib.request.build_opener(_EveryStatus, *proxies)

    def get(self, path: str, **query: Any) -> Response:
        return self.request("GET", path, query=query)

    def post(self, path: str, body: Any = None) -> Response:
        return self.request("POST", path, body)

    def put(self, path: str, body: Any = None) -> Response:
        return self.request("PUT", path, body)

    def patch(self, path: str, body: Any = None) -> Response:
        return self.request("PATCH", path, body)

    def delete(self, path: str, **query: Any) -> Response:
        return self.request("DELETE", path, query=query)

    def request(
        self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None
    ) -> Response:
        """Send ``body`` as JSON (None sends nothing); queries that are None are left out."""
        url = self.url + urllib.parse.quote(path, safe="/?&=%:@!$'()*+,;~-._")
        pairs = {name: _text(value) for name, value in (query or {}).items() if value is not None}
        if pairs:
            url += ("&" if "?" in path else "?") + urllib.parse.urlencode(pairs, doseq=True)
        request = urllib.request.Request(url, method=method, headers={"Accept": "application/json"})
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        self.requests += 1
        with self._opener.open(request, timeout=self.timeout) as answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Response(answer.status, _parsed(answer.read()), headers)


class _EveryStatus(urllib.request.HTTPErrorProcessor):
    """Answers with any status are answers: neither raised nor followed."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response

    https_response = http_response


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return [_text(one) for one in value]
    return str(value)


def _parsed(data: bytes) -> Any:
    if not data:
        return None
    try:
        return json.loads(data)
    except ValueError:
        return data.decode("utf-8", "replace")


class ServiceTestCase(unittest.TestCase):
    """A test with ``self.service``, which `main` provides."""

    service: Service
    maxDiff = 4000

    def made_before(self, name: str, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, which is made once: after a restart it is what it gave before it.

        For tests called ``test_…_after_a_restart``: they are run, the service is started once
        more on the same data where that can be, and then they are run again.
        """
        if "SERVICE_TEST_MADE" not in os.environ:
            return make()  # there is no run after a restart
        place = Path(os.environ["SERVICE_TEST_MADE"])
        made = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
        if name not in made:
            made[name] = make()
            place.write_text(json.dumps(made), encoding="utf-8")
        return made[name]


class NoService(Exception):
    """No service was found, or it did not become healthy."""


def main(module: str = "__main__") -> NoReturn:
    """Find the service of the mode given as the first argument, run the tests, exit."""
    mode = sys.argv[1].upper() if len(sys.argv) > 1 else "SERVICE"
    if mode not in MODES or len(sys.argv) > 2:
        print(f"usage: {Path(sys.argv[0]).name} [{'|'.join(MODES)}]", file=sys.stderr)
        sys.exit(2)
    signal.signal(signal.SIGTERM, _exit_on_signal)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("SERVICE_TEST_MADE", f"{folder}/made.json")
        restarted = bool(os.environ.get("SERVICE_TEST_RESTARTED"))
        try:
            code = _run(module, mode, folder, restarted=restarted)
            if code == 0 and _is_ours(mode) and _tests(module, restarted=True).countTestCases():
                code = _run(module, mode, folder, restarted=True)
        except NoService as error:
            print(f"{mode}: {error}", file=sys.stderr)
            code = 2
    sys.exit(code)


def _run(module: str, mode: str, folder: str, *, restarted: bool) -> int:
    """Run the tests against the service of a mode; gives the exit code."""
    with _service(mode, folder) as service:
        ServiceTestCase.service = service
        asked_before = service.requests
        suite = _tests(module, restarted=restarted)
        result = unittest.TextTestRunner(stream=sys.stderr, verbosity=2).run(suite)
        return _verdict(result, service.requests - asked_before)


def _tests(module: str, *, restarted: bool) -> unittest.TestSuite:
    """All tests, or those of a restart alone."""
    loader = unittest.TestLoader()
    loader.testNamePatterns = ["*after_a_restart*"] if restarted else None
    return loader.loadTestsFromModule(sys.modules[module])


def _is_ours(mode: str) -> bool:
    """Whether the service is started here, and can be started again."""
    return mode == "SERVICE" and not os.environ.get("SERVICE_URL")


def _verdict(result: unittest.TestResult, requests: int) -> int:
    """The exit code; the same facts go to the file named by SERVICE_TEST_REPORT."""
    ran = result.testsRun - len(result.skipped)
    failures = [
        {"test": test.id().removeprefix("__main__."), "message": text[-4000:]}
        for test, text in [*result.failures, *result.errors]
    ]
    failures += [
        {"test": test.id().removeprefix("__main__."), "message": "passed, but is marked to fail"}
        for test in result.unexpectedSuccesses
    ]
    report = os.environ.get("SERVICE_TEST_REPORT")
    if report:
        content = {
            "ran": ran,
            "skipped": len(result.skipped),
            "requests": requests,
            "failures": failures,
        }
        Path(report).write_text(json.dumps(content), encoding="utf-8")
    if ran < 1 or requests < 1:
        print("no test ran" if ran < 1 else "no test asked the service", file=sys.stderr)
        return 1
    return 1 if failures else 0


@contextmanager
def _service(mode: str, folder: str) -> Iterator[Service]:
    url = os.environ.get("SERVICE_URL") or _configured_url(mode)
    if url:
        service = Service(url)
        _wait_until_healthy(service, None, None)
        yield service
        return
    with tempfile.TemporaryFile() as log, _started(log, folder) as (service, process):
        _wait_until_healthy(service, process, log)
        yield service


def _configured_url(mode: str) -> str:
    if mode == "SERVICE":
        return ""
    url = _setting("urls", mode.lower())
    if url:
        return url
    if mode == "CONTAINER":
        return f"http://127.0.0.1:{_setting('service', 'port') or '8000'}"
    raise NoService(f"set SERVICE_URL, or urls.{mode.lower()} in feature-config.yaml")


def _setting(section: str, key: str) -> str:
    """``section.key`` of feature-config.yaml as text, "" where it is not set.

    Reads the block style that the template has, so that no YAML package is needed here.
    """
    try:
        lines = (FOLDER / "feature-config.yaml").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ""
    inside = False
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or line.lstrip().startswith("#"):
            continue
        if not line[0].isspace():
            inside = name.strip() == section
        elif inside and name.strip() == key:
            value = value.split(" #")[0].strip()
            return "" if value in ("null", "~") else value.strip("\"'")
    return ""


@contextmanager
def _started(log: Any, folder: str) -> Iterator[tuple[Service, subprocess.Popen[bytes]]]:
    """Run service.py on a free port, with its data in a folder of the tests.

    The socket is bound here and inherited, so there is no race for the port.
    """
    env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # Connections inherit it; uvicorn sets it only where it has made the socket itself.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        port = listener.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-B", "-m", "uvicorn", "service:app", "--fd", str(listener.fileno())],
            cwd=FOLDER,
            env=env | {"DATA_DIR": f"{folder}/data"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(listener.fileno(),),
            start_new_session=True,
        )
    try:
        yield Service(f"http://127.0.0.1:{port}"), process
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(timeout=5)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _wait_until_healthy(
    service: Service, process: subprocess.Popen[bytes] | None, log: Any
) -> None:
    path = _setting("service", "health_path") or "/health"
    seconds = float(_setting("timeouts", "startup_seconds") or 30)
    deadline, pause, last = time.monotonic() + seconds, 0.025, "no answer"
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            raise NoService(f"the service ended with {process.returncode}\n{_tail(log)}")
        try:
            status = service.get(path).status
            if status == 200:
                return
            last = f"{path} answered {status}"
        except (OSError, urllib.error.URLError) as error:
            last = str(error)
        time.sleep(pause)
        pause = min(1.0, pause * 2)
    raise NoService(f"{service.url} was not healthy after {seconds:g} s: {last}\n{_tail(log)}")


def _tail(log: Any) -> str:
    if log is None:
        return ""
    log.seek(max(0, log.seek(0, os.SEEK_END) - 4000))
    return bytes(log.read()).decode("utf-8", "replace")


def _exit_on_signal(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit("this file has no tests of its own: run service-test.py")
