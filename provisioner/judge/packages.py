"""The environments that the two sides of a judgement import from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from provisioner.errors import FeatureConfigInvalid
from provisioner.feature.packages.environment import TOOL, Environment, Environments
from provisioner.feature.packages.interpreter import OWN, Interpreter
from provisioner.feature.packages.lock import TEST_PACKAGES, Lock, lock_of_tool

#: Its arrays travel by content, see inside/connection/arrays.py.
_ARRAYS = "numpy"
#: Libraries of numbers start a thread a processor, and those of judged code are counted.
ONE_THREAD = dict.fromkeys(("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Packages:
    """The environments that both sides import from.

    What the judge needs itself, pytest and its plug-ins, is in `runner`: the tool's own packages,
    or the same releases for the Python that the feature asks for.
    """

    tests: Environment = TOOL
    code: Environment = TOOL
    runner: Environment = TOOL

    @property
    def python(self) -> str:
        """The interpreter of both sides."""
        return self.runner.interpreter.path

    @property
    def of_tests(self) -> list[str]:
        """The folders of the tests' side, in their order."""
        return list(dict.fromkeys((*self.tests.packages, *self.runner.packages)))

    @property
    def of_runner(self) -> list[str]:
        """The folders that the runner alone comes from, [] where there are no others."""
        return [] if self.tests == self.runner else list(self.runner.packages)

    @property
    def readable(self) -> tuple[Path, ...]:
        """What the sandbox of the tests' side has to show."""
        return tuple(dict.fromkeys((*self.tests.readable, *self.runner.readable)))


#: The tool's own packages on both sides.
OF_TOOL = Packages()


async def packages_for(environments: Environments, lock: Lock, with_tests: Lock) -> Packages:
    """Those of a feature's two locks, made where they are missing; raises as `Uv.make`.

    What tests hand over by content both sides have to know.
    """
    runner = await environments.ensure(runner_lock(environments.interpreter))
    tests = await environments.ensure(with_tests.of_tests)
    if _ARRAYS in with_tests.pins.keys() - lock.pins.keys():
        return Packages(tests=tests, code=tests, runner=runner)
    return Packages(tests=tests, code=await environments.ensure(lock), runner=runner)


def runner_lock(interpreter: Interpreter) -> Lock:
    """What runs the tests, at the tool's releases, for another Python; nothing for the tool's own.

    Raises:
        FeatureConfigInvalid: for that Python it needs a package that the tool has not.
    """
    if interpreter == OWN:
        return Lock({})
    found = lock_of_tool(
        [Requirement(name) for name in sorted(TEST_PACKAGES)], "", interpreter.markers
    )
    if found is None:
        raise FeatureConfigInvalid(
            f"tests cannot be run with Python {interpreter.version}: what runs them needs packages "
            "there that this tool has not",
            next_step=f"install the tool with Python {interpreter.version}",
        )
    return found
