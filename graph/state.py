"""The state of a run: plain values only, under 20 KB; rounds of a step are counted in it.

Code, tests, prompts and logs are artefacts of the run, named here by their SHA-256.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict, cast, get_args, get_origin, get_type_hints

from graph.config.models import DeploymentConfig
from graph.failure import Diagnosis, Failure, Trial, Tried
from provisioner.modes.base import PlainDeployment

STUCK_FRESH = 2  # the same failure three times: fresh attempts in place of a repair
STUCK_OVER = 3  # and once more: a diagnosis
STUCK_WEIGHT = 2  # failed rounds that the same failure once more counts as in choosing a model
LISTED = 10  # earlier attempts that a prompt lists
VERSION = 1  # of the state's shape; raised when an older checkpoint could not be read


class StepResult(TypedDict):
    """How one step ended, over all its attempts."""

    status: Literal["done", "failed", "skipped"]
    attempts: int
    seconds: float
    reason: NotRequired[str]  # why it was skipped, where it says so


class Proof(TypedDict):
    """The judge's last verdict on main.py and its frozen tests."""

    verdict: str
    collected: int
    passed: int
    assertions: int
    isolation: str
    sandbox: str


class MutationProof(TypedDict):
    """Result of mutation testing: score from 0 to 1, None where there is none; words say what it
    counts; lines and branches of main.py that the tests reach, as "covered/total", or "" where
    that could not be measured, and coverage_unknown says why."""

    words: NotRequired[str]
    score: float | None
    killed: int
    total: int
    sampled: bool
    survivors: list[str]
    lines: str
    branches: str
    coverage_unknown: str


class ReplacedTests(TypedDict):
    """Frozen tests that were replaced: the artefacts of both suites, and why."""

    old: str
    new: str
    reason: str


class StateUpdate(TypedDict, total=False):
    """What a node may return: not the run's identity, its plan or its records.

    note is one line on what the step did or decided; again asks for another round of the same
    step; sent_back names an earlier step that has to do its work again; skipped says that there
    was nothing to do. The wrapper of every node resets these four.
    """

    files: dict[str, str]
    frozen: str
    replacing: str
    red: int
    installed: list[str]
    offset: dict[str, int]
    history: dict[str, list[str]]
    feedback: dict[str, str]
    refused_tests: str
    main_review: str
    best: dict[str, str | int]
    author: str
    remarks: list[str]
    sent_back: str
    proof: Proof
    mutation: MutationProof | None
    stuck: int
    signature: str
    test_fixes: list[ReplacedTests]
    commit: str
    branch: str
    pushed: bool
    pull_request: int
    deployment: PlainDeployment | None
    failure: Failure | None
    diagnosis: Diagnosis | None
    trial: Trial | None
    tried: list[Tried]
    tried_before: int
    given_up: str
    resume_at: str
    suggestion: str
    note: str
    again: bool
    skipped: bool


class DeploymentState(StateUpdate):
    """What a node may read.

    files maps the feature's file names to the artefacts that were accepted; frozen is the
    artefact of the frozen test.py, replacing that of frozen tests that a diagnosis has replaced;
    feedback names by step the artefact with what the next round is to mend, refused_tests that of
    a test.py to write anew, main_review that of the review's issues in main.py; history holds one
    line on each earlier round; best is the version of main.py that passed most; author is the
    model that wrote it; stuck counts how often it failed with the same signature in a row;
    test_fixes are frozen tests that were replaced on a diagnosis; tried are the run's recoveries,
    the first tried_before of them from before a person last had the run go on, and given_up says
    why there is no further one; remarks are minor issues of the
    review; installed are the pins of packages that the tool has not itself; rounds counts the
    rounds of each step, offset those before its last recovery; keep names the generated files
    that stay as they are; steps holds every step that was entered, in that order.
    """

    rounds: dict[str, int]
    run_id: str
    feature: str
    mode: str
    plan: list[str]
    keep: list[str]
    steps: dict[str, StepResult]


def initial_state(
    *, run_id: str, feature: str, mode: str, plan: list[str], keep: list[str]
) -> DeploymentState:
    """The state before the first step: what is not given is empty, 0, False or None."""
    nothing = {name: _empty(kind) for name, kind in get_type_hints(StateUpdate).items()}
    given = {"run_id": run_id, "feature": feature, "mode": mode, "plan": plan, "keep": keep}
    proof = Proof(verdict="", collected=0, passed=0, assertions=0, isolation="", sandbox="")
    return cast(DeploymentState, {**nothing, **given, "proof": proof, "rounds": {}, "steps": {}})


def _empty(kind: Any) -> Any:
    return None if type(None) in get_args(kind) else (get_origin(kind) or kind)()


def next_round(
    state: DeploymentState, step: str, settings: DeploymentConfig, failure: Failure
) -> StateUpdate:
    """Another round of a step where `max_retries` allows one, else its failure."""
    retries = settings.deployment.max_retries if settings.deployment.retry_on_test_fail else 0
    return {"again": True} if spent_rounds(state, step) < retries else {"failure": failure}


def spent_rounds(state: DeploymentState, step: str) -> int:
    """The number of finished rounds of a step since the run began or was last recovered."""
    return state["rounds"].get(step, 0) - state["offset"].get(step, 0)


def failure_of(state: DeploymentState) -> Failure:
    """The failure of a state that has one."""
    assert state["failure"] is not None, "routing leads here only with a failure"
    return state["failure"]


def append_history(state: DeploymentState, step: str, line: str) -> dict[str, list[str]]:
    """The history of all steps with one more line of a step."""
    number = state["rounds"].get(step, 0) + 1
    lines = [*state["history"].get(step, []), f"{number}. {line}"]
    return {**state["history"], step: lines[-LISTED:]}
