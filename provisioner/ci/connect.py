"""Which CI service watches a remote, by its address and the tokens that are there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from provisioner.ci.api import Api
from provisioner.ci.base import CIProvider, Unwatched
from provisioner.github.actions import GitHubActions
from provisioner.github.pull_requests import PullRequests
from provisioner.gitlab.pipelines import GitLabPipelines

_SHORT = re.compile(r"(?:[^@/\s]+@)?([^:/\s]+):(?!//)(.+)")  # user@host:owner/name.git
_GITHUB, _GITLAB = "https://api.github.com", "https://gitlab.com/api/v4"
_VERSION = "2022-11-28"
_SET = "set {} to a token that may read the repository's runs, e.g. in .env"


class Address(NamedTuple):
    """Host and path of a repository; the host is "" for a folder of this machine."""

    host: str
    path: str


def parse_address(address: str) -> Address:
    """Parse a remote's address in any of git's forms."""
    if "://" in address:
        parts = urlsplit(address)
        return Address((parts.hostname or "").lower(), _trimmed(parts.path))
    if match := _SHORT.fullmatch(address):
        return Address(match[1].lower(), _trimmed(match[2]))
    return Address("", _trimmed(address))


def github_api(environ: Mapping[str, str]) -> Api:
    """The API that GITHUB_API_URL names, else github.com's, with GITHUB_TOKEN or GH_TOKEN."""
    headers = {
        "accept": "application/vnd.github+json",
        "authorization": f"Bearer {github_token(environ)}",
        "x-github-api-version": _VERSION,
    }
    return Api(environ.get("GITHUB_API_URL") or _GITHUB, headers)


def github_token(environ: Mapping[str, str]) -> str:
    return environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN") or ""


def github_repository(
    address: str, environ: Mapping[str, str], repository: str = ""
) -> str | Unwatched:
    """The ``owner/name`` of a remote on GitHub, or why it is none that can be asked about."""
    if not address and not repository:
        return Unwatched("there is no remote", "`git remote add origin ADDRESS`, and push")
    host, path = parse_address(address)
    api = urlsplit(environ.get("GITHUB_API_URL") or _GITHUB).hostname or ""
    if not repository:
        hosts = {"github.com", "ssh.github.com"} if api == "api.github.com" else {api}
        if host not in hosts:
            return Unwatched(
                "the remote is not on GitHub; github.repository and GITHUB_API_URL say where it is",
                "set github.repository in deployment.yaml and GITHUB_API_URL, or GITLAB_API_URL",
            )
        repository = path
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        return Unwatched(
            f"{repository!r} is no owner/name: mend github.repository", "mend github.repository"
        )
    if not github_token(environ):
        return Unwatched(
            f"there is no GITHUB_TOKEN to ask about {repository} with", _SET.format("GITHUB_TOKEN")
        )
    return repository


def connect(
    address: str, environ: Mapping[str, str], *, repository: str = "", workflow: str = ""
) -> CIProvider | Unwatched:
    """What watches the commits that are pushed to an address.

    Args:
        address: the remote's.
        environ: holds the tokens and the addresses of the APIs.
        repository: ``owner/name`` on GitHub, where the address does not say.
        workflow: file name of the one workflow that counts.
    """
    host, path = parse_address(address)
    gitlab = environ.get("GITLAB_API_URL") or _GITLAB
    if host and not repository and host == urlsplit(gitlab).hostname:
        token = environ.get("GITLAB_TOKEN", "")
        if not token:
            return Unwatched(
                f"there is no GITLAB_TOKEN to ask about {path} with", _SET.format("GITLAB_TOKEN")
            )
        return GitLabPipelines(Api(gitlab, {"private-token": token}), path)
    found = github_repository(address, environ, repository)
    if isinstance(found, Unwatched):
        return found
    return GitHubActions(github_api(environ), found, workflow)


def connect_pulls(
    address: str, environ: Mapping[str, str], *, repository: str = ""
) -> PullRequests | Unwatched:
    """The pull requests of a remote on GitHub, or why there can be none; see `connect`."""
    found = github_repository(address, environ, repository)
    if isinstance(found, Unwatched):
        return found
    return PullRequests(github_api(environ), found)


def _trimmed(path: str) -> str:
    return path.strip("/").removesuffix(".git")
