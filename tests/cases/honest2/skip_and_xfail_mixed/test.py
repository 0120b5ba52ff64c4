import sys

import pytest

from main import divide, platform_name, shout


@pytest.mark.skipif(sys.version_info < (3, 0), reason="needs Python 3")
def test_shout():
    assert shout("hi") == "HI!"


@pytest.mark.skipif(sys.version_info >= (3, 0), reason="only Python 2")
def test_old():
    assert False


@pytest.mark.skip(reason="not decided yet")
def test_undecided():
    assert shout("") == ""


@pytest.mark.xfail(raises=ZeroDivisionError, strict=True)
def test_known_gap():
    assert divide(1, 0) == float("inf")


def test_with_optional_library():
    numpy = pytest.importorskip("surely_no_such_library")
    assert numpy


def test_divide():
    assert divide(7, 2) == 3.5
    if sys.platform.startswith("linux"):
        assert platform_name() == "Linux"
