import pytest
import main

@pytest.mark.parametrize("name", main.FORMATS)
def test_round_trip(name):
    assert main.load(main.dump({"a": 1}, name), name) == {"a": 1}

def test_names():
    assert "json" in main.FORMATS

def test_unknown():
    with pytest.raises(KeyError):
        main.dump({}, "xml")
