import itertools
import pytest
import main
from main import Service, cwd_files, from_env, whoami

LOG = []


@pytest.fixture(scope="session")
def base_url():
    return "http://x.example.org"


@pytest.fixture(scope="module")
def service(base_url):
    s = Service(base_url).start()
    yield s
    s.close()
    LOG.append("closed")


@pytest.fixture(params=[1, 5], ids=["few", "many"])
def retries(request):
    return request.param


@pytest.fixture
def configured(request, retries, base_url):
    s = Service(base_url, retries=retries)
    request.addfinalizer(s.close)
    return s


@pytest.fixture
def clock(monkeypatch):
    ticks = itertools.count(1000, 5)
    monkeypatch.setattr(main.time, "time", lambda: next(ticks))


class TestService:
    def test_shared(self, service, base_url):
        assert service.url == base_url
        assert not service.closed

    def test_retries(self, configured, retries):
        assert configured.retries == retries

    def test_uptime(self, clock):
        assert Service("u").start().uptime() == 5
        with pytest.raises(RuntimeError, match="not started"):
            Service("u").uptime()

    @pytest.mark.usefixtures("clock")
    def test_started(self):
        assert Service("u").start().started_at == 1000

    def test_fetch_method_patched(self, service, monkeypatch):
        seen = []
        monkeypatch.setattr(service, "_get", lambda url: seen.append(url) or {"data": [1]})
        assert service.fetch("a/b") == [1]
        assert seen == ["http://x.example.org/a/b"]
        monkeypatch.undo()
        with pytest.raises(NotImplementedError):
            service.fetch("c")

    def test_class_patched(self, monkeypatch):
        monkeypatch.setattr(Service, "_get", lambda self, url: {"data": (self, url)})
        s = Service("q")
        assert s.fetch("z") == (s, "q/z")


def test_instances(monkeypatch):
    monkeypatch.setattr(Service, "instances", 0)
    Service("a"), Service("b")
    assert Service.instances == 2
    assert repr([Service("a")]) == "[Service('a')]"


@pytest.mark.parametrize("env,retries", [({"SVC_URL": "u"}, 3), ({"SVC_URL": "u", "SVC_RETRIES": "9"}, 9)])
def test_env(monkeypatch, env, retries):
    for k, v in env.items():
        monkeypatch.setenv(k, v)
    assert vars(from_env()) == {"url": "u", "retries": retries, "started_at": None, "closed": False}


def test_env_missing(monkeypatch):
    monkeypatch.delenv("SVC_URL", raising=False)
    with pytest.raises(KeyError, match="SVC_URL"):
        from_env()


def test_cwd(tmp_path, monkeypatch):
    (tmp_path / "b.py").touch()
    (tmp_path / "a.py").touch()
    (tmp_path / "c.md").touch()
    monkeypatch.chdir(tmp_path)
    assert cwd_files(".py") == ["a.py", "b.py"]
    assert whoami() == tmp_path.name


def test_listdir_patched():
    with pytest.MonkeyPatch.context() as mp:
        mp.setattr("os.listdir", lambda *a: ["z.py", "y.py"])
        assert cwd_files("py") == ["y.py", "z.py"]


def test_last():
    assert LOG in ([], ["closed"])
