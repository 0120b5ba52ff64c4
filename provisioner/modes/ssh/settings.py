"""The ``ssh:`` section of deployment.yaml; pydantic alone is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_USER = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
#: Its groups are user, name or address, and port.
HOST_PATTERN = rf"^(?:({_USER})@)?({_NAME}|\[[0-9A-Fa-f:.]+\])(?::([0-9]{{1,5}}))?$"
Seconds = Annotated[float, Field(gt=0, le=3600)]


class SSHSettings(BaseModel, extra="forbid", frozen=True):
    """Which hosts a feature is deployed on, how they are reached, and what is kept there."""

    hosts: list[Annotated[str, Field(pattern=HOST_PATTERN)]] = Field(default_factory=list)
    """user@host[:port], in order: the first has to be healthy before the others are touched"""
    inventory: Path | None = None
    """a file of further hosts, one a line, # begins a comment; beside this file"""
    user: str = ""
    """for hosts that name no user; empty is the name of the local one"""
    key: Path | None = None
    """private key; null takes the agent's and those of ~/.ssh; beside this file"""
    known_hosts: Path | None = None
    """keys of the hosts, any other is refused; null is ~/.ssh/known_hosts; beside this file"""
    folder: Annotated[str, Field(pattern=r"^(~/|/)[A-Za-z0-9._/-]+$")] = (
        "~/.local/share/ai-assisted-deploy"
    )
    """on the host: where features, their packages and their data are"""
    listen: Annotated[str, Field(pattern=r"^[0-9A-Fa-f.:]+$")] = "0.0.0.0"
    """address on the host that a feature answers at; 127.0.0.1 is for a web server before it"""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """port there; 0 takes service.port of the feature, or another that is free, and keeps it"""
    keep_releases: Annotated[int, Field(ge=2, le=100)] = 3
    """releases that stay on a host, the live one and that before it among them"""
    start_at_boot: bool = True
    """after a reboot, by a unit of systemd where the host has one that this user may use"""
    drain_seconds: Annotated[float, Field(ge=0, le=3600)] = 30.0
    """how long requests that are under way may take when the next release takes over"""
    connect_seconds: Seconds = 10.0
    """for a connection"""
    command_seconds: Seconds = 300.0
    """for one command on a host"""
    away_seconds: Annotated[float, Field(ge=0, le=3600)] = 60.0
    """how long a host may be away in the middle of a step, as for a reboot"""
