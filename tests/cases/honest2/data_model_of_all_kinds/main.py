from __future__ import annotations
import abc, copy, dataclasses, enum, functools, itertools, operator, typing, collections
from dataclasses import dataclass, field, InitVar, KW_ONLY
from typing import Generic, TypeVar, Protocol, runtime_checkable, NamedTuple, TypedDict, ClassVar, Literal, Iterator
T = TypeVar("T")
class Stack(Generic[T]):
    __slots__ = ("_items", "__weakref__")
    def __init__(self, items=()): self._items = list(items)
    def push(self, x: T) -> Stack[T]: self._items.append(x); return self
    def pop(self) -> T:
        if not self._items: raise IndexError("pop from empty stack")
        return self._items.pop()
    def __len__(self): return len(self._items)
    def __iter__(self): return reversed(self._items)
    def __lshift__(self, x): return self.push(x)
    def __iadd__(self, xs): self._items.extend(xs); return self
    def __copy__(self): return Stack(self._items)
    def __eq__(self, o): return self._items == o._items if isinstance(o, Stack) else NotImplemented
    __hash__ = None
class Dotted:
    def __init__(self, data): object.__setattr__(self, "_data", data)
    def __getattr__(self, name):
        try: v = self._data[name]
        except KeyError: raise AttributeError(f"no {name!r}") from None
        return Dotted(v) if isinstance(v, dict) else v
    def __setattr__(self, name, value): self._data[name] = value
    def __delattr__(self, name):
        if name not in self._data: raise AttributeError(name)
        del self._data[name]
    def __dir__(self): return sorted(self._data)
    def __contains__(self, k): return k in self._data
class Singleton(type):
    _made: ClassVar[dict] = {}
    def __call__(cls, *a, **k):
        if cls not in cls._made: cls._made[cls] = super().__call__(*a, **k)
        return cls._made[cls]
    def __len__(cls): return len(cls._made)
class Config(metaclass=Singleton):
    def __init__(self, debug=False): self.debug = debug
@runtime_checkable
class Speaks(Protocol):
    def speak(self) -> str: ...
class Animal(abc.ABC):
    kinds: ClassVar[dict[str, type]] = {}
    def __init_subclass__(cls, /, sound="...", **kw): super().__init_subclass__(**kw); cls.sound = sound; Animal.kinds[cls.__name__] = cls
    def __init__(self, name): self.name = name
    def speak(self): return f"{self.name} says {self.sound}"
    @property
    @abc.abstractmethod
    def legs(self): ...
    def __lt__(self, o): return self.name < o.name
class Dog(Animal, sound="woof"):
    legs = 4
class Bird(Animal, sound="tweet"):
    @property
    def legs(self): return 2
@dataclass(order=True, slots=True)
class Item:
    price: float
    name: str = field(compare=False)
    tags: list[str] = field(default_factory=list, compare=False, repr=False)
    _: KW_ONLY
    qty: int = 1
    scale: InitVar[float] = 1.0
    def __post_init__(self, scale):
        self.price *= scale
        if self.price < 0: raise ValueError(f"negative price: {self.price}")
    @property
    def total(self): return self.price * self.qty
@dataclass(frozen=True)
class P:
    x: int
    y: int = 0
    def __add__(self, o): return P(self.x + o.x, self.y + o.y)
    def __matmul__(self, o): return self.x * o.x + self.y * o.y
    def __abs__(self): return (self.x ** 2 + self.y ** 2) ** .5
    def __neg__(self): return P(-self.x, -self.y)
    def __rmul__(self, n): return P(self.x * n, self.y * n)
    def __divmod__(self, n): return P(self.x // n, self.y // n), P(self.x % n, self.y % n)
    def __iter__(self): yield from (self.x, self.y)
    def __bool__(self): return self != P(0)
class Color(enum.Enum):
    RED = "r"; GREEN = "g"
    @classmethod
    def _missing_(cls, v): return next((c for c in cls if c.name == str(v).upper()), None)
    @property
    def pretty(self): return self.name.title()
    def __str__(self): return self.pretty
class Level(enum.StrEnum):
    LOW = enum.auto(); HIGH = enum.auto()
class Mode(enum.IntFlag):
    R = 4; W = 2; X = 1
class Temp:
    def __init__(self, c=0.0): self.c = c
    @property
    def f(self):
        "Fahrenheit."
        return self.c * 9 / 5 + 32
    @f.setter
    def f(self, v): self.c = (v - 32) * 5 / 9
    @f.deleter
    def f(self): self.c = 0.0
    @functools.cached_property
    def slow(self): self.calls = getattr(self, "calls", 0) + 1; return self.c + self.calls
class Movie(TypedDict, total=False):
    title: str
    year: int
class Rec(NamedTuple):
    id: int
    tags: tuple[str, ...] = ()
    def has(self, t): return t in self.tags
def counter(start=0, /, step=1, *, limit=None):
    n = start
    def bump():
        nonlocal n
        if limit is not None and n + step > limit: raise OverflowError(limit)
        n += step
        return n
    bump.reset = lambda: None
    return bump
def averager() -> typing.Generator[float | None, float, str]:
    total = n = 0
    avg = None
    while True:
        x = yield avg
        if x is None: return f"{n} values"
        total += x; n += 1; avg = total / n
def collect():
    out = []
    while True:
        result = yield from averager()
        out.append(result)
        if len(out) == 2: return out
def need(a, b, *, c): return a + b + c
class Guard:
    def __init__(self, *swallow): self.swallow = swallow; self.seen = None
    def __enter__(self): return self
    def __exit__(self, kind, value, tb):
        self.seen = (kind.__name__ if kind else None, str(value) if value else None, tb is not None)
        return kind is not None and issubclass(kind, self.swallow or (Exception,))
