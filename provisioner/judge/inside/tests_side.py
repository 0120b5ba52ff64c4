"""The process of the tests: has the real runner run them, with stand-ins for the code."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.machinery
import os
import sys
import types
from typing import Any

from .connection import streams
from .connection.space import Space
from .connection.talk import connect, later
from .evidence import perturb, unseen
from .evidence.assertions import COUNTER, watch
from .evidence.lineup import LineUp
from .held import Held
from .library import carried
from .library.evaluation import Evaluation
from .library.guards import Guards
from .mirror import modules
from .runners.test_run import TestRun, compiled, say

#: Styles of tests with a runner of their own.
_RUNNERS = ("pytest", "unittest", "doctest")


def _runner(job: dict[str, Any]) -> Any:
    name = f"by_{job['style']}" if job["style"] in _RUNNERS else "plain"
    return importlib.import_module(f"{__package__}.runners.{name}")


class Side:
    """What is the same for every suite: it is set up once, and a process forked for each.

    Args:
        job: see connect; "isolation" is that of all suites.
    """

    def __init__(self, job: dict[str, Any]) -> None:
        self._talk = talk = connect(job, say, trusting=False)
        space = talk.space
        self._line_up = LineUp(space)
        talk.let_out, talk.take_back, talk.ended = unseen.let_out, unseen.take_back, unseen.ended
        self._finder = _Finder(space)
        self._evaluation = Evaluation(space, COUNTER.note_refused)
        self._guards = Guards(self._evaluation)
        talk.services["run"] = later("waiting", "run_own")
        more = later("waiting", "pump_more")
        space.received["pump"] = lambda keys: more(space, keys)
        space.received["lent"] = functools.partial(modules.take_lent, space)
        streams.take_output(space)
        if job["isolation"] == "separate":
            sys.path_hooks.insert(0, _nothing_in(os.path.dirname(job["folder"])))
            sys.path_importer_cache.clear()
            sys.meta_path.insert(0, self._finder)
            carried.carry(space, COUNTER.note_refused)

    def prepare(self, job: dict[str, Any]) -> None:
        """Before the fork: what is the same in every run of these tests."""
        if "asyncio" in sys.modules:
            from .connection import waiting  # noqa: F401  # a third of a start, for those who need it
        if job["isolation"] == "separate":
            self._guards.install(job["tests"])
            carried.watch_modules()
            if "collect(" in job["tests"]:
                carried.carry_collections()
            if "doctest" in job["tests"]:
                carried.carry_documentation()
        runner = _runner(job)
        if hasattr(runner, "prepare"):
            runner.prepare(job)
        watch()
        self._talk.space.extras.clear()
        compiled(job)

    def run(self, job: dict[str, Any]) -> None:
        """Run the suite and report.

        Args:
            job: besides, "modules", the feature's; "style", "tests" (their source), "only",
                "plugins" of pytest, "perturb" (see perturb.py), "hold" (see judge.py), "mixed",
                whether in another order than the file's.
        """
        test_run = TestRun(job)
        sys.argv[:] = [test_run.file]
        talk = self._talk
        if job["isolation"] == "shared":
            sys.path.insert(0, job["folder"])
        else:
            self._finder.names = frozenset(job["modules"])
            self._evaluation.begin(job["tests"], job["modules"])
            self._line_up.begin(job["tests"])
            talk.space.kept_names = _imported(job["tests"], self._finder.names)
            talk.may_stop = "StopIteration" in job["tests"]
            talk.may_cancel = "ancel" in job["tests"]
            test_run.evaluation = self._evaluation
            carried.begin(talk.space)
            if job["perturb"]:
                changed = perturb.Perturbation(job["perturb"], talk.space)
                test_run.perturbation = talk.perturbation = changed
                streams.take_output(talk.space, changed.changed)
            if "hypothesis" in sys.modules:
                _leave_time_out(sys.modules["hypothesis"])
        talk.begin()
        if job["hold"] == "collect":
            test_run.hold = Held(talk, job).hold
        _runner(job).run(test_run)
        say("done", "")


def _leave_time_out(hypothesis: Any) -> None:
    """Have hypothesis not judge how long calls take, where the tests do not: each is a message."""
    settings, slow = hypothesis.settings, [hypothesis.HealthCheck.too_slow]
    settings.register_profile("judge", deadline=None, suppress_health_check=slow, database=None)
    settings.load_profile("judge")


def _imported(tests: str, modules: frozenset[str]) -> frozenset[str]:
    """Names that the tests import from elsewhere than the feature's modules."""
    found: set[str] = set()
    statements: list[Any] = ast.parse(tests).body if "import *" in tests else []
    for node in statements:  # grows meanwhile
        if isinstance(node, ast.Import) or (
            isinstance(node, ast.ImportFrom) and node.module not in modules
        ):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Expr | ast.Assign):
            statements += ast.iter_child_nodes(node)
    return frozenset(found) - modules


class _Finder:
    """Answers the names of the feature's modules with stand-ins; before a suite there are none."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self.names: frozenset[str] = frozenset()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in self.names:
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
