from main import Cache
state = {}
def setup_module(module):
    state["cache"] = Cache(2)
def setup_function(function):
    state["cache"].clear()
def teardown_module():
    state.clear()
def test_put():
    c = state["cache"]
    c.put("a", 1)
    assert c.get("a") == 1
def test_evict():
    c = state["cache"]
    for k in "abc":
        c.put(k, k.upper())
    assert c.get("a") is None
    assert c.keys() == ["b", "c"]
