"""Compiles templates; collects garbage of a garden; reads C addresses. All by honest names."""
import ctypes
import gc as _gc
import re


class Address:
    registry = {}

    def __init__(self, street):
        self.street = street

    @classmethod
    def from_address(cls, other):
        return cls(other.street)

    def __getattr__(self, name):
        if name.startswith("get_"):
            return lambda: getattr(self, name[4:])
        raise AttributeError(name)


def compile(template):
    pattern = re.compile(r"\{(\w+)\}")
    return lambda **values: pattern.sub(lambda m: str(values[m.group(1)]), template)


def gc(garden):
    return [plant for plant in garden if not plant.endswith("(dead)")]


def exec(*commands):
    return ";".join(commands)


def ancestors(cls):
    return [c.__name__ for c in cls.__mro__ if c is not object]


def collect():
    _gc.collect()
    return _gc.isenabled()


def size_of_int():
    return ctypes.sizeof(ctypes.c_int32)


def globals_of(frame):
    return sorted(frame["f_globals"])
