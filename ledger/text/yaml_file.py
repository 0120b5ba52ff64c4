"""Reading YAML that somebody else wrote: bounded, safe tags only, no duplicate keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class YamlLimits:
    """What a configuration file may grow to.

    Attributes:
        size: bytes of the file.
        depth: mappings and lists inside each other.
        nodes: values after every alias is expanded, which is where YAML bombs explode.
    """

    size: int = 256 * 1024
    depth: int = 20
    nodes: int = 20_000


class YamlInvalid(Exception):
    """A YAML text cannot be read or is refused.

    Attributes:
        source: the file, or what the text is called.
        why: what is wrong, without the place.
        line, column: where, counted from 1; 0 where there is no one place.
        place: source, line and column as one text.
        next_step: how to mend it.
    """

    def __init__(
        self, source: str, why: str, *, line: int = 0, column: int = 0, next_step: str = ""
    ) -> None:
        place = f"{source}:{line}:{column}" if line else source
        super().__init__(f"{place}: {why}")
        self.place = place
        self.next_step = next_step or "correct the file"
        self.source = source
        self.why = why
        self.line = line
        self.column = column


def load_yaml(
    source: Path | str | bytes, *, limits: YamlLimits = YamlLimits(), name: str = ""
) -> Any:
    """The plain value (dict, list, str, int, float, bool, date, None) of one YAML document.

    Args:
        source: a file, or the text itself.
        limits: how large and how deep it may be.
        name: what to call a text in messages.

    Returns:
        None for an empty document.

    Raises:
        YamlInvalid: unreadable, not UTF-8, malformed, too large, too deep, a bomb, an unknown
            tag, a duplicate key, or more than one document.
    """
    if isinstance(source, Path):
        return _load(_read(source, limits), name or str(source), limits)
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    return _load(data, name or "text", limits)


def _read(path: Path, limits: YamlLimits) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limits.size + 1)
    except OSError as error:
        raise YamlInvalid(
            str(path),
            f"cannot be read: {error.strerror or error}",
            next_step="see that the file is there and readable",
        ) from error


def _load(data: bytes, name: str, limits: YamlLimits) -> Any:
    import yaml

    if len(data) > limits.size:
        raise YamlInvalid(name, f"is larger than {limits.size // 1024} KiB")
    loader_class: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = data.decode("utf-8-sig")
        _measure(yaml.parse(text, Loader=loader_class), name, limits)
        loader = loader_class(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            _refuse_duplicates(node, name)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except UnicodeDecodeError as error:
        raise YamlInvalid(name, f"is not UTF-8 (byte {error.start})") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = error.problem or error.context or "is malformed"
        raise YamlInvalid(
            name, why, line=mark.line + 1 if mark else 0, column=mark.column + 1 if mark else 0
        ) from error
    except (yaml.YAMLError, ValueError, TypeError, OverflowError) as error:
        # ValueError and its kin: a date like 2024-13-45, an integer of 100,000 digits.
        raise YamlInvalid(name, f"holds a value that cannot be read: {error}") from error


def _measure(events: Any, name: str, limits: YamlLimits) -> None:
    """Refuse depth and expanded size before anything is built from the text."""
    import yaml

    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    total = documents = 0
    for event in events:
        size = 0
        mark = event.start_mark
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _at(mark, name, "holds a second document; one is expected")
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor in {anchor for anchor, _ in open_nodes}:
                raise _at(mark, name, f"the alias *{event.anchor} stands inside its own anchor")
            size = sizes.get(event.anchor or "", 1)
        elif isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event.anchor, total))
            if len(open_nodes) > limits.depth:
                raise _at(mark, name, f"is nested deeper than {limits.depth} levels")
            size = 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor is not None:
                sizes[anchor] = total - before
        elif isinstance(event, yaml.ScalarEvent):
            size = 1
            if event.anchor is not None:
                sizes[event.anchor] = 1
        total += size
        if total > limits.nodes:
            raise _at(mark, name, f"holds more than {limits.nodes} values, aliases expanded")


def _refuse_duplicates(root: Any, name: str) -> None:
    import yaml

    waiting, seen = [root], {id(root)}
    while waiting:
        node = waiting.pop()
        children: list[Any] = []
        if isinstance(node, yaml.MappingNode):
            keys: set[tuple[str, str]] = set()
            for key, value in node.value:
                children += [key, value]
                if not isinstance(key, yaml.ScalarNode):
                    raise _at(key.start_mark, name, "a key must be a plain text or number")
                if (key.tag, key.value) in keys:
                    raise _at(key.start_mark, name, f"the key {key.value!r} is there twice")
                keys.add((key.tag, key.value))
        elif isinstance(node, yaml.SequenceNode):
            children = node.value
        for child in children:
            if id(child) not in seen:
                seen.add(id(child))
                waiting.append(child)


def _at(mark: Any, name: str, why: str) -> YamlInvalid:
    return YamlInvalid(name, why, line=mark.line + 1, column=mark.column + 1)
