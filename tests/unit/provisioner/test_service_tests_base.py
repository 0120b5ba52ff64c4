"""service_test_base.py as a feature uses it: copied beside service-test.py, run by hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from provisioner.feature.scaffold import read_template, template_dir
from provisioner.modes.service.process import listen

SERVICE = """\
import json, os

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = b""
    more = True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    path, status, headers = scope["path"], 200, [(b"X-Kind", b"echo")]
    if path == "/moved":
        status, headers = 307, [(b"Location", b"/elsewhere")]
    elif path == "/missing":
        status = 404
    elif path == "/empty":
        status = 204
    answer = {"method": scope["method"], "path": path, "pid": os.getpid(),
              "query": scope["query_string"].decode(), "body": body.decode()}
    content = b"plain" if path == "/plain" else json.dumps(answer).encode()
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if status == 204 else content})
"""
TESTS = """\
from service_test_base import ServiceTestCase, main

class Echo(ServiceTestCase):
{tests}

if __name__ == "__main__":
    main()
"""
GOOD = """\
    def test_it_answers(self):
        self.assertEqual(self.service.get("/x").status, 200)
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    template = read_template(template_dir())
    (tmp_path / "service_test_base.py").write_bytes(template["service_test_base.py"])
    (tmp_path / "service.py").write_text(SERVICE)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    def run(*arguments: str, tests: str = GOOD, **env: str) -> subprocess.CompletedProcess[str]:
        (folder / "service-test.py").write_text(TESTS.format(tests=tests))
        return subprocess.run(
            [sys.executable, "-B", "service-test.py", *arguments],
            cwd=folder,
            env={"PATH": os.environ["PATH"], **env},
            capture_output=True,
            text=True,
        )

    return run


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One service for the tests that need any."""
    folder = tmp_path_factory.mktemp("running")
    (folder / "service.py").write_text(SERVICE)
    with listen() as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = subprocess.Popen(
            [
                *(sys.executable, "-B", "-m", "uvicorn", "service:app"),
                *("--fd", str(listener.fileno()), "--log-level", "warning"),
            ],
            cwd=folder,
            pass_fds=(listener.fileno(),),
        )
    yield address
    process.terminate()
    process.wait()


def test_service_mode_starts_the_folders_service_and_stops_it(run: Run, folder: Path) -> None:
    tests = """\
    def test_it_answers(self):
        print("pid", self.service.get("/x").body["pid"])
        self.assertEqual(1, 1)
"""
    done = run(tests=tests)
    assert done.returncode == 0, done.stderr
    pid = int(done.stdout.split()[1])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not (folder / "__pycache__").exists()


def test_an_answer_is_told_as_it_came(run: Run, url: str) -> None:
    tests = """\
    def test_json(self):
        answer = self.service.post("/a b", {"n": [1, None]})
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["x-kind"], "echo")
        self.assertEqual(answer.body["method"], "POST")
        self.assertEqual(answer.body["path"], "/a b")
        self.assertEqual(answer.body["body"], '{"n": [1, null]}')
    def test_methods(self):
        for method in ("get", "put", "patch", "delete"):
            self.assertEqual(getattr(self.service, method)("/x").body["method"], method.upper())
    def test_query(self):
        answer = self.service.get("/x?a=1", b=True, c=None, d=[1, "z y"], e="ü&")
        self.assertEqual(answer.body["query"], "a=1&b=true&d=1&d=z+y&e=%C3%BC%26")
    def test_redirects_are_not_followed(self):
        answer = self.service.get("/moved")
        self.assertEqual((answer.status, answer.headers["location"]), (307, "/elsewhere"))
    def test_errors_are_answers(self):
        self.assertEqual(self.service.get("/missing").status, 404)
    def test_text_and_nothing(self):
        self.assertEqual(self.service.get("/plain").body, "plain")
        self.assertIsNone(self.service.get("/empty").body)
"""
    done = run("SERVICE", tests=tests, SERVICE_URL=url)
    assert done.returncode == 0, done.stderr
    assert "Ran 6 tests" in done.stderr


@pytest.mark.parametrize("mode", ["SERVICE", "container", "AZURE", "SSH"])
def test_the_url_of_the_environment_goes_before_every_mode(run: Run, url: str, mode: str) -> None:
    assert run(mode, SERVICE_URL=url).returncode == 0


@pytest.mark.parametrize("mode", ["AZURE", "SSH"])
def test_a_mode_without_a_url_says_what_to_set(run: Run, mode: str) -> None:
    done = run(mode)
    assert done.returncode == 2
    assert f"set SERVICE_URL, or urls.{mode.lower()}" in done.stderr


@pytest.mark.parametrize("mode", ["CONTAINER", "AZURE", "SSH"])
def test_a_mode_finds_its_url_in_the_configuration(
    run: Run, url: str, folder: Path, mode: str
) -> None:
    config = read_template(template_dir())["feature-config.yaml"].decode()
    text = config.replace(f'  {mode.lower()}: ""', f"  {mode.lower()}: '{url}'  # here")
    assert text != config
    (folder / "feature-config.yaml").write_text(text)
    assert run(mode).returncode == 0


def test_container_mode_asks_the_configured_port(run: Run, url: str, folder: Path) -> None:
    port = url.rpartition(":")[2]
    (folder / "feature-config.yaml").write_text(
        f"feature: orders\nservice:\n  # port: 1\n  port: {port}\nurls:\n  port: 1\n"
    )
    assert run("CONTAINER").returncode == 0


def test_wrong_use_is_told(run: Run) -> None:
    for arguments in (["LOCAL"], ["SERVICE", "more"]):
        done = run(*arguments)
        assert done.returncode == 2
        assert "usage: service-test.py [SERVICE|CONTAINER|AZURE|SSH]" in done.stderr


FAILING = """\
    def test_wrong(self):
        self.assertEqual(self.service.get("/x").status, 201)
"""
RAISING = """\
    def test_wrong(self):
        self.service.get("/x").body["no such key"]
"""
EXITING = """\
    def test_wrong(self):
        self.service.get("/x")
        raise SystemExit(0)
"""
SKIPPED = """\
    def test_wrong(self):
        self.service.get("/x")
        self.skipTest("later")
"""
MARKED = """\
    import unittest
    @unittest.expectedFailure
    def test_wrong(self):
        self.assertEqual(self.service.get("/x").status, 200)
"""
ASKING_NOTHING = """\
    def test_wrong(self):
        self.assertTrue(True)
"""


@pytest.mark.parametrize(
    "tests", [FAILING, RAISING, EXITING, SKIPPED, MARKED, ASKING_NOTHING, "    pass\n"]
)
def test_only_tests_that_ran_asked_and_passed_count(run: Run, url: str, tests: str) -> None:
    assert run(tests=tests, SERVICE_URL=url).returncode == 1


def test_the_report_says_what_ran(run: Run, url: str, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    run(
        tests=GOOD + FAILING + SKIPPED.replace("wrong", "later"),
        SERVICE_URL=url,
        SERVICE_TEST_REPORT=str(report),
    )
    told = json.loads(report.read_text())
    assert (told["ran"], told["skipped"], told["requests"]) == (2, 1, 3)
    assert [one["test"] for one in told["failures"]] == ["Echo.test_wrong"]
    assert "200 != 201" in told["failures"][0]["message"]


def test_a_service_that_dies_is_told_with_its_traceback(run: Run, folder: Path) -> None:
    (folder / "service.py").write_text("raise RuntimeError('no database')\n")
    done = run()
    assert done.returncode == 2
    assert "RuntimeError: no database" in done.stderr


def test_a_service_that_is_never_well_is_told_at_the_deadline(run: Run, folder: Path) -> None:
    (folder / "feature-config.yaml").write_text(
        "service:\n  health_path: /missing\ntimeouts:\n  startup_seconds: 1\n"
    )
    done = run()
    assert done.returncode == 2
    assert "not healthy after 1 s: /missing answered 404" in done.stderr


def test_a_terminated_run_takes_its_service_with_it(folder: Path) -> None:
    tests = """\
    def test_it_waits(self):
        print(self.service.get("/x").body["pid"], flush=True)
        __import__("time").sleep(600)
"""
    (folder / "service-test.py").write_text(TESTS.format(tests=tests))
    with subprocess.Popen(
        [sys.executable, "-B", "service-test.py"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stdout is not None
        pid = int(running.stdout.readline())
        running.terminate()
        running.wait()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_it_imports_nothing_that_has_to_be_installed(folder: Path) -> None:
    program = (
        "import sys, service_test_base\n"
        "roots = {name.partition('.')[0] for name in sys.modules}\n"
        "own = {'service_test_base', '__main__', '__mp_main__'}\n"
        "print(sorted(roots - set(sys.stdlib_module_names) - own))\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-S", "-c", program], cwd=folder, capture_output=True, text=True
    )
    assert done.stdout == "[]\n", done.stderr
