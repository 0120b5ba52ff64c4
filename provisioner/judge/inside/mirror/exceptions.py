"""Exceptions, which cross with class, arguments, attributes, causes and notes."""

from __future__ import annotations

import contextlib
import functools
import linecache
from typing import TYPE_CHECKING, Any

from ..connection import values
from . import mirrored

if TYPE_CHECKING:
    from ..connection.space import Space

_FRAMES = 12
#: Modules whose exceptions steer a test runner: the code under test cannot raise those.
RUNNERS = ("pytest", "_pytest", "unittest", "hypothesis", "doctest", "pluggy", "bdb", "xdist")
#: Exceptions whose constructor keeps other attributes than its arguments.
_WITH_ATTRIBUTES = (OSError, ImportError, UnicodeDecodeError, UnicodeEncodeError, SystemExit)


def reference(space: Space, error: BaseException, chained: set[int]) -> tuple[Any, ...]:
    """The persistent id of an exception.

    Args:
        chained: ids of those that this message has told all of; a chain may lead back to them.
    """
    kind = type(error)
    if kind.__module__.startswith("pydantic_core") and kind.__name__ == "ValidationError":
        return _validation(error)
    args = error.args
    if isinstance(error, OSError) and error.filename is not None:
        args = (*args[:2], error.filename)
    elif isinstance(error, BaseExceptionGroup):
        args = (error.message, tuple(error.exceptions))  # a class has its own constructor
    if id(error) in chained:
        return ("e", space.export(error), kind, tuple(args), (), None, None, False, (), None)
    chained.add(id(error))
    attributes = [
        (key, value)
        for key, value in vars(error).items()
        if isinstance(key, str) and not key.startswith(("__notes__", "_judge"))
    ]
    return (
        *("e", space.export(error), kind, tuple(args), tuple(attributes)),
        *(error.__cause__, error.__context__, error.__suppress_context__),
        notes_of(error),
        tuple(_frames_of(space, error)),
    )


def _validation(error: Any) -> tuple[Any, ...]:
    """pydantic's own, which has no constructor: title and errors."""
    lines = []
    for one in error.errors(include_url=False):
        details = one["type"], tuple(one["loc"]), one["msg"], one["input"]
        lines.append((*details, tuple(one.get("ctx", {}).items())))
    return ("p", error.title, tuple(lines))


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
            detail["type"] = pydantic_core.PydanticCustomError(
                kind, message.replace("{", "("), dict(context) or None
            )
        details.append(detail)
    return pydantic_core.ValidationError.from_exception_data(title, details)


def _frames_of(space: Space, error: BaseException) -> list[tuple[str, int, str, str]]:
    """File, line, function and source of the frames of the code; the tests' are not told."""
    found = []
    trace = error.__traceback__
    while trace is not None:
        code, line = trace.tb_frame.f_code, trace.tb_lineno or 0
        if space.trusting and code.co_filename.startswith(space.folder):
            name = code.co_filename[len(space.folder) :].lstrip("/")
            source = linecache.getline(code.co_filename, line).strip()
            found.append((name, line, code.co_name, source[:200]))
        trace = trace.tb_next
    return [*found, *getattr(error, "_judge_frames", ())][-_FRAMES:]


def is_runner(kind: type) -> bool:
    """Whether a class is a test runner's, or extends one; those of unittest.mock are not."""
    modules = (str(getattr(one, "__module__", "")) for one in kind.__mro__)
    found = next((one for one in modules if one.partition(".")[0] in RUNNERS), "unittest.mock")
    return found != "unittest.mock"


def make(space: Space, number: int, kind: Any, args: Any, attributes: Any, *details: Any) -> Any:
    """The exception on our side; the same one each time."""
    cause, context, suppressed, notes, frames = details
    if not (isinstance(kind, type) and issubclass(kind, BaseException)):
        raise TypeError("no exception")

    def make_one() -> BaseException:
        error = _instance(kind, args)
        if isinstance(kind, mirrored.Mirrored):
            object.__setattr__(error, "_judge_number", number)
        return error

    error: BaseException = space.recent(number, make_one)
    # Not by its __dict__: of a class with a base that is no exception that is the other side's.
    put = functools.partial(object.__setattr__, error)
    if frames is None or _is_filled(error):
        return error
    put("_judge_frames", tuple(frames))
    for key, value in attributes:
        if not (key.startswith("__") and key.endswith("__")):
            with contextlib.suppress(AttributeError, TypeError):
                put(key, value)
    for name, value in (("__cause__", cause), ("__context__", context)):
        if isinstance(value, BaseException):
            put(name, value)
    put("__suppress_context__", bool(suppressed))
    if notes:
        put("__notes__", list(notes))
    return error


def _is_filled(error: BaseException) -> bool:
    try:
        object.__getattribute__(error, "_judge_frames")
    except AttributeError:
        return False
    return True


def notes_of(value: Any) -> tuple[str, ...]:
    """The notes of an exception, none for other values."""
    notes = getattr(value, "__notes__", ()) if isinstance(value, BaseException) else ()
    return tuple(str(note) for note in notes)


def noted(value: Any, notes: tuple[str, ...]) -> Any:
    """An object of ours; an exception with the notes that the other side has of it."""
    if notes and isinstance(value, BaseException):
        value.__notes__ = list(notes)
    return value


def _instance(kind: type[BaseException], args: Any) -> BaseException:
    base = next(one for one in kind.__mro__ if one.__module__ == "builtins")
    if issubclass(kind, BaseExceptionGroup):
        return base.__new__(kind, args[0], list(args[1]))  # type: ignore[no-any-return, call-overload]
    if values.shared_name(kind):
        try:
            return kind(*args)
        except Exception:  # it wants other arguments than it keeps
            pass
    error: BaseException = base.__new__(kind, *args)
    try:
        initialize: Any = vars(base)["__init__"]
        initialize(error, *args)
    except Exception:  # the arguments are the code's, which may fit no constructor
        error.args = tuple(args)
    if base not in _WITH_ATTRIBUTES:
        error.args = tuple(args)
    return error
