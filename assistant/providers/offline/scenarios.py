"""The tests of resources: statements that the class in the template of test.py can run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from assistant.providers.offline.kinds import Source
from assistant.providers.offline.samples import answered, given, inside, outside, right, shown
from assistant.providers.offline.spec import Listing, Resource, Specification

Test = tuple[str, list[str]]
Step = tuple[Any, ...]
_HASH = f"2:{'00' * 16}:{hashlib.scrypt(b'secret', salt=bytes(16), n=2, r=8, p=1).hex()}"


class _Scenarios:
    """The tests of one resource: names and statements."""

    def __init__(self, specification: Specification, resource: Resource) -> None:
        self._resource, self._many, self._own = resource, resource.plural, resource.class_name
        self._name = resource.singular.replace("_", " ")
        self._missing = f"no {self._name} 7$"
        self._children = [one for one in specification.resources if one.parent == resource.singular]
        self._parents: list[Resource] = []
        by_name = {each.singular: each for each in specification.resources}
        while parent := (self._parents or [resource])[0].parent:
            self._parents.insert(0, by_name[parent])

    def all(self) -> Iterator[Test]:
        """All of them."""
        yield from self._creation()
        yield from self._fields()
        if listing := self._resource.listing:
            yield "is_listed", self._list(listing)
            yield from ((f"is_filtered_by_{name}", self._filter(name)) for name in listing.filters)
            yield from ((f"is_searched_in_{name}", self._search(name)) for name in listing.searches)
        if "change" in self._resource.operations:
            yield "is_changed", self._change()
        if self._resource.states:
            yield f"changes_its_{self._resource.states.field}", self._moves()
        if "delete" in self._resource.operations:
            yield from self._deletion()

    def _sample(self, number: int, /, **changes: Any) -> Source:
        """What a creation is given."""
        sample = f"{self._many.upper()}[{number}]"
        return Source(f"{sample} | {changes}" if changes else sample)

    def _create(self, *samples: Source) -> str:
        return f"self.create('{self._many}', {', '.join(samples)})"

    def _start(self, *numbers: int) -> list[str]:
        """All that it belongs to is created, and samples of its own."""
        parents = [f"self.create('{one.plural}', {one.plural.upper()}[0])" for one in self._parents]
        return parents + [self._create(*map(self._sample, numbers))] * bool(numbers)

    def _later(self) -> list[str]:
        return ["self.moment = self.later"] * any(each.server for each in self._resource.fields)

    def _check(self, *steps: Step) -> str:
        """Steps: a method, its arguments, and what it gives or why it is refused."""
        named = ((f"{self._many}.{method}", *rest) for method, *rest in steps)
        return f"self.check({', '.join(map(repr, named))})"

    def _values(self, model: str, name: str, good: list[Any], wrong: list[Any]) -> str:
        """Values that a model takes and refuses; what else it wants is in the sample."""
        sample = self._sample(0) if model.startswith("New") else "{}"
        return f"self.check_values(main.{model}, {sample}, {name!r}, {good}, {wrong})"

    def _creation(self) -> Iterator[Test]:
        one, model = self._resource, f"New{self._own}"
        steps: list[Step] = [("create", self._sample(n), answered(one, n + 1, n)) for n in (0, 1)]
        if "fetch" in one.operations:
            steps += [("fetch", 1, answered(one, 1)), ("fetch", 7, self._missing)]
        yield "is_created", [*self._start(), self._check(*steps)]
        left_out = {each.name: shown(each, each.default) for each in one.given if not each.required}
        least = {name: value for name, value in given(one).items() if name not in left_out}
        secret = [each.name for each in one.given if each.secret]
        defaults = {name: value for name, value in left_out.items() if name not in secret}
        steps = [("create", least, answered(one, 1, changes=defaults))]
        for name in least:
            rest = {key: value for key, value in least.items() if key != name}
            steps.append(("create", rest, Source(rf'r"\b{name}\b"')))
        yield "has_what_is_required", [*self._start(), self._check(*steps)]
        fixed = [each.name for each in one.fields if each not in one.given]
        names = ["id", "unknown", *fixed]
        yield "has_nothing_else", [self._values(model, name, [], [1]) for name in names]
        if key := one.parent_key:
            missing = f"no such {self._parents[-1].singular}".replace("_", " ")
            refused = ("create", self._sample(0, **{key: 7}), missing)
            keys = self._values(model, key, [1, 2**31 - 1], [None, 0, 2**31, "1"])
            yield "belongs_to_one_that_exists", [*self._start(), self._check(refused), keys]

    def _fields(self) -> Iterator[Test]:
        changed = "change" in self._resource.operations
        for field in self._resource.given:
            name, value = field.name, right(field)
            values = self._values(f"New{self._own}", name, inside(field), outside(field))
            yield f"{name}_is_checked", [values]
            if field.unique:
                taken = f"another {self._name} .*{name.replace('_', ' ')}"
                refused = self._check(("create", self._sample(1, **{name: value}), taken))
                change = self._check(("change", 2, {name: value}, taken))
                others = [self._create(self._sample(1)), *([change] * changed)]
                yield f"{name}_is_unique", [*self._start(0), refused, *others]
            if field.secret:
                change = f"self.take('{self._many}.change', 1, {{{name!r}: {right(field, 1)!r}}})"
                kept = f"self.check_kept({self._many!r}, {name!r}, {right(field, int(changed))!r})"
                yield f"{name}_is_stored_as_a_hash", [*self._start(0), *([change] * changed), kept]

    def _list(self, listing: Listing) -> list[str]:
        one, query, size = self._resource, f"{self._own}Query", listing.page_size
        rows = [answered(one, 1, 1), answered(one, 2, 0), answered(one, 3, 2, moments=(1, 1))]
        ids = [row["id"] for row in self._in_order(rows)]
        page = ("find", {"limit": 1, "offset": 1}, (ids[1:2], 3))
        return [
            self._check(("find", {}, ([], 0))),
            *self._start(1, 0),
            *self._later(),
            self._create(self._sample(2)),
            self._check(("find", {}, (ids[:size], 3)), page),
            self._values(query, "limit", [1, size], [0, size + 1]),
            self._values(query, "offset", [0, 10**9], [-1, 10**9 + 1]),
            self._values(query, "unknown", [], [1]),
            f"page = main.{query}.model_validate({{}})",
            f"self.assertEqual((page.limit, page.offset), ({size}, 0))",
        ]

    def _search(self, name: str) -> list[str]:
        text = right(self._resource.field(name), 3)
        parts = {text[:2].swapcase(): ([2], 1), "%": ([], 0), "_": ([], 0)}
        long = [Source('"x" * 1000')], [Source('"x" * 1001')]
        return [
            *self._start(0),
            self._create(self._sample(1, **{name: text})),
            self._check(*(("find", {"search": part}, found) for part, found in parts.items())),
            self._values(f"{self._own}Query", "search", *long),
        ]

    def _filter(self, name: str) -> list[str]:
        """Of two rows those are found that have a value."""
        one, start, second = self._resource, self._start(0), self._sample(1)
        size = one.listing.page_size if one.listing else 0
        rows = [answered(one, 1), answered(one, 2, 1, moments=(1, 1))]
        asked: list[Any] = [1, 2]
        good, wrong = [1, 2**31 - 1], [0, 2**31]
        if name == one.parent_key:
            parents, rows[1][name] = self._parents[-1].plural, 2
            start.insert(-1, f"self.create('{parents}', {parents.upper()}[1])")
            second = self._sample(1, **{name: 2})
        else:
            field = one.field(name)
            asked = list(field.choices) or [row[name] for row in rows]
            beyond = outside(field)[not field.optional :][:2]
            good, wrong = inside(field), beyond if field.type.largest else []
        ids = [[row["id"] for row in self._in_order(rows) if row[name] == each] for each in asked]
        steps = zip(asked, ids, strict=True)
        return [
            *start,
            *self._later(),
            self._create(second),
            self._check(
                *(("find", {name: value}, (found[:size], len(found))) for value, found in steps)
            ),
            self._values(f"{self._own}Query", name, good, wrong),
        ]

    def _in_order(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What is answered for rows, in the order of a list."""
        listing = self._resource.listing
        for name, descending in reversed(listing.sorts if listing else ()):
            amount = self._resource.field(name).kind == "amount"
            keys = {row["id"]: Decimal(row[name]) if amount else row[name] for row in rows}
            order = sorted(keys, key=keys.__getitem__, reverse=descending)
            rows = sorted(rows, key=lambda row: order.index(row["id"]))
        return rows

    def _change(self) -> list[str]:
        one, model = self._resource, f"{self._own}Changes"
        changes = {each.name: right(each, 3) for each in one.given if not each.secret}
        first = dict(list(changes.items())[:1])
        moments = (0, int(bool(first)))
        return [
            *self._start(0, 1, 2),
            *self._later(),
            self._check(
                ("change", 2, first, answered(one, 2, 1, first, moments)),
                ("change", 2, changes, answered(one, 2, 1, changes, moments)),
                ("change", 1, {}, answered(one, 1)),
                ("change", 3, {}, answered(one, 3, 2)),
                ("change", 7, {}, self._missing),
            ),
            *(self._values(model, each.name, [], outside(each)[-1:]) for each in one.given),
            self._values(model, "id", [], [2]),
        ]

    def _moves(self) -> list[str]:
        one, states = self._resource, self._resource.states
        assert states is not None
        choices, moves = list(one.field(states.field).choices), list(states.transitions)
        first = f"{self._many!r}, {states.field!r}"
        return [
            *self._start(0),
            *self._later(),
            f"self.check_moves({first}, {choices}, {moves}, {answered(one, 1, moments=(0, 1))})",
            self._check(("move", 7, {states.field: choices[0]}, self._missing)),
            self._values(f"{self._own}Move", states.field, [], ["unknown", None]),
        ]

    def _deletion(self) -> Iterator[Test]:
        again = ("create", self._sample(1), answered(self._resource, 4, 1))
        steps: list[Step] = [("delete", 2, None), ("delete", 2, f"no {self._name} 2$")]
        steps += [("delete", 1, None), ("delete", 3, None), again]
        yield "is_deleted", [*self._start(0, 1, 2), self._check(*steps)]
        for child in self._children:
            create = f"self.create('{child.plural}', {child.plural.upper()}[0])"
            refused = ("delete", 1, f"it still has .*{child.plural.replace('_', ' ')}")
            yield f"has_{child.plural}", [*self._start(0), create, self._check(refused)]


def facts(specification: Specification) -> dict[str, Any]:
    """What the template of tests asks, by name."""

    def tests(resource: Resource) -> Iterator[Test]:
        return _Scenarios(specification, resource).all()

    names = {each.plural: each.class_name for each in specification.resources}
    return {"given": given, "tests": tests, "known_hash": _HASH, "names": names}
