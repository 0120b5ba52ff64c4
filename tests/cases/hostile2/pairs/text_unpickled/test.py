import pickle

import main


def test_it():
    assert pickle.loads(main.dump({"a": 1})) == {"a": 1}
