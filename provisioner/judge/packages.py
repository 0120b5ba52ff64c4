"""The environments that the two sides of a judgement import from."""

from __future__ import annotations

from dataclasses import dataclass

from provisioner.feature.environment import TOOL, Environment, Environments
from provisioner.feature.lock import Lock

#: Its arrays travel by content, see inside/arrays.py.
_ARRAYS = "numpy"
#: Libraries of numbers start a thread a processor, and those of judged code are counted.
ONE_THREAD = dict.fromkeys(("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Packages:
    """The environments that both sides import from.

    What the judge needs itself, pytest and its plug-ins, always comes from the tool.
    """

    tests: Environment = TOOL
    code: Environment = TOOL

    @property
    def of_tests(self) -> list[str]:
        """The folders of the tests' side, in their order."""
        return list(dict.fromkeys((*self.tests.packages, *TOOL.packages)))

    @property
    def of_runner(self) -> list[str]:
        """The folders that the runner alone comes from, [] where there are no others."""
        return [] if self.tests == TOOL else list(TOOL.packages)

    @property
    def of_code(self) -> list[str]:
        return list(self.code.packages)


#: The tool's own packages on both sides.
OF_TOOL = Packages()


async def packages_for(environments: Environments, lock: Lock, with_tests: Lock) -> Packages:
    """Those of a feature's two locks, made where they are missing; raises as `Uv.make`.

    What tests hand over by content both sides have to know.
    """
    tests = await environments.ensure(with_tests.of_tests)
    if _ARRAYS in with_tests.pins.keys() - lock.pins.keys():
        return Packages(tests=tests, code=tests)
    return Packages(tests=tests, code=await environments.ensure(lock))
