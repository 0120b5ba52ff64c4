"""A sandbox whose processes carry their run's label.

A command killed while it starts a sandbox may leave it running: the kernel signals the parent's
end to a child only once the child has asked for that. The next command finds it by this label.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from provisioner.sandbox.base import Command, Confinement, Level, Sandbox

#: The variable that holds the label.
RUN_LABEL = "AI_DEPLOY_RUN"


def process_label(run_id: str, workspace: Path) -> str:
    """The label of a run's processes; its id alone would fit a copy of the workspace, too."""
    digest = hashlib.sha256(os.fsencode(workspace.resolve())).hexdigest()
    return f"{run_id}@{digest[:16]}"


@dataclass(frozen=True, slots=True)
class Labelled(Sandbox):
    """The same sandbox, with the run's label in the environment of all it starts."""

    sandbox: Sandbox
    label: str

    @property
    def level(self) -> Level:
        return self.sandbox.level

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        """See Sandbox.confine."""
        labelled = {**confinement.environment, RUN_LABEL: self.label}
        inner = replace(confinement, environment=labelled)
        return self.sandbox.confine(argv, inner, private=private)
