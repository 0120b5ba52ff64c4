"""CRLF to LF where git would do so itself: in files that the attributes or core.autocrlf call text.

git is asked for the attributes that the index holds, so no file of the working tree is read and no
filter is run. https://git-scm.com/docs/gitattributes#_end_of_line_conversion
"""

from __future__ import annotations

from collections.abc import Mapping

from provisioner.git.objects import Entry, GitObject
from provisioner.git.plumbing import Git

_SNIFFED = 8_000  # bytes in which git looks for a NUL, which makes a file binary


async def normalize(
    git: Git, folder: str, files: Mapping[str, bytes], before: Mapping[str, Entry]
) -> dict[str, bytes]:
    """Convert the line ends of files to be committed; returns contents by path in the folder.

    Args:
        git: the repository.
        folder: relative to the repository.
        files: contents by path in the folder, as they are in the working tree.
        before: the folder's files in HEAD, by their path in the repository.
    """
    ended = {name: f"{folder}/{name}" for name, data in files.items() if b"\r\n" in data}
    if not ended:
        return dict(files)
    attributes = await _attributes(git, list(ended.values()))
    auto = await _autocrlf(git)
    result = dict(files)
    for name, path in ended.items():
        text, eol = attributes.get((path, "text"), ""), attributes.get((path, "eol"), "")
        if text == "unset":
            continue
        data = files[name]
        certain = text == "set" or (text != "auto" and eol in ("lf", "crlf"))
        guessed = not certain and (text == "auto" or auto)
        if certain or (guessed and await _is_guessed(git, data, before, path)):
            result[name] = data.replace(b"\r\n", b"\n")
    return result


async def _is_guessed(git: Git, data: bytes, before: Mapping[str, Entry], path: str) -> bool:
    """Whether git takes a file for text by itself: no NUL, no single CR, and none in HEAD yet."""
    if b"\0" in data[:_SNIFFED] or b"\r" in data.replace(b"\r\n", b""):
        return False
    entry = before.get(path)
    if entry is None:
        return True
    if entry.sha == GitObject("blob", data).sha(git.object_format):
        return False
    return b"\r\n" not in await git.blob(entry.sha)


async def _attributes(git: Git, paths: list[str]) -> dict[tuple[str, str], str]:
    fields = await git.lines("check-attr", "-z", "--cached", "text", "eol", "--", *paths)
    triples = zip(fields[0::3], fields[1::3], fields[2::3], strict=True)
    return {(path, name): value for path, name, value in triples}


async def _autocrlf(git: Git) -> bool:
    done = await git.run_as_user("config", "--get", "core.autocrlf", check=False)
    value = done.stdout.decode(errors="replace").strip().lower()
    return value in ("true", "input", "yes", "on", "1")
