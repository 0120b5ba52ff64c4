import pytest

from main import Db


@pytest.fixture
def db(request):
    made = Db(request.node.name)
    request.addfinalizer(made.rows.clear)
    return made


class TestDb:
    def setup_method(self, method):
        self.name = method.__name__

    def test_name(self, db):
        assert db.name == "test_name"
        assert self.name == "test_name"

    def test_save(self, db, tmp_path_factory, cache):
        path = tmp_path_factory.mktemp("data") / "f.txt"
        db.rows.append("x")
        db.save(path)
        assert path.read_text() == "x"
        cache.set("db/rows", db.rows)
        assert cache.get("db/rows", None) == ["x"]


def test_property(db, record_property):
    record_property("rows", 0)
    assert db.rows == []
