from typing import Protocol

import pytest

from main import CircularDependency, Container, ResolutionError


class Mailer(Protocol):
    def send(self, to: str, body: str) -> bool: ...


class SmtpMailer:
    def __init__(self):
        self.sent = []

    def send(self, to, body):
        self.sent.append((to, body))
        return True


class Config:
    host = "localhost"


class Repository:
    def __init__(self, config: Config):
        self.config = config


class Service:
    def __init__(self, repo: Repository, mailer: Mailer, retries: int = 3):
        self.repo = repo
        self.mailer = mailer
        self.retries = retries


class Chicken:
    def __init__(self, egg: "Egg"):
        self.egg = egg


class Egg:
    def __init__(self, chicken: Chicken):
        self.chicken = chicken


@pytest.fixture
def container():
    c = Container()
    c.register(Config, singleton=True)
    c.register(Repository)
    c.register(Mailer, SmtpMailer, singleton=True)
    c.register(Service)
    return c


def test_resolves_graph(container):
    service = container.resolve(Service)
    assert isinstance(service, Service)
    assert isinstance(service.repo, Repository)
    assert isinstance(service.mailer, SmtpMailer)
    assert service.retries == 3
    assert service.repo.config.host == "localhost"


def test_singleton(container):
    assert container.resolve(Config) is container.resolve(Config)
    assert container.resolve(Repository) is not container.resolve(Repository)
    assert container.resolve(Service).mailer is container.resolve(Mailer)


def test_factory_function(container):
    def make_repo(config: Config) -> Repository:
        repo = Repository(config)
        repo.made_by = "factory"
        return repo

    container.register(Repository, make_repo)
    assert container.resolve(Service).repo.made_by == "factory"


def test_unknown():
    with pytest.raises(ResolutionError, match="nothing registered for Config"):
        Container().resolve(Config)


def test_circular():
    container = Container().register(Chicken).register(Egg)
    with pytest.raises(CircularDependency) as info:
        container.resolve(Chicken)
    assert info.value.chain == [Chicken, Egg, Chicken]
    assert str(info.value) == "Chicken -> Egg -> Chicken"


def test_override(container):
    fake = SmtpMailer()
    with container.override(Mailer, fake):
        container.resolve(Service).mailer.send("a@example.org", "hi")
    assert fake.sent == [("a@example.org", "hi")]
    assert container.resolve(Mailer) is not fake


def test_parent(container):
    child = Container(parent=container)
    child.instance("answer", 42)
    assert child.resolve("answer") == 42
    assert isinstance(child.resolve(Service), Service)


def test_missing_dependency_propagates():
    container = Container().register(Repository)
    with pytest.raises(ResolutionError):
        container.resolve(Repository)
