"""What a stub of main.py is made of: names that are there and can do nothing.

Copied in front of every stub, so it imports nothing of ours.
"""

import typing


class NotImplementedError(BaseException):  # noqa: A001  # it is to be read as the builtin one
    """No Exception, so that no test passes for expecting "some error" where there is no code."""


class Missing:
    """A function or a constant: any use of it fails."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __repr__(self) -> str:
        return f"<missing {self.__name__}>"

    def __getattr__(self, name: str) -> "Missing":
        return _below(self.__name__, name)

    def _fail(self, *args: object, **kwargs: object) -> typing.NoReturn:
        raise NotImplementedError(self.__name__)

    __call__ = __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _fail
    __len__ = __iter__ = __next__ = __contains__ = __getitem__ = __enter__ = __aenter__ = _fail
    __int__ = __float__ = __str__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = _fail

    def __exit__(self, *error: object) -> None:
        return None

    __hash__ = object.__hash__


def _below(owner: str, name: str) -> Missing:
    if name.startswith("__"):
        raise AttributeError(name)
    return Missing(f"{owner}.{name}")


class MissingClass(type):
    """A class: it can be inherited from and asked about, and nothing else."""

    def __getattr__(cls, name: str) -> Missing:
        return _below(cls.__name__, name)

    def __iter__(cls) -> typing.NoReturn:
        raise NotImplementedError(cls.__name__)

    __len__ = __iter__

    def __getitem__(cls, key: object) -> "MissingClass":
        return cls


def _new(self: object, *args: object, **kwargs: object) -> typing.NoReturn:
    raise NotImplementedError(type(self).__name__)


def missing_class(name: str) -> MissingClass:
    return MissingClass(name, (), {"__init__": _new, "__getattr__": _attribute})


def _attribute(self: object, name: str) -> Missing:
    return _below(type(self).__name__, name)
