"""The ``ssh:`` section of deployment.yaml; pydantic alone is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_HOST = rf"^([A-Za-z0-9_][A-Za-z0-9._-]*@)?({_NAME}|\[[0-9A-Fa-f:.]+\])(:[0-9]{{1,5}})?$"


class SSHSettings(BaseModel, extra="forbid", frozen=True, use_attribute_docstrings=True):
    """Which hosts a feature is deployed on, and how they are reached."""

    hosts: list[Annotated[str, Field(pattern=_HOST)]] = Field(default_factory=list)
    """user@host[:port], in order: the first has to be healthy before the others are touched"""
    inventory: Path | None = None
    """a file of further hosts, one a line, # begins a comment; beside this file"""
    user: str = ""
    """for hosts that name no user; empty is the name of the local one"""
    key: Path | None = None
    """private key; null takes the agent's and those of ~/.ssh; beside this file"""
    known_hosts: Path | None = None
    """keys of the hosts, any other is refused; null is ~/.ssh/known_hosts; beside this file"""
