"""The repository class of main.py: storage, state changes and what forbids them."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.providers.offline.spec import Condition, Field, Resource, Transition
from assistant.providers.offline.writing.checks import PYTHON_TYPES
from assistant.providers.offline.writing.source import (
    article,
    bracketed,
    indented,
    listed,
    literal,
    methods,
)

_NOW = "lambda: dt.datetime.now(dt.timezone.utc)"


def repository(resource: Resource) -> str:
    """Source of the class, which keeps everything in memory under one lock."""
    members = [_init(resource), _create(resource), _get(resource), _find(resource)]
    if "update" in resource.operations:
        members += [_update(resource), _replace(resource)]
    members += [_transition(resource, transition) for transition in resource.transitions]
    if "delete" in resource.operations:
        members.append(_delete(resource))
    if any(field.unique for field in resource.fields):
        members.append(_unique(resource))
    lines = [
        f"class {resource.class_name}Repository:",
        f'    """{resource.plural_words.capitalize()} in memory; safe to share between threads."""',
        "",
        *methods(members),
    ]
    return _page(resource) + "\n".join(lines)


def page_name(resource: Resource) -> str:
    return f"{resource.class_name}Page"


def _page(resource: Resource) -> str:
    if not resource.paging:
        return ""
    return f'''\
@dataclass(frozen=True)
class {page_name(resource)}:
    """Some of the {resource.plural_words} that match, and how many match in total."""

    items: list[{resource.class_name}]
    total: int


'''


def _stamps(resource: Resource, *kinds: str) -> list[str]:
    """Keyword arguments for the times that the server sets."""
    return [f"{field.attribute}=self._now()" for field in resource.fields if field.filled in kinds]


def _init(resource: Resource) -> list[str]:
    arguments = ["new_id: Callable[[], str] = lambda: uuid.uuid4().hex"]
    fields = ["self._new_id = new_id"]
    if _stamps(resource, "created", "changed"):
        arguments.append(f"now: Callable[[], dt.datetime] = {_NOW}")
        fields.append("self._now = now")
    return [
        *bracketed("def __init__(", ["self", *arguments], ") -> None:"),
        *indented(fields),
        f"    self._{resource.plural}: dict[str, {resource.class_name}] = {{}}",
        "    self._lock = threading.RLock()",
    ]


def _doc(summary: str, **errors: str) -> list[str]:
    told = [f"    {name}: {why}" for name, why in errors.items() if why]
    if not told:
        return [f'    """{summary}"""']
    return [f'    """{summary}', "", "    Raises:", *indented(told), '    """']


def _taken(resource: Resource) -> str:
    names = [field.words for field in resource.fields if field.unique]
    return f"the {listed(names, 'or')} is taken." if names else ""


def _create(resource: Resource) -> list[str]:
    flags = [
        f"{field.attribute}={literal(field.default)}"
        for field in resource.fields
        if field.filled == "state"
    ]
    arguments = [
        "id=self._new_id()",
        "**accepted",
        *flags,
        *_stamps(resource, "created", "changed"),
    ]
    return [
        f"def create(self, values: Mapping[str, object]) -> {resource.class_name}:",
        *_doc(
            f"Keep a new {resource.words}.",
            Invalid="names every field that is missing, unknown or wrong.",
            Conflict=_taken(resource),
        ),
        f"    accepted = {resource.name}_values(values)",
        *_entry_check(resource),
        "    with self._lock:",
        *(["        self._require_unique(accepted)"] if _taken(resource) else []),
        *bracketed(f"{resource.name} = {resource.class_name}(", arguments, ")", 8),
        f"        self._{resource.plural}[{resource.name}.id] = {resource.name}",
        f"        return {resource.name}",
    ]


def _entry_check(resource: Resource) -> Iterator[str]:
    if not resource.state:
        return
    field = resource.field(resource.state)
    if set(resource.entries) == set(field.choices):
        return
    value = f"accepted[{literal(field.attribute)}]"
    message = f"must be {listed(resource.entries, 'or')} at first"
    yield f"    if {_outside(value, resource.entries)}:"
    yield f"        raise Invalid({{{literal(field.name)}: {literal(message)}}})"


def _outside(value: str, allowed: tuple[str | bool, ...]) -> str:
    if len(allowed) == 1:
        return f"{value} != {literal(allowed[0])}"
    return f"{value} not in {literal(tuple(allowed))}"


def _get(resource: Resource) -> list[str]:
    name = resource.name
    return [
        f"def get(self, {name}_id: str) -> {resource.class_name}:",
        f'    """The {resource.words} with this id. Raises NotFound."""',
        "    with self._lock:",
        f"        {name} = self._{resource.plural}.get({name}_id)",
        f"    if {name} is None:",
        f'        raise NotFound(f"there is no {resource.words} {{{name}_id!r}}")',
        f"    return {name}",
    ]


def filter_parameters(resource: Resource) -> list[str]:
    """The keyword parameters of ``find`` that filter."""
    fields = [resource.field(name) for name in (*resource.filters, *resource.searches)]
    return [f"{field.attribute}: {PYTHON_TYPES[field.type]} | None = None" for field in fields]


def _find(resource: Resource) -> list[str]:
    parameters = filter_parameters(resource)
    result = f"list[{resource.class_name}]"
    if resource.paging:
        parameters += ["limit: int | None = None", "offset: int = 0"]
        result = page_name(resource)
    plural, name = resource.plural, resource.name
    lines = [
        *bracketed(
            "def find(", ["self", *(["*", *parameters] if parameters else [])], f") -> {result}:"
        ),
        f'    """{_find_doc(resource)}"""',
        "    with self._lock:",
        f"        {plural} = list(self._{plural}.values())",
    ]
    tests = [
        f"{field.attribute} in (None, {name}.{field.attribute})"
        for field in map(resource.field, resource.filters)
    ]
    for field in map(resource.field, resource.searches):
        tests.append(f"_mentions({name}.{field.attribute}, {field.attribute})")
    for test in tests:
        lines.append(f"    {plural} = [{name} for {name} in {plural} if {test}]")
    lines += _sort(resource)
    if resource.paging:
        lines.append("    end = None if limit is None else offset + limit")
        lines.append(f"    return {result}(items={plural}[offset:end], total=len({plural}))")
        return lines
    return [*lines, f"    return {plural}"]


def _find_doc(resource: Resource) -> str:
    filtered = " that match every given value" if resource.filters or resource.searches else ""
    ordered = "in the order of their creation"
    if resource.sorting.field:
        ordered = f"by {resource.field(resource.sorting.field).words}"
        ordered += ", the greatest first" if resource.sorting.descending else ""
    elif resource.sorting.descending:
        ordered = "the newest first"
    return f"The {resource.plural_words}{filtered}, {ordered}."


def _sort(resource: Resource) -> Iterator[str]:
    plural, sorting = resource.plural, resource.sorting
    if sorting.field:
        key = sort_key(resource.field(sorting.field), resource.name)
        reverse = ", reverse=True" if sorting.descending else ""
        yield f"    {plural}.sort(key=lambda {resource.name}: {key}{reverse})"
    elif sorting.descending:
        yield f"    {plural}.reverse()"


def sort_key(field: Field, variable: str) -> str:
    value = f"{variable}.{field.attribute}"
    if field.type == "datetime":
        return f"_instant({value})"
    return value


def _update(resource: Resource) -> list[str]:
    name = resource.name
    return [
        f"def update(self, {name}_id: str, changes: Mapping[str, object]) -> {resource.class_name}:",
        *_doc(
            "Set the given values and keep the others.",
            NotFound="there is nothing with this id.",
            Invalid="names every field that is unknown or wrong; nothing is changed.",
            Conflict=_update_conflict(resource),
        ),
        "    with self._lock:",
        f"        current = self.get({name}_id).to_json()",
        f"        kept = {{field: current[field] for field in {name.upper()}_CHECKS}}",
        f"        return self.replace({name}_id, {{**kept, **changes}})",
    ]


def _update_conflict(resource: Resource) -> str:
    guarded = any(guard.operation == "update" for guard in resource.guards)
    if guarded or resource.state:
        return f"what is kept of the {resource.words} does not allow it."
    return _taken(resource)


def _replace(resource: Resource) -> list[str]:
    name = resource.name
    values = "values"
    if resource.state:
        field = resource.field(resource.state)
        values = f"{{{literal(field.name)}: {name}.{field.attribute}, **values}}"
    changes = ["**accepted", *_stamps(resource, "changed")]
    return [
        f"def replace(self, {name}_id: str, values: Mapping[str, object]) -> {resource.class_name}:",
        *_doc(
            "Set all values anew; what is not given takes its default.",
            NotFound="there is nothing with this id.",
            Invalid="names every field that is missing, unknown or wrong; nothing is changed.",
            Conflict=_update_conflict(resource),
        ),
        "    with self._lock:",
        f"        {name} = self.get({name}_id)",
        *indented(_guards(resource, "update", "changed"), 8),
        f"        accepted = {name}_values({values})",
        *indented(_state_check(resource), 8),
        *(
            [f"        self._require_unique(accepted, besides={name}_id)"]
            if _taken(resource)
            else []
        ),
        f"        changed = replace({name}, {', '.join(changes)})",
        f"        self._{resource.plural}[{name}_id] = changed",
        "        return changed",
    ]


def _state_check(resource: Resource) -> Iterator[str]:
    """A governed state is left and reached by state changes alone."""
    if not resource.state:
        return
    field = resource.field(resource.state)
    current, wanted = f"{resource.name}.{field.attribute}", f"accepted[{literal(field.attribute)}]"
    test = f"{wanted} != {current}"
    if len(resource.entries) > 1:
        free = ", ".join(map(literal, resource.entries))
        test += f" and not {{{current}, {wanted}}} <= {{{free}}}"
    yield f"if {test}:"
    told = wanted.replace('"', "'")
    message = f'f"{field.words} cannot be set from {{{current}}} to {{{told}}}"'
    yield from bracketed("raise Conflict(", [message], ")", 4)


def _guards(resource: Resource, operation: str, done: str) -> Iterator[str]:
    for guard in resource.guards:
        if guard.operation == operation:
            yield f"if {holds(resource, guard.condition)}:"
            yield f"    raise Conflict({_cannot(resource, guard.condition, done)})"


def _cannot(resource: Resource, condition: Condition, done: str) -> str:
    """Source of the message: what the resource is, and what it therefore cannot be."""
    field = resource.field(condition.field)
    if field.type == "boolean":
        state = f"{'' if condition.values[0] else 'not '}{field.words}"
        return literal(f"{article(resource.words)} that is {state} cannot be {done}")
    value = f"{{{resource.name}.{field.attribute}}}"
    return f'f"{article(resource.words)} that is {value} cannot be {done}"'


def holds(resource: Resource, condition: Condition) -> str:
    """A Python test that the condition holds."""
    field = resource.field(condition.field)
    value = f"{resource.name}.{field.attribute}"
    if field.type == "boolean":
        return value if condition.values[0] else f"not {value}"
    if len(condition.values) == 1:
        return f"{value} == {literal(condition.values[0])}"
    return f"{value} in {literal(tuple(condition.values))}"


def _others(resource: Resource, condition: Condition) -> Condition:
    """What holds exactly while the condition does not."""
    field = resource.field(condition.field)
    values: tuple[str | bool, ...] = field.choices or (False, True)
    return Condition(field.name, tuple(v for v in values if v not in condition.values))


def _transition(resource: Resource, transition: Transition) -> list[str]:
    name, field = resource.name, resource.field(transition.field)
    changes = [f"{field.attribute}={literal(transition.to)}", *_stamps(resource, "changed")]
    lines = [
        f"def {transition.method}(self, {name}_id: str) -> {resource.class_name}:",
        f'    """Make the {resource.words} {transition.done}. Raises NotFound, Conflict."""',
        "    with self._lock:",
        f"        {name} = self.get({name}_id)",
    ]
    for condition in transition.requires:
        opposite = _others(resource, condition)
        message = _cannot(resource, opposite, transition.done)
        lines.append(f"        if {holds(resource, opposite)}:")
        lines.append(f"            raise Conflict({message})")
    return [
        *lines,
        f"        changed = replace({name}, {', '.join(changes)})",
        f"        self._{resource.plural}[{name}_id] = changed",
        "        return changed",
    ]


def _delete(resource: Resource) -> list[str]:
    name = resource.name
    guards = list(_guards(resource, "delete", "deleted"))
    got = f"{name} = self.get({name}_id)" if guards else f"self.get({name}_id)"
    return [
        f"def delete(self, {name}_id: str) -> None:",
        f'    """Forget the {resource.words}. Raises NotFound{", Conflict" if guards else ""}."""',
        "    with self._lock:",
        f"        {got}",
        *indented(guards, 8),
        f"        del self._{resource.plural}[{name}_id]",
    ]


def _unique(resource: Resource) -> list[str]:
    name = resource.name
    lines = [
        "def _require_unique(self, accepted: Mapping[str, Any], besides: str | None = None) -> None:",
        f"    others = [{name} for {name} in self._{resource.plural}.values() if {name}.id != besides]",
    ]
    for field in resource.fields:
        if field.unique:
            value = f"accepted[{literal(field.attribute)}]"
            found = f"any({name}.{field.attribute} == {value} for {name} in others)"
            lines.append(
                f"    if {value} is not None and {found}:" if field.optional else f"    if {found}:"
            )
            lines.append(f'        raise Conflict("the {field.words} is taken")')
    return lines
