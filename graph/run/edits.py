"""Edits of generated files made while a run was not running; they are kept and tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.run.regenerate import GENERATED, MAIN, SERVICE, SERVICE_TESTS, TESTS
from graph.state import DeploymentState
from provisioner.feature.folder import FeatureFolder

# The step before the one that proves a file: where a run whose file was edited goes on.
_BEFORE = {
    TESTS: "scaffold",
    MAIN: "generate_tests",
    SERVICE: "generate_main",
    SERVICE_TESTS: "generate_service",
}


@dataclass(frozen=True, slots=True)
class Edits:
    """Edited files and where to go on.

    Attributes:
        edited: generated files that are neither what the run accepted nor what it ever wrote.
        after: the step to go on after, "" where the run goes on as it was.
    """

    edited: tuple[str, ...]
    after: str = ""

    @property
    def note(self) -> str:
        return f"edited meanwhile, kept and proven again: {', '.join(self.edited)}"


def detect_edits(state: DeploymentState, folder: FeatureFolder, *, failed: bool) -> Edits:
    """Compare the feature's folder to what the state says of it.

    An edited file that the run has proven already, or that a failed run's owner mended, is
    proven anew from its own step on. A file that is gone is not somebody's edit: the commit is
    made from what was accepted.
    """
    edited = tuple(
        name
        for name in GENERATED
        if name not in state["keep"]
        and folder.read(name) is not None
        and not _as_accepted(state["files"], folder, name)
        and not folder.is_ours(name)
    )
    reached = [name for name in edited if failed or name in state["files"]]
    first = min(reached, key=GENERATED.index, default="")
    return Edits(edited, _BEFORE.get(first, ""))


def _as_accepted(files: Mapping[str, str], folder: FeatureFolder, name: str) -> bool:
    return name in files and folder.digest(name) == files[name]
