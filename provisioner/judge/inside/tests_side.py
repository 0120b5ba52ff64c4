"""The process of the tests: has the real runner run them, with stand-ins for the code."""

from __future__ import annotations

import importlib
import importlib.machinery
import os
import sys
import types
from typing import Any

from . import library, modules, perturb, streams
from .evaluation import Evaluation
from .guards import guard
from .lineup import LineUp
from .runners.assertions import COUNTER, watch
from .runners.test_run import TestRun, compiled
from .sides import connect
from .space import Space

#: Style of the tests: the module of its runner.
_RUNNERS = {
    "pytest": "by_pytest",
    "unittest": "by_unittest",
    "functions": "functions",
    "script": "script",
    "doctest": "by_doctest",
}


def _runner(job: dict[str, Any]) -> Any:
    return importlib.import_module(f"{__package__}.runners.{_RUNNERS[job['style']]}")


def prepare(job: dict[str, Any]) -> None:
    """Before the fork: what is the same in every run of these tests."""
    if "asyncio" in sys.modules:
        from . import waiting  # noqa: F401  # a third of a start, for those who need it
    runner = _runner(job)
    if hasattr(runner, "prepare"):
        runner.prepare(job)
    watch()
    compiled(job)


def run(job: dict[str, Any], descriptors: list[int]) -> None:
    """Run the suite and report on the third of the descriptors; see connect.

    Args:
        job: besides, "modules", the feature's; "style", "isolation", "tests" (their source),
            "only", "plugins" of pytest, "perturb" (see perturb.py).
    """
    test_run = TestRun(job, descriptors[2])
    space, talk = connect(job, descriptors, test_run.say, trusting=False)
    sys.argv[:] = [test_run.file]
    lineup = LineUp(space)
    talk.services["run"] = _run_own
    streams.take_output(space)
    if job["isolation"] == "shared":
        sys.path.insert(0, job["folder"])
    else:
        sys.path_hooks.insert(0, _nothing_in(os.path.dirname(job["folder"])))
        sys.path_importer_cache.clear()
        sys.meta_path.insert(0, _Finder(space, job["modules"]))
        library.carry(space, job["tests"])
        test_run.evaluation = Evaluation(space, job["tests"], COUNTER.note_refused)
        guard(test_run.evaluation, job["tests"], job["modules"])
        if job["perturb"]:
            changed = perturb.Perturbation(job["perturb"], space)
            test_run.perturbation = talk.perturbation = changed
            streams.take_output(space, changed.changed)
        if "hypothesis" in sys.modules:
            _leave_time_out(sys.modules["hypothesis"])
    _runner(job).run(test_run)
    test_run.say("done", sorted(lineup.remarks))


def _run_own(space: Space, *body: Any) -> Any:
    from . import waiting

    return waiting.run_own(space, *body)


def _leave_time_out(hypothesis: Any) -> None:
    """Have hypothesis not judge how long calls take, where the tests do not: each is a message."""
    settings, slow = hypothesis.settings, [hypothesis.HealthCheck.too_slow]
    settings.register_profile("judge", deadline=None, suppress_health_check=slow, database=None)
    settings.load_profile("judge")


class _Finder:
    """Answers the names of the feature's modules with stand-ins."""

    def __init__(self, space: Space, names: list[str]) -> None:
        self._space, self._names = space, frozenset(names)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in self._names:
            return None
        origin = f"{self._space.folder}{name}.py"
        return importlib.machinery.ModuleSpec(name, self, origin=origin)  # type: ignore[arg-type]

    def create_module(self, spec: Any) -> Any:
        return modules.MirroredModule(spec.name)

    def exec_module(self, module: Any) -> None:
        again = "_judge_number" in modules.own_names(module)
        number, file, text, package = self._space.peer.request("import", module.__name__, again)
        path: list[str] | None = [] if package else None
        modules.fill_module(self._space, module, number, __file__=file, __doc__=text, __path__=path)
        self._space.keep(number, module)


def _nothing_in(root: str) -> Any:
    """A path hook by which no module is found in a folder that the code can write to."""

    def hook(path: str) -> Any:
        real = os.path.realpath(path or os.getcwd())
        if real != root and not real.startswith(root + os.sep):
            raise ImportError(path)
        return types.SimpleNamespace(
            find_spec=lambda name, target=None: None, invalidate_caches=lambda: None
        )

    return hook
