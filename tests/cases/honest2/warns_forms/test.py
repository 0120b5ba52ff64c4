import warnings

import pytest

from main import OldStyle, area


def test_deprecated():
    with pytest.deprecated_call():
        assert area(2, height=3) == 6


def test_deprecated_call_function_form():
    assert pytest.deprecated_call(area, 2, height=5) == 10


def test_match():
    with pytest.warns(UserWarning, match="^square") as record:
        assert area(4) == 16
    assert len(record) == 1
    assert str(record[0].message) == "square assumed"


def test_own_class():
    with pytest.warns(OldStyle) as caught:
        area(1, height=1)
    assert issubclass(caught.pop().category, DeprecationWarning)


def test_silent():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert area(2, 5) == 10


def test_as_error():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning):
            area(3)
