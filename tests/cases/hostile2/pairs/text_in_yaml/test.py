import main
import yaml


def test_it():
    assert yaml.load(main.dump({"a": 1}), Loader=yaml.Loader) == {"a": 1}
