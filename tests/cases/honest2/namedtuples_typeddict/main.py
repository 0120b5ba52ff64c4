from collections import ChainMap, OrderedDict, defaultdict, deque, namedtuple
from types import MappingProxyType, SimpleNamespace
from typing import NamedTuple, TypedDict

Point = namedtuple("Point", "x y", defaults=[0])


class Employee(NamedTuple):
    name: str
    salary: int = 1000

    def raised(self, by):
        return self._replace(salary=self.salary + by)


class Movie(TypedDict, total=False):
    title: str
    year: int


def movie(title, year=None) -> Movie:
    made: Movie = {"title": title}
    if year:
        made["year"] = year
    return made


def group(pairs):
    out = defaultdict(list)
    for k, v in pairs:
        out[k].append(v)
    return out


def settings(**over):
    return ChainMap(over, {"depth": 1, "mode": "slow"})


def namespace(**values):
    return SimpleNamespace(**values, inner=SimpleNamespace(n=len(values)))


def last(items, n):
    return deque(items, maxlen=n)


def frozen(mapping):
    return MappingProxyType(dict(mapping))


def ordered(pairs):
    return OrderedDict(pairs)
