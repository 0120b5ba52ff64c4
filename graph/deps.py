"""The dependencies of nodes, built in `graph/run/resources.py` alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from assistant.auditor import AuditorClient, AuditorResult
from assistant.builder import BuilderClient, BuilderResult, Written
from assistant.diagnosis.last_good import LastGood
from assistant.prompting import compose
from assistant.request import AIAssistant, Answer, Purpose
from assistant.schemas import Function
from graph.cleaning import Room
from graph.config.models import DeploymentConfig
from graph.events import Emit
from graph.request import Approve
from graph.state import STUCK_WEIGHT, DeploymentState
from ledger.effects import Effects
from ledger.fixes import Fixes
from ledger.runs import EarlierFiles
from provisioner.ci.base import CIProvider, Unwatched
from provisioner.feature.folder import FeatureFolder
from provisioner.feature.packages.environment import Environments
from provisioner.files.workspace import RunFolder
from provisioner.git.repository import Repository
from provisioner.github.pull_requests import PullRequests
from provisioner.judge.judge import Judge
from provisioner.modes.base import Provisioner
from provisioner.modes.container.trial import ContainerTrial
from provisioner.modes.service.trial import ServiceTrial
from provisioner.sandbox.base import Sandbox

F = TypeVar("F", bound=Function)

NOTHING_EARLIER = EarlierFiles(run_id="", requirements="", suites={}, committed=False)
_CATEGORIES = {"generate_tests": "tests", "commit": "docs", "error_analysis": "diagnosis"}


@dataclass(frozen=True, slots=True)
class Deps:
    """The dependencies of one run.

    Attributes:
        requirements: their text, verbatim.
        earlier: the feature before the run.
        artefacts: the run's files by hash.
        environments: those of packages, shared by the features of the workspace.
        repository: None where git is left alone.
        fixes: of failures that no rule names, and how they ended, by all runs.
        trial: starts the service on this machine for its tests.
        container_trial: tests it in a container.
        provisioner: where the feature is deployed; None where the mode deploys nothing.
        providers: gives the recent results of each model provider, a line each.
        last_good: reads what the service printed in the feature's last good run; None for none.
        models: gives the models that have answered in this run, in one line; "" where none did.
        ci, pulls: give what watches the commits of a remote's address, and its pull requests; or
            why nothing does.
        make_room: removes what nobody uses of what this tool made on this machine.
        chance: gives a number from 0 to 1, for pauses.
    """

    settings: DeploymentConfig
    requirements: str
    earlier: EarlierFiles
    assistant: AIAssistant
    judge: Judge
    sandbox: Sandbox
    environments: Environments
    artefacts: RunFolder
    folder: FeatureFolder
    repository: Repository | None
    effects: Effects
    fixes: Fixes
    trial: ServiceTrial
    container_trial: ContainerTrial
    provisioner: Provisioner | None
    providers: Callable[[], tuple[str, ...]]
    last_good: Callable[[], LastGood | None]
    models: Callable[[], str]
    ci: Callable[[str], CIProvider | Unwatched]
    pulls: Callable[[str], PullRequests | Unwatched]
    emit: Emit
    approve: Approve
    make_room: Callable[[], Awaitable[Room]]
    today: Callable[[], date]
    sleep: Callable[[float], Awaitable[None]]
    chance: Callable[[], float]

    async def ask(
        self, function: type[F], state: DeploymentState, asking: str, /, **inputs: str
    ) -> Answer[F]:
        """Ask a model on behalf of a step; the round under way is part of the question's key."""
        request = compose(function, self._inputs(state, inputs))
        return await self.assistant.ask(request, self._purpose(state, asking))

    async def build(
        self, file: Written, state: DeploymentState, asking: str, /, **inputs: str
    ) -> BuilderResult:
        """Have one of the feature's files written by a model on behalf of a step."""
        purpose = self._purpose(state, asking)
        builder = BuilderClient(self.assistant)
        return await builder.build(file, self._inputs(state, inputs), purpose)

    async def audit(
        self, files: Mapping[str, str], state: DeploymentState, asking: str, /
    ) -> AuditorResult:
        """Have files reviewed, by another model than their author where there are two."""
        return await AuditorClient(self.assistant).audit(
            files,
            feature=state["feature"],
            requirements=self.requirements,
            purpose=self._purpose(state, asking),
            written_by=state["author"],
        )

    def _inputs(self, state: DeploymentState, more: Mapping[str, str]) -> dict[str, str]:
        return {"feature": state["feature"], "requirements": self.requirements, **more}

    def _purpose(self, state: DeploymentState, asking: str) -> Purpose:
        done = state["rounds"].get(asking, 0)
        failed = done + (state["stuck"] * STUCK_WEIGHT if asking == "generate_main" else 0)
        category = _CATEGORIES.get(asking, "code")
        return Purpose(state["run_id"], asking, done + 1, category, failed_rounds=failed)

    def store(self, text: str) -> str:
        """The hash under which a text is stored, "" for no text; `artefact` is the reverse."""
        return self.artefacts.put(text.encode()) if text else ""

    def artefact(self, digest: str) -> str:
        return self.artefacts.get(digest).decode("utf-8", "replace") if digest else ""

    def text(self, state: DeploymentState, name: str) -> str:
        """The accepted content of one of the feature's files, "" where there is none."""
        return self.artefact(state["files"].get(name, ""))

    def feedback(self, state: DeploymentState, step: str) -> str:
        """What the next round of a step is to mend, "" where nothing failed yet."""
        return self.artefact(state["feedback"].get(step, ""))

    def with_feedback(self, state: DeploymentState, **texts: str) -> dict[str, str]:
        """The state's feedback with other texts for some steps."""
        return {**state["feedback"], **{step: self.store(text) for step, text in texts.items()}}

    def accept(self, files: Mapping[str, str], name: str, content: bytes) -> dict[str, str]:
        """Write a file to the feature's folder; gives the new mapping of accepted files."""
        self.folder.write(name, content)
        return {**files, name: self.artefacts.put(content)}

    def kept(self, state: DeploymentState, name: str) -> bytes | None:
        """The content of a file that this run keeps, None where it is to be written."""
        return self.folder.read(name) if name in state["keep"] else None
