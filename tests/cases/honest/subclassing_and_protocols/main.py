from abc import ABC, abstractmethod


class Repository(ABC):
    @abstractmethod
    def find(self, key): ...


class NotFound(LookupError):
    def __init__(self, key):
        super().__init__(key)
        self.key = key


class Service:
    def __init__(self, repository, clock=lambda: 0):
        self.repository = repository
        self.clock = clock
        self.listeners = []

    def on_change(self, listener):
        self.listeners.append(listener)

    def lookup(self, key):
        value = self.repository.find(key)
        if value is None:
            raise NotFound(key)
        for listener in self.listeners:
            listener(key, value)
        return {"key": key, "value": value, "at": self.clock()}


class Plugin:
    registry = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Plugin.registry[cls.__name__] = cls


class Temperature:
    def __init__(self, celsius):
        self.celsius = celsius

    @property
    def fahrenheit(self):
        return self.celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        self.celsius = (value - 32) * 5 / 9
