"""The repository class of main.py: storage, state changes and what forbids them."""

from __future__ import annotations

from assistant.providers.offline.spec import Resource
from assistant.providers.offline.writing.finding import find_method, page_name
from assistant.providers.offline.writing.source import (
    bracketed,
    indented,
    listed,
    literal,
    methods,
)
from assistant.providers.offline.writing.state_changes import (
    entry_check,
    guard_checks,
    stamps,
    state_check,
    transition_method,
)

_NOW = "lambda: dt.datetime.now(dt.UTC)"


def repository(resource: Resource) -> str:
    """Source of the class, which keeps everything in memory under one lock."""
    members = [_init(resource), _create(resource), _get(resource), find_method(resource)]
    if "update" in resource.operations:
        members += [_update(resource), _replace(resource)]
    members += [transition_method(resource, transition) for transition in resource.transitions]
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


def _init(resource: Resource) -> list[str]:
    arguments = ["new_id: Callable[[], str] = lambda: uuid.uuid4().hex"]
    fields = ["self._new_id = new_id"]
    if stamps(resource, "created", "changed"):
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
        *stamps(resource, "created", "changed"),
    ]
    return [
        f"def create(self, values: Mapping[str, object]) -> {resource.class_name}:",
        *_doc(
            f"Keep a new {resource.words}.",
            Invalid="names every field that is missing, unknown or wrong.",
            Conflict=_taken(resource),
        ),
        f"    accepted = {resource.name}_values(values)",
        *entry_check(resource),
        "    with self._lock:",
        *(["        self._require_unique(accepted)"] if _taken(resource) else []),
        *bracketed(f"{resource.name} = {resource.class_name}(", arguments, ")", 8),
        f"        self._{resource.plural}[{resource.name}.id] = {resource.name}",
        f"        return {resource.name}",
    ]


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


def _update(resource: Resource) -> list[str]:
    name = resource.name
    return [
        *bracketed(
            "def update(",
            ["self", f"{name}_id: str", "changes: Mapping[str, object]"],
            f") -> {resource.class_name}:",
        ),
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
    changes = ["**accepted", *stamps(resource, "changed")]
    return [
        *bracketed(
            "def replace(",
            ["self", f"{name}_id: str", "values: Mapping[str, object]"],
            f") -> {resource.class_name}:",
        ),
        *_doc(
            "Set all values anew; what is not given takes its default.",
            NotFound="there is nothing with this id.",
            Invalid="names every field that is missing, unknown or wrong; nothing is changed.",
            Conflict=_update_conflict(resource),
        ),
        "    with self._lock:",
        f"        {name} = self.get({name}_id)",
        *indented(guard_checks(resource, "update", "changed"), 8),
        f"        accepted = {name}_values({values})",
        *indented(state_check(resource), 8),
        *(
            [f"        self._require_unique(accepted, besides={name}_id)"]
            if _taken(resource)
            else []
        ),
        f"        changed = replace({name}, {', '.join(changes)})",
        f"        self._{resource.plural}[{name}_id] = changed",
        "        return changed",
    ]


def _delete(resource: Resource) -> list[str]:
    name = resource.name
    guards = list(guard_checks(resource, "delete", "deleted"))
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
        *bracketed(
            "def _require_unique(",
            ["self", "accepted: Mapping[str, Any]", "besides: str | None = None"],
            ") -> None:",
        ),
        f"    every = self._{resource.plural}.values()",
        f"    others = [{name} for {name} in every if {name}.id != besides]",
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
