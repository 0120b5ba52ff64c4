"""Sees judged code reach for the interpreter that judges it.

An audit hook cannot be taken off again. It tells the examiner before the deed is done; the sealed
values do not depend on it, the assertions that compare computed values gain by it.
"""

from __future__ import annotations

import _thread
import os
import sys
from collections.abc import Callable, Collection
from types import CodeType, FrameType

_getframe, _get_ident = sys._getframe, _thread.get_ident

#: Nobody but a debugger does these; code under test that does is after the test.
_DEEDS = frozenset(
    (
        "gc.get_objects",
        "gc.get_referrers",
        "gc.get_referents",
        "sys._current_frames",
        "sys._current_exceptions",
        "sys.settrace",
        "sys.setprofile",
        "sys.addaudithook",
        "sys.monitoring.register_callback",
        "ctypes.dlopen",
        "ctypes.dlsym",
        "ctypes.cdata",
        "ctypes.call_function",
        "ctypes.string_at",
        "ctypes.wstring_at",
        "ctypes.PyObj_FromPtr",
    )
)
#: Modules of the library that do it in the name of their caller.
_DEPUTIES = (
    *("/ctypes/", "/inspect.py", "/traceback.py", "/asyncio/base_tasks.py", "/threading.py"),
    *(
        "/bdb.py",
        "/pdb.py",
        "/trace.py",
        "/profile.py",
        "/cProfile.py",
        "/cgitb.py",
        "/_pytest/_code/",
    ),
)
#: Functions of those that hand out text, and no frame.
_DISCREET = frozenset(
    f"{verb}_{what}"
    for verb in ("format", "print", "extract")
    for what in ("exc", "exception", "exception_only", "tb", "stack", "last")
)
#: Where code goes from its own frame to others; whoever writes it honestly writes it in a file.
_WAYS_OUT = frozenset(
    ("f_back", "f_locals", "f_globals", "f_builtins", "__globals__", "__closure__")
)
_FRAMES = frozenset(("tb_frame", "gi_frame", "cr_frame", "ag_frame"))
_INTERNAL = frozenset(("_testcapi", "_testinternalcapi", "_xxsubinterpreters", "_interpreters"))


class Guard:
    """Watches what is done by code whose file lies in the feature's folder, or in no file.

    `files` are those that came with the feature: their text is looked at outside.
    """

    def __init__(
        self, folder: str, files: Collection[str], tell: Callable[[str, str], None]
    ) -> None:
        self._folder, self._tell = folder, tell
        self._files = frozenset(os.path.join(folder, file) for file in files) | {"test.py"}
        self._library = tuple({path for path in sys.path if path and path != folder})
        self._told: set[tuple[str, str]] = set()

    def watch(self) -> None:
        """From now on, and for good."""
        deeds = _DEEDS
        looking: set[int] = set()  # threads in which this very hook takes a frame

        def hold(kind: str, what: str, depth: int = 2) -> None:
            looking.add(_get_ident())
            try:
                frame = _getframe(depth)
            finally:
                looking.discard(_get_ident())
            self._hold(frame, kind, what)

        def made_of(code: object) -> None:
            """Code from no file, or one written while it ran, hides its names from readers."""
            if not isinstance(code, CodeType) or code.co_filename in self._files:
                return
            if not self._of_library(code.co_filename) and (found := _way_out(code)):
                hold("deed", f"code made while it runs, with {found}", 3)

        def hook(event: str, details: tuple[object, ...]) -> None:
            if event in deeds:
                hold("deed", event)
            elif event == "sys._getframe":
                if _get_ident() not in looking:
                    hold("frame", event)
            elif event == "object.__getattr__":
                if details[1] in _FRAMES:
                    hold("frame", str(details[1]))
            elif event in ("exec", "function.__new__"):
                made_of(details[0])
            elif event in ("compile", "code.__new__") and details[1] == "test.py":
                hold("deed", "code that passes for the tests'")
            elif event == "import" and details[0] in _INTERNAL:
                hold("deed", f"import {details[0]}")

        sys.addaudithook(hook)

    def _hold(self, frame: FrameType | None, kind: str, what: str) -> None:
        """Tell, if it is judged code that does it or has it done."""
        while frame is not None:
            file = frame.f_code.co_filename
            if file == "test.py":
                return
            if not self._of_library(file):
                evidence = f"{file.removeprefix(self._folder).lstrip('/')}:{frame.f_lineno}", what
                if evidence not in self._told:
                    self._told.add(evidence)
                    self._tell(kind, f"{evidence[0]} reaches for {what}")
                return
            if not any(deputy in file for deputy in _DEPUTIES):
                return
            if frame.f_code.co_name in _DISCREET:
                return
            frame = frame.f_back

    def _of_library(self, file: str) -> bool:
        if file.startswith(self._folder) or file == "test.py":
            return False
        return file.startswith(("<frozen ", *self._library))


def _way_out(code: CodeType) -> str:
    """The first name in a code object, or in those within, that leads out of its frame."""
    found = sorted(_WAYS_OUT & {*code.co_names, *(c for c in code.co_consts if type(c) is str)})
    if found:
        return found[0]
    return next(filter(None, (_way_out(c) for c in code.co_consts if isinstance(c, CodeType))), "")
