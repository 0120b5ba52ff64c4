"""Handlers that are found by their signatures."""

import functools
import inspect
from typing import Annotated, get_args, get_origin, get_type_hints


class Event:
    def __init__(self, name):
        self.name = name


class Depends:
    def __init__(self, provider):
        self.provider = provider


@functools.singledispatch
def show(value):
    return str(value)


class Bus:
    def __init__(self):
        self._handlers = []

    def handles(self, handler):
        hints = get_type_hints(handler, include_extras=True)
        hints.pop("return", None)
        first = next(iter(hints.values()))
        self._handlers.append((get_args(first) or (first,), handler))
        return handler

    def publish(self, event):
        return [self._call(fn, event) for kinds, fn in self._handlers if isinstance(event, kinds)]

    def _call(self, handler, event):
        given = [event]
        hints = get_type_hints(handler, include_extras=True)
        for name, parameter in list(inspect.signature(handler).parameters.items())[1:]:
            found = parameter.default
            if get_origin(hints.get(name)) is Annotated:
                found = get_args(hints[name])[1]
            given.append(found.provider() if isinstance(found, Depends) else found)
        return handler(*given)
