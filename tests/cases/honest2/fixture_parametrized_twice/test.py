import pytest
from main import pad


@pytest.fixture(params=["left", "right"])
def side(request):
    return request.param


@pytest.fixture(params=[" ", "*", "0"], ids=["space", "star", "zero"])
def fill(request):
    yield request.param


@pytest.mark.parametrize("width", [0, 3, 10])
def test_length(side, fill, width):
    out = pad("abcd", width, fill, side)
    assert len(out) == max(4, width)
    assert out.strip(fill) == "abcd"


def test_sides(fill):
    assert pad("x", 3, fill) == fill * 2 + "x"
    assert pad("x", 3, fill, "right") == "x" + 2 * fill


def test_bad_side():
    with pytest.raises(ValueError, match=r"not 'up'$"):
        pad("x", 3, side="up")
