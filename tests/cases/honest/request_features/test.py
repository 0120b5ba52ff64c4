import pytest
from main import Db
pytestmark = pytest.mark.usefixtures("clean")
DB = Db()
@pytest.fixture
def clean(request):
    DB.rows.clear()
    request.addfinalizer(DB.rows.clear)
@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("data")
class TestDb:
    @classmethod
    def setup_class(cls):
        cls.db = DB
    def setup_method(self, method):
        self.name = method.__name__
    def test_add(self, request):
        self.db.add(request.node.name)
        assert self.db.rows == ["test_add"]
        assert self.name == "test_add"
    def test_save(self, folder, request):
        d = request.getfixturevalue("folder")
        self.db.add("x")
        self.db.save(d / "f.txt")
        assert (folder / "f.txt").read_text() == "x"
    @pytest.mark.parametrize("n,want", [(0, 0), (3, 3)], ids=str)
    def test_n(self, n, want):
        for i in range(n): self.db.add(str(i))
        assert len(self.db.rows) == want
def test_property(record_property):
    record_property("k", "v")
    DB.add("q")
    assert DB.rows[0] == "q"
