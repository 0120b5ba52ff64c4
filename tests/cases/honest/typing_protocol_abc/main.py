from abc import ABC, abstractmethod
class Repo(ABC):
    @abstractmethod
    def get(self, k): ...
    @abstractmethod
    def put(self, k, v): ...
class Service:
    def __init__(self, repo): self.repo = repo
    def rename(self, key: str, value: str) -> None: self.repo.put(key, value.upper())
class Dog:
    def speak(self): return "woof"
