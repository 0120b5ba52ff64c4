"""The feature before a run: its requirements, its tests, and whether it is committed.

It is looked up once, before the run's first step, and kept in the run's folder, so that a run
that goes on compares with the same feature, whatever it has written since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.run.regenerate import GENERATED, SERVICE_TESTS, TESTS
from graph.run.requirements import find_requirements
from ledger.run_options import EarlierFiles
from ledger.runs import Run
from provisioner.feature.folder import FeatureFolder
from provisioner.files.workspace import RunFolder, Workspace
from provisioner.git import Repository


@dataclass(frozen=True, slots=True)
class EarlierFeature:
    """A feature before a run; empty where it did not exist.

    Attributes:
        run_id: the last run of it that was done and had requirements; "" where none is recorded.
        requirements: that run's, "" where they are not recorded here.
        suites: its test files by name.
        committed: whether the checked-out commit has any of its generated files.
    """

    run_id: str = ""
    requirements: str = ""
    suites: Mapping[str, bytes] = field(default_factory=dict)
    committed: bool = False


async def find_earlier(
    folder: FeatureFolder,
    repository: Repository | None,
    workspace: Workspace,
    runs: Sequence[Run],
) -> EarlierFeature:
    """Look up the feature as it is now.

    Args:
        folder: the feature's.
        repository: None where git is left alone; then the files that are there are the feature,
            but for those that an unfinished or failed run left.
        workspace: where the runs' requirements are kept.
        runs: of the feature and this place, the newest first.
    """
    committed = await repository.committed(folder.relative, GENERATED) if repository else {}
    suites = {}
    for name in (TESTS, SERVICE_TESTS):
        content = committed.get(name)
        if content is None and not folder.is_leftover(name):
            content = folder.read(name)
        if content is not None:
            suites[name] = content
    if not suites and not committed:
        return EarlierFeature()
    for run in runs:
        text = find_requirements(workspace, run) if run.status == "done" else ""
        if text:
            return EarlierFeature(run.run_id, text, suites, bool(committed))
    return EarlierFeature(suites=suites, committed=bool(committed))


def store_earlier(files: RunFolder, earlier: EarlierFeature) -> EarlierFiles:
    """Store it in the run's folder; gives the entry for the run's record."""
    return EarlierFiles(
        run_id=earlier.run_id,
        requirements=files.put(earlier.requirements.encode()) if earlier.requirements else "",
        suites={name: files.put(content) for name, content in earlier.suites.items()},
        committed=earlier.committed,
    )


def load_earlier(files: RunFolder, run: Run) -> EarlierFeature:
    """Read what `store_earlier` stored.

    Raises:
        WorkspaceInvalid: a file of the run's folder is gone or damaged.
    """
    record = run.options.earlier
    if not record:
        return EarlierFeature()
    digest = record.requirements
    return EarlierFeature(
        run_id=record.run_id,
        requirements=files.get(digest).decode() if digest else "",
        suites={name: files.get(one) for name, one in record.suites.items()},
        committed=record.committed,
    )
