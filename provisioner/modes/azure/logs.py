"""Logs of a container app: what its containers print, and what Azure says of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from provisioner.errors import RemoteUnreachable
from provisioner.modes.azure.app import ContainerApp, Replica
from provisioner.modes.health import READ_THE_LOG

TAIL_LINES = 100  # Azure gives at most 300
_SECONDS = 15.0

#: What the system log says of a revision that does not start: a pattern of reason and message, what
#: is wrong, what to do. The first that matches any line counts.
_CAUSES = (
    (
        r"ImagePull|PullingImageFail|failed to pull|manifest unknown",
        "Azure cannot pull the image",
        "see that azure.identity has the role AcrPull on the registry (with repository "
        'permissions: "Container Registry Repository Reader"), and that it is reached from there',
    ),
    (
        r"(?i)target ?port.*does not match|no listening port|deployment port",
        "the service does not listen on the port that the app names",
        "service.port of feature-config.yaml must be the port that the service listens on",
    ),
    (
        r"ContainerTerminated|terminated with exit code|ContainerBackOff|CrashLoop",
        "the container ends by itself",
        READ_THE_LOG,
    ),
    (
        r"(?i)probe",
        "its health path does not answer as the probes want it",
        "GET on service.health_path must answer 200 within timeouts.startup_seconds",
    ),
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the logs say of a revision; the lines are as they came."""

    console: tuple[str, ...]
    events: tuple[str, ...]

    @property
    def cause(self) -> tuple[str, str]:
        """What is wrong and what to do, ("", "") where nothing says so."""
        for pattern, wrong, step in _CAUSES:
            if any(re.search(pattern, line) for line in self.events):
                return wrong, step
        return "", ""


async def read_logs(app: ContainerApp, revision: str) -> Findings:
    """The last lines of both logs of a revision, () for one that cannot be read."""
    token = await app.log_token()
    state, replicas = await app.look(), await app.replicas(revision)
    events = [_message(line) for line in _lines(state.events if state else "", token)]
    console = [_text(line) for one in replicas for line in _lines(one.log, token)]
    ours = [line for line in events if revision in line]
    return Findings(tuple(console), tuple(ours or events))


def follow_console(replicas: Sequence[Replica], token: str) -> Iterator[str]:
    """What a replica prints, from its last lines on, as long as it comes."""
    for one in replicas[:1]:
        for line in _lines(one.log, token, follow=True):
            yield f"{_text(line)}\n"


def _lines(url: str, token: str, *, follow: bool = False) -> Iterator[str]:
    """The lines of a log stream; nothing where it cannot be read and is not followed."""
    import httpx

    if not url:
        return
    query = {"follow": str(follow).lower(), "output": "json", "tailLines": str(TAIL_LINES)}
    headers = {"Authorization": f"Bearer {token}"}
    times = httpx.Timeout(_SECONDS, read=None if follow else _SECONDS)
    try:
        with httpx.stream("GET", url, params=query, headers=headers, timeout=times) as response:
            response.raise_for_status()
            yield from (line for line in response.iter_lines() if line)
    except httpx.HTTPError as error:
        if follow:
            raise RemoteUnreachable(f"the log stream is cut off: {error}") from error


def _parsed(line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(line: str) -> str:
    """A line of a container, without what the stream adds."""
    return str(_parsed(line).get("Log", line)).rstrip("\n")


def _message(line: str) -> str:
    """A line of the system log: when, of which revision, the reason and the message."""
    found = _parsed(line)
    names = ("TimeStamp", "RevisionName", "Type", "Reason", "Msg")
    return " ".join(str(found[name]) for name in names if found.get(name)) if found else line
