"""Which service watches a remote, and which pushes start a workflow."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from provisioner.ci.base import Unwatched
from provisioner.ci.connect import connect, parse_address
from provisioner.github.actions import starts_on_push

TOKEN = {"GITHUB_TOKEN": "t"}
GHE = {"GITHUB_TOKEN": "t", "GITHUB_API_URL": "https://git.example.org/api/v3"}


@pytest.mark.parametrize(
    ("address", "host", "path"),
    [
        ("https://github.com/acme/shop.git", "github.com", "acme/shop"),
        ("https://user:pass@GitHub.com/acme/shop/", "github.com", "acme/shop"),
        ("git@github.com:acme/shop.git", "github.com", "acme/shop"),
        ("ssh://git@ssh.github.com:443/acme/shop.git", "ssh.github.com", "acme/shop"),
        ("/srv/git/shop.git", "", "srv/git/shop"),
        ("../shop.git", "", "../shop"),
        ("file:///srv/shop.git", "", "srv/shop"),
    ],
)
def test_an_address_in_any_form(address: str, host: str, path: str) -> None:
    assert parse_address(address) == (host, path)


CASES: list[tuple[str, dict[str, str], dict[str, str], str]] = [
    ("git@github.com:acme/shop.git", TOKEN, {}, "GitHub Actions of acme/shop"),
    ("git@github.com:acme/shop.git", {"GH_TOKEN": "t"}, {}, "GitHub Actions of acme/shop"),
    ("https://git.example.org/acme/shop", GHE, {}, "GitHub Actions of acme/shop"),
    ("/srv/shop.git", TOKEN, {"repository": "acme/shop"}, "GitHub Actions of acme/shop"),
    ("git@gitlab.com:a/b/c.git", {"GITLAB_TOKEN": "t"}, {}, "GitLab CI of a/b/c"),
    ("git@github.com:acme/shop.git", {}, {}, "no GITHUB_TOKEN"),
    ("git@github.com:acme/shop.git", GHE, {}, "not on GitHub"),
    ("https://git.example.org/acme/shop", TOKEN, {}, "not on GitHub"),
    ("git@gitlab.com:a/b.git", TOKEN, {}, "no GITLAB_TOKEN"),
    ("/srv/shop.git", TOKEN, {}, "not on GitHub"),
    ("/srv/shop.git", TOKEN, {"repository": "shop"}, "no owner/name"),
]


@pytest.mark.parametrize(("address", "environ", "settings", "expected"), CASES)
async def test_who_watches_a_remote(
    address: str, environ: dict[str, str], settings: dict[str, str], expected: str
) -> None:
    found = connect(address, environ, **settings)
    if isinstance(found, Unwatched):
        assert expected in found.why
        return
    assert found.name == expected
    await found.aclose()


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("on: push", True),
        ("on: [pull_request, push]", True),
        ("on: schedule", False),
        ("on: {push: , workflow_dispatch: }", True),
        ("on: {pull_request: }", False),
        ("on: {push: {branches: [main]}}", True),
        ("on: {push: {branches: ['releases/**']}}", False),
        ("on: {push: {branches: ['**', '!main']}}", False),
        ("on: {push: {branches: ['m*']}}", True),
        ("on: {push: {branches-ignore: [main]}}", False),
        ("on: {push: {branches-ignore: ['dev/*']}}", True),
        ("on: {push: {tags: ['v*']}}", False),
        ("on: {push: {paths: ['docs/**']}}", True),
        ("just a text", True),
    ],
)
def test_which_workflows_a_push_to_main_starts(text: str, starts: bool) -> None:
    workflow: Any = yaml.safe_load(text)
    assert starts_on_push(workflow, "main") is starts
