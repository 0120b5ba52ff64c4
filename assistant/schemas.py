"""The functions that a model is asked to call: names and fields are the fixed contract.

Every field is required and unknown ones are refused, so that vendors' strict modes hold; a
field that may be empty is nullable or an empty list.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.kinds import Kind, RecoveryAction

_FENCED = re.compile(r"\s*```[\w+-]*[ \t]*\r?\n(?P<code>.*?)\n?```\s*", re.DOTALL)


def _unfenced(code: str) -> str:
    """Code without the Markdown fence around it, with which it is no Python, and the byte order
    mark."""
    code = code.removeprefix("\ufeff")
    match = _FENCED.fullmatch(code)
    return f"{match['code']}\n" if match else code


Code = Annotated[str, AfterValidator(_unfenced)]


class Strict(BaseModel):
    """Validated without coercion; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Function(Strict):
    """A function of the contract; ``name`` is its wire name."""

    name: ClassVar[str]

    @classmethod
    def parameters(cls) -> dict[str, Any]:
        """JSON Schema of the arguments, without titles, as strict modes want it."""
        schema = cls.model_json_schema()
        _drop_titles(schema)
        schema["description"] = (cls.__doc__ or "").strip()
        return schema


def _drop_titles(node: Any) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        for value in node.values():
            _drop_titles(value)
    elif isinstance(node, list):
        for value in node:
            _drop_titles(value)


class GenerateTestCode(Function):
    """Write the whole of test.py; it must run as `python test.py`."""

    name = "generate_test_code"
    code: Code
    reasoning: str


class GenerateMainCode(Function):
    """Write the whole of main.py; dependencies are PEP 508 requirements."""

    name = "generate_main_code"
    code: Code
    dependencies: list[str]
    reasoning: str


class GenerateServiceCode(Function):
    """Write the whole of service.py: FastAPI, an object named app, GET /health."""

    name = "generate_service_code"
    code: Code
    dependencies: list[str]
    reasoning: str


class GenerateServiceTestCode(Function):
    """Write the whole of service-test.py; it must run as `python service-test.py MODE`."""

    name = "generate_service_test_code"
    code: Code
    reasoning: str


Severity = Literal["minor", "major"]
Category = Literal["security", "bug", "quality"]


class ReviewIssue(Strict):
    severity: Severity
    category: Category
    file: str
    line: int | None
    description: str


class ReviewCode(Function):
    """Name what is wrong in the given files; major issues stop the delivery."""

    name = "review_code"
    issues: list[ReviewIssue]
    summary: str


class CreateCommitMessage(Function):
    """Word the commit in the conventional form."""

    name = "create_commit_message"
    type: Literal["feat", "fix", "refactor", "test", "docs", "chore", "perf", "build", "ci"]
    scope: str
    subject: str
    body: str
    breaking: bool


class Parameter(Strict):
    name: str
    value: str


class Action(Strict):
    type: RecoveryAction
    target: str | None
    parameters: list[Parameter]


class AnalyzeDeploymentError(Function):
    """Name the failure in the given log, its root cause and one action that would mend it."""

    name = "analyze_deployment_error"
    error_type: Kind
    summary: str
    root_cause: str
    confidence: Annotated[float, Field(strict=False, ge=0, le=1)]
    action: Action
    reasoning: str


class DetermineRetryStrategy(Function):
    """Say whether, when and from which step to try again."""

    name = "determine_retry_strategy"
    retry: bool
    delay_seconds: Annotated[float, Field(strict=False, ge=0)]
    resume_at: str | None
    reasoning: str


class PlannedStep(Strict):
    title: str
    command: str
    action: Literal["remote:run", "noop"] | None
    details: str | None


class PlanDeployment(Function):
    """List the steps that would deploy the feature."""

    name = "plan_deployment"
    steps: list[PlannedStep]


class SuggestedStep(Strict):
    title: str
    command: str
    action: str | None
    details: str | None


class AnalyzeFailure(Function):
    """Say what failed in a deployment step and suggest one step."""

    name = "analyze_failure"
    summary: str
    suggested_step: SuggestedStep


FUNCTIONS: dict[str, type[Function]] = {one.name: one for one in Function.__subclasses__()}
