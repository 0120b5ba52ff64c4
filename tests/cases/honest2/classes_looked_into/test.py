import inspect
import typing
from dataclasses import fields
from unittest.mock import create_autospec

import pytest

import main
from main import Place, Series, Settings, Store


def test_classes_of_the_module():
    found = dict(inspect.getmembers(main, inspect.isclass))
    assert found["Place"] is Place and found.keys() >= {"Series", "Settings", "Store"}
    assert main.__annotations__.keys() == {"made"}


def test_signature_of_initialiser():
    parameters = inspect.signature(Store.__init__).parameters
    assert list(parameters) == ["self", "path", "retries"]
    assert parameters["retries"].default == 3


def test_autospec():
    with pytest.raises(TypeError):
        create_autospec(Store)()


def test_state():
    assert Store("p").__getstate__() == {"path": "p", "retries": 3}


def test_made_without_initialiser():
    store = Store.__new__(Store)
    assert store is Store("q")
    store.__setstate__({"path": "r"})
    assert (store.path, store.retries) == ("r", 3)


def test_fields():
    name, tags = fields(Settings)
    assert name.default == "app"
    assert tags.default_factory() == []
    assert tags.metadata["help"] == "labels"


def test_annotations():
    assert typing.get_type_hints(Settings) == {"name": str, "tags": list[str]}
    assert Place.__annotations__.keys() == {"lat", "lon"}


def test_equality_without_a_truth():
    assert (Series(1, 2) == Series(1, 2)).all()
    assert not (Series(1, 2) == 1).all()
