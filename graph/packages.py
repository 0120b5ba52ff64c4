"""The packages of a feature on behalf of a step: what is needed, asked about, locked and there."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from graph.deps import Deps
from graph.run.request import Question
from graph.state import DeploymentState
from provisioner.errors import Unresolvable
from provisioner.feature.feature_config import FILE_NAME, read_feature_config
from provisioner.feature.guard import Doubt, doubts
from provisioner.feature.lock import LOCK, RUNNER, TEST_LOCK, Lock, digest_of, lock_of_tool
from provisioner.feature.requirements import (
    here,
    packages_of,
    read_requirements,
    requirement_name,
    with_requirements,
)
from provisioner.judge.judge import Judge
from provisioner.judge.packages import OF_TOOL, Packages, packages_for

_NO = "nothing is installed; the run pauses here, and asks again when it is resumed"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The packages of a version of the code.

    Attributes:
        files: what the feature's folder gets with it, by name.
        packages: the environments that it is judged in.
        installed: the pins of both that the tool has not itself.
        missing: what its writer is to mend: packages that cannot be had; "" for nothing.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    packages: Packages = OF_TOOL
    installed: tuple[str, ...] = ()
    missing: str = ""

    @property
    def note(self) -> str:
        """What is installed beside the tool's own packages, as a part of a step's note."""
        return f"; with {', '.join(self.installed)}" if self.installed else ""

    def judge(self, deps: Deps) -> Judge:
        return deps.judge.within(self.packages)


async def prepare(
    deps: Deps,
    state: DeploymentState,
    *,
    tests: bytes,
    code: Iterable[bytes] = (),
    declared: Iterable[str] = (),
    added: Iterable[str] = (),
) -> Prepared:
    """See to the packages that tests and code import, and those that are `added` by name.

    Raises:
        ApprovalNeeded: a package is in doubt, and nobody approves it.
        IndexUnreachable: the index is needed and does not answer.
        RequirementsInvalid, FeatureConfigInvalid: a file of the feature is wrong.
    """
    config = read_feature_config(deps.text(state, FILE_NAME))
    offered = list(declared)
    needed = [*added, *(name for one in code for name in packages_of(one, offered))]
    name = config.python.requirements
    text = with_requirements(deps.text(state, name).encode(), needed)
    wanted = read_requirements(text)
    old = Lock.parse(deps.text(state, LOCK).encode())
    old_tests = Lock.parse(deps.text(state, TEST_LOCK).encode(), TEST_LOCK)
    try:
        await _approve(deps, wanted, old)
        lock = await _locked(deps, wanted, old)
        extra = _of_tests_alone(tests, lock)
        await _approve(deps, extra, old_tests)
        both = await _locked_with_tests(deps, lock, extra, old_tests)
    except Unresolvable as error:
        return Prepared(missing="\n".join([str(error), *error.evidence]))
    python = sysconfig.get_python_version()
    files = {name: text}
    if lock.pins or old.digest:
        files[LOCK] = lock.render(name, python)
    if extra or old_tests.digest:
        files[TEST_LOCK] = both.render(f"{name} with the imports of test.py", python)
    return Prepared(
        files=files,
        packages=await packages_for(deps.environments, lock, both),
        installed=() if lock.installed_here and both.installed_here else _pins(lock, both),
    )


async def packages_of_state(deps: Deps, state: DeploymentState) -> Packages:
    """The environments of the accepted code and tests, made again where they are gone."""
    lock = Lock.parse(deps.text(state, LOCK).encode())
    with_tests = Lock.parse(deps.text(state, TEST_LOCK).encode(), TEST_LOCK)
    both = with_tests if with_tests.pins else lock
    return await packages_for(deps.environments, lock, both)


async def _approve(deps: Deps, wanted: Iterable[Requirement], lock: Lock) -> None:
    """Pass the names by the dependency guard; raises Unresolvable for what cannot be had."""
    asked = {canonicalize_name(one.name) for one in wanted} - lock.pins.keys()
    names = {name for name in asked if not here(name)}
    if not names:
        return
    found = await doubts(
        names,
        uv=deps.environments.uv,
        python=Path(sys.executable),
        today=deps.today(),
        days=deps.settings.packages.minimum_age_days,
    )
    impossible = [one for one in found if not one.possible]
    if impossible:
        raise Unresolvable(
            "; ".join(map(str, impossible)),
            next_step="name another package, or do without it",
        )
    if found:
        await deps.approve(_question(found))


def _question(found: list[Doubt]) -> Question:
    named = ", ".join(one.name for one in found)
    return Question(
        f"{named} would be installed for this feature",
        "a name that a model invents or mistypes may be somebody else's package",
        tuple(f"+ {one}" for one in found),
        yes=f"{named} is installed from the index, and listed in the feature's requirements",
        no=_NO,
    )


async def _locked(deps: Deps, wanted: list[Requirement], old: Lock) -> Lock:
    """The lock of requirements: that of before, of the tool's own packages, or resolved."""
    digest = digest_of(wanted, sysconfig.get_python_version())
    if not wanted:
        return Lock({}, digest)
    if old.digest == digest:
        return old
    if found := lock_of_tool(wanted, digest):
        return found
    return await _resolved(deps, [str(one) for one in wanted], old, digest)


async def _resolved(
    deps: Deps, lines: Iterable[str], old: Lock, digest: str, without: Iterable[str] = ()
) -> Lock:
    text = "".join(f"{line}\n" for line in lines)
    uv, python = deps.environments.uv, Path(sys.executable)
    pins = await uv.compile(text, python=python, pins=old.lines, without=without)
    return Lock(Lock.parse(pins.encode()).pins, digest)


def _of_tests_alone(tests: bytes, lock: Lock) -> list[Requirement]:
    """What test.py imports and neither the feature nor the tool has."""
    names = {requirement_name(one) for one in packages_of(tests, lock.pins)}
    alone = sorted(name for name in names - lock.pins.keys() if not here(name))
    return [Requirement(name) for name in alone]


async def _locked_with_tests(deps: Deps, lock: Lock, extra: list[Requirement], old: Lock) -> Lock:
    """The lock of code and tests together: the same releases, and what the tests need beside."""
    if not extra:
        return lock
    digest = digest_of([Requirement(line) for line in lock.lines.split()] + extra, lock.digest)
    if old.digest == digest:
        return old
    lines = [*lock.lines.split(), *map(str, extra)]
    return await _resolved(deps, lines, old, digest, without=RUNNER - lock.pins.keys())


def _pins(*locks: Lock) -> tuple[str, ...]:
    """The pins of several locks, each once."""
    return tuple(sorted({line for lock in locks for line in lock.lines.split()}))
