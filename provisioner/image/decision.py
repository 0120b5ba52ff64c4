"""Whether an image is reused, gets its source layer anew, or is built whole; decided before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from provisioner.errors import BuildFailed
from provisioner.image import labels
from provisioner.image.content.inputs import BuildInputs
from provisioner.image.content.keys import changed

Action = Literal["reuse", "source", "full"]
_NAMED = 5  # changed files that a reason lists


@dataclass(frozen=True, slots=True)
class KnownImage:
    """An image of ours that the engine has."""

    id: str
    tag: str
    labels: Mapping[str, str]
    created: int  # seconds since 1970
    size: int = 0  # bytes, with those of layers that others share

    def digests(self, label: str) -> dict[str, str]:
        try:
            value = json.loads(self.labels.get(label, "{}"))
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Wishes:
    """The settings that bear on a decision; see deployment.yaml."""

    skip_base: bool = False
    rebuild_base_env: bool = False
    rebuild_container: bool = True


@dataclass(frozen=True, slots=True)
class BuildDecision:
    """What is done and why.

    Attributes:
        changed: what differs from the feature's last image, files by their path.
        image: the image that is reused.
        dependencies: the dependency image that a source layer is put on.
    """

    action: Action
    reason: str
    changed: tuple[str, ...] = ()
    image: KnownImage | None = None
    dependencies: KnownImage | None = None

    def __str__(self) -> str:
        return f"{_WORDS[self.action]}: {self.reason}"


_WORDS: Mapping[Action, str] = {
    "reuse": "the image is reused",
    "source": "the source layer is built",
    "full": "the whole image is built",
}


def known_images(listed: Iterable[Mapping[str, Any]]) -> list[KnownImage]:
    """The images of ours in the engine's answer to a listing, newest first, by our tags.

    Whatever somebody makes FROM one of ours inherits its labels, and may have any other name.
    """
    found = []
    for one in listed:
        carried = one.get("Labels") or {}
        name = labels.REPOSITORIES.get(carried.get(labels.KIND, ""))
        tags = (tag for tag in one.get("RepoTags") or () if _repository(tag) == name)
        if name and (tag := next(tags, "")):
            size = int(one.get("Size", 0))
            found.append(KnownImage(one["Id"], tag, carried, int(one["Created"]), size))
    return sorted(found, key=lambda one: one.created, reverse=True)


def _repository(tag: str) -> str:
    """The name before the tag, without the registry that Podman puts before it."""
    return tag.rpartition(":")[0].removeprefix("localhost/").removeprefix("docker.io/")


def choose(inputs: BuildInputs, known: Sequence[KnownImage], wishes: Wishes) -> BuildDecision:
    """Decide; pure. `known` is newest first.

    Raises:
        BuildFailed: a dependency image is needed, there is none, and none may be built.
    """
    images = [one for one in known if _is(one, labels.IMAGE, inputs)]
    last = images[0] if images else None
    dependencies = _first(known, labels.ENVIRONMENT, labels.ENV_KEY, inputs.env_key)
    if wishes.rebuild_base_env and not wishes.skip_base:
        return BuildDecision("full", "deployment.rebuild_base_env is set")
    same = _first(images, labels.IMAGE, labels.SRC_KEY, inputs.src_key)
    if same:
        return BuildDecision("reuse", "nothing changed", image=same)
    differing = _changed(inputs, last)
    if last and not wishes.rebuild_container:
        why = f"deployment.rebuild_container is false, although {_named(differing)} changed"
        return BuildDecision("reuse", why, differing, image=last)
    if inputs.foreign:
        why = f"{_named(differing)} changed" if last else "this feature has no image yet"
        return BuildDecision("full", f"{why}; the Dockerfile is the user's own", differing)
    if dependencies:
        why = f"{_named(differing)} changed" if last else "this feature has no image yet"
        return BuildDecision("source", why, differing, dependencies=dependencies)
    return _without_dependencies(inputs, known, last, differing, wishes)


def former_base(inputs: BuildInputs, known: Iterable[KnownImage]) -> str:
    """The base's id in a dependency image that differs in nothing else, "" where there is none.

    A base image may be gone while what was made from it is still there.
    """
    name, wanted = inputs.base_part, inputs.parts
    for one in known:
        parts = one.digests(labels.PARTS)
        same = name in parts and {**wanted, name: parts[name]} == parts
        if same and one.labels.get(labels.KIND) == labels.ENVIRONMENT:
            return parts[name]
    return ""


def _without_dependencies(
    inputs: BuildInputs,
    known: Sequence[KnownImage],
    last: KnownImage | None,
    differing: tuple[str, ...],
    wishes: Wishes,
) -> BuildDecision:
    former = last and _first(
        known, labels.ENVIRONMENT, labels.ENV_KEY, last.labels.get(labels.ENV_KEY, "")
    )
    why = f"{_named(differing)} changed" if last else "there is no dependency image yet"
    if not inputs.base_id:
        why = f"the base image {inputs.base} is not on this machine"
    if not wishes.skip_base:
        return BuildDecision("full", why, differing)
    if former is None:
        raise BuildFailed(
            f"the dependency image may not be built (--skip-base-rebuild), and {why}",
            next_step="leave --skip-base-rebuild out once",
        )
    why = f"--skip-base-rebuild keeps the dependency image of before, although {why}"
    kept = inputs.with_dependencies(former.labels[labels.ENV_KEY])
    same = _first(known, labels.IMAGE, labels.SRC_KEY, kept.src_key)
    if same:
        return BuildDecision("reuse", why, differing, image=same)
    return BuildDecision("source", why, differing, dependencies=former)


def _changed(inputs: BuildInputs, last: KnownImage | None) -> tuple[str, ...]:
    """What differs from the last image: what its dependencies are made of first, then files."""
    if last is None:
        return ()
    parts = changed(last.digests(labels.PARTS), inputs.parts)
    files = changed(last.digests(labels.SOURCES), inputs.digests)
    return tuple(dict.fromkeys((*parts, *files)))


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    return f"{shown} and {more} more" if more > 0 else shown or "something"


def _is(image: KnownImage, kind: str, inputs: BuildInputs) -> bool:
    found = image.labels
    feature = found.get(labels.FEATURE) == inputs.config.feature
    return (
        feature and found.get(labels.KIND) == kind and inputs.platform == found.get(labels.PLATFORM)
    )


def _first(known: Iterable[KnownImage], kind: str, label: str, value: str) -> KnownImage | None:
    return next(
        (
            one
            for one in known
            if one.labels.get(labels.KIND) == kind and value and one.labels.get(label) == value
        ),
        None,
    )
