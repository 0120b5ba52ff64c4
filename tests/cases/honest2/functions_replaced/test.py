import importlib
from unittest import mock

import main
import pytest


@pytest.fixture(autouse=True)
def fresh():
    importlib.reload(main)


def test_a_function_is_what_its_name_says_now():
    assert main.rule(10) == 10
    kept = main.rule
    main.choose("sale")
    assert main.rule(10) == 5
    assert main.rule is not kept
    assert kept(10) == 10
    main.choose("plain")
    assert main.rule(10) == 10


def test_tests_put_their_own_in_its_place():
    assert main.rule(3) == 3
    with mock.patch("main.rule", return_value=7) as double:
        assert main.rule(3) == 7
        assert main.total([1, 2]) == 14
    assert double.call_count == 3
    assert main.rule(3) == 3
    assert main.total([1, 2]) == 3


def test_the_code_is_given_one(monkeypatch):
    assert main.rule(3) == 3
    main.replace(lambda price: -price)
    assert main.rule(3) == -3
    monkeypatch.setattr(main, "rule", lambda price: price + 1)
    assert main.total([1, 1]) == 4
    monkeypatch.undo()
    assert main.total([1, 1]) == -2


def test_one_that_is_gone_is_looked_up_anew():
    assert main.rule(3) == 3
    main.forget()
    assert main.rule(3) == 0
    assert main.turns() == 1
    assert main.turns() == 2


def test_deleted_by_tests():
    assert main.total([4]) == 4
    assert main.rule(1) == 1
    del main.rule
    assert main.rule(1) == 0
    with pytest.raises(NameError):
        main.total([4])


def test_from_import_keeps_the_first():
    from main import rule

    main.choose("sale")
    from main import rule as sale

    assert (rule(8), sale(8)) == (8, 4)
