"""Commands for a person to paste, complete for where the person stands."""

from __future__ import annotations

import shlex
from pathlib import Path

from ledger.text.program import program


def workspace_words(workspace: Path) -> str:
    """`` --workspace DIR``, "" where that is the current folder."""
    return "" if workspace == Path.cwd() else f" --workspace {shlex.quote(str(workspace))}"


def going_on(status: str, feature: str, run_id: str, workspace: Path) -> str:
    """The command that goes on with a run of this status; "" for one that is done or under way."""
    where = workspace_words(workspace)
    if status == "failed":
        return f"{program()} --feature {feature} --recovery-mode{where}"
    if status in ("paused", "interrupted"):
        return f"{program()} resume {run_id}{where}"
    return ""
