"""Paths in logs: as the project's own, and whether they are."""

from __future__ import annotations

import re

# Where CI services and containers put a checkout: what follows is relative to the repository.
_CHECKOUT = re.compile(
    r"^(?:/home/runner/work/[^/]+/[^/]+|/home/travis/build/[^/]+/[^/]+|/builds/[^/]+/[^/]+"
    r"|/github/workspace|/home/vsts/work/\d+/s|/__w/[^/]+/[^/]+|/root/project|/home/circleci/(?:project|repo)"
    r"|/var/lib/jenkins/workspace/[^/]+|/workspaces?/[^/]+|[A-Z]:/a/[^/]+/[^/]+)/"
)
_SOURCES = re.compile(r"^(?:/usr/src/app|/app|/code|/.*/behaviors/[^/]+)/")  # of one program
_THIRD_PARTY = re.compile(
    r"site-packages|dist-packages|/lib(?:64)?/python\d|\.tox/|/hostedtoolcache/|^<|/node_modules/|\.pyenv/|/usr/lib/"
)


def relative(path: str) -> str:
    """The path of a source file as the project has it, where it is known where that was."""
    return _SOURCES.sub("", in_checkout(path))


def in_checkout(path: str) -> str:
    """Any path as the repository has it, where it lies in the checkout of a CI service."""
    return _CHECKOUT.sub("", path.replace("\\", "/")).removeprefix("./")


def is_third_party(path: str) -> bool:
    """Whether a file belongs to the interpreter or a package, not to the project."""
    return bool(_THIRD_PARTY.search(path.replace("\\", "/")))
