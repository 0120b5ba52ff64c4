"""Every setting, its type, its default and one line on it. The defaults live here alone.

`deployment.yaml` and its JSON Schema are written from these models by
`ai-assisted-deploy config write`, and the tests check that they are current.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from assistant.config import AssistantSettings, Section

Mode = Literal["CODE", "SERVICE", "CONTAINER", "AZURE", "SSH"]
StepName = Literal[
    "scaffold",
    "generate_tests",
    "generate_main",
    "prove_tests",
    "generate_service",
    "service_tests",
    "review",
    "commit",
    "push",
    "deploy",
    "health_check",
]


class DeploymentSettings(Section):
    provision_mode: Mode = Field(
        "SERVICE", description="how far to go: CODE, SERVICE, CONTAINER, AZURE or SSH"
    )
    regenerate_main: bool | None = Field(
        None,
        description="main.py that exists: true rewrites it, false keeps it, null refuses the run",
    )
    regenerate_service: bool | None = Field(
        None,
        description="service.py that exists: true rewrites it, false keeps it, null refuses the "
        "run",
    )
    regenerate_test: bool | None = Field(
        None,
        description="test.py or service-test.py that exists: true rewrites it, false keeps it, "
        "null refuses the run",
    )
    rebuild_base_env: bool = Field(
        False,
        description="make a feature's environment of packages anew (not available yet: features "
        "run with the packages of this tool)",
    )
    rebuild_container: bool = Field(
        True, description="build the image anew when its content changed (container modes)"
    )
    rerun_tests: bool = Field(
        True, description="run tests that are kept; without it they are skipped, never passed"
    )
    skip_provision: bool = Field(False, description="leave out deploy and health_check")
    ai_generate_code: bool = Field(
        True, description="let a model write code; without it every file must be there"
    )
    ai_analyze_errors: bool = Field(
        True, description="ask a model to name a failure that no rule knows"
    )
    ai_create_commits: bool = Field(
        True, description="let a model word the commit; without it the wording follows a rule"
    )
    ai_suggest_fixes: bool = Field(
        True, description="ask a model for a next step when a run gives up"
    )
    max_retries: Annotated[int, Field(ge=0, le=50)] = Field(
        3, description="repairs of one file after its first version, 0 to 50"
    )
    retry_on_provision_fail: bool = Field(
        True, description="try again after a failed deploy or health check"
    )
    retry_on_test_fail: bool = Field(
        True, description="go back to generation after failed tests; without it one round decides"
    )
    retry_delay_seconds: Annotated[float, Field(ge=0, le=3600)] = Field(
        5.0, description="wait before a failed deploy is tried again, in seconds"
    )
    exponential_backoff: bool = Field(True, description="double that wait each time")
    skip_steps: list[StepName] = Field(
        default_factory=list, description="steps to leave out; they are recorded as skipped"
    )


def _off(value: object) -> object:
    """YAML 1.1 reads off without quotation marks as false."""
    return "off" if value is False else value


Gate = Annotated[Literal["require", "warn", "off"], BeforeValidator(_off)]


class QualitySettings(Section):
    hidden_tests: bool = Field(
        True, description="never show a quarter of the tests to the writer of main.py"
    )
    samples: Annotated[int, Field(ge=0, le=5)] = Field(
        2, description="fresh attempts side by side when the same failure comes a third time"
    )
    mutation: Gate = Field(
        "require",
        description="prove the tests by mutants of main.py: require refuses weak tests; or warn",
    )
    mutation_min_score: Annotated[float, Field(ge=0, le=1)] = Field(
        0.3, description="share of the mutants with a result that an assertion must notice"
    )
    mutation_target: Annotated[float, Field(ge=0, le=1)] = Field(
        0.7, description="below it the survivors go back once, for tests to be added"
    )
    mutation_seconds: Annotated[float, Field(gt=0, le=3600)] = Field(
        30.0, description="time for it, in seconds; after that a sample decides"
    )
    review: Gate = Field(
        "warn",
        description="review before the commit: major issues go back in any case; require also "
        "stops where no review can be had; off leaves it out",
    )
    review_rounds: Annotated[int, Field(ge=0, le=10)] = Field(
        2, description="how often major issues go back before the run gives up"
    )


class GithubSettings(Section):
    wait_for_completion: bool = Field(
        False, description="wait for the workflow run of the pushed commit (not available yet)"
    )
    poll_interval_seconds: Annotated[float, Field(ge=1, le=600)] = Field(
        10.0,
        description="pause between two looks at a workflow run, in seconds (used with the wait)",
    )
    max_wait_minutes: Annotated[float, Field(gt=0, le=360)] = Field(
        30.0, description="longest wait for a workflow run, in minutes (used with the wait)"
    )
    fetch_logs_on_failure: bool = Field(
        True, description="fetch the logs of a workflow run that failed (used with the wait)"
    )


class LimitSettings(Section):
    test_seconds: Annotated[float, Field(gt=0, le=3600)] = Field(
        30.0, description="wall-clock limit of one run of the tests, in seconds"
    )
    memory_mb: Annotated[int, Field(ge=64)] = Field(
        1024, description="memory of all judged processes together, in MiB"
    )
    processes: Annotated[int, Field(ge=1)] = Field(
        64, description="processes and threads that judged code may have"
    )
    output_kb: Annotated[int, Field(ge=1)] = Field(
        256, description="output that is kept of a judged process, head and tail, in KiB"
    )
    unsafe_no_sandbox: bool = Field(
        False, description="run generated code without isolation where no sandbox works"
    )


class Settings(Section):
    """The whole of deployment.yaml."""

    deployment: DeploymentSettings = Field(
        default_factory=DeploymentSettings, description="what a run does and how often it tries"
    )
    assistant: AssistantSettings = Field(
        default_factory=AssistantSettings, description="models, their keys and their budget"
    )
    quality: QualitySettings = Field(
        default_factory=QualitySettings, description="what is asked of code beyond green tests"
    )
    github: GithubSettings = Field(
        default_factory=GithubSettings, description="the workflow run that a push starts"
    )
    limits: LimitSettings = Field(
        default_factory=LimitSettings, description="what generated code may use"
    )
