import pytest
from main import Described, OutOfStock, Rejected, ShopError, take, take_all


def test_takes():
    stock = {"tea": 2}
    assert take(stock, "tea") == 1
    assert stock == {"tea": 1}


def test_unknown():
    with pytest.raises(ShopError, match="no cup") as caught:
        take({}, "cup")
    assert caught.value.item == "cup"
    assert caught.value.describe() == "E1: no cup"
    assert isinstance(caught.value.__cause__, KeyError)


def test_gone():
    with pytest.raises(OutOfStock) as caught:
        take({"tea": 0}, "tea")
    assert isinstance(caught.value, Described)
    assert caught.value.describe() == "E2: tea is gone"


def test_made_by_the_tests():
    error = OutOfStock("none", item="x")
    assert (error.args, error.item, error.describe()) == (("none",), "x", "E2: none")


def test_several():
    with pytest.raises(Rejected) as caught:
        take_all({"tea": 0}, ["tea", "cup"])
    assert [type(one).__name__ for one in caught.value.exceptions] == ["OutOfStock", "ShopError"]
    assert caught.value.describe().startswith("E3: not all")
