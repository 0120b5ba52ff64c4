"""Functions, generators and coroutines of the other side, as functions and generators of ours."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import values

if TYPE_CHECKING:
    from .objects import Space

GENERATORS: dict[type, str] = {
    types.GeneratorType: "generator",
    types.CoroutineType: "coroutine",
    types.AsyncGeneratorType: "async_generator",
}
_PLAIN = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodWrapperType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    functools._lru_cache_wrapper,
)
_OF_CACHES = ("cache_info", "cache_clear", "cache_parameters", "__wrapped__")
_KINDS = tuple(inspect._ParameterKind)


def is_plain(value: object) -> bool:
    """Whether a value is a function or a bound method, and no object that can be called."""
    return type(value) in _PLAIN


def describe(value: Any) -> tuple[Any, ...]:
    """Name, qualified name, module, text, flavour, signature."""
    name = getattr(value, "__name__", "function")
    return (
        name if isinstance(name, str) else "function",
        str(getattr(value, "__qualname__", name)),
        str(getattr(value, "__module__", None) or ""),
        value.__doc__ if isinstance(value.__doc__, str) else None,
        flavour(value),
        signature_of(value),
        _names_of(value),
    )


def _names_of(value: Any) -> tuple[str, ...]:
    names = tuple(key for key in getattr(value, "__dict__", {}) if isinstance(key, str))
    if isinstance(value, functools._lru_cache_wrapper):
        return tuple(dict.fromkeys((*names, *_OF_CACHES)))
    return names


def flavour(value: Any) -> str:
    """ "async" and "async generator" have to be known before a call; "" for all others."""
    value = getattr(value, "__func__", value)
    code = getattr(value, "__code__", None)
    flags = getattr(code, "co_flags", 0)
    if flags & inspect.CO_COROUTINE or _is_marked(value):
        return "async"
    if flags & inspect.CO_ASYNC_GENERATOR:
        return "async generator"
    return ""


def _is_marked(value: Any) -> bool:
    return bool(getattr(value, "_is_coroutine_mark", None)) if callable(value) else False


def signature_of(value: Any) -> tuple[Any, ...] | None:
    """Parameters as (name, kind, has default, default, annotation); None where it has none."""
    try:
        signature = inspect.signature(value)
    except (ValueError, TypeError):
        return None
    parts: list[Any] = []
    for one in signature.parameters.values():
        has = one.default is not one.empty
        default = one.default if has and _travels(one.default) else repr(one.default)[:80]
        parts.append(
            (one.name, int(one.kind), has, default if has else None, annotation_of(one.annotation))
        )
    parts.append(annotation_of(signature.return_annotation))
    return tuple(parts)


def _travels(value: object) -> bool:
    return type(value) in values.ATOMS or value == ()


def annotation_of(value: Any) -> Any:
    """A class both sides know, or text."""
    if value is inspect.Signature.empty:
        return None
    if isinstance(value, type) and not repr(value).endswith("]"):
        if values.shared_name(value):
            return (value,)
        return (value.__name__,)
    return (value if isinstance(value, str) else str(value),)


def made_signature(parts: Any) -> inspect.Signature | None:
    if not parts:
        return None
    empty = inspect.Signature.empty
    parameters = [
        inspect.Parameter(
            name,
            _KINDS[kind],
            default=default if has else empty,
            annotation=note[0] if note else empty,
        )
        for name, kind, has, default, note in parts[:-1]
    ]
    back = parts[-1]
    return inspect.Signature(
        parameters, return_annotation=back[0] if back else empty, __validate_parameters__=False
    )


def dressed(function: Any, description: tuple[Any, ...]) -> Any:
    """Give a stand-in the names and the signature of what it stands for."""
    name, qualified, module, text, _, signature, *_ = description
    function.__name__, function.__qualname__ = str(name), str(qualified)
    function.__module__, function.__doc__ = module, text
    function.__signature__ = made_signature(signature)
    if signature:
        function.__annotations__ = {part[0]: part[4][0] for part in signature[:-1] if part[4]} | (
            {"return": signature[-1][0]} if signature[-1] else {}
        )
        defaults = tuple(part[3] for part in signature[:-1] if part[2] and part[1] < 2)
        function.__defaults__ = None
        del defaults
    return function


_descriptions: dict[tuple[int, int], tuple[Any, ...]] = {}


def make(space: Space, number: int, description: Any) -> Any:
    """A function of ours that has the other side's called."""
    if description is not None:
        _descriptions[id(space), number] = description
    description = _descriptions[id(space), number]
    return space.standin(number, lambda: _function(space, number, description))


def _function(space: Space, number: int, description: tuple[Any, ...]) -> Any:
    peer = space.peer
    flavour_ = description[4]
    function: Any
    if flavour_ == "async":

        async def async_function(*args: Any, **names: Any) -> Any:
            return await peer.request("call", number, args, tuple(names.items()))

        function = async_function
    elif flavour_ == "async generator":

        async def generator_function(*args: Any, **names: Any) -> Any:
            async for item in peer.request("call", number, args, tuple(names.items())):
                yield item

        function = generator_function
    else:

        def plain_function(*args: Any, **names: Any) -> Any:
            return peer.request("call", number, args, tuple(names.items()))

        function = plain_function
    for name in description[6]:
        if name not in ("__wrapped__", "__signature__", "__name__"):
            function.__dict__[name] = Remote(space, number, name)
    dressed(function, description)
    if description[6]:
        function = with_attributes(space, number, function, description)
    return function


class Remote:
    """Marks an attribute that lies on the other side."""

    def __init__(self, space: Space, number: int, name: str) -> None:
        self.parts = space, number, name


def with_attributes(space: Space, number: int, function: Any, description: tuple[Any, ...]) -> Any:
    """Fill in what lies in the function's own names; each was asked for once."""
    for name in description[6]:
        if name == "__signature__":
            continue
        function.__dict__.pop(name, None)
        try:
            function.__dict__[name] = space.peer.request("get", number, name)
        except Exception:  # what cannot be sent is not there
            continue
    return function


def make_generator(space: Space, number: int, kind: str, name: str) -> Any:
    """A generator or coroutine of ours that runs the other side's."""
    from . import waiting

    def make_one() -> Any:
        if kind == "generator":
            made = _generate(space, number)
        elif kind == "coroutine":
            made = waiting.await_theirs(space, number)
        else:
            made = waiting.iterate_theirs(space, number)
        made.__name__ = str(name)
        return made

    return space.standin(number, make_one)


def _generate(space: Space, number: int) -> Any:
    request = space.peer.request
    sent: Any = None
    try:
        while True:
            done, value = request("send", number, sent)
            while True:
                if done:
                    return value
                try:
                    sent = yield value
                    break
                except GeneratorExit:
                    if number in space.standins:  # else it was dropped, which closes it as well
                        request("method", number, "close", (), ())
                    raise
                except BaseException as error:  # it is the other side's to answer
                    done, value = request("throw", number, error)
    finally:
        pass


def partial(function: Callable[..., Any], *args: Any) -> Callable[..., Any]:
    return functools.partial(function, *args)
