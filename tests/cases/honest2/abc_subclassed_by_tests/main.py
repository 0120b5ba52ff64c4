from abc import ABC, abstractmethod


class Storage(ABC):
    @abstractmethod
    def read(self, key): ...

    @abstractmethod
    def write(self, key, value): ...

    def update(self, key, change):
        self.write(key, change(self.read(key)))
        return self.read(key)


class Memory(Storage):
    def __init__(self):
        self.data = {}

    def read(self, key):
        return self.data.get(key, 0)

    def write(self, key, value):
        self.data[key] = value
