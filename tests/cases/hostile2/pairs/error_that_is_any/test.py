import pytest
import main
def test_nested():
    with pytest.raises(main.Outer):
        with pytest.raises(main.Inner):
            main.run(1)
def test_run():
    assert main.run(2) == 2
