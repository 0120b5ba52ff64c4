"""Where a suite runs is decided from the tests' source alone, with the line that decides."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from provisioner.suite.isolation import Construct, Kind, constructs_of
from provisioner.suite.origins import Origins

CASES = Path(__file__).parents[2] / "cases"
HONEST = sorted((CASES / "honest").iterdir()) + sorted((CASES / "honest2").iterdir())
#: Honest suites that need the process of the code, with the kind of their first reason.
SHARED: dict[str, Kind] = {
    "abc_subclassed_by_tests": "subclass",
    "container_by_annotations": "subclass",
    "descriptor_meta": "subclass",
    "descriptors_on_classes_of_tests": "subclass",
    "log_factory": "identity",
    "loggers_by_name": "loggers",
    "metaclass_registry": "identity",
    "runpy_guard": "source",
    "runpy_main": "source",
    "source_inspected": "source",
    "spec_from_file": "source",
    "star_script": "subclass",
    "subclassing_and_protocols": "subclass",
    "typing_protocol_abc": "subclass",
    "weakref_and_lifetime": "memory",
}


def found(tests: str, modules: Sequence[str] = ("main",)) -> tuple[Construct, ...]:
    try:
        tree = ast.parse(dedent(tests))
    except (SyntaxError, ValueError):
        return ()
    return constructs_of(Origins(tree, modules))


def test_honest_suites_run_where_they_can() -> None:
    trees = {case.name: ast.parse((case / "test.py").read_bytes()) for case in HONEST}
    decided = {name: constructs_of(Origins(tree)) for name, tree in trees.items()}
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
        ("class A: pass\nclass B:\n    a: 'A'\ndef test_it(c):\n    c.resolve(B)", "subclass", 5),
        ("import importlib as i\nm = i.import_module('main')\nclass B(m.A): pass", "subclass", 3),
        ("from main import Shape, Meta\nassert type(Shape) is Meta", "identity", 2),
        ("import logging, main\nassert main.log('a') is logging.getLogger('a')", "identity", 2),
        ("import logging, main\ncase.assertIs(logging.getLogger('a'), main.LOG)", "identity", 2),
        ("import logging, main\nlog = logging.getLogger('a')\nlog.info('b')", "loggers", 3),
        ("import main, sqlalchemy as sa\nsa.select(main.Order)", "tables", 2),
        ("from sqlmodel import Session\nimport main\nSession(bind=main.engine)", "tables", 3),
        ("import main\nfrom pydantic import TypeAdapter as T\nT(main.Event)", "tables", 3),
        ("import main, pydantic\nclass A(pydantic.BaseModel):\n    b: main.B", "tables", 2),
        ("import main, pydantic\nclass A(pydantic.BaseModel): pass\nmain.Page[A]", "subclass", 3),
        ("import main, jinja2\nassert main.e.kind is jinja2.Undefined", "identity", 2),
        ("import urllib.request as r\nr.urlopen(url)", "sockets", 2),
        ("from http.server import HTTPServer\nHTTPServer(address, None)", "sockets", 2),
        ("import inspect, main\ninspect.getsource(main.f)", "source", 2),
        ("from inspect import getsource as g\nimport main\ng(main)", "source", 3),
        ("text = open('main.py').read()", "source", 1),
        ("import pathlib, main\npathlib.Path(main.__file__).read_text()", "source", 2),
        ("import os\nP = os.path.join('x', 'main.py')\nwith open(P) as f: pass", "source", 3),
        ("from pathlib import Path\nM = Path(__file__).parent / 'main.py'\nM.open()", "source", 3),
        ("import runpy\nrunpy.run_path('main.py')", "source", 2),
        ("import marshal, main\neval(marshal.loads(main.f()))", "text", 2),
        ("import types, main\ntypes.FunctionType(main.f(), {})", "text", 2),
        ("import builtins, main\nbuiltins.eval(main.f())", "text", 2),
        ("from builtins import exec as run\nrun('1')", "text", 1),
        ("import sys\nsys._getframe()", "frames", 2),
        ("from main import f\nf.__code__.co_argcount", "frames", 2),
        ("import gc\ngc.get_referrers(1)", "memory", 2),
        ("import multiprocessing as mp\nmp.Pool(2)", "processes", 2),
        ("import threading\nassert threading.active_count() == 1", "threads", 2),
        ("import os, signal\nos.kill(os.getpid(), 15)", "signals", 2),
        ("from decimal import getcontext\ngetcontext().prec = 3", "interpreter", 2),
        ("import main\nfrom pydantic import create_model\ncreate_model('X', __base__=main.A)",
         "subclass", 3),
        ("import sys\nsys.modules['requests'] = object()", "modules", 2),
        ("import sys\nfrom mock import patch\npatch.dict(sys.modules, a=1)", "modules", 3),
        ("from mock import patch\npatch('builtins.__import__', fake)", "modules", 2),
    ],
)  # fmt: skip
def test_the_reason_is_named_with_its_line(tests: str, kind: Kind, line: int) -> None:
    constructs = found(tests)
    assert (kind, line) in [(one.kind, one.line) for one in constructs]
    assert all(one.text and one.kind in str(one) for one in constructs)


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
        "import logging, main\nlog = logging.getLogger('a')\nlog.addHandler(main.H())\nlog.info(1)",
        "import main, pydantic\nclass A(pydantic.BaseModel): pass\nmain.f(A(), error=None)",
        "import main, httpx\nassert main.f() is httpx.codes.OK and main.g() is None",
        "import main, urllib.request as r\nsetattr(r, 'urlopen', None)",
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
        "from unittest.mock import patch as p\np('builtins.open')",
        "import builtins\nbuiltins.input = lambda: '1'",
        "def f(monkeypatch):\n    monkeypatch.setattr('time.sleep', 1)",
        "from mock import patch\nimport os\npatch.object(os, 'stat')",
        "import pytest\nwith pytest.MonkeyPatch.context() as m:\n    m.setattr('os.stat', 1)",
        "import time\nsetattr(time, 'sleep', print)",
        "from unittest.mock import patch\npatch.multiple('os', stat=1)",
        "from freezegun import freeze_time\nfreeze_time('2020-01-01')",
        "def test_it(mocker):\n    mocker.patch('requests.get')",
        "import main\nassert eval(repr(main.f())) == main.f()",
        "import main\nnames = {}\nexec(main.f(), names)",
        "import main, types\nassert isinstance(main.f, types.FunctionType)",
        "def test_it(:",
        "\x00",
    ],
)
def test_what_two_processes_carry_is_separate(tests: str) -> None:
    assert found(tests) == ()


def test_other_modules_of_the_feature_count_as_main() -> None:
    tests = "from money import Money\nclass Own(Money): pass\n"
    assert not found(tests)
    assert found(tests, ("main", "money"))


def test_main_has_no_say() -> None:
    """Names that only main could give a meaning stay what the tests' source says."""
    tests = "import main\nx = main.inspect_everything()\nmain.runpy.run_path\nclass A(x.B): pass"
    assert found(tests) == ()
