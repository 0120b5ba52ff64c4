"""Exceptions, which cross with class, arguments, attributes, causes and notes."""

from __future__ import annotations

import collections
import linecache
from typing import TYPE_CHECKING, Any

from . import described, mirrored, values

if TYPE_CHECKING:
    from .objects import Space
    from .wire import Encoder

_DEPTH = 12
#: Exceptions without weak references: the last ones are remembered.
_REMEMBERED = 400
_FRAMES = 12
#: Modules whose exceptions steer a test runner: the code under test cannot raise those.
RUNNERS = ("pytest", "_pytest", "unittest", "hypothesis", "doctest", "pluggy", "bdb", "xdist")


def reference(space: Space, error: BaseException, encoder: Encoder) -> Any:
    """The persistent id of an exception."""
    kind = type(error)
    if kind.__module__.startswith("pydantic_core") and kind.__name__ == "ValidationError":
        return _validation(error)
    described.prepare(kind)
    attributes = {
        key: value
        for key, value in vars(error).items()
        if isinstance(key, str) and key != "__notes__" and not key.startswith("_judge")
    }
    inner = list(error.exceptions) if isinstance(error, BaseExceptionGroup) else None
    return (
        "e",
        space.export(error),
        kind,
        _arguments(error),
        tuple(attributes.items()),
        error.__cause__,
        error.__context__,
        error.__suppress_context__,
        tuple(str(note) for note in getattr(error, "__notes__", ())),
        tuple(frames_of(space, error)),
        None if inner is None else tuple(inner),
    )


def _validation(error: Any) -> Any:
    """pydantic's own, which has no constructor: title and errors."""
    lines = tuple(
        (
            one["type"],
            tuple(one["loc"]),
            one["msg"],
            one["input"],
            tuple(one.get("ctx", {}).items()),
        )
        for one in error.errors(include_url=False)
    )
    return ("p", error.title, lines)


def make_validation(space: Space, title: str, lines: Any) -> Any:
    """pydantic's error of these errors, on our side."""
    import pydantic_core

    details: Any = []
    for kind, location, message, given, context in lines:
        detail: Any = {"type": kind, "loc": location, "input": given}
        if context:
            detail["ctx"] = dict(context)
        try:
            pydantic_core.ValidationError.from_exception_data(title, [detail])
        except (KeyError, TypeError, ValueError):
            detail["type"] = pydantic_core.PydanticCustomError(kind, message.replace("{", "("))
        details.append(detail)
    return pydantic_core.ValidationError.from_exception_data(title, details)


def _arguments(error: BaseException) -> tuple[Any, ...]:
    if isinstance(error, OSError) and error.filename is not None:
        return (*error.args[:2], error.filename)
    return tuple(error.args)


def frames_of(space: Space, error: BaseException) -> list[tuple[str, int, str, str]]:
    """File, line, function and source of the frames in which it passed through the feature."""
    found = list(getattr(error, "_judge_frames", ()))
    trace = error.__traceback__
    own = []
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(mirrored.FOLDER[0]) and mirrored.FOLDER[0]:
            line = trace.tb_lineno or 0
            name = file[len(mirrored.FOLDER[0]) :].lstrip("/")
            source = linecache.getline(file, line).strip()
            own.append((name, line, trace.tb_frame.f_code.co_name, source[:200]))
        trace = trace.tb_next
    return [*own, *found][-_FRAMES:]


def steers_runner(error: BaseException) -> bool:
    """Whether an exception is one of a test runner's own."""
    return any(
        str(getattr(one, "__module__", "")).partition(".")[0] in RUNNERS
        and one.__dict__.get("_judge_number") is None
        and one.__name__ not in ("FailedAssertion",)
        for one in type(error).__mro__
    )


_remembered: collections.deque[tuple[Space, int, BaseException]] = collections.deque()


def make(
    space: Space,
    number: int,
    kind: Any,
    args: Any,
    attributes: Any,
    cause: Any,
    context: Any,
    suppressed: Any,
    notes: Any,
    frames: Any,
    inner: Any,
) -> BaseException:
    """The exception on our side; the same one each time."""
    found = space.kept.get(number)
    if found is not None:
        space.times[number] = space.times.get(number, 0) + 1
        return found  # type: ignore[no-any-return]
    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
        raise TypeError("no exception")
    error = _instance(kind, args, inner)
    for key, value in attributes:
        if not (key.startswith("__") and key.endswith("__")):
            try:
                object.__setattr__(error, key, value)
            except (AttributeError, TypeError):
                continue
    if isinstance(cause, BaseException):
        error.__cause__ = cause
    if isinstance(context, BaseException):
        error.__context__ = context
    error.__suppress_context__ = bool(suppressed)
    for note in notes:
        error.add_note(note)
    error.__dict__["_judge_frames"] = tuple(frames)
    space.kept[number] = error
    space.theirs[id(error)] = number
    if isinstance(type(error), mirrored.Mirrored):
        error.__dict__["_judge_number"] = number
    space.times[number] = 1
    _remembered.append((space, number, error))
    if len(_remembered) > _REMEMBERED:
        old_space, old_number, old = _remembered.popleft()
        old_space.kept.pop(old_number, None)
        old_space.theirs.pop(id(old), None)
        old_space.drop(old_number)
    return error


def _instance(kind: type[BaseException], args: Any, inner: Any) -> BaseException:
    if inner is not None:
        return kind.__new__(kind, *args[:1], list(inner))
    if values.shared_name(kind):
        try:
            return kind(*args)
        except Exception:  # it wants other arguments than it keeps
            pass
    error = kind.__new__(kind, *args)
    base = next(one for one in kind.__mro__ if one.__module__ == "builtins")
    try:
        initialize: Any = vars(base)["__init__"]
        initialize(error, *args)
    except Exception:
        error.args = tuple(args)
    if base in (OSError, ImportError, UnicodeDecodeError, UnicodeEncodeError, SystemExit):
        return error
    error.args = tuple(args)
    return error
