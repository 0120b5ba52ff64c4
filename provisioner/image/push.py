"""Pushing an image to a registry, with the login that the docker command has there."""

from __future__ import annotations

import re
from collections.abc import Callable

from provisioner.errors import RemoteDenied, RemoteUnreachable
from provisioner.image.engine import Engine, engine_errors

_DENIED = re.compile(r"unauthorized|authentication required|denied|no basic auth", re.IGNORECASE)


def push(
    engine: Engine, image: str, repository: str, tag: str, on_line: Callable[[str], None]
) -> str:
    """Push an image under a tag; gives its digest there, sha256:…. Layers that are there stay.

    Raises:
        RemoteDenied: the registry refuses the login.
        RemoteUnreachable: it does not answer.
        DockerUnavailable: the engine went away.
    """
    registry = repository.partition("/")[0]
    with engine_errors(engine.endpoint):
        engine.client.api.tag(image, repository, tag)
        try:
            answers = engine.client.api.push(repository, tag, stream=True, decode=True)
            digest, fault = "", ""
            for one in answers:
                fault = fault or str(one.get("error", ""))
                digest = (one.get("aux") or {}).get("Digest", "") or digest
                if one.get("status") and not one.get("progressDetail"):
                    on_line(f"{one.get('id', repository)}: {one['status']}")
        finally:  # the image keeps the name that it was built under, by which it is cleaned up
            engine.client.api.remove_image(f"{repository}:{tag}", noprune=True)
    if digest and not fault:
        return digest
    said = (fault or "the engine names no digest")[:500]
    if _DENIED.search(said):
        raise RemoteDenied(
            f"the registry {registry} refuses the login",
            evidence=(said,),
            next_step=f"`docker login {registry}`, as somebody who may push there",
        )
    raise RemoteUnreachable(
        f"the image cannot be pushed to {registry}: {said}",
        evidence=(said,),
        next_step=f"see that {registry} is the registry's name and answers",
    )
