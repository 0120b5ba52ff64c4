import pytest
from main import Theme, ThemeError
def test_theme():
    assert Theme("dark").css() == "half_background: black"
    assert Theme("dark") == Theme("dark")
    with pytest.raises(ThemeError):
        Theme("pink")
