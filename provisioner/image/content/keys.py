"""Names of images by content: SHA-256 over all that decides what is in them. Pure functions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that goes into the image; `content` of a link is its target.

    The mode is what git keeps of one: whether it is executable, or a link. Time and owner of a
    file and the umask of a checkout do not change an image.
    """

    content: bytes
    executable: bool = False
    link: bool = False

    @property
    def digest(self) -> str:
        """16 hex digits over mode and content."""
        mode = b"link" if self.link else b"x" if self.executable else b"-"
        return digest_of([mode, self.content])[:16]


def env_key(
    base_id: str, lock: bytes, packages: Sequence[str], template: bytes, platform: str
) -> str:
    """Key of a dependency image, 64 hex digits.

    Args:
        base_id: the id of the image that it is built from, not its name, which moves.
        lock: the content of requirements.lock.
        packages: Debian packages, in any order.
        template: its stage of the Dockerfile.
        platform: like linux/amd64.
    """
    system = "\n".join(sorted(packages))
    return digest_of([base_id.encode(), lock, system.encode(), template, platform.encode()])


def src_key(env_key: str, template: bytes, files: Mapping[str, SourceFile]) -> str:
    """Key of a final image, 64 hex digits: its dependency image, its stage and its source files."""
    listed = [part for name in sorted(files) for part in (name.encode(), _parts(files[name]))]
    return digest_of([env_key.encode(), template, *listed])


def digest_of(parts: Iterable[bytes]) -> str:
    """SHA-256 in hex; each part counts with its length, so that none runs into the next."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The names whose digests differ, those that came or went among them; sorted."""
    return tuple(sorted(name for name in {*before, *now} if before.get(name) != now.get(name)))


def folded(digests: Mapping[str, str], most: int = 300) -> dict[str, str]:
    """Digests by name, as many as a label may hold: of more than `most` files, those of folders."""
    if len(digests) <= most:
        return dict(digests)
    folders: dict[str, list[bytes]] = {}
    for name in sorted(digests):
        folders.setdefault(name.partition("/")[0], []).append(f"{name} {digests[name]}".encode())
    return {name: digest_of(parts)[:16] for name, parts in folders.items()}


def _parts(file: SourceFile) -> bytes:
    return file.digest.encode() + hashlib.sha256(file.content).digest()
