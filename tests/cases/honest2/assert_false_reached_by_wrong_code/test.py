import asyncio

from main import UnitError, convert, convert_later


def test_lengths():
    assert convert(2, "km", "m") == 2000


def test_other_kinds():
    try:
        convert(1, "g", "m")
        assert False, "should have raised"
    except UnitError:
        pass


def test_each_way():
    for pair in (("m", "g"), ("g", "km")):
        try:
            convert(1, *pair)
        except UnitError:
            continue
        assert 0, pair


def test_wrong_answer():
    if convert(500, "m", "km") != 0.5:
        assert False, "500 m are half a kilometre"


def test_later():
    async def other():
        try:
            await convert_later(1, "g", "m")
        except UnitError:
            pass
        else:
            assert False

    asyncio.run(other())
