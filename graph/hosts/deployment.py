"""deploy-host: a repository of anybody's onto hosts, by a plan that a person approves."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.prompting import compose
from assistant.request import AIAssistant, Purpose
from assistant.schemas import AnalyzeFailure, PlanDeployment
from graph.commands.asking import asking_models
from graph.config.models import DeploymentConfig
from graph.errors import DONE, FAILED, ApprovalNeeded
from graph.hosts.plan import (
    CommandRun,
    FailureAnalysis,
    PlanExecution,
    PlanProgress,
    PlanStep,
    ProgressFile,
    StepRecord,
    WorkflowPlan,
    output_tail,
)
from graph.request import Approve, Question
from ledger.text.masking import masked
from provisioner.files.workspace import open_workspace
from provisioner.hosts.address import HostAddress, host_addresses
from provisioner.hosts.archive import pack_files
from provisioner.hosts.connection import HostConnection, Waits
from provisioner.hosts.dangerous import danger
from provisioner.hosts.facts import RemoteHostFacts, gather_facts
from provisioner.hosts.insights import (
    RepositoryInsights,
    clone_repository,
    read_insights,
    read_repository,
)
from provisioner.hosts.source import bring_source, run_in

_LOG_CHARS, _LINE_CHARS = 8_000, 500


@dataclass(frozen=True, slots=True)
class HostResult:
    """How a plan ended on a host.

    Attributes:
        ports: that something listens on there, and nothing did before.
    """

    host: str
    records: tuple[StepRecord, ...]
    ports: tuple[int, ...]

    @property
    def status(self) -> str:
        """done, or what kept it from that."""
        outcomes = [one.outcome for one in self.records if one.step.action != "noop"]
        if not outcomes or {"failed", "refused"} & set(outcomes):
            return "failed"
        return "incomplete" if "skipped" in outcomes else "done"

    def to_json(self) -> dict[str, Any]:
        steps = [{**asdict(one), "output": output_tail(one.output)} for one in self.records]
        return {"host": self.host, "status": self.status, "steps": steps, "ports": self.ports}


@dataclass(frozen=True, slots=True)
class HostRequest:
    """One call of `deploy-host`.

    Attributes:
        repo: the repository's address.
        requirements: what a person adds; "" for nothing.
        approve: asked once about the plan, and permit about each dangerous command.
        shown: is given each line that a person reads meanwhile.
    """

    repo: str
    requirements: str
    root: Path
    settings: DeploymentConfig
    environ: Mapping[str, str]
    approve: Approve
    permit: Approve
    shown: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class HostsResult:
    run_id: str
    hosts: tuple[HostResult, ...]
    commit: str

    @property
    def exit_code(self) -> int:
        return DONE if all(one.status == "done" for one in self.hosts) else FAILED

    def to_json(self) -> dict[str, Any]:
        status = next((one.status for one in self.hosts if one.status != "done"), "done")
        hosts = [one.to_json() for one in self.hosts]
        return {"schema": 1, "run_id": self.run_id, "status": status, "commit": self.commit} | {
            "hosts": hosts
        }


async def deploy_repository(request: HostRequest) -> HostsResult:
    """Plan, approve and carry out on each host in turn; the first that is not done ends it.

    Raises as AIAssistant.ask does, and errors of the hosts; ApprovalNeeded where the plan is not
    approved.
    """
    addresses = host_addresses(request.settings.ssh)
    with tempfile.TemporaryDirectory(prefix="clone-") as folder:
        clone = Path(folder, "repository")
        commit = await clone_repository(request.repo, clone)
        files = await asyncio.to_thread(read_repository, clone)
        insights = read_insights(files)
        results = []
        async with asking_models(
            request.root, request.settings, request.environ, "host", mode="SSH"
        ) as asking:
            advisor = _Advisor(asking.client, asking.run_id, request, insights)
            state_dir = open_workspace(request.root).state_dir
            asked = (request.repo, commit, request.requirements)
            kept = {one: ProgressFile(state_dir, *asked, str(one)) for one in addresses}
            source = (pack_files(files), commit)
            for address in addresses:
                results.append(await _on_host(request, advisor, address, source, kept[address]))
                if results[-1].status != "done":
                    break
            else:
                asking.status = "done"
            for file in kept.values():
                file.remove()
    return HostsResult(asking.run_id, tuple(results), commit)


async def _on_host(
    request: HostRequest,
    advisor: _Advisor,
    address: HostAddress,
    source: tuple[bytes, str],
    kept: ProgressFile,
) -> HostResult:
    """Carry out a plan, a new one or one that is kept; `source` is an archive and its commit."""
    ssh = request.settings.ssh
    waits = Waits(ssh.connect_seconds, ssh.command_seconds, ssh.away_seconds)
    connection = HostConnection(address, waits)
    try:
        facts = await connection.step(lambda: gather_facts(connection))
        advisor.facts = facts
        progress = kept.read()
        if progress is None:
            progress = PlanProgress(plan=WorkflowPlan.of(await advisor.plan()))
            kept.write(progress)
        plan, ended = progress.plan, list(progress.records)
        await request.approve(_approval(plan, request.repo, address, len(ended)))
        archive, commit = source
        place = f"{ssh.folder}/repositories/{advisor.name}/{commit[:12]}"
        folder = await bring_source(connection, facts, place, archive)

        async def run(command: str) -> CommandRun:
            code, output = await run_in(connection, folder, command, request.shown)
            return CommandRun(command, code, output)

        async def permit(command: str) -> str:
            why = danger(command)
            try:
                if why:
                    await request.permit(_warning(command, why, address))
            except ApprovalNeeded:
                return f"{why}, and was not approved"
            return ""

        def recorded(records: tuple[StepRecord, ...]) -> None:
            kept.write(PlanProgress(plan=plan, records=records))

        retries = request.settings.deployment.max_retries
        execution = PlanExecution(run, permit, advisor, retries, request.shown, recorded, ended)
        records = await execution.carry_out(plan)
        after = await connection.step(lambda: gather_facts(connection))
        return HostResult(str(address), records, tuple(sorted(after.ports - facts.ports)))
    finally:
        await connection.close()


class _Advisor:
    """Asks a model for plans and analyses, each question with the whole context."""

    def __init__(
        self,
        assistant: AIAssistant,
        run_id: str,
        request: HostRequest,
        insights: RepositoryInsights,
    ) -> None:
        self.assistant, self.run_id, self.insights = assistant, run_id, insights
        name = re.split(r"[/:]", request.repo.rstrip("/").removesuffix(".git"))[-1]
        self.name = re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip(".-") or "repository"
        self.requirements = request.requirements or "Bring it onto the host and start it."
        self.facts: RemoteHostFacts | None = None
        self.asked = 0

    async def plan(self) -> PlanDeployment:
        """The plan for a host, in the model's words."""
        request = compose(PlanDeployment, self._inputs())
        return (await self.assistant.ask(request, self._purpose("deploy"))).value

    async def analyze(self, step: PlanStep, attempt: int, run: CommandRun) -> FailureAnalysis:
        """What failed, and one suggestion."""
        inputs = {
            "step": f"{step.title}\n{run.command}\nexit code {run.exit_code}",
            "attempt": str(attempt),
            "log": _masked(run.output[-_LOG_CHARS:]),
        }
        request = compose(AnalyzeFailure, {**self._inputs(), **inputs})
        answer = await self.assistant.ask(request, self._purpose("error_analysis"))
        return FailureAnalysis.of(answer.value)

    def _inputs(self) -> dict[str, str]:
        shown = self.facts.shown() if self.facts else {}
        return {
            "feature": self.name,
            "requirements": self.requirements,
            "host": "\n".join(f"{name}: {value}" for name, value in shown.items()),
            "files": _masked(self.insights.shown()),
        }

    def _purpose(self, step: str) -> Purpose:
        self.asked += 1
        return Purpose(self.run_id, step, self.asked, "diagnosis")


def _masked(text: str) -> str:
    """Lines of others without what looks like a key."""
    return "\n".join(masked(line, _LINE_CHARS) for line in text.splitlines())


def _approval(plan: WorkflowPlan, repo: str, address: HostAddress, ended: int) -> Question:
    before = f" {ended} of its steps have ended; it goes on after them." if ended else ""
    lines = [f"{number}. {line}" for number, one in enumerate(plan.steps, 1) for line in _line(one)]
    return Question(
        asks=f"Carry out this plan on {address}?",
        reason=f"A model made it for {repo}; its commands run with the rights of {address.user}."
        + before,
        change=tuple(lines),
        yes="each command is run; dangerous ones are asked about again",
        no="nothing is done on the host",
    )


def _line(step: PlanStep) -> Sequence[str]:
    warning = danger(step.command) if step.action == "remote:run" else ""
    shown = step.command if step.action == "remote:run" else f"(a note) {step.details}"
    return [f"{step.title}: {shown}{f'  [dangerous: {warning}]' if warning else ''}"]


def _warning(command: str, why: str, address: HostAddress) -> Question:
    return Question(
        asks=f"Run a dangerous command on {address}?",
        reason=why,
        change=(command,),
        yes="it is run as it stands",
        no="it is not run, and counts as failed",
    )
