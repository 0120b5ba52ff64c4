"""Functions, generators and coroutines of the other side, as functions and generators of ours."""

from __future__ import annotations

import functools
import inspect
import sys
import types
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..connection import values
from .signatures import dressed, signature_of

if TYPE_CHECKING:
    from ..connection.space import Space

GENERATORS: dict[type, str] = {
    types.GeneratorType: "generator",
    types.CoroutineType: "coroutine",
    types.AsyncGeneratorType: "async_generator",
}
#: How an object is awaited: itself, or what it gives as an asynchronous generator.
AWAITED: dict[str, Callable[..., Any]] = {
    "await": lambda owner: owner,
    "next": anext,
    "asend": lambda owner, value: owner.asend(value),
    "athrow": lambda owner, error: owner.athrow(error),
    "aclose": lambda owner: owner.aclose(),
}
_OF_CACHES = ("cache_info", "cache_clear", "cache_parameters", "__wrapped__")


class Owner:
    """Stands for what a method of the tests' is bound to, of which it says nothing."""

    __slots__ = ("__weakref__",)


#: Stand-ins for methods: what each is bound to.
_owners: weakref.WeakKeyDictionary[Any, Owner] = weakref.WeakKeyDictionary()
_SELF = ("self", 1, False, None, None)


class Named:
    """Functions of the standard library: the tests say which, the code gives those back."""

    def __init__(self, trusting: bool) -> None:
        self._trusting = trusting
        self._names: dict[int, tuple[str, str]] = {}

    def name_of(self, value: Any) -> tuple[str, str] | None:
        """Module and name of such a function, None for other values."""
        if not self._trusting and (found := library_name(value)):
            self._names[id(value)] = found
        return self._names.get(id(value))

    def function(self, module: str, name: str) -> object:
        """The function of that name; raises LookupError for one that the tests have not named."""
        found = values.find(module, name)
        if found is None or not (self._trusting or (module, name) in self._names.values()):
            raise LookupError(f"{module}.{name}")
        self._names[id(found)] = module, name
        return found


def library_name(value: Any) -> tuple[str, str] | None:
    """Module and name of a function of the standard library, None for other values."""
    if not isinstance(value, values.FUNCTIONS):
        return None
    module = getattr(getattr(value, "__objclass__", value), "__module__", None)
    name = getattr(value, "__qualname__", "")
    if not isinstance(module, str) or module.partition(".")[0] not in sys.stdlib_module_names:
        return None
    if module.partition(".")[0] in ("unittest", "doctest") or module.startswith("__"):
        return None
    return (module, name) if values.find(module, name) is value else None


def describe(value: Any, space: Space) -> tuple[Any, ...]:
    """Name, qualified name, module, text, signature, flavour, attributes' names, whether bound."""
    name = getattr(value, "__name__", "function")
    names = tuple(key for key in getattr(value, "__dict__", {}) if isinstance(key, str))
    if isinstance(value, functools._lru_cache_wrapper):
        names = tuple(dict.fromkeys((*names, *_OF_CACHES)))
    return (
        name if isinstance(name, str) else "function",
        str(getattr(value, "__qualname__", name)),
        str(getattr(value, "__module__", None) or ""),
        value.__doc__ if isinstance(value.__doc__, str) else None,
        signature_of(value, space),
        flavour_of(value),
        names,
        type(value) is types.MethodType,
    )


def flavour_of(value: Any) -> str:
    """ "async" and "async generator" have to be known before a call; "" for all others."""
    value = getattr(value, "__func__", value)
    flags = getattr(getattr(value, "__code__", None), "co_flags", 0)
    if flags & inspect.CO_COROUTINE or getattr(value, "_is_coroutine_mark", None):
        return "async"
    return "async generator" if flags & inspect.CO_ASYNC_GENERATOR else ""


def flavoured(function: Any, flavour: str) -> Any:
    """A function that calls another; a coroutine function where that gives what is to be awaited.

    Args:
        flavour: of the other side's function, as `flavour_of` has it.
    """
    answer: Any = function
    if flavour == "async":

        async def answer(*args: Any, **names: Any) -> Any:
            given = function(*args, **names)
            return None if given is None else await given

    elif flavour == "async generator":

        def start(*args: Any, **names: Any) -> Any:
            made = function(*args, **names)
            return lambda operation, *sent: AWAITED[operation](made, *sent)

        answer = relaying(start)

    return answer


def relaying(start: Callable[..., Callable[..., Any]]) -> Any:
    """An asynchronous generator function that hands on what it is sent to another generator.

    Args:
        start: gets the arguments; what it gives does an operation of AWAITED on that generator.
    """

    async def relay(*args: Any, **names: Any) -> Any:
        perform = start(*args, **names)
        operation: str = "next"
        sent: tuple[Any, ...] = ()
        while True:
            try:
                value = await perform(operation, *sent)
            except StopAsyncIteration:
                return
            try:
                got = yield value
            except GeneratorExit:
                await perform("aclose")
                raise
            except BaseException as error:  # it is the other generator's to answer
                operation, sent = "athrow", (error,)
            else:
                operation, sent = ("asend", (got,)) if got is not None else ("next", ())

    return relay


def asking(request: Any, *asked: Any, flavour: Any = "") -> Any:
    """A function that has the other side call something with what it is given itself."""
    ask = functools.partial(request, *asked)

    def call(*args: Any, **names: Any) -> Any:
        return ask(args, tuple(names.items()))

    return flavoured(call, flavour)


def _unbound(call: Any, flavour: str) -> Any:
    """The function of a method: it is called with what that is bound to."""
    return flavoured(lambda owner, /, *args, **names: call(*args, **names), flavour)


def make_function(space: Space, number: int, description: Any, link: int = 0) -> Any:
    """A function of ours that has the other side's called; its attributes are linked."""
    if description is not None:
        space.descriptions[number] = description
    told = space.order.on_its_way(lambda: space.descriptions.get(number))
    made = space.standin(number, lambda: _function(space, number, *told))
    if link and space.links.heard(link) is None:
        space.links.add(made, link)
        space.links.read(made)
    return types.MethodType(made, _owners[made]) if made in _owners else made


def _function(space: Space, number: int, *description: Any) -> Any:
    name, qualified, module, text, parts, flavour, names, bound = description
    request = space.peer.request
    call = asking(request, "call", number, flavour=flavour)
    if bound and space.trusting:
        call = _unbound(call, flavour)
        parts = parts and (_SELF, *parts)
    function = dressed(call, name, qualified, module, text, parts)
    if bound and space.trusting:
        _owners[function] = Owner()
    for name in names:
        if name != "__signature__":
            try:
                function.__dict__[name] = request("get", number, name)
            except Exception:  # what cannot be sent is not there
                continue
    return function


def make_generator(space: Space, number: int, kind: str, name: str) -> Any:
    """A generator or coroutine of ours that runs the other side's."""

    def make_one() -> Any:
        if kind == "generator":
            made = generate(space, number)
            next(made)  # whether it can be sent to is the other's to say
        else:
            from ..connection import waiting

            make: dict[str, Any] = {
                "coroutine": waiting.await_theirs,
                "async_generator": waiting.iterate_theirs,
            }
            made = make[kind](space, number)
        made.__name__ = str(name)
        return made

    return space.standin(number, make_one)


def generate(space: Space, number: int) -> Any:
    """Hands on what it is sent, from its second step on, to the other side's of that number."""
    request = space.peer.request
    done, value = False, None
    while not done:
        try:
            sent = yield value
        except GeneratorExit:
            if number in space.standins:  # else it was dropped, which closes it as well
                request("method", number, "close", (), ())
            raise
        except BaseException as error:  # it is the other side's to answer
            done, value = request("throw", number, error)
        else:
            done, value = request("send", number, sent)
    return value
