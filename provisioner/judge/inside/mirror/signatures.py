"""Signatures and annotations, as one side tells them and the other makes them again."""

from __future__ import annotations

import enum
import functools
import inspect
import sys
import types
import typing
from typing import TYPE_CHECKING, Any

from ..connection import values

if TYPE_CHECKING:
    from ..connection.space import Space

_KINDS = tuple(inspect._ParameterKind)
_EMPTY = inspect.Signature.empty
#: `list[int]`, `int | str`, `Optional[int]`, `Annotated[int, 3]`.
GENERICS = (types.GenericAlias, types.UnionType, typing._GenericAlias)  # type: ignore[attr-defined]


def parts_of(generic: Any) -> tuple[Any, ...]:
    """What a generic is made of, and of what that is one."""
    origin = typing.get_origin(generic)
    return (typing.Union if origin is types.UnionType else origin, *typing.get_args(generic))


def made_generic(origin: Any, *args: Any) -> Any:
    """The generic of these parts."""
    if isinstance(origin, type) and hasattr(origin, "_judge_class_number"):
        return types.GenericAlias(origin, args)
    return origin[args if len(args) != 1 else args[0]]


def _is_known(space: Space | None, module: str, part: Any) -> bool:
    """Whether the other side knows a part of a signature, or is to know it."""
    known = functools.partial(_is_known, space, module)
    if isinstance(part, GENERICS):
        parts = [one for more in parts_of(part) for one in (more if type(more) is list else [more])]
        return space is not None and not space.trusting and all(map(known, parts))
    if space is not None and space.number_of(part):
        return True
    if isinstance(part, type):
        return part.__module__ == module or values.shared_name(part) is not None
    if isinstance(part, enum.Enum):
        return known(type(part))
    return type(part) in values.ATOMS or part is ... or values.typing_name(part) != ""


#: What is known whoever tells.
_KNOWN = functools.partial(_is_known, None, "")


def _signature(value: Any, evaluated: bool) -> inspect.Signature | None:
    try:
        return inspect.signature(value, eval_str=evaluated)
    except Exception:  # it has none, or an annotation is a text that names what is not there
        return _signature(value, False) if evaluated else None


def is_of_feature(space: Space, module: Any) -> bool:
    """Whether a module lies in the feature's folder."""
    return (getattr(sys.modules.get(module), "__file__", None) or "").startswith(space.folder)


def signature_of(value: Any, space: Space | None = None) -> tuple[Any, ...] | None:
    """Parameters as (name, kind, has default, default, annotation); None where it has none.

    Args:
        space: of a function, whose defaults and annotations are told as they are where the other
            side knows them, or they are classes of the function's own module.
    """
    signature = _signature(value, space is not None and not space.trusting)
    if signature is None:
        return None
    module = str(getattr(value, "__module__", ""))
    own = module if space is not None and is_of_feature(space, module) else ""
    known = functools.partial(_is_known, space, own)
    parts: list[Any] = []
    for one in signature.parameters.values():
        has, default = one.default is not _EMPTY, one.default
        if not has:
            default = None
        elif not known(default) and default != ():
            default = repr(default)[:80]
        parts.append((one.name, int(one.kind), has, default, annotation_of(one.annotation, known)))
    return (*parts, annotation_of(signature.return_annotation, known))


def annotation_of(value: Any, known: Any = _KNOWN) -> Any:
    """What the other side knows, or else a text, in a tuple; None for no annotation."""
    if value is _EMPTY:
        return None
    if known(value):
        return (value,)
    is_class = isinstance(value, type) and not isinstance(value, GENERICS)
    return (value.__name__ if is_class else str(value),)


def made_signature(parts: Any) -> inspect.Signature | None:
    """The signature that `signature_of` read."""
    if not parts:
        return None
    parameters = [
        inspect.Parameter(
            name,
            _KINDS[kind],
            default=default if has else _EMPTY,
            annotation=note[0] if note else _EMPTY,
        )
        for name, kind, has, default, note in parts[:-1]
    ]
    back = parts[-1][0] if parts[-1] else _EMPTY
    return inspect.Signature(parameters, return_annotation=back, __validate_parameters__=False)


def dressed(function: Any, name: Any, qualified: Any, module: str, text: Any, parts: Any) -> Any:
    """Give a stand-in the names and the signature of what it stands for."""
    function.__name__, function.__qualname__ = str(name), str(qualified)
    function.__module__, function.__doc__ = module, text
    if parts:
        function.__signature__ = made_signature(parts)
        notes = {part[0]: part[4][0] for part in parts[:-1] if part[4]}
        function.__annotations__ = notes | ({"return": parts[-1][0]} if parts[-1] else {})
    return function
