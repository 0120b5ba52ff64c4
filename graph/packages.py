"""The packages of a feature on behalf of a step: what is needed, asked about, locked and there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from graph.deps import Deps
from graph.request import Question
from graph.state import DeploymentState
from provisioner.errors import ModulesConflict, Unresolvable
from provisioner.feature.feature_config import FILE_NAME, read_feature_config
from provisioner.feature.packages.environment import TOOL, Environments
from provisioner.feature.packages.guard import Doubt, doubts, young
from provisioner.feature.packages.interpreter import OWN
from provisioner.feature.packages.lock import (
    LOCK,
    RUNNER,
    TEST_LOCK,
    TEST_PACKAGES,
    Lock,
    digest_of,
    lock_of_tool,
)
from provisioner.feature.packages.requirements import (
    here,
    own_module,
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
        RequirementsInvalid, FeatureConfigInvalid: a file of the feature is wrong, or asks for a
            Python that is not here.
    """
    config = read_feature_config(deps.text(state, FILE_NAME))
    offered, own = list(declared), own_module(state["feature"])
    needed = [*added, *(name for one in code for name in packages_of(one, offered, own))]
    name = config.python.requirements
    text = with_requirements(deps.text(state, name).encode(), needed)
    environments = await deps.environments.of_python(config.python.version)
    python = environments.interpreter
    wanted = read_requirements(text, python.markers)
    old = Lock.parse(deps.text(state, LOCK).encode())
    old_tests = Lock.parse(deps.text(state, TEST_LOCK).encode(), TEST_LOCK)
    try:
        await _approve(deps, environments, wanted, old)
        lock = await _locked(environments, wanted, old)
        extra = _of_tests_alone(tests, lock, environments, own)
        await _approve(deps, environments, extra, old_tests)
        both = await _locked_with_tests(environments, lock, extra, old_tests)
        await _approve_ages(deps, environments, [*wanted, *extra], both, (old, old_tests))
    except Unresolvable as error:
        return Prepared(missing="\n".join([str(error), *error.evidence]))
    try:
        packages = await packages_for(environments, lock, both)
    except ModulesConflict as error:
        return Prepared(missing=f"{error}: {error.next_step}")
    files = {name: text}
    if lock.pins or old.digest:
        files[LOCK] = lock.render(name, python.version)
    if extra or old_tests.digest:
        files[TEST_LOCK] = both.render(f"{name} with the imports of test.py", python.version)
    of_tool = packages.code == packages.tests == TOOL
    installed = () if of_tool else _pins(lock, both)
    return Prepared(files=files, packages=packages, installed=installed)


async def packages_of_state(deps: Deps, state: DeploymentState) -> Packages:
    """The environments of the accepted code and tests, made again where they are gone."""
    python = read_feature_config(deps.text(state, FILE_NAME)).python
    lock = Lock.parse(deps.text(state, LOCK).encode())
    with_tests = Lock.parse(deps.text(state, TEST_LOCK).encode(), TEST_LOCK)
    both = with_tests if with_tests.pins else lock
    return await packages_for(await deps.environments.of_python(python.version), lock, both)


async def _approve(
    deps: Deps, environments: Environments, wanted: Iterable[Requirement], lock: Lock
) -> None:
    """Pass the names by the dependency guard; raises Unresolvable for what cannot be had."""
    asked = {canonicalize_name(one.name) for one in wanted} - lock.pins.keys()
    names = {name for name in asked if not here(name)}
    if not names:
        return
    python = Path(environments.interpreter.path)
    found = await doubts(names, uv=environments.uv, python=python)
    impossible = [one for one in found if not one.possible]
    if impossible:
        raise Unresolvable(
            "; ".join(map(str, impossible)),
            next_step="name another package, or do without it",
        )
    if found:
        await deps.approve(_question(found))


async def _approve_ages(
    deps: Deps,
    environments: Environments,
    wanted: Iterable[Requirement],
    lock: Lock,
    before: tuple[Lock, ...],
) -> None:
    """Pass the releases that were resolved for requirements, and are new here, by the guard."""
    names = {canonicalize_name(one.name) for one in wanted} & lock.pins.keys()
    known = {pin for old in before for pin in old.pins.items()}
    pins = {name: lock.pins[name] for name in names if not here(name)}
    found = await young(
        dict(pins.items() - known),
        uv=environments.uv,
        python=Path(environments.interpreter.path),
        today=deps.today(),
        days=deps.settings.packages.minimum_age_days,
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


async def _locked(environments: Environments, wanted: list[Requirement], old: Lock) -> Lock:
    """The lock of requirements: that of before, of the tool's own packages, or resolved."""
    python = environments.interpreter
    digest = digest_of(wanted, python.version)
    if not wanted:
        return Lock({}, digest)
    if old.digest == digest:
        return old
    if python == OWN and (found := lock_of_tool(wanted, digest)):
        return found
    return await _resolved(environments, [str(one) for one in wanted], old, digest)


async def _resolved(
    environments: Environments,
    lines: Iterable[str],
    old: Lock,
    digest: str,
    without: Iterable[str] = (),
) -> Lock:
    text = "".join(f"{line}\n" for line in lines)
    python = Path(environments.interpreter.path)
    pins = await environments.uv.compile(text, python=python, pins=old.lines, without=without)
    return Lock(Lock.parse(pins.encode()).pins, digest)


def _of_tests_alone(
    tests: bytes, lock: Lock, environments: Environments, own: str
) -> list[Requirement]:
    """What test.py imports and neither the feature nor the tool has, for the feature's Python."""
    names = {requirement_name(one) for one in packages_of(tests, lock.pins, own)}
    names -= lock.pins.keys() | TEST_PACKAGES
    of_tool = environments.interpreter == OWN
    return [Requirement(name) for name in sorted(names) if not (of_tool and here(name))]


async def _locked_with_tests(
    environments: Environments, lock: Lock, extra: list[Requirement], old: Lock
) -> Lock:
    """The lock of code and tests together: the same releases, and what the tests need beside."""
    if not extra:
        return lock
    digest = digest_of([Requirement(line) for line in lock.lines.split()] + extra, lock.digest)
    if old.digest == digest:
        return old
    lines = [*lock.lines.split(), *map(str, extra)]
    return await _resolved(environments, lines, old, digest, without=RUNNER - lock.pins.keys())


def _pins(*locks: Lock) -> tuple[str, ...]:
    """The pins of several locks, each once."""
    return tuple(sorted({line for lock in locks for line in lock.lines.split()}))
