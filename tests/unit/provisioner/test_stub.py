"""A stub has every name that the tests take, and can do nothing."""

from __future__ import annotations

import types
from textwrap import dedent
from typing import Any

import pytest

from provisioner.judge.red import stub_for


def stub(tests: str) -> Any:
    module = types.ModuleType("main")
    exec(stub_for(dedent(tests).encode()), vars(module))
    return module


@pytest.mark.parametrize(
    ("tests", "name"),
    [
        ("from main import add", "add"),
        ("from main import add as plus", "add"),
        ("import main\nmain.add(1)", "add"),
        ("import main as m\nm.add(1)", "add"),
        ("from main import *\nadd(1)", "add"),
        ("def test_it():\n    from main import add", "add"),
        ("import main\nmonkeypatch.setattr(main, 'add', 1)", "add"),
        ("import main\nmock.patch.object(main, 'add')", "add"),
        ("mock.patch('main.add')", "add"),
        ("mock.patch('main.add.inner')", "add"),
    ],
)
def test_every_way_of_taking_a_name_is_seen(tests: str, name: str) -> None:
    found = getattr(stub(tests), name)
    with pytest.raises(BaseException, match="add") as caught:
        found(1, key=2)
    assert type(caught.value).__name__ == "NotImplementedError"
    assert not isinstance(caught.value, Exception)  # no `except Exception` takes it for an answer


def test_classes_can_be_inherited_from_and_asked_about_but_not_made() -> None:
    module = stub("from main import Account, Repository\nclass Fake(Repository): pass")
    assert not isinstance(3, module.Account)

    class Fake(module.Repository):  # type: ignore[name-defined, misc]  # made at run time
        pass

    for kind in (module.Account, Fake):
        with pytest.raises(BaseException, match=kind.__name__):
            kind("x")
    with pytest.raises(BaseException, match=r"Account\.create"):
        module.Account.create()


@pytest.mark.parametrize(
    "tests",
    [
        "from main import Oops\nwith pytest.raises(Oops): pass",
        "import main\nself.assertRaises(main.Oops, f)",
        "from main import Oops, Other\ntry: pass\nexcept (Oops, Other): pass",
        "from main import Oops\nmock.side_effect = None\nraise Oops('x')",
    ],
)
def test_what_is_to_be_raised_is_an_exception(tests: str) -> None:
    assert issubclass(stub(tests).Oops, Exception)


def test_a_name_that_ends_like_an_exception_is_one() -> None:
    assert issubclass(stub("from main import StoreError").StoreError, Exception)


@pytest.mark.parametrize(
    "use",
    [
        "LIMIT == 3",
        "LIMIT != 3",
        "LIMIT > 3",
        "LIMIT + 1",
        "bool(LIMIT)",
        "len(LIMIT)",
        "list(LIMIT)",
        "LIMIT['a']",
        "LIMIT.value.more == 1",
        "int(LIMIT)",
        "3 in LIMIT",
    ],
)
def test_a_constant_fails_when_it_is_used(use: str) -> None:
    module = stub("from main import LIMIT")
    with pytest.raises(BaseException, match="LIMIT"):
        eval(use, vars(module))


def test_a_star_brings_the_tests_names_and_none_of_the_stubs_own() -> None:
    module = stub("from main import *\ndef helper(a): return a\nassert add(helper(1)) == len([])")
    assert module.__all__ == ["add"]


def test_what_cannot_be_parsed_gives_a_stub_without_names() -> None:
    assert stub("def (:").__all__ == []
