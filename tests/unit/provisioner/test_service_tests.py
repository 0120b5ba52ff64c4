"""Running service-test.py: what counts as passed, and what is told of the rest."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioner.endpoint_tests.run import run_service_tests, silent_tests
from provisioner.errors import WorkspaceInvalid
from provisioner.feature.scaffold import read_template, template_dir
from provisioner.modes.service.process import listen
from provisioner.sandbox.base import Sandbox

HEAD = "from service_test_base import ServiceTestCase, main\nclass T(ServiceTestCase):\n"
TAIL = "\nif __name__ == '__main__':\n    main()\n"
OK = "    def test_ok(self):\n        self.assertEqual(self.service.get('/x').body, {})\n"
RED = "    def test_red(self):\n        self.assertEqual(self.service.get('/x').body, 1)\n"
SILENT = "    def test_silent(self):\n        self.service.get('/x')\n"
SKIPPED = "    def test_skipped(self):\n        self.skipTest('x'); self.fail()\n"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    class Empty(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Empty)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    template = read_template(template_dir())
    (tmp_path / "service_test_base.py").write_bytes(template["service_test_base.py"])
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "service-test.py").write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_tests_that_ran_asked_and_passed_are_passed(
    serving: Sandbox, folder: Path, url: str
) -> None:
    write(folder, HEAD + OK + TAIL)
    run = await run_service_tests(folder, sandbox=serving, url=url)
    assert run.passed
    assert (run.ran, run.failures, run.reason) == (1, (), "")
    assert run.summary == f"1 passed with {run.requests} requests"
    assert names(folder) == ["service-test.py", "service_test_base.py"]


async def test_a_failure_is_told_with_its_name_and_traceback(
    serving: Sandbox, folder: Path, url: str
) -> None:
    write(folder, HEAD + OK + RED + TAIL)
    run = await run_service_tests(folder, sandbox=serving, url=url)
    assert not run.passed
    assert run.ran == 2
    assert not run.proves_nothing
    assert [failure.test for failure in run.failures] == ["T.test_red"]
    assert run.reason == "1 of 2 failed: T.test_red"
    assert "{} != 1" in run.report


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "ran no test (exit code 0)"),
        ("import os; os._exit(0)", "ran no test (exit code 0)"),
        ("raise SystemExit", "ran no test (exit code 0)"),
        ("def broken(:", "ran no test (exit code 1)"),
        ("import unittest\nunittest.main()", "ran no test"),
        (HEAD + "    pass\n" + TAIL, "ran no test (exit code 1)"),
        (HEAD + "    def test_x(self): self.assertTrue(1)\n" + TAIL, "none asked the service"),
        (HEAD + SILENT + TAIL, "test_silent asserts nothing"),
        (HEAD + OK + SKIPPED + TAIL, "1 test was skipped"),
        (HEAD + OK + "import atexit, os\natexit.register(os._exit, 3)" + TAIL, "exit code 3"),
    ],
)
async def test_success_is_never_assumed(
    serving: Sandbox, folder: Path, url: str, text: str, reason: str
) -> None:
    write(folder, text)
    run = await run_service_tests(folder, sandbox=serving, url=url)
    assert not run.passed
    assert run.proves_nothing
    assert reason in run.reason


async def test_tests_that_hang_are_ended(serving: Sandbox, folder: Path, url: str) -> None:
    write(folder, "while True: pass")
    run = await run_service_tests(folder, sandbox=serving, url=url, timeout=0.5)
    assert run.reason == "service-test.py did not end within 0.5 s"


async def test_no_key_of_ours_reaches_the_tests(
    serving: Sandbox, folder: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("SERVICE_URL", "http://127.0.0.1:1")
    write(folder, "import os; print(dict(os.environ))\n" + HEAD + OK + TAIL)
    run = await run_service_tests(folder, sandbox=serving, url=url)
    assert run.passed
    assert "canary" not in run.output_tail
    assert url in run.output_tail


async def test_the_tests_reach_the_service_and_nothing_else(
    serving: Sandbox, folder: Path, url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = tmp_path_factory.mktemp("home") / "key"
    secret.write_text("CANARY")
    attempts = """
import os, socket, sys
def tell(name, act):
    try:
        print(name, act())
    except OSError as error:
        print(name, "refused")
"""
    with listen() as other:
        port = other.getsockname()[1]
        attempts += f"""
tell("READ", lambda: open({str(secret)!r}).read())
tell("WROTE", lambda: open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "new"), "w"))
tell("REACHED", lambda: socket.create_connection(("127.0.0.1", {port}), 2))
tell("DATAGRAM", lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 9)))
tell("KILLED", lambda: os.kill({os.getpid()}, 0))
"""
        write(folder, attempts + HEAD + OK + TAIL)
        run = await run_service_tests(folder, sandbox=serving, url=url)
    assert run.passed, run.report
    tried = ("READ", "WROTE", "REACHED", "DATAGRAM", "KILLED")
    assert [line for line in run.output_tail.splitlines() if line.startswith(tried)] == [
        f"{one} refused" for one in tried
    ]
    assert names(folder) == ["service-test.py", "service_test_base.py"]


@pytest.mark.parametrize(
    "act", ["os.mkfifo(told)", "os.symlink('/dev/zero', told)", "os.mkdir(told)"]
)
async def test_a_report_that_is_no_file_is_none(
    serving: Sandbox, folder: Path, url: str, act: str
) -> None:
    write(folder, f"import os\ntold = os.environ['SERVICE_TEST_REPORT']\n{act}\n")
    run = await run_service_tests(folder, sandbox=serving, url=url)
    assert not run.passed
    assert run.ran == 0


async def test_a_signature_stays_the_same_where_only_addresses_change(
    serving: Sandbox, folder: Path, url: str
) -> None:
    signatures = []
    for port, wanted in ((41, 1), (4242, 1), (41, 2)):
        told = f"http://127.0.0.1:{port} {wanted}"
        write(folder, f"{HEAD}    def test_a(self):\n        self.fail('{told}')\n{TAIL}")
        signatures.append((await run_service_tests(folder, sandbox=serving, url=url)).signature)
    assert signatures[0] == signatures[1]
    assert signatures[0] != signatures[2]


async def test_a_missing_file_names_the_command_that_writes_it(
    serving: Sandbox, folder: Path
) -> None:
    with pytest.raises(WorkspaceInvalid, match="is no file") as caught:
        await run_service_tests(folder, sandbox=serving, url="http://127.0.0.1:1")
    assert "generate-service-test" in caught.value.next_step


@pytest.mark.parametrize(
    ("source", "silent"),
    [
        ("def test_a(): assert 1", ()),
        ("def test_a(): pass", ("test_a",)),
        ("class T:\n def test_a(self): self.assertEqual(1, 1)", ()),
        ("class T:\n def check(self): self.fail()\n def test_a(self): self.check()", ()),
        ("def a(): b()\ndef b(): assert 1\ndef test_a(): a()", ()),
        ("def a(): b()\ndef b(): a()\ndef test_a(): a()", ("test_a",)),
        ("async def test_a(): pass", ("test_a",)),
        ("def test_a():\n with x.assertRaises(E): f()", ()),
        ("def helper(): pass", ()),
        ("def test_a(:", ()),
        ("\0", ()),
    ],
)
def test_a_test_without_an_assertion_is_found(source: str, silent: tuple[str, ...]) -> None:
    assert silent_tests(source) == list(silent)
