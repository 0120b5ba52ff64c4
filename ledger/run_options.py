"""The options that a run was begun with."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.errors import LedgerVersion


@dataclass(frozen=True, slots=True)
class EarlierFiles:
    """What a run found of an earlier one, by digests of its run folder's files.

    Attributes:
        requirements: the earlier run's text, "" where there is none.
        suites: test files by name.
        committed: whether those files were committed.
    """

    run_id: str
    requirements: str
    suites: Mapping[str, str]
    committed: bool


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of the command line, and what was decided from them at the start.

    Attributes:
        regenerate: the parts that are to be written anew, in the order of writing.
        place: the machine and folder of the run's files, see
            :func:`ledger.address.workspace_place`.
        keep: files of the feature that the run does not write.
    """

    mode: str | None = None
    max_retries: int | None = None
    budget_usd: float | None = None
    config: str | None = None
    unsafe_no_sandbox: bool = False
    skip_base_rebuild: bool = False
    no_regenerate: bool = False
    no_push: bool = False
    no_commit: bool = False
    regenerate: tuple[str, ...] = ()
    place: str = ""
    keep: tuple[str, ...] = ()
    earlier: EarlierFiles | None = None

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> RunOptions:
        """Read the options of a run's record.

        Raises:
            LedgerVersion: it holds an option that is not known here.
        """
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in record.items()
        }
        if unknown := values.keys() - {field.name for field in dataclasses.fields(cls)}:
            raise LedgerVersion(
                f"a run was recorded with options of another version of this tool "
                f"({', '.join(sorted(unknown))}): use that version, or begin a new run"
            )
        if values.get("earlier") is not None:
            values["earlier"] = EarlierFiles(**values["earlier"])
        return cls(**values)

    def given(self) -> dict[str, Any]:
        """Return the options that differ from their defaults, by name, as plain JSON values."""
        values = dataclasses.asdict(self)
        defaults = {field.name: field.default for field in dataclasses.fields(self)}
        return {name: value for name, value in values.items() if value != defaults[name]}


NO_OPTIONS = RunOptions()
