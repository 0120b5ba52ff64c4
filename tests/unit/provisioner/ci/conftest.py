from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from provisioner.ci.api import Api
from provisioner.ci.watch import Terms, Verdict, Watch
from provisioner.github.actions import GitHubActions
from tests.servers.github.server import REPOSITORY, Fault, GitHubServer, Run

SHA = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Watching:
    """A server, and a clock that only a wait moves."""

    server: GitHubServer
    workflow: str = ""
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds

    def api(self, **more: Any) -> Api:
        headers = {"authorization": f"Bearer {self.server.token}"}
        return Api(self.server.url, headers, sleep=self.sleep, now=lambda: self.seconds, **more)

    async def watch(self, sha: str = SHA, **terms: Any) -> Verdict:
        provider = GitHubActions(self.api(), REPOSITORY, self.workflow)
        given = Terms(**{"poll_seconds": 10, "grace_seconds": 60, "deadline_seconds": 600, **terms})
        watch = Watch(
            provider, sha, "main", given, self.said.append, self.sleep, lambda: self.seconds
        )
        try:
            return await watch.run()
        finally:
            await provider.aclose()


@pytest.fixture
def watching() -> Iterator[Callable[..., Watching]]:
    """Start a server with runs and faults; in the end nothing has violated the description."""
    started: list[GitHubServer] = []

    def start(*runs: Run, faults: Sequence[Fault] = (), workflow: str = "") -> Watching:
        server = GitHubServer(runs, faults)
        server.__enter__()
        started.append(server)
        return Watching(server, workflow)

    yield start
    for server in started:
        server.__exit__(None, None, None)
        assert server.violations == []
