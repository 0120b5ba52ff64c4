import warnings
import pytest
from main import old, new
def test_recorded():
    with warnings.catch_warnings(record=True) as got:
        old(3)
    assert len(got) == 1
    assert issubclass(got[0].category, UserWarning)
    assert "use new" in str(got[0].message)
def test_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert new(3) == 6
def test_error():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="use new"):
            old(1)
def test_recwarn(recwarn):
    assert old(2) == 4
    assert len(recwarn) == 1
    assert recwarn.pop(UserWarning).category is UserWarning
