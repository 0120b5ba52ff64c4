from typing import Protocol, runtime_checkable


@runtime_checkable
class Animal(Protocol):
    name: str

    def speak(self) -> str: ...


class Dog:
    name = "Rex"

    def speak(self):
        return "wuff"


def choir(animals):
    return ", ".join(f"{a.name}: {a.speak()}" for a in animals if isinstance(a, Animal))
