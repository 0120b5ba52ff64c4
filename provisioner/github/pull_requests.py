"""Pull requests: one a branch, opened or updated; one comment on it, edited later.

https://docs.github.com/en/rest/pulls
"""

from __future__ import annotations

from dataclasses import dataclass

from provisioner.ci.api import Api
from provisioner.errors import RemoteUnreachable

_MARK = "<!-- ai-assisted-deploy -->"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request that is open."""

    number: int
    url: str


class PullRequests:
    """The pull requests of one repository, given as ``owner/name``."""

    def __init__(self, api: Api, repository: str) -> None:
        self._api, self._repository = api, repository

    async def aclose(self) -> None:
        await self._api.aclose()

    async def open(self, *, head: str, base: str, title: str, body: str) -> PullRequest:
        """Open the pull request of a branch of this repository, or update the one that is open."""
        there = await self._find(head, base)
        if there is None:
            fields = {"head": head, "base": base, "title": title, "body": body}
            try:
                made = await self._api.send("POST", self._path("pulls"), fields)
                return PullRequest(made["number"], made["html_url"])
            except RemoteUnreachable:  # it may have arrived all the same
                there = await self._find(head, base)
                if there is None:
                    raise
        path = self._path(f"pulls/{there.number}")
        await self._api.send("PATCH", path, {"title": title, "body": body})
        return there

    async def comment(self, number: int, text: str) -> None:
        """Write this tool's one comment on a pull request, or edit it."""
        body = {"body": f"{text}\n\n{_MARK}"}
        async for one in self._api.items(self._path(f"issues/{number}/comments")):
            if _MARK in (one.get("body") or ""):
                await self._api.send("PATCH", self._path(f"issues/comments/{one['id']}"), body)
                return
        await self._api.send("POST", self._path(f"issues/{number}/comments"), body)

    async def _find(self, head: str, base: str) -> PullRequest | None:
        owner = self._repository.partition("/")[0]
        pulls = self._path("pulls")
        async for one in self._api.items(pulls, head=f"{owner}:{head}", base=base, state="open"):
            return PullRequest(one["number"], one["html_url"])
        return None

    def _path(self, rest: str) -> str:
        return f"repos/{self._repository}/{rest}"
