import inspect
from contextlib import contextmanager
from typing import get_type_hints


class ResolutionError(Exception):
    pass


class CircularDependency(ResolutionError):
    def __init__(self, chain):
        self.chain = chain
        super().__init__(" -> ".join(c.__name__ for c in chain))


class Container:
    def __init__(self, parent=None):
        self._providers = {}
        self._singletons = {}
        self._parent = parent
        self._resolving = []

    def register(self, interface, factory=None, *, singleton=False):
        self._providers[interface] = (factory or interface, singleton)
        return self

    def instance(self, interface, value):
        self._singletons[interface] = value
        return self

    def resolve(self, interface):
        if interface in self._singletons:
            return self._singletons[interface]
        if interface in self._resolving:
            raise CircularDependency([*self._resolving, interface])
        if interface not in self._providers:
            if self._parent:
                return self._parent.resolve(interface)
            raise ResolutionError(f"nothing registered for {getattr(interface, '__name__', interface)}")
        factory, singleton = self._providers[interface]
        self._resolving.append(interface)
        try:
            value = factory(**self._arguments(factory))
        finally:
            self._resolving.pop()
        if singleton:
            self._singletons[interface] = value
        return value

    def _arguments(self, factory):
        target = factory.__init__ if inspect.isclass(factory) else factory
        if target is object.__init__:
            return {}
        hints = get_type_hints(target)
        out = {}
        for name, param in inspect.signature(factory).parameters.items():
            if name in hints:
                try:
                    out[name] = self.resolve(hints[name])
                except CircularDependency:
                    raise
                except ResolutionError:
                    if param.default is inspect.Parameter.empty:
                        raise
        return out

    @contextmanager
    def override(self, interface, value):
        missing = object()
        old = self._singletons.get(interface, missing)
        self._singletons[interface] = value
        try:
            yield self
        finally:
            if old is missing:
                del self._singletons[interface]
            else:
                self._singletons[interface] = old
