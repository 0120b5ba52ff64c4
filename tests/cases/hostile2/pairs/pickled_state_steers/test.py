import copy
import pickle

from main import load


def test_copy():
    assert copy.deepcopy(load("a")).text == "a"


def test_pickle():
    assert pickle.loads(pickle.dumps(load("a"))).text == "a"
