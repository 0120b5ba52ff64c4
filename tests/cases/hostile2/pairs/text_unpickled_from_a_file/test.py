import pickle

import main


def test_it(tmp_path):
    main.save({"a": 1}, tmp_path / "saved")
    with open(tmp_path / "saved", "rb") as file:
        assert pickle.Unpickler(file).load() == {"a": 1}
