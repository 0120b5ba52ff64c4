import pytest
from main import run
def test_g():
    with pytest.raises(ExceptionGroup) as e:
        run(2)
    assert len(e.value.exceptions) == 2
    assert e.group_contains(ValueError, match="bad")
    assert run(0) == "ok"
