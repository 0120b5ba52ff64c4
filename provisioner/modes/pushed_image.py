"""The image that a cloud runs: built here for linux/amd64, pushed, and known by its digest."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from provisioner.image.build import BuildOptions, build
from provisioner.image.decision import Wishes
from provisioner.image.engine import connect
from provisioner.image.push import push
from provisioner.modes.base import Target

PLATFORM = "linux/amd64"  # the only one of Container Apps and of Cloud Run


@dataclass(frozen=True, slots=True)
class PushedImage:
    """An image in a registry; `reference` names it by its digest, `decision` says how it came."""

    reference: str
    decision: str


async def push_image(target: Target, registry: str, *, skip_base: bool = False) -> PushedImage:
    """Build the image of the folder as it is, or find it, and push it; raises as these do."""
    wishes = target.wishes or Wishes()
    options = BuildOptions(
        wishes=replace(wishes, skip_base=wishes.skip_base or skip_base),
        platform=PLATFORM,
        process_label=target.label,
    )
    engine = await asyncio.to_thread(connect)
    try:
        image = await build(engine, target.folder, options, on_line=target.on_line)
        tag = image.tag.rpartition(":")[2]
        repository = f"{registry}/{target.feature}"
        digest = await asyncio.to_thread(push, engine, image.id, repository, tag, target.on_line)
    finally:
        engine.close()
    return PushedImage(f"{repository}@{digest}", str(image.decision))
