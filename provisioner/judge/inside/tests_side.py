"""The process of the tests: runs the real runner; `import main` gives a stand-in."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import json
import linecache
import os
import sys
import types
from typing import Any, NoReturn

from . import evaluation, library, mirrored, modules, perturb, streams
from .lineup import LineUp
from .objects import Space
from .runners import RUNNERS
from .runners.assertions import COUNTER
from .talk import Talk


class Report:
    """The line on which the judge hears what happens; the code's process has no part in it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def say(self, kind: str, *details: Any) -> None:
        """One JSON line."""
        data = json.dumps([kind, *details]).encode() + b"\n"
        while data:
            data = data[os.write(self._descriptor, data) :]


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers the names of the feature's modules with stand-ins."""

    def __init__(self, space: Space, modules: list[str]) -> None:
        self._space, self._modules = space, frozenset(modules)
        self._loaded: dict[str, Any] = {}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in self._modules:
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=f"{mirrored.FOLDER[0]}{name}.py")

    def create_module(self, spec: Any) -> Any:
        return modules.MirroredModule(spec.name)

    def exec_module(self, module: Any) -> None:
        again = "_judge_number" in modules.own_names(module)
        number, file, text, package = self._space.peer.request("import", module.__name__, again)
        modules.fill_module(self._space, module, number, file)
        modules.own_names(module)["__doc__"] = text
        if package:
            modules.own_names(module)["__path__"] = []
        self._space.kept[number] = module
        self._space.theirs[id(module)] = number


class _Nothing:
    """Finds no module in folders that the code under test can write to."""

    def __init__(self, path: str) -> None:
        real = os.path.realpath(path or os.getcwd())
        root = os.path.dirname(mirrored.FOLDER[0].rstrip(os.sep))
        if real != root and not real.startswith(root + os.sep):
            raise ImportError(path)

    def find_spec(self, name: str, target: Any = None) -> None:
        return None

    def invalidate_caches(self) -> None:
        return None


class TestRun:
    """What the runners need.

    Attributes:
        job: see `run`.
        module_name: under which the tests are imported.
        file: where they seem to lie.
    """

    __test__ = False

    def __init__(self, job: dict[str, Any], report: Report) -> None:
        self.job, self.report = job, report
        self.source: str = job["tests"]
        self.file = os.path.join(job["folder"], "test.py")
        self.perturbation: Any = None
        self.evaluation: Any = None

    def wanted(self, name: str) -> bool:
        only = self.job["only"]
        return only is None or name in only


def _changed_text(perturbation: Any, show: Any) -> Any:
    """Shows printed text changed."""

    def printed(items: list[Any]) -> None:
        show([(which, perturbation.changed(text)) for which, text in items])

    return printed


def run(job: dict[str, Any], descriptors: list[int]) -> None:
    """Run the suite and report.

    Args:
        job: "folder", "paths", "modules", "style", "tests" (their source), "only", "plugins" of
            pytest, "perturb", see perturb.py.
        descriptors: connection, doorbell, report.
    """
    connection, doorbell, told = descriptors[:3]
    report = Report(told)
    mirrored.FOLDER[0] = job["folder"] + os.sep
    sys.path[:] = [path for path in sys.path if path not in ("", job["folder"])]
    for path in job["paths"]:
        if path not in sys.path:
            sys.path.append(path)
    sys.argv[:] = [os.path.join(job["folder"], "test.py")]
    streams.share_files()
    space = Space(trusting=False)
    mirrored.SPACES[:] = [space]

    def lost(kind: str, why: str) -> NoReturn:
        report.say(kind, why)
        os._exit(0)

    line = streams.Doorbell(doorbell)
    talk = Talk(space, connection, lost, line.open)
    line.answer(talk.adopt)
    talk.hand_over = line.hand_over
    lineup = LineUp(space)
    space.compare, space.contains = lineup.compare, lineup.contains  # type: ignore[attr-defined]
    space.received["made"] = lineup.note_made
    streams.take_output(space)
    test_run = TestRun(job, report)
    if job["isolation"] == "shared":
        sys.path.insert(0, job["folder"])
    else:
        sys.path_hooks.insert(0, _Nothing)
        sys.path_importer_cache.clear()
        sys.meta_path.insert(0, Finder(space, job["modules"]))
        library.carry(space)
        test_run.evaluation = evaluation.Evaluation(space, job["tests"], COUNTER.note_refused)
        test_run.evaluation.guard()
        if job["perturb"]:
            test_run.perturbation = talk.perturbation = perturb.Perturbation(
                job["perturb"], os.path.dirname(job["folder"])
            )
            space.received["printed"] = _changed_text(talk.perturbation, space.received["printed"])
    lines = job["tests"].splitlines(keepends=True)
    linecache.cache[test_run.file] = (len(job["tests"]), None, lines, test_run.file)
    RUNNERS[job["style"]](test_run)
    report.say("done", sorted(lineup.remarks))


__all__ = ["run", "types"]
