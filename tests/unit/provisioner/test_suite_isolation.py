"""Where a suite runs is decided from the tests' source alone, with the line that decides."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from provisioner.suite.isolation import Isolation, Kind, decide_isolation

CASES = Path(__file__).parents[2] / "cases"
HONEST = sorted((CASES / "honest").iterdir()) + sorted((CASES / "honest2").iterdir())
#: Honest suites that need the process of the code, with the kind of their first reason.
SHARED: dict[str, Kind] = {
    "abc_subclassed_by_tests": "subclass",
    "descriptor_meta": "subclass",
    "input_patched": "patched_builtins",
    "monkeypatch_iter_setup": "patched_library",
    "monkeypatch_partial": "patched_library",
    "monkeypatching": "patched_library",
    "patch_stdlib": "patched_builtins",
    "runpy_guard": "source",
    "runpy_main": "source",
    "source_inspected": "source",
    "spec_from_file": "source",
    "star_script": "subclass",
    "subclassing_and_protocols": "subclass",
    "typing_protocol_abc": "subclass",
    "weakref_and_lifetime": "memory",
}


def decide(tests: str) -> Isolation:
    return decide_isolation(dedent(tests).encode())


def test_honest_suites_run_where_they_can() -> None:
    decided = {
        case.name: decide_isolation((case / "test.py").read_bytes()).reasons for case in HONEST
    }
    shared = {name: reasons[0].kind for name, reasons in decided.items() if reasons}
    assert shared == SHARED


@pytest.mark.parametrize(
    ("tests", "kind", "line"),
    [
        ("from main import A\nclass B(A): pass", "subclass", 2),
        ("import main as m\nclass B(object, m.A[int]): pass", "subclass", 2),
        ("import main\nBase = main.A\ndef test_it():\n    class B(Base): pass", "subclass", 4),
        ("from main import *\nclass B(Shape): pass", "subclass", 2),
        ("import main\nclass B(metaclass=main.Meta): pass", "subclass", 2),
        ("import main\n@main.plugin('x')\nclass B: pass", "subclass", 3),
        ("import main\nB = type('B', (main.A,), {})", "subclass", 2),
        ("import main\nclass Own: pass\nmain.Shape.register(Own)", "subclass", 3),
        ("import importlib as i\nm = i.import_module('main')\nclass B(m.A): pass", "subclass", 3),
        ("import inspect, main\ninspect.getsource(main.f)", "source", 2),
        ("from inspect import getsource as g\nimport main\ng(main)", "source", 3),
        ("text = open('main.py').read()", "source", 1),
        ("import pathlib, main\npathlib.Path(main.__file__).read_text()", "source", 2),
        ("import os\nP = os.path.join('x', 'main.py')\nwith open(P) as f: pass", "source", 3),
        ("from pathlib import Path\nM = Path(__file__).parent / 'main.py'\nM.open()", "source", 3),
        ("import runpy\nrunpy.run_path('main.py')", "source", 2),
        ("exec(compile('1', 'x', 'exec'))", "source", 1),
        ("import sys\nsys._getframe()", "frames", 2),
        ("from main import f\nf.__code__.co_argcount", "frames", 2),
        ("import gc\ngc.get_referrers(1)", "memory", 2),
        ("import multiprocessing as mp\nmp.Pool(2)", "processes", 2),
        ("import threading\nassert threading.active_count() == 1", "threads", 2),
        ("import os, signal\nos.kill(os.getpid(), 15)", "signals", 2),
        ("from decimal import getcontext\ngetcontext().prec = 3", "interpreter", 2),
        ("from unittest.mock import patch as p\np('builtins.open')", "patched_builtins", 2),
        ("import builtins\nbuiltins.input = lambda: '1'", "patched_builtins", 2),
        ("def f(monkeypatch):\n    monkeypatch.setattr('time.sleep', 1)", "patched_library", 2),
        ("from mock import patch\nimport os\npatch.object(os, 'stat')", "patched_library", 3),
        ("import pytest\nwith pytest.MonkeyPatch.context() as m:\n    m.setattr('os.stat', 1)",
         "patched_library", 3),
        ("import time\nsetattr(time, 'sleep', print)", "patched_library", 2),
        ("from unittest.mock import patch\npatch.multiple('os', stat=1)", "patched_library", 2),
        ("from freezegun import freeze_time\nfreeze_time('2020-01-01')", "patched_library", 2),
        ("import main\nfrom pydantic import create_model\ncreate_model('X', __base__=main.A)",
         "subclass", 3),
        ("def test_it(mocker):\n    mocker.patch('requests.get')", "patched_library", 2),
        ("import sys\nsys.modules['requests'] = object()", "patched_modules", 2),
        ("import sys\nfrom mock import patch\npatch.dict(sys.modules, a=1)", "patched_modules", 3),
    ],
)  # fmt: skip
def test_the_reason_is_named_with_its_line(tests: str, kind: Kind, line: int) -> None:
    decided = decide(tests)
    assert decided.mode == "shared"
    assert (kind, line) in [(one.kind, one.line) for one in decided.reasons]
    assert all(one.text and one.kind in str(one) for one in decided.reasons)


@pytest.mark.parametrize(
    "tests",
    [
        "import main\nclass B(main_like): pass\nclass main_like: pass",
        "from main import A\nclass TestA:\n    cls = A\n    def test_it(self): assert A()",
        "from main import *\nimport unittest\nclass T(unittest.TestCase): pass",
        "from main import *\nclass Mine(Exception): pass",
        "import subprocess, sys\nsubprocess.run([sys.executable, 'main.py'])",
        "def test_it(tmp_path):\n    (tmp_path / 'data.txt').read_text()",
        "import main\nfrom unittest.mock import patch\npatch('main.time.sleep')",
        "from unittest.mock import patch\npatch.multiple('main', f=1, g=2)",
        "import main\nsetattr(main, 'LIMIT', 3)",
        "def test_it(mocker):\n    mocker.patch('main.f')\n    mocker.patch.object(main, 'g')",
        "import main\ndef f(monkeypatch):\n    monkeypatch.setattr(main.time, 'sleep', 1)",
        "import sys\ndef test_it(monkeypatch):\n    monkeypatch.setattr(sys, 'argv', ['x'])",
        "import os\nfrom unittest.mock import patch\npatch.dict(os.environ, {'A': '1'})",
        "import sys\ndel sys.modules['main']\nimport main",
        "import importlib, main\nimportlib.reload(main)",
        "import copy, pickle, main\npickle.loads(pickle.dumps(copy.copy(main.A())))",
        "class Own: pass\nOwn.x = 1\nclass Child(Own): pass",
        "import traceback\ntry: pass\nexcept Exception: traceback.print_exc()",
        "def compile(x): return x\ncompile(1)",
        "def test_it(:",
        "\x00",
    ],
)
def test_what_two_processes_carry_is_separate(tests: str) -> None:
    assert decide(tests) == Isolation("separate")


def test_other_modules_of_the_feature_count_as_main() -> None:
    tests = b"from money import Money\nclass Own(Money): pass\n"
    assert decide_isolation(tests).mode == "separate"
    assert decide_isolation(tests, ("main", "money")).mode == "shared"


def test_main_has_no_say() -> None:
    """Names that only main could give a meaning stay what the tests' source says."""
    tests = "import main\nx = main.inspect_everything()\nmain.runpy.run_path\nclass A(x.B): pass"
    assert [one.kind for one in decide(tests).reasons] == []
