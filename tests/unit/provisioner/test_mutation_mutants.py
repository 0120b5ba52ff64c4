"""Which mutants are made of a module, and which are not."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from provisioner.quality.mutation.mutants import mutants

ORACLE = (Path(__file__).parents[2] / "cases" / "humaneval_oracle.jsonl").read_text().splitlines()


def texts(source: str) -> set[str]:
    """The changed lines of all mutants."""
    return {
        line[1:].strip()
        for mutant in mutants(source.encode())
        for line in mutant.diff.splitlines()
        if line.startswith("+")
    }


def test_each_mutant_is_one_change_and_says_where() -> None:
    (first, *_) = mutants(b"LIMIT = 1\n\ndef f(x):\n    return x < LIMIT\n")
    assert (first.id, first.operator, first.line) == ("1:8 NumberReplacer 0", "NumberReplacer", 1)
    assert first.diff == "-LIMIT = 1\n+LIMIT = 2"
    assert first.source == b"LIMIT = 2\n\ndef f(x):\n    return x < LIMIT\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(a, b):\n    return a < b", {"return a <= b", "return a == b", "return None"}),
        ("def f(a):\n    return a + 1", {"return a - 1", "return a + 2", "return a + 0"}),
        ("def f(a):\n    if a:\n        return a", {"if not a:"}),
        ("def f(a):\n    return a and not a", {"return a or not a", "return a and a"}),
        ("for x in y:\n    break", {"for x in []:", "continue"}),
        (
            "try:\n    f()\nexcept json.Bad as e:\n    pass",
            {"except CosmicRayTestingException as e:"},
        ),
        ("x = -y", {"x = +y", "x = ~y", "x = y"}),
        ("x = a is None", {"x = a is not None"}),
        ("match x:\n    case [1] if x > y:\n        z = 2", {"case [2] if x > y:", "z = 3"}),
        ("x = f'{a + b}'", {"x = f'{a - b}'"}),
        ("@property\ndef f(self): pass", set()),
        ("class A:\n    n: Annotated[int, Field(ge=1)]", {"n: Annotated[int, Field(ge=2)]"}),
    ],
)
def test_operators_reach_all_kinds_of_code(source: str, expected: set[str]) -> None:
    assert expected <= texts(source)


def test_a_decorator_can_go() -> None:
    (mutant,) = mutants(b"class A:\n    a: int\n    @property\n    def f(self): pass\n")
    assert mutant.source == b"class A:\n    a: int\n    def f(self): pass\n"


@pytest.mark.parametrize(
    "source",
    [
        '"""1 + 1 and True."""',
        "def f(a: int | None = None, *, b: Literal[1] = '') -> list[int | str]:\n    '''1'''",
        "def f(a, /, b, *, c): pass",
        "class A:\n    n: int | None\n    m: tuple[Literal[3], ...]",
        "if __name__ == '__main__':\n    x = 1 + 1",
        "if TYPE_CHECKING:\n    x = 1\nif typing.TYPE_CHECKING:\n    x = 1",
        "@overload\ndef f(x=1): ...",
        "@functools.lru_cache(maxsize=128)\ndef f(): pass",
        "@override\ndef f(): pass",
        "class P(Protocol):\n    def f(self, n=1): ...",
        "Number = int | float\nId: TypeAlias = 'int | str'\nT = TypeVar('T', bound=int | str)",
        "x = cast(int | None, y)",
        "__version__ = (1, 2)",
        "from math import *\nf(*a, **b)",
        "x = a == None",
    ],
)
def test_nothing_is_made_of_what_no_test_could_notice(source: str) -> None:
    assert mutants(source.encode()) == []


def test_equal_values_are_never_told_apart_by_identity() -> None:
    operators = {one.operator for one in mutants(b"def f(a, b):\n    return a == b, a is b\n")}
    crossing = {
        name for name in operators if "Comparison" in name and ("_Is" in name) != ("Is_" in name)
    }
    assert crossing == set()


def test_equivalent_and_equal_mutants_are_made_once() -> None:
    folded = mutants(b"x = 2 * 2\n")
    values = [eval(one.source.decode().partition("=")[2]) for one in folded]
    assert 4 not in [value for value in values if isinstance(value, int)]
    assert len(values) == len({(type(value), value) for value in values})


def test_every_mutant_of_the_oracle_compiles_differs_and_has_an_id_of_its_own() -> None:
    for line in ORACLE[::8]:
        main = json.loads(line)["main_py"]
        made = mutants(main.encode())
        assert made
        assert len({one.id for one in made}) == len({one.source for one in made}) == len(made)
        for one in made:
            assert ast.dump(ast.parse(one.source)) != ast.dump(ast.parse(main))
            assert one.diff.count("\n") <= 20
        assert made == mutants(main.encode())


def test_encodings_and_line_ends_are_kept() -> None:
    source = b"# coding: latin-1\r\nNAME = '\xe9'\r\nx = '\xe9' == 1\r\n"
    for mutant in mutants(source):
        assert b"NAME = '\xe9'\r\n" in mutant.source
        assert mutant.source.count(b"\r\n") == 3


@pytest.mark.parametrize("source", [b"def f(:", b"x = '\xe9'", b"x = 1\x00"])
def test_what_is_no_python_is_refused(source: bytes) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        mutants(source)
