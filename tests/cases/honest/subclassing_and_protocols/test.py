import pytest
from unittest import mock

import main
from main import NotFound, Plugin, Repository, Service, Temperature


class Memory(Repository):
    def __init__(self, data):
        self.data = data

    def find(self, key):
        return self.data.get(key)


CASES = [("a", 1), ("b", 2)]


@pytest.fixture
def service():
    return Service(Memory({"a": 1, "b": 2}), clock=lambda: 99)


@pytest.mark.parametrize(("key", "value"), CASES)
def test_lookup(service, key, value):
    assert service.lookup(key)["value"] == value


def test_whole(service):
    assert service.lookup("a") == {"key": "a", "value": 1, "at": 99}


def test_not_found(service):
    with pytest.raises(NotFound) as caught:
        service.lookup("zzz")
    assert caught.value.key == "zzz"
    assert isinstance(caught.value, LookupError)


def test_listener(service):
    seen = []
    service.on_change(lambda *args: seen.append(args))
    service.lookup("b")
    assert seen == [("b", 2)]
    listener = mock.Mock()
    service.on_change(listener)
    service.lookup("b")
    listener.assert_called_once_with("b", 2)
    assert listener.call_args == mock.call("b", 2)
    assert listener.call_count == 1


def test_abstract():
    with pytest.raises(TypeError):
        Repository()


def test_registry():
    class Mine(Plugin):
        pass

    assert Plugin.registry["Mine"] is Mine


def test_property():
    t = Temperature(100)
    assert t.fahrenheit == 212
    t.fahrenheit = 32
    assert t.celsius == pytest.approx(0)


def test_loop():
    expected = {"a": 1, "b": 2}
    for key, value in expected.items():
        assert Service(Memory(expected)).lookup(key)["value"] == value
