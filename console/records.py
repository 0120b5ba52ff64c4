"""The records that a command reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from console.view.errors import note_workspace
from graph.config.workspace import find_workspace
from graph.records import Records, open_records


@contextmanager
def records_of(workspace: str | None, *, note: bool = True) -> Iterator[Records]:
    """Open the records of a workspace.

    Args:
        workspace: as it was given, None where it was not.
        note: print which it is, where it is not the current folder.

    Raises:
        RunNotFound: nothing was ever run there.
    """
    place = find_workspace(workspace)
    if note:
        note_workspace(place)
    with open_records(place) as records:
        yield records
