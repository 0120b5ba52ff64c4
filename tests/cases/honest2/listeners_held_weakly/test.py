import gc

from main import Cache, Counted, Signal, double


class Listener:
    def __init__(self, name):
        self.name = name

    def hear(self, word):
        return f"{self.name}: {word}"


def test_methods_are_heard_while_their_object_lives():
    signal = Signal()
    ann, bob = Listener("ann"), Listener("bob")
    signal.connect(ann.hear)
    signal.connect(bob.hear)
    assert signal.send("hi") == ["ann: hi", "bob: hi"]
    del ann
    gc.collect()
    assert signal.send("ho") == ["bob: ho"]
    signal.disconnect(bob.hear)
    assert signal.send("no") == []


def test_functions_are_heard_while_they_live():
    signal = Signal()

    @signal.connect
    def handler(n):
        return n + 1

    assert signal.send(1) == [2]
    assert handler(5) == 6
    del handler
    gc.collect()
    assert signal.send(1) == []


def test_a_cache_lets_go():
    cache, value = Cache(), Listener("x")
    cache.put("k", value)
    assert cache.get("k") is value
    del value
    gc.collect()
    assert cache.get("k") is None
    assert cache.gone == ["k"]


def test_docstrings_of_objects():
    assert Signal("something was saved").__doc__ == "something was saved"
    assert Signal.__doc__ == "Listeners live as long as somebody else holds them."
    assert double(4) == 8 and double.count == 1
    assert isinstance(double, Counted)
    assert double.__doc__ == "Twice as much." and double.__name__ == "double"
