"""Pipelines of GitLab as a `CIProvider`: those of a commit, their jobs and traces.

https://docs.gitlab.com/api/pipelines/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from provisioner.ci.api import Api, NotFound
from provisioner.ci.base import Absence, CIRun, Job

_TRACE_BYTES = 64 << 20
# GitLab's one word as GitHub's two, status and conclusion.
_WORDS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("created", "waiting_for_resource", "preparing", "scheduled"), ("queued", "")),
    **dict.fromkeys(("pending", "waiting_for_callback"), ("pending", "")),
    **dict.fromkeys(("running", "canceling"), ("in_progress", "")),
    "success": ("completed", "success"),
    "failed": ("completed", "failure"),
    "canceled": ("completed", "cancelled"),
    "skipped": ("completed", "skipped"),
    "manual": ("completed", "action_required"),
}


class GitLabPipelines:
    """The pipelines of one project; see `CIProvider`. `project` is its path with namespace."""

    def __init__(self, api: Api, project: str) -> None:
        self._api, self._project = api, project
        self._root = f"projects/{quote(project, safe='')}"

    @property
    def name(self) -> str:
        return f"GitLab CI of {self._project}"

    async def aclose(self) -> None:
        await self._api.aclose()

    async def find_runs(self, sha: str) -> tuple[CIRun, ...]:
        """See `CIProvider.find_runs`: the latest pipeline that a push of the commit started."""
        pages = self._api.items(f"{self._root}/pipelines", sha=sha, source="push", order_by="id")
        found = [one async for one in pages if one["sha"] == sha]
        return tuple(_run(one) for one in found[:1])

    async def last_good(self, run: CIRun) -> CIRun | None:
        """See `CIProvider.last_good`."""
        found = await self._api.get(
            f"{self._root}/pipelines", status="success", source="push", order_by="id", per_page=1
        )
        return next((_run(one) for one in found if one["status"] == "success"), None)

    async def absence(self, branch: str) -> Absence | None:
        """See `CIProvider.absence`."""
        project = await self._api.get(self._root)
        if project.get("builds_access_level") == "disabled":
            return Absence("disabled", f"CI is disabled in {self._project}")
        file = quote(project.get("ci_config_path") or ".gitlab-ci.yml", safe="")
        try:
            await self._api.get(f"{self._root}/repository/files/{file}", ref=branch)
        except NotFound:
            return Absence("no_workflow", f"{branch} has no .gitlab-ci.yml")
        return None

    async def approval(self, run: CIRun) -> str:
        """See `CIProvider.approval`: a manual job ends a pipeline, none waits for one."""
        return ""

    async def jobs(self, run: CIRun) -> tuple[Job, ...]:
        """See `CIProvider.jobs`."""
        return tuple(
            [_job(one) async for one in self._api.items(f"{self._root}/pipelines/{run.id}/jobs")]
        )

    async def log(self, run: CIRun, job: Job) -> str:
        """See `CIProvider.log`."""
        try:
            data = await self._api.download(f"{self._root}/jobs/{job.id}/trace", _TRACE_BYTES)
        except NotFound:
            return ""
        return data.decode("utf-8", "replace")


def _run(one: Mapping[str, Any]) -> CIRun:
    status, conclusion = _WORDS.get(one["status"], ("completed", one["status"]))
    return CIRun(str(one["id"]), f"pipeline {one['id']}", status, conclusion, one["web_url"])


def _job(one: Mapping[str, Any]) -> Job:
    status, conclusion = _WORDS.get(one["status"], ("completed", one["status"]))
    if one.get("allow_failure") and conclusion == "failure":
        conclusion = "neutral"
    url, seconds = one.get("web_url", ""), one.get("duration")
    return Job(str(one["id"]), one["name"], status, conclusion, url, seconds)
