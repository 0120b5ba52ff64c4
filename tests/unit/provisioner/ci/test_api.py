"""The client of REST APIs: limits honoured, ETags sent, the token kept where it belongs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provisioner.ci.api import NotFound
from provisioner.errors import RemoteDenied, RemoteInvalid, RemoteUnreachable
from provisioner.github.pull_requests import PullRequests
from tests.servers.github.server import REPOSITORY, Fault, Job, Run
from tests.unit.provisioner.ci.conftest import SHA, Watching

Start = Callable[..., Watching]
RUNS = f"repos/{REPOSITORY}/actions/runs"


async def test_what_has_not_changed_costs_nothing(watching: Start) -> None:
    seen = watching(Run(SHA))
    api = seen.api()
    first = await api.get(RUNS, head_sha=SHA)
    assert await api.get(RUNS, head_sha=SHA) == first
    assert seen.server.unchanged == 1
    await api.aclose()


LIMITS = {
    "retry-after": (Fault("/runs", 403, headers={"retry-after": "30"}), 30.0),
    "too many": (Fault("/runs", 429, headers={"retry-after": "7"}), 7.0),
    "primary": (
        Fault("/runs", 403, headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "90"}),
        91.0,
    ),
    "secondary": (
        Fault("/runs", 403, b'{"message": "You have exceeded a secondary rate limit."}'),
        60.0,
    ),
}


@pytest.mark.parametrize(("fault", "seconds"), LIMITS.values(), ids=LIMITS)
async def test_a_limit_is_waited_for_as_long_as_it_asks(
    watching: Start, fault: Fault, seconds: float
) -> None:
    seen = watching(Run(SHA), faults=[fault])
    api = seen.api()
    assert (await api.get(RUNS))["total_count"] == 1
    assert seen.waits == [seconds]
    await api.aclose()


async def test_a_limit_beyond_patience_is_no_answer(watching: Start) -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "3600"}
    seen = watching(faults=[Fault("/runs", 403, headers=headers)])
    api = seen.api()
    with pytest.raises(RemoteUnreachable):
        await api.get(RUNS)
    assert seen.waits == []
    await api.aclose()


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, RemoteDenied), (403, RemoteDenied), (404, NotFound), (422, RemoteInvalid)],
)
async def test_a_refusal_is_said_at_once(
    watching: Start, status: int, error: type[Exception]
) -> None:
    seen = watching(faults=[Fault("/runs", status, b'{"message": "Resource not accessible"}')])
    api = seen.api()
    with pytest.raises(error, match="Resource not accessible"):
        await api.get(RUNS)
    assert seen.waits == []
    await api.aclose()


async def test_a_repository_with_a_new_name_is_followed_on_this_server_alone(
    watching: Start,
) -> None:
    seen = watching(Run(SHA))
    moved = Fault("/old/name", 301, headers={"location": f"{seen.server.url}/{RUNS}"})
    away = Fault("/other", 307, headers={"location": "http://127.0.0.2:1/steal"})
    seen.server.faults += [moved, away]
    api = seen.api()
    assert (await api.get("repos/old/name/actions/runs"))["total_count"] == 1
    with pytest.raises(RemoteUnreachable):
        await api.get("repos/other/name/actions/runs")
    await api.aclose()


async def test_the_token_does_not_go_to_the_storage_of_logs(watching: Start) -> None:
    job = Job("test", log=b"log\n")
    seen = watching(Run(SHA, jobs=[job]))
    api = seen.api()
    data = await api.download(f"repos/{REPOSITORY}/actions/jobs/{job.id}/logs", 100)
    assert data == b"log\n"
    with pytest.raises(RemoteInvalid, match="larger than"):
        await api.download(f"repos/{REPOSITORY}/actions/jobs/{job.id}/logs", 3)
    await api.aclose()


@pytest.mark.parametrize(
    "headers", [{}, {"location": "file:///etc/passwd"}, {"location": "http://storage:99999999/"}]
)
async def test_an_address_that_is_none_is_no_download(
    watching: Start, headers: dict[str, str]
) -> None:
    api = watching(faults=[Fault("/logs", 302, headers=headers, times=100)]).api()
    with pytest.raises(RemoteUnreachable):
        await api.download(f"repos/{REPOSITORY}/actions/jobs/1/logs", 100)
    await api.aclose()


@pytest.mark.parametrize("body", [b'{"message": "sign in"}', b"null"])
async def test_what_is_no_list_is_no_answer(watching: Start, body: bytes) -> None:
    json = {"content-type": "application/json"}
    seen = watching(faults=[Fault("/runs", 200, body, json, times=100)])
    assert (await seen.watch()).end == "unknown"


async def test_a_pull_request_is_opened_once_and_commented_once(watching: Start) -> None:
    seen = watching()
    pulls = PullRequests(seen.api(), REPOSITORY)
    first = await pulls.open(head="ai-deploy/x", base="main", title="feat: x", body="one")
    again = await pulls.open(head="ai-deploy/x", base="main", title="feat: x", body="two")
    assert first == again
    assert [one["body"] for one in seen.server.pulls.values()] == ["two"]
    await pulls.comment(first.number, "failed")
    await pulls.comment(first.number, "passed")
    assert [one["body"].split("\n")[0] for one in seen.server.comments.values()] == ["passed"]
    await pulls.aclose()
