"""Reading YAML that somebody else wrote: bounded, safe tags only, no duplicate keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEPTH = 20  # mappings and lists inside each other
_VALUES = 20_000  # after every alias is expanded, which is where YAML bombs explode


class YamlInvalid(Exception):
    """A YAML text cannot be read or is refused.

    Attributes:
        place: the file or the text's name, line and column.
        line: counted from 1; 0 where there is no one place.
        why: what is wrong, without the place.
        next_step: how to mend it.
    """

    def __init__(
        self, source: str, why: str, *, mark: Any = None, next_step: str = "correct the file"
    ) -> None:
        self.why = why
        self.line = mark.line + 1 if mark else 0
        self.place = f"{source}:{self.line}:{mark.column + 1}" if mark else source
        self.next_step = next_step
        super().__init__(f"{self.place}: {why}")


def load_yaml(source: Path | str | bytes, *, limit: int = 256 * 1024, name: str = "") -> Any:
    """The plain value (dict, list, str, int, float, bool, date, None) of one YAML document.

    Args:
        source: a file, or the text itself.
        limit: bytes that it may have.
        name: what to call a text in messages.

    Raises:
        YamlInvalid: unreadable, not UTF-8, malformed, too large, too deep, a bomb, an unknown
            tag, a duplicate key, or more than one document.
    """
    name = name or (str(source) if isinstance(source, Path) else "text")
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                source = file.read(limit + 1)
        data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
        if len(data) > limit:
            raise YamlInvalid(name, f"is larger than {limit // 1024} KiB")
        return _value(data.decode("utf-8-sig"))
    except OSError as error:
        next_step = "see that the file is there and readable"
        why = f"cannot be read: {error.strerror or error}"
        raise YamlInvalid(name, why, next_step=next_step) from error
    except UnicodeDecodeError as error:
        raise YamlInvalid(name, f"is not UTF-8 (byte {error.start})") from error
    except yaml.MarkedYAMLError as error:
        why = error.problem or error.context or "is malformed"
        mark = error.problem_mark or error.context_mark
        raise YamlInvalid(name, why, mark=mark) from error
    except (yaml.YAMLError, ValueError, TypeError, OverflowError) as error:
        # ValueError and its kin: a date like 2024-13-45, an integer of 100,000 digits.
        raise YamlInvalid(name, f"holds a value that cannot be read: {error}") from error


def yaml_lines(source: Path | str | bytes) -> dict[str, int]:
    """The line, from 1, of each key and list item by its path, keys joined by dots.

    For a text that `load_yaml` has read: nothing is checked here.
    """
    data = source.read_bytes() if isinstance(source, Path) else source
    text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
    return dict(_lines(yaml.compose(text, Loader=_LOADER), ""))


def _lines(node: Any, prefix: str) -> Iterator[tuple[str, int]]:
    children = []
    if isinstance(node, yaml.MappingNode):
        children = [(key.value, key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        children = [(number, one, one) for number, one in enumerate(node.value)]
    for name, place, value in children:
        yield f"{prefix}{name}", place.start_mark.line + 1
        yield from _lines(value, f"{prefix}{name}.")


def _value(text: str) -> Any:
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):  # nodes are made by recursion
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > _DEPTH:
            raise _refused(event, f"is nested deeper than {_DEPTH} levels")
        if documents > 1:
            raise _refused(event, "holds a second document; one is expected")
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        _measure(node, {})
        return loader.construct_document(node) if node else None
    finally:
        loader.dispose()


def _measure(node: Any, sizes: dict[int, int]) -> int:
    """Count the values in a node, aliases expanded; refuse too many, and duplicate keys.

    A node's size is 0 while it is counted; aliases come after what they stand for.
    """
    if id(node) in sizes:
        if not sizes[id(node)]:
            raise _refused(node, "an alias stands inside its own anchor")
        return sizes[id(node)]
    sizes[id(node)] = 0
    children = node.value if isinstance(node, yaml.CollectionNode) else []
    if isinstance(node, yaml.MappingNode):
        keys = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refused(key, "a key must be a plain text or number")
            if (key.tag, key.value) in keys:
                raise _refused(key, f"the key {key.value!r} is there twice")
            keys.add((key.tag, key.value))
        children = [one for pair in node.value for one in pair]
    size = 1 + sum(_measure(child, sizes) for child in children)
    if size > _VALUES:
        raise _refused(node, f"holds more than {_VALUES} values, aliases expanded")
    sizes[id(node)] = size
    return size


def _refused(place: Any, why: str) -> Exception:
    return yaml.MarkedYAMLError(problem=why, problem_mark=place.start_mark)
