"""Texts and pickles that main.py returns never run in the tests' process, and still work."""

from __future__ import annotations

import ast
import math
from textwrap import dedent

import pytest

from provisioner.judge.inside.library import expressions
from provisioner.judge.judge import Judge

MAIN = '''
    """
    >>> double(2)
    4
    >>> kept = double(3)
    >>> kept
    6
    """
    from __future__ import annotations
    import pickle
    from dataclasses import dataclass

    @dataclass
    class Point:
        x: int
        y: int

    def double(n: int) -> int:
        return 2 * n

    def source(name):
        return f"def {name}(n):\\n    return 2 * n\\n"

    def formula(n):
        return f"{n} * 2"

    def wait():
        import time
        return time.sleep(9)

    def target():
        return "json.dumps"

    def dump(value):
        return pickle.dumps(value)

    def save(value, path):
        with open(path, "wb") as file:
            pickle.dump(value, file)
            pickle.dump("end", file)
'''

TESTS = {
    "repr": "assert eval(repr(Point(1, 2))) == Point(1, 2)",
    "formula": "assert eval(main.formula(3)) == 6",
    "names": "assert eval(main.formula('x'), {'x': 3}) == 6",
    "no_builtins": "assert eval(main.formula('x'), {'__builtins__': {}}, {'x': 3}) == 6",
    "reference": "for e in ['2 * 3', 'abs(-6)', 'len(\\'abcdef\\')']: assert eval(e) == 6",
    "composed": "for n in (1, 2): assert eval(f'{n} * 2') == main.double(n)",
    "constant": "x = 3\n    assert eval('x + x') == main.double(x)",
    "source": "n = {}\n    exec(main.source('f'), n)\n    assert n['f'](2) == 4 and 'f' in n",
    "compiled": "n = {}\n    exec(compile(main.source('f'), 'f', 'exec'), n)"
    "\n    assert n['f'](1) == 2",
    "of_main": "exec(main.source('twice'), vars(main))\n    assert main.twice(2) == 4",
    "imported": "exec('x = main.double(1)')\n    assert eval('main.double(1)') == 2",
    "pickled": "assert pickle.loads(main.dump({'a': [1]})) == {'a': [1]}",
    "pickled_object": "assert pickle.loads(main.dump(main.Point(1, 2))) == main.Point(1, 2)",
    "own_pickle": "assert pickle.loads(pickle.dumps(Own(main.double(1)))).n == 2",
    "file": "main.save([1], tmp_path / 'f')\n    with open(tmp_path / 'f', 'rb') as f:"
    "\n        assert pickle.load(f) == [1]\n        assert pickle.load(f) == 'end'",
    "docstrings": "import doctest\n    result = doctest.testmod(main)\n    assert result == (0, 3)",
    "one_docstring": "import doctest\n    doctest.run_docstring_examples(main, globals())"
    "\n    assert main.double(1) == 2",
    "patched": "from unittest import mock\n    name = 'double'"
    "\n    with mock.patch(f'main.{name}', return_value=5): assert main.double(1) == 5",
    "patched_library": "from unittest import mock\n    with mock.patch('time.sleep') as sleep:"
    "\n        assert main.wait() is sleep.return_value",
    "timed": "import timeit\n    assert timeit.timeit('pass', number=1) < main.double(1)",
}
WRONG = {
    "formula": ('"{n} * 2"', '"{n} * 3"'),
    "source": ("return 2 * n\\n", "return 3 * n\\n"),
    "docstrings": ("\n6\n", "\n7\n"),
}


def suite(body: str) -> bytes:
    head = "import pickle\nimport main\nfrom main import Point\n"
    head += "class Own:\n    def __init__(self, n): self.n = n\n"
    return f"{head}def test_it(tmp_path):\n    {body}\n".encode()


@pytest.mark.parametrize("name", TESTS)
async def test_honest_uses_are_green(judge: Judge, name: str) -> None:
    judgement = await judge.judge(suite(TESTS[name]), {"main.py": dedent(MAIN).encode()})
    assert judgement.verdict == "green", (judgement.reason, judgement.failures)
    assert judgement.isolation == "separate"


@pytest.mark.parametrize("name", ["formula", "source", "docstrings"])
async def test_wrong_texts_are_red(judge: Judge, name: str) -> None:
    right = dedent(MAIN)
    old, new = WRONG[name]
    assert old in right, right
    judgement = await judge.judge(suite(TESTS[name]), {"main.py": right.replace(old, new).encode()})
    assert judgement.verdict == "red"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("exec(main.source('f'))", "exec"),
        ("from unittest import mock\n        mock.patch(main.target()).start()", "json.dumps"),
        ("pytest.MonkeyPatch().setattr(main.target(), 5)  # monkeypatch", "json.dumps"),
    ],
)
async def test_a_refusal_that_the_tests_catch_is_red_all_the_same(
    judge: Judge, body: str, named: str
) -> None:
    tests = f"try:\n        {body}\n    except Exception: pass\n    assert main.double(1) == 2"
    judgement = await judge.judge(
        b"import pytest\n" + suite(tests), {"main.py": dedent(MAIN).encode()}
    )
    assert judgement.verdict == "red"
    assert named in judgement.failures[0].message


@pytest.mark.parametrize(
    "text",
    [
        "().__class__",
        "(lambda: 0).__globals__",
        "[a.gi_frame for a in [1]]",
        "math.__loader__",
        "math.sys",
        "'{0.__class__}'.format(x)",
        "getattr(x, 'real')",
        "__import__('os')",
        "print(x)",
        "open('main.py')",
        "f'{x}'",
        "(y := x)",
    ],
)
def test_what_might_do_more_than_compute_is_not_evaluated_here(text: str) -> None:
    tree = ast.parse(text, mode="eval")
    assert not expressions.is_safe(tree, {"x": 3, "math": math}, lambda value: False)


@pytest.mark.parametrize(
    "text", ["x + 1", "math.sqrt(x)", "[i for i in (1, 2) if i > x]", "'a'.upper()", "-x ** 2"]
)
def test_what_computes_is(text: str) -> None:
    tree = ast.parse(text, mode="eval")
    assert expressions.is_safe(tree, {"x": 3, "math": math}, lambda value: False)
