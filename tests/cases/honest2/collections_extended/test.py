import gzip
import io
import json
import os

import pytest

from main import History, Item, Names, Problems, Recent, Settings, Shouting, Stock, Tree, check, load

PEN, INK = Item("pen", 3), Item("ink", 5)


def test_a_list_is_joined_to_others():
    names = Names(["Ann"])
    assert ["Zoe"] + names == ["Zoe", "Ann"]
    names.append("bob")
    assert [] + names == ["Ann", "Bob"]
    assert json.dumps(names) == '["Ann", "Bob"]'


def test_a_dictionary_becomes_json():
    settings = load('{"a": 1}')
    assert isinstance(settings, Settings) and settings.a == 1
    settings["b"] = [2]
    assert json.dumps(settings) == '{"a": 1, "b": [2]}'
    assert json.loads(json.dumps({"inner": settings}))["inner"] == settings


def test_what_they_are_made_with():
    tree = Tree()
    tree["a"]["b"] = 1
    assert tree.default_factory is Tree
    assert json.dumps(tree) == '{"a": {"b": 1}}'
    assert History("abcd").maxlen == 3
    recent = Recent(a=1)
    recent.update(b=2, c=3)
    assert json.dumps(recent) == '{"b": 2, "c": 3}'


@pytest.mark.parametrize("again", range(3))
def test_tuples_in_several_places(again):
    stock = Stock(PEN, INK)
    for _ in range(5):
        item = stock["pen"]
        assert item == PEN and item.price == 3
        assert stock.has(PEN)
        del item
    assert stock["ink"]._replace(price=1) == ("ink", 1)


def test_groups_with_a_constructor_of_their_own():
    assert check([1, 2]) == 2
    with pytest.raises(Problems, match="2 problems of values") as info:
        check([-1, 5, -2])
    assert [str(one) for one in info.value.exceptions] == ["bad -1", "bad -2"]
    seen = []
    try:
        check([-3])
    except* ValueError as part:
        seen += [str(one) for one in part.exceptions]
    assert seen == ["bad -3"]


def test_streams_of_the_library_stay_what_they_are(tmp_path):
    out = io.StringIO()
    stream = Shouting(out)
    assert isinstance(stream, io.TextIOBase)
    print("hello", file=stream)
    assert out.getvalue() == "HELLO\n"
    assert isinstance(tmp_path, os.PathLike)
    with gzip.open(tmp_path / "a.gz", "wt") as file:
        file.write("x")
    assert gzip.open(tmp_path / "a.gz", "rt").read() == "x"
