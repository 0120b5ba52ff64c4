"""A server of GitHub's API in a thread: stateful, and strict about its published description.

A run goes one state on with each look at the list of runs::

    states = [("queued", None), ("completed", "failure")]
    run = Run(sha, states, jobs=[Job("test", "failure")])
    with GitHubServer([run]) as server:
        environ = {"GITHUB_API_URL": server.url, "GITHUB_TOKEN": server.token}
        ...
    assert server.violations == []
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.servers.github.description import component, find_operation, sample
from tests.servers.local import LocalServer, QuietHandler

State = tuple[str, str | None]
REPOSITORY = "acme/shop"
ANY = "any"  # the commit of a run that is there for whichever is asked for first
_NUMBERS = count(9_000_000_001)  # beyond 32 bits, as GitHub's are


@dataclass
class Job:
    """A job as it is when its run has ended; log None is one that is not there."""

    name: str
    conclusion: str | None = "success"
    steps: Sequence[tuple[str, str]] = (("Set up job", "success"), ("Run tests", "success"))
    log: bytes | None = b""
    id: int = field(default_factory=lambda: next(_NUMBERS))


@dataclass
class Run:
    """A workflow run; it appears at a look (from 0), and then has one state a look."""

    sha: str
    states: Sequence[State] = (("completed", "success"),)
    jobs: Sequence[Job] = ()
    workflow: str = ".github/workflows/feature-deploy.yml"
    appears: int = 0
    attempts: Sequence[int] = (1,)
    event: str = "push"
    reviewers: bool = True  # of the environment that a waiting run deploys to
    archive: bytes | None = None
    id: int = field(default_factory=lambda: next(_NUMBERS))

    def at(self, look: int) -> tuple[State, int]:
        """State and attempt at a look."""
        since = look - self.appears
        state = self.states[min(since, len(self.states) - 1)]
        return state, self.attempts[min(since, len(self.attempts) - 1)]


@dataclass
class Fault:
    """An answer in place of the right one, so many times, for the paths that a pattern finds."""

    pattern: str
    status: int
    body: bytes = b'{"message": "broken"}'
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int = 1
    cut: bool = False  # the connection ends before the body does


@dataclass(frozen=True)
class Reply:
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


def zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


class GitHubServer(LocalServer):
    """A server on a free port of the loopback, as a context manager.

    Attributes:
        requests: method and path with query of everything that arrived.
        violations: what requests and answers did against the description.
        unchanged: how many answers were 304.
        workflows: files by path, None for one that is not shown.
        pulls, comments: what was made, by number and id.
        expired: how many addresses of logs are dead on arrival.
    """

    def __init__(self, runs: Sequence[Run] = (), faults: Sequence[Fault] = ()) -> None:
        self.runs, self.faults = list(runs), list(faults)
        self.token = "t0ken"
        self.requests: list[str] = []
        self.violations: list[str] = []
        self.unchanged = 0
        self.looks = -1
        self.enabled: bool | None = True
        self.workflows: dict[str, str | None] = {".github/workflows/feature-deploy.yml": "on: push"}
        self.pulls: dict[int, dict[str, Any]] = {}
        self.comments: dict[int, dict[str, Any]] = {}
        self.expired = 0
        self._stored: dict[str, bytes] = {}
        self._lock = threading.Lock()
        super().__init__(_handler(self))
        self.url = self.address

    @property
    def environ(self) -> dict[str, str]:
        return {"GITHUB_API_URL": self.url, "GITHUB_TOKEN": self.token}

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: Any) -> Reply:
        """The right answer to a request, both checked against the description."""
        parts = urlsplit(target)
        path, query = unquote(parts.path), dict(parse_qsl(parts.query))
        with self._lock:
            self.requests.append(f"{method} {target}")
            if path.startswith("/storage/"):
                return self._storage(path, headers)
            if headers.get("authorization") != f"Bearer {self.token}":
                return Reply(401, {"message": "Bad credentials"})
            operation = find_operation(method, path)
            if operation is None:
                self.violations.append(f"{method} {path} is not described")
                return Reply(404, {"message": "Not Found"})
            self.violations += operation.faults_of_request(query, body)
            rest = path.removeprefix(f"/repos/{REPOSITORY}")
            for method_of, pattern, respond in _ROUTES:
                match = re.fullmatch(pattern, rest)
                if match and method_of == method:
                    reply = respond(self, *match.groups(), query=query, body=body)
                    if reply.status < 400:
                        self.violations += operation.faults_of_answer(reply.status, reply.body)
                    return self._with_tag(reply, headers) if method == "GET" else reply
            return Reply(404, {"message": "Not Found"})

    def _with_tag(self, reply: Reply, headers: Mapping[str, str]) -> Reply:
        tag = f'"{hashlib.sha256(json.dumps(reply.body).encode()).hexdigest()}"'
        if reply.status == 200 and headers.get("if-none-match") == tag:
            self.unchanged += 1
            return Reply(304, None, {"etag": tag})
        return Reply(reply.status, reply.body, {**reply.headers, "etag": tag})

    def _storage(self, path: str, headers: Mapping[str, str]) -> Reply:
        if "authorization" in headers:
            self.violations.append("the token is sent to the storage")
        data = self._stored.pop(path, None)
        return Reply(403, b"AuthenticationFailed") if data is None else Reply(200, data)

    def _redirect(self, data: bytes | None) -> Reply:
        if data is None:
            return Reply(404, {"message": "Not Found"})
        path = f"/storage/{next(_NUMBERS)}"
        if self.expired:
            self.expired -= 1
        else:
            self._stored[path] = data
        return Reply(302, None, {"location": f"{self.url}{path}"})

    def _permissions(self, *, query: Any, body: Any) -> Reply:
        if self.enabled is None:
            return Reply(403, {"message": "Resource not accessible by personal access token"})
        return Reply(200, {"enabled": self.enabled, "sha_pinning_required": False})

    def _runs(self, *, query: Mapping[str, str], body: Any) -> Reply:
        self.looks += "status" not in query
        asked = query.get("head_sha", ANY)
        if all(run.sha != asked for run in self.runs):
            for run in [one for one in self.runs if one.sha == ANY][:1]:
                run.sha = asked
        found = [
            self._run(run)
            for run in self.runs
            if run.appears <= self.looks
            and run.sha == query.get("head_sha", run.sha)
            and run.event == query.get("event", run.event)
            and query.get("status", run.at(self.looks)[0][1]) == run.at(self.looks)[0][1]
        ]
        return Reply(200, {"total_count": len(found), "workflow_runs": found})

    def _run(self, run: Run) -> dict[str, Any]:
        (status, conclusion), attempt = run.at(self.looks)
        made: dict[str, Any] = sample(
            component("workflow-run"),
            id=run.id,
            name="feature-deploy",
            path=run.workflow,
            head_sha=run.sha,
            event=run.event,
            status=status,
            conclusion=conclusion,
            run_attempt=attempt,
            run_number=self.runs.index(run) + 1,
            html_url=f"https://github.com/{REPOSITORY}/actions/runs/{run.id}",
        )
        return made

    def _jobs(self, run_id: str, *, query: Mapping[str, str], body: Any) -> Reply:
        run = self._of(run_id)
        (status, _), attempt = run.at(max(self.looks, 0))
        done = status == "completed"
        per_page, page = int(query.get("per_page", "30")), int(query.get("page", "1"))
        jobs = [self._job(run, job, attempt, done) for job in run.jobs]
        shown = jobs[(page - 1) * per_page : page * per_page]
        headers = {}
        if page * per_page < len(jobs):
            address = f"{self.url}/repos/{REPOSITORY}/actions/runs/{run_id}/jobs"
            asked = f"per_page={per_page}&page={page + 1}&filter=latest"
            headers["link"] = f'<{address}?{asked}>; rel="next"'
        return Reply(200, {"total_count": len(jobs), "jobs": shown}, headers)

    def _job(self, run: Run, job: Job, attempt: int, done: bool) -> dict[str, Any]:
        begun, ended = "2026-11-30T10:00:00Z", "2026-11-30T10:00:12Z" if done else None
        steps = [
            {
                "name": name,
                "number": number,
                "status": "completed" if done else "in_progress",
                "conclusion": conclusion if done else None,
                "started_at": begun,
                "completed_at": ended,
            }
            for number, (name, conclusion) in enumerate(job.steps, 1)
        ]
        made: dict[str, Any] = sample(
            component("job"),
            id=job.id,
            run_id=run.id,
            name=job.name,
            status="completed" if done else "in_progress",
            conclusion=job.conclusion if done else None,
            started_at=begun,
            completed_at=ended,
            run_attempt=attempt,
            html_url=f"https://github.com/{REPOSITORY}/actions/runs/{run.id}/job/{job.id}",
            steps=steps,
        )
        return made

    def _job_log(self, job_id: str, *, query: Any, body: Any) -> Reply:
        jobs = (job for run in self.runs for job in run.jobs if job.id == int(job_id))
        return self._redirect(next(jobs).log)

    def _archive(self, run_id: str, attempt: str, *, query: Any, body: Any) -> Reply:
        return self._redirect(self._of(run_id).archive)

    def _pending(self, run_id: str, *, query: Any, body: Any) -> Reply:
        run = self._of(run_id)
        environment = {"id": 1, "name": "production"}
        one: dict[str, Any] = sample(component("pending-deployment"), environment=environment)
        one["reviewers"] = [{"type": "User"}] if run.reviewers else []
        return Reply(200, [one])

    def _workflows(self, *, query: Any, body: Any) -> Reply:
        schema = component("workflow")
        listed = [sample(schema, path=path, state="active") for path in self.workflows]
        return Reply(200, {"total_count": len(listed), "workflows": listed})

    def _contents(self, path: str, *, query: Any, body: Any) -> Reply:
        text = self.workflows.get(path)
        if text is None:
            return Reply(404, {"message": "Not Found"})
        content = base64.b64encode(text.encode()).decode()
        file = sample(component("content-file"), type="file", path=path, content=content)
        return Reply(200, file)

    def _list_pulls(self, *, query: Mapping[str, str], body: Any) -> Reply:
        wanted = query.get("head", "").partition(":")[2]
        return Reply(200, [one for one in self.pulls.values() if one["head"]["ref"] == wanted])

    def _open_pull(self, *, query: Any, body: Mapping[str, Any]) -> Reply:
        number = len(self.pulls) + 1
        simple = sample(
            component("pull-request-simple"),
            number=number,
            title=body["title"],
            body=body["body"],
            html_url=f"https://github.com/{REPOSITORY}/pull/{number}",
        )
        simple["head"] = {**simple["head"], "ref": body["head"]}
        self.pulls[number] = simple
        return Reply(
            201, sample(component("pull-request"), number=number, html_url=simple["html_url"])
        )

    def _edit_pull(self, number: str, *, query: Any, body: Mapping[str, Any]) -> Reply:
        self.pulls[int(number)] |= body
        return Reply(200, sample(component("pull-request"), number=int(number)))

    def _list_comments(self, number: str, *, query: Any, body: Any) -> Reply:
        return Reply(200, list(self.comments.values()))

    def _comment(self, number: str, *, query: Any, body: Mapping[str, Any]) -> Reply:
        made = sample(component("issue-comment"), id=next(_NUMBERS), body=body["body"])
        self.comments[made["id"]] = made
        return Reply(201, made)

    def _edit_comment(self, comment_id: str, *, query: Any, body: Mapping[str, Any]) -> Reply:
        self.comments[int(comment_id)] |= body
        return Reply(200, self.comments[int(comment_id)])

    def _of(self, run_id: str) -> Run:
        return next(run for run in self.runs if run.id == int(run_id))


_ROUTES: Sequence[tuple[str, str, Callable[..., Reply]]] = (
    ("GET", "/actions/permissions", GitHubServer._permissions),
    ("GET", "/actions/runs", GitHubServer._runs),
    ("GET", r"/actions/runs/(\d+)/jobs", GitHubServer._jobs),
    ("GET", r"/actions/runs/(\d+)/pending_deployments", GitHubServer._pending),
    ("GET", r"/actions/runs/(\d+)/attempts/(\d+)/logs", GitHubServer._archive),
    ("GET", r"/actions/jobs/(\d+)/logs", GitHubServer._job_log),
    ("GET", "/actions/workflows", GitHubServer._workflows),
    ("GET", "/contents/(.+)", GitHubServer._contents),
    ("GET", "/pulls", GitHubServer._list_pulls),
    ("POST", "/pulls", GitHubServer._open_pull),
    ("PATCH", r"/pulls/(\d+)", GitHubServer._edit_pull),
    ("GET", r"/issues/(\d+)/comments", GitHubServer._list_comments),
    ("POST", r"/issues/(\d+)/comments", GitHubServer._comment),
    ("PATCH", r"/issues/comments/(\d+)", GitHubServer._edit_comment),
)


def _handler(server: GitHubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(QuietHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_PATCH(self) -> None:
            self._answer()

        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            fault = next((one for one in server.faults if re.search(one.pattern, self.path)), None)
            if fault:
                fault.times -= 1
                if not fault.times:
                    server.faults.remove(fault)
                self._send(fault.status, fault.body, fault.headers, cut=fault.cut)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = server.answer(self.command, self.path, headers, body)
            content = reply.body
            if not isinstance(content, bytes):
                content = b"" if content is None else json.dumps(content).encode()
            self._send(reply.status, content, reply.headers)

        def _send(
            self, status: int, body: bytes, headers: Mapping[str, str], cut: bool = False
        ) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json; charset=utf-8")
            self.send_header("content-length", str(len(body) + 10 * cut))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = cut

    return Handler
