"""What a run knows between two nodes: plain values only, well under 20 KB.

Code, tests, prompts and logs are artefacts of the run, named here by their SHA-256.
"""

from __future__ import annotations

from typing import Literal, TypedDict

VERSION = 1  # of the state's shape; raised when an older checkpoint could not be read


class StepRecord(TypedDict):
    """How one step of the picture went, over all its attempts."""

    status: Literal["running", "done", "failed", "skipped"]
    attempts: int
    seconds: float


class Failure(TypedDict):
    """A failure as data.

    kind is one of contract/failure_kinds.json, detail is the grouped text that a repair is fed
    with (at most 12,000 characters), signature tells the same failure from another one.
    """

    step: str
    kind: str
    summary: str
    evidence: list[str]
    detail: str
    signature: str
    next: str
    final: bool


class Diagnosis(TypedDict):
    """What is to be done about a failure, and who says so (a rule's name or a model's)."""

    kind: str
    root_cause: str
    action: str
    target: str | None
    by: str


class Proof(TypedDict):
    """What the judge last said of main.py and its frozen tests."""

    verdict: str
    collected: int
    passed: int
    assertions: int
    sandbox: str
    red: int


class StateUpdate(TypedDict, total=False):
    """What a node may return. Identity and order of the run are not among it."""

    files: dict[str, str]
    frozen: str
    dependencies: list[str]
    rounds: dict[str, int]
    history: dict[str, list[str]]
    best: dict[str, str | int]
    proof: Proof
    commit: str
    pushed: bool
    url: str
    service: dict[str, str | int]
    failure: Failure | None
    diagnosis: Diagnosis | None
    recoveries: int
    resume_at: str
    suggestion: str
    note: str


class DeploymentState(StateUpdate):
    """What a node may read.

    files maps the feature's file names to the artefacts that were accepted; frozen is the
    artefact of the frozen test.py; rounds counts the rounds of each step; history holds one
    line on each earlier round; steps holds every step that ended, in the order of first entry.
    """

    run_id: str
    feature: str
    mode: str
    requirements: str
    plan: list[str]
    steps: dict[str, StepRecord]
