import pytest

import main
from main import Store, area, greet


@pytest.fixture(scope="module")
def base():
    return {"a": "1"}


@pytest.fixture
def store(tmp_path, base):
    store = Store(tmp_path)
    for name, text in base.items():
        store.save(name, text)
    yield store


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    monkeypatch.delenv("WHO", raising=False)


@pytest.fixture(params=[1, 2])
def number(request):
    return request.param


def test_load(store):
    assert store.load("a") == "1"
    assert store.names() == ["a"]


def test_missing(store):
    with pytest.raises(FileNotFoundError):
        store.load("b")
    with pytest.raises(KeyError, match="name is needed") as caught:
        store.save("", "x")
    assert "needed" in str(caught.value)


def test_greet(capsys):
    greet()
    assert capsys.readouterr().out == "hello world\n"


def test_greet_env(capsys, monkeypatch):
    monkeypatch.setenv("WHO", "ada")
    greet()
    out, err = capsys.readouterr()
    assert out == "hello ada\n" and err == ""


def test_patched(monkeypatch):
    monkeypatch.setattr(main, "now", lambda: 12.4)
    assert main.stamp() == "at 12"


def test_numbers(number):
    assert area(number, 2) == number * 2


@pytest.mark.parametrize("width,height,expected", [(1, 2, 2), (3, 3, 9), pytest.param(0, 5, 0, id="zero")])
def test_area(width, height, expected):
    assert area(width, height) == expected


@pytest.mark.parametrize("width", [-1, -2.5])
def test_negative(width):
    with pytest.raises(ValueError):
        area(width)


def test_floats():
    assert area(0.1, 3) == pytest.approx(0.3)
    assert [area(0.1, 3), 2] == pytest.approx([0.3, 2])
    assert abs(area(0.1, 3) - 0.3) < 1e-9


class TestClass:
    def setup_method(self):
        self.value = 4

    def test_value(self):
        assert area(self.value) == 4

    @pytest.mark.parametrize("n", [1, 2, 3])
    def test_many(self, n):
        assert area(n, n) == n**2

    async def test_async(self):
        assert area(2, 2) == 4


@pytest.mark.asyncio
async def test_marked_async():
    assert area(3) == 3
