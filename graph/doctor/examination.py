"""The examination as a whole, and which mode would work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from graph.config.models import DeploymentConfig, Mode, StepName
from graph.doctor.machine import machine_parts
from graph.doctor.part import Part, Works, best
from graph.doctor.project import (
    ELSEWHERE,
    ledger_part,
    model_parts,
    remote_parts,
    repository_parts,
)
from graph.errors import error_report
from graph.plan import MODES
from graph.run.reporting import assistant_log

_ALWAYS = ("python", "settings", "sandbox", "uv", "model", "ledger", "disk")
# What a step needs beyond that.
_NEEDS: Mapping[StepName, tuple[str, ...]] = {
    "service_tests": ("service sandbox",),
    "container_tests": ("engine", "builder", "base image"),
    "commit": ("git", "repository", "identity", "signing"),
    "push": ("remote",),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a run in a mode would work, and what stands in its way or is not known."""

    works: Works
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examination:
    """All that was looked at, and the verdict on each mode."""

    parts: Sequence[Part]
    modes: Mapping[Mode, Verdict]

    @property
    def code_works(self) -> bool:
        """Whether nothing was found that would stop a CODE run."""
        return self.modes["CODE"].works != "no"

    def cell(self, part: Part, mode: Mode) -> Works | Literal["-"]:
        """Whether a part works; "-" where the mode does not need it."""
        return part.works if part.name in needs(mode) else "-"

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": 1,
            "modes": {mode: asdict(verdict) for mode, verdict in self.modes.items()},
            "parts": [
                {**asdict(part), "needed_by": [mode for mode in MODES if part.name in needs(mode)]}
                for part in self.parts
            ],
        }


async def examine(
    workspace: Path,
    settings: DeploymentConfig | Exception,
    environ: Mapping[str, str],
    *,
    ask: bool,
) -> Examination:
    """Look at every part; nothing is changed, and nothing sent unless `ask` is given.

    Args:
        settings: those of the workspace, or why there are none; then the defaults are looked at.
        ask: ask the models' servers for their lists of models, and the remote for its branches.
    """
    used = DeploymentConfig() if isinstance(settings, Exception) else settings
    with assistant_log():  # what is left out is a part of its own
        machine, models, repository, ledger = await asyncio.gather(
            machine_parts(workspace, unsafe=used.limits.unsafe_no_sandbox),
            model_parts(used, environ, ask=ask),
            repository_parts(workspace, used, ask=ask),
            ledger_part(workspace, environ),
        )
    parts = [*machine, *_configured(settings), *models, *repository, ledger, *remote_parts(used)]
    return Examination(parts, {mode: _verdict(mode, parts) for mode in MODES})


def _configured(settings: DeploymentConfig | Exception) -> list[Part]:
    if isinstance(settings, DeploymentConfig):
        return [Part("settings", "yes", "`config show` lists them")]
    found = error_report(settings)
    lines = found.evidence or (found.summary,)
    return [Part("settings", "no", line, found.next) for line in lines]


def needs(mode: Mode) -> tuple[str, ...]:
    """The names of the parts that a run in a mode needs."""
    of_steps = (name for step in MODES[mode] for name in _NEEDS.get(step, ()))
    elsewhere = (ELSEWHERE[mode],) if mode in ELSEWHERE else ()
    return (*_ALWAYS, *of_steps, *elsewhere)


def _verdict(mode: Mode, parts: Sequence[Part]) -> Verdict:
    met = dict(_met(needs(mode), parts))
    for works in ("no", "unknown"):
        if names := tuple(name for name, how in met.items() if how == works):
            return Verdict(works, names)
    return Verdict("yes")


def _met(names: Sequence[str], parts: Sequence[Part]) -> Iterator[tuple[str, Works]]:
    """How well each need is met; one that nobody found a part of is nobody's."""
    for name in names:
        if found := [part for part in parts if part.name == name]:
            yield name, best(found)
