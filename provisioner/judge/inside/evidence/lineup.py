"""Comparisons of the code's objects with plain data of the tests.

An object's class is the code's and may lie. It is shown the value among others near to it, and
has to know which one it equals; two of the code's own objects compare as their class says.
"""

from __future__ import annotations

import ast
import functools
import numbers
import operator
import random
import re
from collections.abc import KeysView, Set
from typing import TYPE_CHECKING, Any

from ..connection import values
from ..mirror import mirrored
from ..mirror.exceptions import is_runner
from ..mirror.mirrored import ask
from . import unseen
from .decoys import (
    MEASURED,
    compared_in,
    constants_of,
    containers_like,
    depends,
    is_like,
    is_of_library,
    is_plain,
    near_values,
    strangers,
    turned,
)
from .looks import compared_by_runner, look, tried
from .undecided import undecided

if TYPE_CHECKING:
    from ..connection.space import Space

#: How many constants of the tests stand beside the expected value.
_LIKE = 12
_MAKES = re.compile(r"\b[A-Z]\w*\(")
#: Texts from this length on are not in most texts by chance.
_WORD = 4
_REVERSE = {"__lt__": "__gt__", "__gt__": "__lt__", "__le__": "__ge__", "__ge__": "__le__"}
#: What cannot be the other way round as well; that is itself for "<" and ">".
_CONTRARY = {"__eq__": "__ne__", "__ne__": "__eq__", "__le__": "__lt__", "__ge__": "__gt__"}
_OPPOSITE = {"__lt__": "__ge__", "__ge__": "__lt__", "__gt__": "__le__", "__le__": "__gt__"}


class LineUp:
    """Compares for one Space."""

    def __init__(self, space: Space) -> None:
        self._space, self._chance = space, random.SystemRandom()
        self._trusted: dict[int, Any] = {}  # what leads to objects that the tests made themselves
        self._source, self._secret = "", 0.0
        #: What numbers were taken from an object, what that left, and the place of the right one.
        self._taken: tuple[list[Any], list[Any], int] = [], [], 0
        self._answering: dict[tuple[type, str], bool] = {}
        space.note_made, space.compare = self._note_made, self.compare

    def begin(self, source: str) -> None:
        """Hold what a test.py of that source expects against its other constants, from now on."""
        self._source, self._secret = source, self._chance.random()

    def _chance_for(self, other: Any) -> random.Random:
        """The same each time for a value: who is asked about it again learns nothing more."""
        return random.Random(f"{self._secret}{other!r}") if is_plain(other) else self._chance

    @functools.cached_property
    def _constants(self) -> list[Any]:
        return constants_of(ast.walk(ast.parse(self._source)))

    @functools.cached_property
    def _compared(self) -> list[Any]:
        return constants_of(compared_in(ast.parse(self._source)))

    def _like(self, expected: Any) -> list[Any]:
        """Other constants of the tests, which an answer to another question might be; turned."""
        like = [one for one in self._constants if is_like(one, expected)]
        some = self._chance_for(expected).sample(like, min(len(like), _LIKE))
        return some + turned(expected, self._compared)

    def _note_made(self, made: Any) -> None:
        """Trust what a call made in whose line the tests call a class by its capital letter."""
        at = unseen.line_of_tests()
        line = "".join(self._source.splitlines()[at - 1 : at])
        leads = self._space.standins.get(mirrored.number_of(made))
        if leads is not None and _MAKES.search(line):
            self._trusted[leads.number] = leads

    def _is_trusted(self, witness: Any) -> bool:
        """Whether the tests made it by calling its class, and the code has never answered it."""
        number = mirrored.number_of(witness)
        leads = self._space.standins.get(number)
        return leads is not None and leads.times == 1 and self._trusted.get(number) is leads

    def compare(self, witness: Any, name: str, *others: Any) -> Any:
        """The result of ``witness.name(*others)``."""
        if name in ("__abs__", "__round__"):
            return self._measured(witness, name, others)
        if name in ("__exit__", "__aexit__"):
            left = ask(witness, "special", name, others)
            note = unseen.left if name == "__exit__" else unseen.left_later
            return note(left, others[1])
        (other,) = [set(one) if isinstance(one, KeysView) else one for one in others]
        if name in mirrored.DIFFERENCES:
            return self._difference(witness, name, other)
        if is_runner(type(other)) and name != "__contains__":
            return compared_by_runner(witness, name, other)
        if is_of_library(other) and not mirrored.number_of(other):
            return NotImplemented  # what it is equal to is its own to say
        if not is_plain(other) and not (name in ("__eq__", "__ne__") and self._beside(other)):
            said = ask(witness, "special", name, (other,))
            own = name != "__contains__" and mirrored.number_of(other)
            if said is True and own and self._space.peer.perturbation is None:
                return look(other, _CONTRARY.get(name, name), witness) is not True
            return said
        if name == "__contains__":
            return self._told(self._contains(witness, other))
        try:
            said = self._decided(witness, name, other)
        except Exception:  # judged code raises anything; but what answers objects is just not true
            if not self._answers_objects(witness, name, other):
                raise
            said = False
        row, answers, at = self._taken
        if said is True and row and witness is answers[at] and name != "__ne__":
            said = not all(ask(one, "look", name, other) for one in answers)
        if not self._answers_objects(witness, name, other):
            return said
        answer, _ = self._among(self._beside(other), other, functools.partial(tried, witness, name))
        return undecided(answer, said is True) if mirrored.number_of(answer) else said

    def _answers_objects(self, witness: Any, name: str, other: Any) -> bool:
        """Whether its class answers objects, such as `Field("age") > 18`; it is told the name."""
        key = type(witness), name
        if key not in self._answering:
            beside = tried(witness, name, next(iter(self._beside(other)), None))
            error = isinstance(beside, BaseException)
            self._answering[key] = not error and mirrored.number_of(beside) != 0
        return self._answering[key]

    def _beside(self, other: Any) -> list[Any]:
        """Values near to one that the tests expect."""
        make = near_values if is_plain(other) else containers_like
        return make(other, self._chance_for(other))

    def _decided(self, witness: Any, name: str, other: Any) -> Any:
        """The result of a comparison with plain data."""
        if name not in ("__eq__", "__ne__"):
            return self._told(self._ordered(witness, name, other))
        content = values.plain_part(witness)
        said: Any = (
            True if content is not None and content == other else self._equal(witness, other)
        )
        said = said if said is NotImplemented or name == "__eq__" else not said
        return said if other is None else self._told(said)

    def _told(self, said: Any) -> Any:
        """What the tests are told, which may be changed."""
        perturbed = self._space.peer.perturbation
        return perturbed.changed(said) if perturbed and isinstance(said, bool) else said

    def _difference(self, witness: Any, name: str, other: Any) -> Any:
        """What is left, which has to depend on what is taken away, where both are numbers."""
        if type(other) in MEASURED and self._space.peer.perturbation is None:
            row = [one for one in self._beside(other) if type(one) is type(other)]
            if type(other) is int:  # what is left of a stock may be never less than nothing
                row += [other - 99 * (abs(other) + 9), other + 99 * (abs(other) + 9)]
            said, answers = self._among(row, other, functools.partial(tried, witness, name))
            row, answers, at = [*row, other], [*answers, said], len(row)
            left = [values.plain_part(one) for one in answers]
            if all(type(one) in MEASURED for one in left):
                return answers[at] if depends(row, left, at) else NotImplemented
            if isinstance(values.plain_part(witness), MEASURED):
                return NotImplemented  # its own number tells
            if all(map(mirrored.number_of, answers)):
                self._taken = row, answers, at
            return answers[at]
        return ask(witness, "special", name, (other,))

    def _measured(self, witness: Any, name: str, args: tuple[Any, ...]) -> Any:
        """How large it is; that of a difference has to depend on what was taken away."""
        (row, answers, at), self._taken = self._taken, ([], [], 0)
        if not row or witness is not answers[at]:
            return ask(witness, "special", name, args)
        sizes: list[Any] = [None] * len(row)
        for place in self._chance.sample(range(len(row)), len(row)):
            sizes[place] = ask(answers[place], "special", name, args)
        if not all(type(one) in MEASURED for one in sizes):
            self._taken = row, sizes, at
        elif not depends(row, sizes, at):
            raise TypeError(f"the size of {type(witness).__name__} depends on nothing")
        return sizes[at]

    def _among(
        self, others: list[Any], other: Any, tell: Any, ends: bool = False
    ) -> tuple[Any, ...]:
        """What is told of the one that is meant and of others, by who does not know which it is.

        Raises what was raised for that one.

        Args:
            ends: whether it ends once False is told of that one, which shows that it was meant.
        """
        row = [*others, other]
        told: list[Any] = [None] * len(row)
        for at in self._chance.sample(range(len(row)), len(row)):
            told[at] = tell(row[at])
            if ends and told[-1] is False:
                break
        *answers, said = told
        if isinstance(said, BaseException):
            raise self._space.peer.checked(said)
        return said, answers

    def _shown(self, witness: Any, name: str, others: list[Any], other: Any) -> tuple[Any, ...]:
        """What a comparison says of the one that is meant, and whether it does of others."""
        ends = name == "__contains__"  # loops ask about many items, of which most are not in it
        tell = functools.partial(look, witness, name)
        said, answers = self._among(others, other, tell, ends)
        return said, [one is True for one in answers]

    def _equal(self, witness: Any, expected: Any) -> Any:
        near, like = self._beside(expected), self._like(expected) if is_plain(expected) else []
        said, answers = self._shown(witness, "__eq__", [*near, *like], expected)
        if said is False and tried(witness, "__eq__", next(iter(near), None)) is NotImplemented:
            return NotImplemented
        if said is not True or True not in answers:
            return said
        if self._is_trusted(witness) and False in answers:
            return True
        number = isinstance(expected, numbers.Number) and not isinstance(expected, bool)
        if answers[len(near) :].count(True) > (max(1, len(like) // 3) if number else 0):
            return False
        most = len(near) // 3 if type(expected) is int else min(len(near) // 3, 1)
        return answers[: len(near)].count(True) <= most

    def _contains(self, container: Any, item: Any) -> Any:
        """The result of ``item in container``."""
        text = values.plain_part(container)
        if type(text) is type(item) is str and item.casefold() not in text.casefold():
            return False
        others: list[Any] = strangers(item, self._chance_for(item))
        near: list[Any] = []
        known = self._is_trusted(container)
        if isinstance(item, str) and len(item) >= _WORD and not known:
            near = [one for one in self._beside(item) if len(one) >= len(item)]
        said, answers = self._shown(container, "__contains__", [*others, *near], item)
        told = not all(answers[: len(others)])
        return said is True and told and answers[len(others) :].count(True) <= len(near) // 2

    def _ordered(self, witness: Any, name: str, other: Any) -> Any:
        if isinstance(other, Set) and hasattr(type(witness), "__iter__"):
            return getattr(set(witness), name)(other)  # what it holds is no matter of its word
        row = [one for one in self._beside(other) if type(one) is type(other)]
        size = len(row := [*row, other])
        every = [(one, asked) for asked in (*(_OPPOSITE.keys() - {name}), name) for one in row]
        said, answers = self._among(every[:-1], every[-1], lambda pair: look(witness, *pair[::-1]))
        if said is not True:
            return said
        answers = [one is True for one in (*answers, said)]
        told = {every[at][1]: answers[at : at + size] for at in range(0, len(every), size)}
        answers, opposite, reverse = told[name], told[_OPPOSITE[name]], told[_REVERSE[name]]
        if any(map(operator.and_, answers, opposite)):
            return False
        both = sum(map(operator.and_, answers, reverse))
        if both > (size // 3 if name in ("__le__", "__ge__") else 0):
            return False
        if isinstance(other, str):
            return said  # in which order texts are is the code's to say
        pairs = sorted(zip(row, answers, strict=True), key=lambda pair: pair[0])
        line = [answer for _, answer in pairs]
        return line == sorted(line, reverse=name in ("__gt__", "__ge__"))
