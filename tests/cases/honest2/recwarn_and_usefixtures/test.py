import pytest

from main import temperature


@pytest.fixture
def fahrenheit(monkeypatch):
    monkeypatch.setenv("UNIT", "F")


@pytest.fixture(autouse=True)
def no_unit(monkeypatch):
    monkeypatch.delenv("UNIT", raising=False)


@pytest.mark.usefixtures("fahrenheit")
class TestFahrenheit:
    def test_boiling(self):
        assert temperature(100) == 212

    def test_freezing(self):
        assert temperature(0) == 32


def test_unknown(recwarn):
    assert temperature(5, "K") == 5
    assert len(recwarn) == 1
    w = recwarn.pop(RuntimeWarning)
    assert "unknown unit K" in str(w.message)


def test_known(recwarn):
    assert temperature(5) == 5
    assert not recwarn.list
