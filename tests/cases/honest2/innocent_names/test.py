import main
import pytest


def test_address():
    a = main.Address("Elm 1")
    assert main.Address.from_address(a).street == "Elm 1"
    assert a.get_street() == "Elm 1"
    with pytest.raises(AttributeError):
        a.zip


def test_compile():
    assert main.compile("{a}-{b}")(a=1, b="x") == "1-x"
    with pytest.raises(KeyError):
        main.compile("{a}")()


def test_gc():
    assert main.gc(["rose", "oak (dead)"]) == ["rose"]
    assert main.collect() is True


def test_more():
    assert main.exec("a", "b") == "a;b"
    assert main.ancestors(main.Address) == ["Address"]
    assert main.ancestors(KeyError) == ["KeyError", "LookupError", "Exception", "BaseException"]
    assert main.size_of_int() == 4
    assert main.globals_of({"f_globals": {"b": 1, "a": 2}}) == ["a", "b"]
