"""Objects of the code's that stand for a comparison, see lineup.py."""

from __future__ import annotations

import abc
from typing import Any

from ..connection import values
from ..mirror import mirrored

#: What an object that stands for a comparison says as the truth that it is.
_OF_TRUTHS = (
    values.words("__bool__ __int__ __index__ __float__ __eq__ __ne__ __invert__")
    | {
        f"__{prefix}{name}__"
        for prefix in ("", "r")
        for name in values.words("add sub mul and or xor")
    }
    | mirrored.TEXTS
)


def undecided(answer: Any, decided: bool) -> Any:
    """An object that stands for a comparison, and is true where that is."""
    kind: Any = type(answer)
    if "_judge_said" not in vars(kind):
        names = {name: one for name, one in vars(kind).items() if name.startswith("_judge")}
        names |= {"__module__": kind.__module__, "__qualname__": kind.__qualname__}
        names |= {"_judge_said": False, "__bool__": lambda self: self._judge_said}
        own = {name: one for part in kind.__mro__[::-1] for name, one in vars(part).items()}
        names |= {name: _as_decided(name, own[name]) for name in _OF_TRUTHS & own.keys()}
        kind = abc.ABCMeta.__new__(type(kind), kind.__name__, (kind,), names)
    object.__setattr__(answer, "_judge_said", decided)
    vars(object)["__class__"].__set__(answer, kind)
    return answer


def _as_decided(name: str, asked: Any) -> Any:
    """A special method of such an object, which is no other number or truth than it stands for."""

    def special(self: Any, *others: Any) -> Any:
        said = asked(self, *others)
        if name in mirrored.TEXTS:
            return str(self._judge_said) if said in ("True", "False", "1", "0") else said
        given = [getattr(one, "_judge_said", one) for one in others]
        if name == "__invert__":
            told: Any = not self._judge_said
        elif all(type(one) in (bool, int, float) for one in given):
            told = getattr(bool, name)(self._judge_said, *given)
        else:
            return said
        joined = mirrored.number_of(said) and all(map(mirrored.number_of, others))
        return undecided(said, bool(told)) if joined else told

    return special
