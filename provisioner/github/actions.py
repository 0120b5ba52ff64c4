"""Workflow runs of GitHub Actions as a `CIProvider`.

https://docs.github.com/en/rest/actions
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import yaml

from provisioner.ci.api import Api, NotFound
from provisioner.ci.archive import ARCHIVE_BYTES, read_archive
from provisioner.ci.base import Absence, CIRun, Job, Step
from provisioner.errors import RemoteDenied

_LOG_BYTES = 64 << 20
_NO_FILE = "the repository has no active workflow that a push to {branch} starts"


class GitHubActions:
    """The workflow runs of one repository; see `CIProvider`.

    Args:
        repository: ``owner/name``.
        workflow: file name of the one workflow that counts, "" for every one.
    """

    def __init__(self, api: Api, repository: str, workflow: str = "") -> None:
        self._api, self._repository, self._workflow = api, repository, workflow

    @property
    def name(self) -> str:
        return f"GitHub Actions of {self._repository}"

    async def aclose(self) -> None:
        await self._api.aclose()

    async def find_runs(self, sha: str) -> tuple[CIRun, ...]:
        """See `CIProvider.find_runs`; of a workflow that ran twice, the later run."""
        latest: dict[str, tuple[int, CIRun]] = {}
        path = self._path("actions/runs")
        async for one in self._api.items(path, "workflow_runs", head_sha=sha, event="push"):
            file = one["path"].partition("@")[0].rpartition("/")[2]
            # A short hash finds nothing there, and what is found is checked all the same.
            if one["head_sha"] != sha or self._workflow not in ("", file):
                continue
            number = one["run_number"]
            if one["path"] not in latest or latest[one["path"]][0] < number:
                latest[one["path"]] = (number, _run(one))
        return tuple(run for _, run in latest.values())

    async def last_good(self, run: CIRun) -> CIRun | None:
        """See `CIProvider.last_good`; among the newest 100 successful runs."""
        found = await self._api.get(
            self._path("actions/runs"), status="success", event="push", per_page=100
        )
        same = (_run(one) for one in found["workflow_runs"] if one["path"] == run.workflow)
        return next((one for one in same if one.conclusion == "success"), None)

    async def absence(self, branch: str) -> Absence | None:
        """See `CIProvider.absence`."""
        with suppress(NotFound, RemoteDenied):  # only administrators may see it
            permissions = await self._api.get(self._path("actions/permissions"))
            if not permissions["enabled"]:
                return Absence("disabled", f"Actions are disabled in {self._repository}")
        try:
            listed = [
                one async for one in self._api.items(self._path("actions/workflows"), "workflows")
            ]
        except NotFound:
            return Absence("disabled", f"{self._repository} has no Actions, as far as is shown")
        active = [one for one in listed if one["state"] == "active"]
        if self._workflow:
            active = [one for one in active if one["path"].endswith(f"/{self._workflow}")]
        for one in active:
            if await self._starts(one["path"], branch):
                return None
        return Absence("no_workflow", _NO_FILE.format(branch=branch))

    async def _starts(self, path: str, branch: str) -> bool:
        """Whether a push to a branch starts a workflow; True where its file does not say."""
        try:
            found = await self._api.get(self._path(f"contents/{path}"), ref=branch)
            content = base64.b64decode(found["content"])
            return starts_on_push(yaml.safe_load(content), branch)
        except (NotFound, KeyError, TypeError, binascii.Error, yaml.YAMLError, re.error):
            return True

    async def approval(self, run: CIRun) -> str:
        """See `CIProvider.approval`: a deployment to an environment with reviewers."""
        waiting = await self._api.get(self._path(f"actions/runs/{run.id}/pending_deployments"))
        names = [one["environment"]["name"] for one in waiting if one["reviewers"]]
        return f"the deployment to {', '.join(names)} has reviewers" if names else ""

    async def jobs(self, run: CIRun) -> tuple[Job, ...]:
        """See `CIProvider.jobs`."""
        path = self._path(f"actions/runs/{run.id}/jobs")
        return tuple([_job(one) async for one in self._api.items(path, "jobs", filter="latest")])

    async def log(self, run: CIRun, job: Job) -> str:
        """See `CIProvider.log`: the job's own log, else its part of the attempt's archive."""
        with suppress(NotFound):
            path = self._path(f"actions/jobs/{job.id}/logs")
            return (await self._api.download(path, _LOG_BYTES)).decode("utf-8", "replace")
        path = self._path(f"actions/runs/{run.id}/attempts/{run.attempt}/logs")
        try:
            files = read_archive(await self._api.download(path, ARCHIVE_BYTES))
        except NotFound:
            return ""
        # "3_build (3.11).txt" holds the whole job; characters of a path are taken out of its name.
        plain = re.sub(r'[\\/:*?"<>|]', "", job.name)
        whole = re.compile(rf"-?\d+_{re.escape(plain)}\.txt")
        return "\n".join(text for name, text in files.items() if whole.fullmatch(name))

    def _path(self, rest: str) -> str:
        return f"repos/{self._repository}/{rest}"


def starts_on_push(workflow: Any, branch: str) -> bool:
    """Whether a parsed workflow file asks for runs on pushes to a branch.

    Filters of paths are not looked at. YAML 1.1 reads the key ``on`` as true.
    """
    if not isinstance(workflow, Mapping):
        return True
    on = workflow.get("on", workflow.get(True))
    if isinstance(on, str | list):
        return "push" in ([on] if isinstance(on, str) else on)
    if not isinstance(on, Mapping) or "push" not in on:
        return False
    push = on["push"] or {}
    if not isinstance(push, Mapping):
        return True
    if "branches" not in push and "branches-ignore" not in push:
        return "tags" not in push
    wanted = "branches" not in push
    for pattern in _listed(push.get("branches")):
        if _glob(pattern.removeprefix("!")).fullmatch(branch):
            wanted = not pattern.startswith("!")
    ignored = _listed(push.get("branches-ignore"))
    return wanted and not any(_glob(one).fullmatch(branch) for one in ignored)


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] * bool(value)


def _glob(pattern: str) -> re.Pattern[str]:
    """A filter pattern as a regular expression.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
    """
    parts = re.findall(r"\*\*|\*|\[[^]]*\]|.", pattern)
    words = {"**": ".*", "*": "[^/]*", "?": "?", "+": "+"}
    return re.compile(
        "".join(words.get(one, one if one[0] == "[" else re.escape(one)) for one in parts)
    )


def _run(one: Mapping[str, Any]) -> CIRun:
    return CIRun(
        id=str(one["id"]),
        name=one["name"] or one["path"],
        status=one["status"] or "",
        conclusion=one["conclusion"] or "",
        url=one["html_url"],
        attempt=one.get("run_attempt") or 1,
        workflow=one["path"],
    )


def _job(one: Mapping[str, Any]) -> Job:
    return Job(
        id=str(one["id"]),
        name=one["name"],
        status=one["status"],
        conclusion=one["conclusion"] or "",
        url=one["html_url"] or "",
        seconds=_seconds(one["started_at"], one["completed_at"]),
        steps=tuple(
            Step(
                name=step["name"],
                status=step["status"],
                conclusion=step["conclusion"] or "",
                seconds=_seconds(step.get("started_at"), step.get("completed_at")),
            )
            for step in one.get("steps") or ()
        ),
    )


def _seconds(started: str | None, completed: str | None) -> float | None:
    if not started or not completed:
        return None
    begin, end = (datetime.fromisoformat(one) for one in (started, completed))
    return (end - begin).total_seconds()
