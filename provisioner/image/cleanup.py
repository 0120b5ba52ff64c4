"""Images that nobody uses any more; only those with our labels are ever removed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection
from contextlib import closing

from provisioner.errors import DockerUnavailable
from provisioner.image import labels
from provisioner.image.building.docker_build import remove_build_stages
from provisioner.image.decision import KnownImage, known_images
from provisioner.image.engine import Engine, connect, engine_errors

_SECONDS = 3600.0  # longer than a build takes
_KEPT_RELEASES = 3  # of each feature and platform, for a rollback


def unused_images(
    known: Collection[KnownImage],
    in_use: Collection[str],
    *,
    before: float,
    keep: int = _KEPT_RELEASES,
) -> list[KnownImage]:
    """Select the images that may go; pure.

    What was made after `before` (seconds since 1970) stays: a build may be about to use it.
    A final image stays while a container has it (`in_use` holds image ids), and the newest `keep`
    of each feature stay for a rollback. A dependency image stays while a final one is made of it.
    """
    newest: Counter[tuple[str, str]] = Counter()
    unused, needed = [], set()
    for one in sorted(known, key=lambda one: one.created, reverse=True):
        if one.labels.get(labels.KIND) != labels.IMAGE:
            continue
        place = (one.labels.get(labels.FEATURE, ""), one.labels.get(labels.PLATFORM, ""))
        newest[place] += 1
        if newest[place] > keep and one.id not in in_use:
            unused.append(one)
        else:
            needed.add(one.labels.get(labels.ENV_KEY))
    unused += [
        one
        for one in known
        if one.labels.get(labels.KIND) == labels.ENVIRONMENT
        and one.labels.get(labels.ENV_KEY) not in needed
        and one.id not in in_use
    ]
    return [one for one in unused if one.created < before]


def clean_images(*, dry_run: bool = False) -> list[KnownImage]:
    """Remove the unused images of this machine's engine, [] where none answers.

    With `dry_run` they are listed alone. Every workspace has its images there.
    """
    try:
        engine = connect()
    except DockerUnavailable:
        return []
    with closing(engine), engine_errors(engine.endpoint):
        return find_unused_images(engine) if dry_run else remove_unused_images(engine)


def find_unused_images(
    engine: Engine, *, older_than: float = _SECONDS, keep: int = _KEPT_RELEASES
) -> list[KnownImage]:
    """List the images that nobody uses; those that lost their tag to a newer one are among them,
    by their ids."""
    api = engine.client.api
    in_use = {one["ImageID"] for one in api.containers(all=True)}
    ours = {"label": labels.KIND}
    known = known_images(api.images(filters=ours))
    before = time.time() - older_than
    return unused_images(known, in_use, before=before, keep=keep) + [
        KnownImage(one["Id"], one["Id"], one["Labels"], one["Created"], one["Size"])
        for one in api.images(filters={**ours, "dangling": True})
        if one["Created"] < before
        and one["Id"] not in in_use
        and one["Labels"][labels.KIND] in labels.REPOSITORIES
    ]


def remove_unused_images(
    engine: Engine, *, older_than: float = _SECONDS, keep: int = _KEPT_RELEASES
) -> list[KnownImage]:
    """Remove the images that nobody uses, and give them.

    What a killed build left of a stage that held the host's settings goes too.
    """
    from docker.errors import APIError

    remove_build_stages(engine)
    removed = []
    for one in find_unused_images(engine, older_than=older_than, keep=keep):
        try:
            engine.client.api.remove_image(one.tag)
        except APIError:  # another process began to use it, or removed it, just now
            continue
        removed.append(one)
    return removed
