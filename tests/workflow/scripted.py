"""Models that say what a test wants them to say, and an order to run them on."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.request import Answer, F, Purpose, Request
from assistant.schemas import Function
from graph.config.layers import resolve
from graph.events import Event
from graph.request import RunRequest
from graph.result import DeploymentResult
from graph.run.execute import run_feature
from ledger.calls import TokenUsage

Said = str | Mapping[str, Any] | BaseException


@dataclass
class ScriptedAssistant:
    """Answers each function from a list, in order; the last answer stays.

    A text is the answer's code; a mapping is its fields; an error is raised.
    """

    script: Mapping[str, Sequence[Said]]
    asked: list[tuple[str, Request[Any], Purpose]] = field(default_factory=list)

    async def ask(self, request: Request[F], purpose: Purpose) -> Answer[F]:
        name = request.function.name
        number = sum(asked == name for asked, _, _ in self.asked)
        self.asked.append((name, request, purpose))
        answers = self.script.get(name) or [_DEFAULTS[name]]
        said = answers[min(number, len(answers) - 1)]
        if isinstance(said, BaseException):
            raise said
        value = request.function.model_validate(_fields(request.function, said))
        return Answer(value, "scripted", "scripted-1", TokenUsage(100, 10), 0.001)

    def count(self, name: str) -> int:
        """How often a function was asked for."""
        return sum(asked == name for asked, _, _ in self.asked)

    def prompts(self, name: str) -> list[str]:
        """The user messages that asked for a function."""
        return [request.messages[-1].content for asked, request, _ in self.asked if asked == name]


_DEFAULTS: dict[str, Said] = {
    "create_commit_message": {
        "type": "feat",
        "scope": "",
        "subject": "add what was asked for",
        "body": "",
        "breaking": False,
    },
    "analyze_failure": {
        "summary": "It failed.",
        "suggested_step": {"title": "Look.", "command": "", "action": None, "details": None},
    },
    "analyze_deployment_error": {
        "error_type": "unknown",
        "summary": "?",
        "root_cause": "?",
        "confidence": 0.1,
        "action": {"type": "FAIL", "target": None, "parameters": []},
        "reasoning": "?",
    },
    "review_code": {"issues": [], "summary": "good"},
}


def _fields(function: type[Function], said: str | Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(said, str):
        return said
    fields: dict[str, Any] = {"code": said, "reasoning": "as scripted"}
    if "dependencies" in function.model_fields:
        fields["dependencies"] = []
    return fields


@dataclass
class Runner:
    """Delivers features into one repository."""

    root: Path
    events: list[Event] = field(default_factory=list)
    runs: int = 0

    def request(self, feature: str = "adder", **changes: Any) -> RunRequest:
        flags = {"deployment.provision_mode": "CODE", **changes.pop("flags", {})}
        settings = resolve(file=None, environ={}, flags=flags).settings
        fields: dict[str, Any] = {
            "requirements": "add(a, b) gives the sum of two whole numbers.",
            "workspace": self.root,
            "settings": settings,
            **changes,
        }
        return RunRequest(feature=feature, **fields)

    async def run(self, assistant: ScriptedAssistant, **changes: Any) -> DeploymentResult:
        self.runs += 1
        return await run_feature(
            self.request(**changes),
            lambda event, *_: self.events.append(event),
            assistant=assistant,
            run_id=f"20261121-000000-run{self.runs}",  # decides which tests are hidden
        )

    def git(self, *arguments: str) -> str:
        """A git command's output."""
        return subprocess.run(
            ["git", "-C", str(self.root), *arguments], check=True, capture_output=True, text=True
        ).stdout.strip()

    def committed(self, path: str) -> str:
        return self.git("show", f"HEAD:{path}")


def steps(result: DeploymentResult) -> dict[str, tuple[str, int]]:
    """Step → status and attempts."""
    return {step["name"]: (step["status"], step["attempts"]) for step in result.record["steps"]}


Script = Callable[..., ScriptedAssistant]
