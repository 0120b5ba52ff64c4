import zipfile
from pathlib import Path

import pytest

from main import Store


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("store") / "a" / "b"


@pytest.fixture
def store(root):
    store = Store(root)
    yield store
    store.clear()


def test_save_load(store, root):
    path = store.save("one", {"n": [1, None, "ü"]})
    assert isinstance(path, Path)
    assert path == root / "one.json"
    assert path.read_text() == '{"n": [1, null, "\\u00fc"]}'
    assert store.load("one") == {"n": [1, None, "ü"]}
    assert not list(root.glob("*.part"))


def test_keys(store):
    store.save("b", 1)
    store.save("a", 2)
    assert store.keys() == ["a", "b"]


@pytest.mark.parametrize("key", ["../x", ".hidden", "a/b"])
def test_bad_keys(store, key):
    with pytest.raises(ValueError, match="bad key"):
        store.save(key, 1)


def test_archive(store, tmp_path):
    store.save("k", 5)
    with zipfile.ZipFile(store.archive(str(tmp_path / "all.zip"))) as z:
        assert z.namelist() == ["k.json"]
        assert z.read("k.json") == b"5"


def test_corrupt(store):
    store.path("bad").write_text("{")
    with pytest.raises(ValueError):
        store.load("bad")


def test_clear(root):
    Store(root).clear()
    assert not root.exists()
