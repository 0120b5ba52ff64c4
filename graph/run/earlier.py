"""The feature as it stood before a run: its requirements, its tests, and whether it is committed.

It is looked up once, before the run's first step, and kept in the run's folder, so that a run
that goes on compares with the same feature, whatever it has written since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.run.regenerate import GENERATED, SERVICE_TESTS, TESTS
from graph.run.requirements import recorded_requirements
from ledger.run_options import EarlierFiles
from ledger.runs import Run
from provisioner.feature.folder import FeatureFolder
from provisioner.files.workspace import RunFolder, Workspace
from provisioner.git import Repository


@dataclass(frozen=True, slots=True)
class Earlier:
    """A feature before a run.

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


async def look_up_earlier(
    folder: FeatureFolder,
    repository: Repository | None,
    workspace: Workspace,
    runs: Sequence[Run],
) -> Earlier:
    """The feature as it stands.

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
        return Earlier()
    for run in runs:
        text = recorded_requirements(workspace, run) if run.status == "done" else ""
        if text:
            return Earlier(run.run_id, text, suites, bool(committed))
    return Earlier(suites=suites, committed=bool(committed))


def keep_earlier(files: RunFolder, earlier: Earlier) -> EarlierFiles:
    """Put it into the run's folder; return what the run's record says of it."""
    return EarlierFiles(
        run_id=earlier.run_id,
        requirements=files.put(earlier.requirements.encode()) if earlier.requirements else "",
        suites={name: files.put(content) for name, content in earlier.suites.items()},
        committed=earlier.committed,
    )


def earlier_of(files: RunFolder, run: Run) -> Earlier:
    """The reverse of `keep_earlier`.

    Raises:
        WorkspaceInvalid: a file of the run's folder is gone or damaged.
    """
    record = run.options.earlier
    if not record:
        return Earlier()
    digest = record.requirements
    return Earlier(
        run_id=record.run_id,
        requirements=files.get(digest).decode() if digest else "",
        suites={name: files.get(one) for name, one in record.suites.items()},
        committed=record.committed,
    )
