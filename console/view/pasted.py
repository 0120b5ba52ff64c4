"""What was tried, and commands to paste that are complete for where a person stands."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from ledger.text.program import program


def tried_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """What a run tried against its failures, the same in a row once."""
    for line, times in groupby(report.get("tried", ())):  # a result of an older version has none
        number = len(list(times))
        yield line if number == 1 else f"{line} ({number} times)"


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
