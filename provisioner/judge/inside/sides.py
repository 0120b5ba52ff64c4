"""The two processes: that of the tests runs the real runner, that of the code answers it."""

from __future__ import annotations

import importlib
import importlib.machinery
import os
import sys
import types
from collections.abc import Callable
from typing import Any

from . import evaluation, library, loops, mirrored, modules, perturb, streams, waiting
from .evaluation import Evaluation
from .guards import guard
from .lineup import LineUp
from .runners import by_pytest, by_unittest, plain
from .runners.assertions import COUNTER
from .runners.test_run import TestRun
from .space import Space
from .talk import Talk

RUNNERS: dict[str, Callable[[TestRun], None]] = {
    "pytest": by_pytest.run,
    "unittest": by_unittest.run,
    "functions": plain.run_functions,
    "script": plain.run_script,
    "doctest": plain.run_examples,
}


def _connect(
    job: dict[str, Any], descriptors: list[int], lost: Callable[[str, str], Any], *, trusting: bool
) -> tuple[Space, Talk]:
    """What both processes set up: the Space, and how they talk.

    Args:
        job: "folder", the feature's; "paths", folders of packages; "modules", the feature's; what
            the tests' side needs besides: "style", "isolation", "tests" (their source), "only",
            "plugins" of pytest, "perturb" (see perturb.py).
        descriptors: the connection, the line on which further connections arrive.
        lost: is told why the other side is lost.
    """
    folder = job["folder"]
    sys.path[:] = [path for path in sys.path if path not in ("", folder)]
    sys.path += [path for path in job["paths"] if path not in sys.path]
    streams.share_files()
    space = Space(trusting=trusting, folder=folder + os.sep)
    mirrored.SPACES[:] = [space]
    doorbell = streams.Doorbell(descriptors[1])

    def end(kind: str, why: str) -> None:
        lost(kind, why)
        os._exit(0)

    talk = Talk(space, descriptors[0], end, doorbell)
    doorbell.answer(talk.adopt)
    return space, talk


def run_code(job: dict[str, Any], descriptors: list[int]) -> None:
    """Import main.py and answer the tests until they hang up; see _connect."""
    space, talk = _connect(job, descriptors, lambda kind, why: None, trusting=True)
    sys.path.insert(0, job["folder"])
    sys.argv[:] = ["main.py"]
    streams.send_output(space)
    loops.serve_tests(space)
    talk.services |= evaluation.SERVICES
    library.serve_tests(space)
    imported: set[str] = set()

    def import_module(space: Space, name: str, again: bool) -> tuple[Any, ...]:
        known = sys.modules.get(name)
        if again and isinstance(known, types.ModuleType):
            module = importlib.reload(known)
        else:
            if name in imported:
                sys.modules.pop(name, None)
            imported.add(name)
            module = importlib.import_module(name)
        file = getattr(module, "__file__", None)
        return (space.export(module), file, module.__doc__, hasattr(module, "__path__"))

    talk.services["import"] = import_module
    talk.serve(descriptors[0])


def run_tests(job: dict[str, Any], descriptors: list[int]) -> None:
    """Run the suite and report on the third of the descriptors; see _connect."""
    test_run = TestRun(job, descriptors[2])
    space, talk = _connect(job, descriptors, test_run.say, trusting=False)
    sys.argv[:] = [test_run.file]
    lineup = LineUp(space)
    talk.services["run"] = waiting.run_own
    streams.take_output(space)
    if job["isolation"] == "shared":
        sys.path.insert(0, job["folder"])
    else:
        sys.path_hooks.insert(0, _nothing_in(os.path.dirname(job["folder"])))
        sys.path_importer_cache.clear()
        sys.meta_path.insert(0, _Finder(space, job["modules"]))
        library.carry(space)
        test_run.evaluation = Evaluation(space, job["tests"], COUNTER.note_refused)
        guard(test_run.evaluation, job["tests"])
        if job["perturb"]:
            changed = perturb.Perturbation(job["perturb"], os.path.dirname(job["folder"]))
            test_run.perturbation = talk.perturbation = changed
            streams.take_output(space, changed.changed)
    if job["isolation"] == "separate" and "hypothesis" in sys.modules:
        _leave_time_out(sys.modules["hypothesis"])
    RUNNERS[job["style"]](test_run)
    test_run.say("done", sorted(lineup.remarks))


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
