"""Every setting, its type, its default and one line on it; deployment.yaml, written from them."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, Field

from assistant.config import AssistantSettings, Section
from provisioner.modes.azure.settings import AzureSettings
from provisioner.modes.cloudrun.settings import CloudRunSettings
from provisioner.modes.ssh.settings import SSHSettings

FILE_NAME = "deployment.yaml"
SCHEMA_FILE = "docs/deployment.schema.json"
_HEAD = f"""\
# Every setting of ai-assisted-deploy with its default. A copy of this file in a repository is its
# configuration; keys that are left out have these defaults, unknown keys are refused.
# Environment variables go before this file: AI_DEPLOY_DEPLOYMENT_MAX_RETRIES=5. Flags go before
# both. `ai-assisted-deploy config show` shows where each value comes from.
# Written by `ai-assisted-deploy config write` together with {SCHEMA_FILE}.
"""

Mode = Literal["CODE", "SERVICE", "CONTAINER", "AZURE", "SSH", "CLOUDRUN"]
StepName = Literal[
    "scaffold",
    "generate_tests",
    "generate_main",
    "prove_tests",
    "generate_service",
    "service_tests",
    "container_tests",
    "review",
    "commit",
    "push",
    "await_ci",
    "deploy",
    "health_check",
]


class DeploymentSettings(Section):
    provision_mode: Mode = "SERVICE"
    """how far to go: CODE, SERVICE, CONTAINER, AZURE, SSH or CLOUDRUN"""
    regenerate_main: bool | None = None
    """main.py that exists: true rewrites it, false keeps it, null refuses the run"""
    regenerate_service: bool | None = None
    """service.py that exists: true rewrites it, false keeps it, null refuses the run"""
    regenerate_test: bool | None = None
    """test.py, service-test.py that exist: true rewrites, false keeps, null refuses the run"""
    rebuild_base_env: bool = False
    """make a feature's environment of packages anew, even where it is there"""
    rebuild_container: bool = True
    """build the image anew when its content changed (container modes)"""
    rerun_tests: bool = True
    """run tests that are kept; without it they are skipped, never passed"""
    skip_provision: bool = False
    """leave out deploy and health_check"""
    ai_generate_code: bool = True
    """let a model write code; without it every file must be there"""
    ai_analyze_errors: bool = True
    """ask a model to name a failure that no rule knows"""
    ai_decide_retries: bool = False
    """let a model decide whether a failed step is tried again; without it a rule does"""
    ai_create_commits: bool = True
    """let a model word the commit; without it the wording follows a rule"""
    ai_suggest_fixes: bool = True
    """ask a model for a next step when a run gives up"""
    max_retries: Annotated[int, Field(ge=0, le=50)] = 3
    """repairs of one file after its first version, 0 to 50"""
    retry_on_provision_fail: bool = True
    """try again after a failed deploy or health check"""
    retry_on_test_fail: bool = True
    """go back to generation after failed tests; without it one round decides"""
    retry_delay_seconds: Annotated[float, Field(ge=0, le=3600)] = 5.0
    """wait before a failed deploy is tried again, in seconds"""
    exponential_backoff: bool = True
    """double that wait each time"""
    skip_steps: list[StepName] = Field(default_factory=list)
    """steps to leave out; they are recorded as skipped"""


def _off(value: object) -> object:
    """YAML 1.1 reads off without quotation marks as false."""
    return "off" if value is False else value


Gate = Annotated[Literal["require", "warn", "off"], BeforeValidator(_off)]


class QualitySettings(Section):
    isolation: Literal["prefer", "separate"] = "prefer"
    """suites that need one process with main.py: prefer runs them, separate refuses them"""
    hidden_tests: bool = True
    """never show a quarter of the tests to the writer of main.py"""
    samples: Annotated[int, Field(ge=0, le=5)] = 2
    """fresh attempts side by side when the same failure comes a third time"""
    mutation: Gate = "require"
    """prove the tests by mutants of main.py: require refuses weak tests; or warn"""
    mutation_min_score: Annotated[float, Field(ge=0, le=1)] = 0.3
    """share of the mutants with a result that an assertion must notice"""
    mutation_target: Annotated[float, Field(ge=0, le=1)] = 0.7
    """below it the survivors go back once, for tests to be added"""
    mutation_seconds: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """time for it, in seconds; after that a sample decides"""
    review: Gate = "warn"
    """major issues go back; require also stops where no review can be had; off leaves it out"""
    review_rounds: Annotated[int, Field(ge=0, le=10)] = 2
    """how often major issues go back before the run gives up"""


class PackageSettings(Section):
    minimum_age_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """younger releases of packages that nobody has reviewed need an approval; in days"""
    exclude_newer: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    """take only releases from before this day, such as 2026-01-31; empty takes all"""
    install_seconds: Annotated[float, Field(gt=0, le=7200)] = 600.0
    """time for resolving a feature's packages, and for installing them, in seconds"""


class GitSettings(Section):
    branch: str = ""
    """branch to commit on, e.g. "feature/{feature}"; empty is the one that is checked out"""
    commit: Literal["auto", "ask"] = "auto"
    """ask: have a person approve the commit before it is made"""
    co_author: str = ""
    """"Name <address>" for the trailer Co-authored-by; empty is none"""
    run_hooks: bool = True
    """run pre-commit, commit-msg and pre-push in a checkout of the commit"""
    hooks_sandbox: bool = True
    """hooks get no network, no keys and no home; false runs them as git itself would"""
    hook_seconds: Annotated[float, Field(gt=0, le=3600)] = 120.0
    """wall-clock limit of one hook, in seconds"""
    remote: str = ""
    """name of the remote to push to; empty is the one that git itself would choose"""
    push_with_mine: bool = False
    """push commits of your own along that the remote lacks; without it they stop the push"""

    def branch_of(self, feature: str) -> str | None:
        """The full name of a feature's branch, None for the one that is checked out."""
        name = self.branch.replace("{feature}", feature)
        return f"refs/heads/{name}" if name else None


class GithubSettings(Section):
    wait_for_completion: bool = True
    """wait for the workflow runs of the pushed commit, where there are a token and a workflow"""
    repository: str = ""
    """owner/name; empty is what the remote's address says"""
    workflow: str = ""
    """file name of the one workflow that counts; empty is every run that the push starts"""
    grace_seconds: Annotated[float, Field(ge=0, le=3600)] = 90.0
    """how long a workflow run may take to appear after the push, in seconds"""
    pull_request: bool = True
    """where the branch is protected, push another one and open a pull request"""
    poll_interval_seconds: Annotated[float, Field(ge=1, le=600)] = 10.0
    """pause between two looks at a workflow run, in seconds"""
    max_wait_minutes: Annotated[float, Field(gt=0, le=360)] = 30.0
    """longest wait for the workflow runs, in minutes"""
    fetch_logs_on_failure: bool = True
    """fetch the logs of the jobs that failed"""


class LimitSettings(Section):
    test_seconds: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """wall-clock limit of one run of the tests, in seconds"""
    memory_mb: Annotated[int, Field(ge=64)] = 1024
    """memory of all judged processes together, in MiB"""
    processes: Annotated[int, Field(ge=1)] = 64
    """processes and threads that judged code may have"""
    output_kb: Annotated[int, Field(ge=1)] = 256
    """output that is kept of a judged process, head and tail, in KiB"""
    unsafe_no_sandbox: bool = False
    """run generated code without isolation where no sandbox works"""


class DeploymentConfig(Section):
    """The whole of deployment.yaml."""

    deployment: DeploymentSettings = Field(default_factory=DeploymentSettings)
    """what a run does and how often it tries"""
    assistant: AssistantSettings = Field(default_factory=AssistantSettings)
    """models, their keys and their budget"""
    quality: QualitySettings = Field(default_factory=QualitySettings)
    """what is asked of code beyond green tests"""
    packages: PackageSettings = Field(default_factory=PackageSettings)
    """what a feature may install"""
    git: GitSettings = Field(default_factory=GitSettings)
    """the commit and the push"""
    github: GithubSettings = Field(default_factory=GithubSettings)
    """the workflow run that a push starts"""
    limits: LimitSettings = Field(default_factory=LimitSettings)
    """what generated code may use"""
    azure: AzureSettings = Field(default_factory=AzureSettings)
    """mode AZURE: where on Azure Container Apps, and how traffic is shifted"""
    ssh: SSHSettings = Field(default_factory=SSHSettings)
    """mode SSH: on which hosts, and how they are reached"""

    cloudrun: CloudRunSettings = Field(default_factory=CloudRunSettings)
    """mode CLOUDRUN: where on Google Cloud Run; tried against a stub of its API alone"""

    def of_mode(self, mode: Mode) -> BaseModel | None:
        """The section that has a mode's name in lower case, None where there is none."""
        section: BaseModel | None = getattr(self, mode.lower(), None)
        return section


def config_files() -> dict[str, str]:
    """Relative path → content."""
    config = DeploymentConfig()
    return {
        FILE_NAME: "\n".join([_HEAD, *_section(config, "")]) + "\n",
        SCHEMA_FILE: json.dumps(_schema(config), indent=2) + "\n",
    }


def _section(model: BaseModel, indent: str) -> Iterator[str]:
    described = _descriptions(type(model))
    for name, field in type(model).model_fields.items():
        value, description = getattr(model, name), field.description or described[name]
        if isinstance(value, BaseModel):
            yield f"{indent}# {description}"
            yield f"{indent}{name}:"
            yield from _section(value, f"{indent}  ")
            if not indent:
                yield ""
        else:
            scalar = yaml.safe_dump(value, default_flow_style=True, width=1000)
            scalar = scalar.removesuffix("\n").removesuffix("\n...")
            yield f"{indent}{name}: {scalar}  # {description}"


def _schema(config: DeploymentConfig) -> dict[str, Any]:
    schema = config.model_json_schema()
    sections = (value for _, value in config if isinstance(value, BaseModel))
    for kind in (DeploymentConfig, *map(type, sections)):
        properties = schema["$defs"].get(kind.__name__, schema)["properties"]
        for name, description in _descriptions(kind).items():
            properties[name] = dict(
                sorted({**properties[name], "description": description}.items())
            )
    return schema


def _descriptions(kind: type[BaseModel]) -> dict[str, str]:
    """The strings that follow a model's fields in its source.

    pydantic's `use_attribute_docstrings` would read all sources whenever a command starts.
    """
    (definition,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(definition, ast.ClassDef)
    return {
        field.target.id: " ".join(ast.literal_eval(text.value).split())
        for field, text in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
    }
