"""GitLab's pipelines behind the same seam."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from provisioner.ci.api import Api
from provisioner.ci.base import CONCLUSIONS, STATUSES
from provisioner.ci.watch import Terms, Verdict, Watch
from provisioner.gitlab.pipelines import _WORDS, GitLabPipelines
from tests.unit.provisioner.ci.conftest import SHA

ROOT = "/projects/group%2Fsub%2Fshop"
TRACE = b"section_start:1:script\r\x1b[0K$ pytest\nE   assert 1 == 2\nERROR: Job failed: exit 1\n"


@pytest.fixture
def answers() -> Iterator[dict[str, Any]]:
    """Answers by path, a list of them one after the other; ``url`` is where they are given."""
    given: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            found = given.get(path)
            if isinstance(found, list):
                found = found.pop(0) if len(found) > 1 else found[0]
            ok = found is not None and self.headers["private-token"] == "t"
            body = (
                found
                if isinstance(found, bytes)
                else json.dumps({} if found is None else found).encode()
            )
            self.send_response(200 if ok else 404)
            kind = "text/plain" if isinstance(found, bytes) else "application/json"
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    given["url"] = f"http://127.0.0.1:{server.server_port}"
    yield given
    server.shutdown()
    server.server_close()
    thread.join()


def pipeline(status: str, sha: str = SHA) -> list[dict[str, Any]]:
    return [{"id": 7, "sha": sha, "status": status, "web_url": "https://gitlab.example/p/7"}]


def job(name: str, status: str, **more: Any) -> dict[str, Any]:
    return {"id": len(name), "name": name, "status": status, "duration": 3.2, **more}


async def watch(answers: dict[str, Any], **terms: Any) -> Verdict:
    seconds = 0.0

    async def sleep(pause: float) -> None:
        nonlocal seconds
        seconds += pause

    api = Api(answers["url"], {"private-token": "t"}, sleep=sleep)
    provider = GitLabPipelines(api, "group/sub/shop")
    given = Terms(**{"poll_seconds": 1, "grace_seconds": 2, "deadline_seconds": 60, **terms})
    try:
        return await Watch(
            provider, SHA, "main", given, lambda _: None, sleep, lambda: seconds
        ).run()
    finally:
        await provider.aclose()


def test_every_word_is_one_of_the_seams() -> None:
    for status, conclusion in _WORDS.values():
        assert status in STATUSES
        assert conclusion in ("", *CONCLUSIONS)


async def test_a_pipeline_is_watched_and_its_failing_trace_read(answers: dict[str, Any]) -> None:
    failed = [job("lint", "failed", allow_failure=True), job("test", "failed")]
    answers[f"{ROOT}/pipelines"] = [pipeline("running"), pipeline("failed")]
    answers[f"{ROOT}/pipelines/7/jobs"] = [[job("test", "running")], failed]
    answers[f"{ROOT}/jobs/4/trace"] = TRACE
    verdict = await watch(answers)
    assert (verdict.end, verdict.url) == ("failed", "https://gitlab.example/p/7")
    assert verdict.log == "$ pytest\nE   assert 1 == 2\nERROR: Job failed: exit 1"
    assert verdict.evidence[0] == "test: failure"


async def test_beside_it_stands_the_trace_of_the_last_good_pipeline(
    answers: dict[str, Any],
) -> None:
    good = {**pipeline("success", "f" * 40)[0], "id": 5}
    answers[f"{ROOT}/pipelines"] = [pipeline("failed"), [good]]
    answers[f"{ROOT}/pipelines/7/jobs"] = [[job("test", "failed")]]
    answers[f"{ROOT}/pipelines/5/jobs"] = [[job("tests", "success"), job("test", "success")]]
    answers[f"{ROOT}/jobs/4/trace"] = [TRACE, b"3 passed\n"]
    verdict = await watch(answers)
    assert (verdict.whole, verdict.good) == (TRACE.decode(), "3 passed\n")


@pytest.mark.parametrize(
    ("status", "end"),
    [
        ("success", "passed"),
        ("canceled", "failed"),
        ("skipped", "not_run"),
        ("manual", "approval"),
        ("what_comes_next_year", "unknown"),
    ],
)
async def test_a_status_ends_by_its_own_rule(
    answers: dict[str, Any], status: str, end: str
) -> None:
    answers[f"{ROOT}/pipelines"] = [pipeline(status)]
    answers[f"{ROOT}/pipelines/7/jobs"] = [[]]
    assert (await watch(answers)).end == end


@pytest.mark.parametrize(
    ("project", "file", "end"),
    [
        ({"builds_access_level": "disabled"}, None, "disabled"),
        ({"builds_access_level": "enabled"}, None, "no_workflow"),
        ({"builds_access_level": "enabled"}, {"file_path": ".gitlab-ci.yml"}, "not_yet"),
    ],
)
async def test_why_there_is_no_pipeline(
    answers: dict[str, Any], project: dict[str, Any], file: Any, end: str
) -> None:
    answers[f"{ROOT}/pipelines"] = [pipeline("success", sha="f" * 40)]
    answers[ROOT] = project
    answers[f"{ROOT}/repository/files/.gitlab-ci.yml"] = file
    assert (await watch(answers)).end == end
