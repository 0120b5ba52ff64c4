"""Empties a folder of whatever judged code made there, however deep."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Collection, Iterable

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def empty(place: str, kept: Collection[str] = ()) -> None:
    """Remove all that is in a folder but the entries named in `kept`; what cannot be removed stays.

    It goes down and up one step at a time: no path grows long, and nothing is recursive.
    """
    with contextlib.suppress(OSError):
        here = os.open(place, _FOLDER)
        within: list[str] = []
        waiting = [_remove_files(here, kept)]
        while waiting:
            if waiting[-1]:
                name = waiting[-1].pop()
                if (below := _enter(name, here)) is not None:
                    os.close(here)
                    here = below
                    within.append(name)
                    waiting.append(_remove_files(here))
                continue
            waiting.pop()
            if within:
                above = os.open("..", _FOLDER, dir_fd=here)
                os.close(here)
                here = above
                with contextlib.suppress(OSError):
                    os.rmdir(within.pop(), dir_fd=here)
        os.close(here)


def ways(place: str, paths: Iterable[str]) -> frozenset[str]:
    """The entries of a folder that lead to those of the paths that are below it."""
    below = (path[len(place) + 1 :] for path in paths if path.startswith(f"{place}/"))
    return frozenset(path.partition("/")[0] for path in below)


@functools.cache  # nothing is mounted later
def mounted(place: str) -> frozenset[str]:
    """The entries of a folder that something is mounted on or below."""
    with contextlib.suppress(OSError), open("/proc/self/mountinfo", encoding="utf-8") as lines:
        return ways(place, [line.split(" ")[4].replace("\\040", " ") for line in lines])
    return frozenset()


def _enter(name: str, here: int) -> int | None:
    try:
        os.chmod(name, 0o700, dir_fd=here)
        return os.open(name, _FOLDER, dir_fd=here)
    except OSError:
        return None


def _remove_files(here: int, kept: Collection[str] = ()) -> list[str]:
    """Remove what is no folder; the names of those that are."""
    folders = []
    with contextlib.suppress(OSError), os.scandir(here) as entries:
        for entry in entries:
            if entry.name in kept:
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
                continue
            with contextlib.suppress(OSError):
                os.unlink(entry.name, dir_fd=here)
    return folders
