"""What an image is made from: read once, hashed, and sent as it was hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from provisioner.errors import WorkspaceInvalid
from provisioner.feature.container_files import owned_by_user
from provisioner.feature.dockerfile import dependency_stage, service_stage
from provisioner.feature.feature_config import FILE_NAME, FeatureConfig, load_feature_config
from provisioner.feature.packages.lock import LOCK, Lock
from provisioner.files.reading import read_file
from provisioner.image.content.keys import SourceFile, env_key, folded, src_key
from provisioner.image.content.sources import read_sources
from provisioner.image.labels import ENVIRONMENT, IMAGE, REPOSITORIES

_TAG_DIGITS = 16
_START = "dependencies"
_LARGEST_DOCKERFILE = 1_000_000


@dataclass(frozen=True, slots=True)
class BuildInputs:
    """All that decides what is in a feature's images.

    Attributes:
        platform: like linux/amd64.
        lock: the pins of requirements.lock, sorted; its comments do not count.
        base_id: the id of the base image; "" where it is not on this machine.
        foreign: the text of a Dockerfile of the user's own, "" where ours is rendered.
        kept_env_key: of an older dependency image that is to be used all the same, else "".
    """

    config: FeatureConfig
    platform: str
    lock: bytes
    sources: Mapping[str, SourceFile]
    foreign: str = ""
    base_id: str = ""
    kept_env_key: str = ""

    @property
    def base(self) -> str:
        return self.config.base_image

    @property
    def base_part(self) -> str:
        """The name of the base image among the parts."""
        return f"base image {self.base}"

    @property
    def env_key(self) -> str:
        if self.kept_env_key:
            return self.kept_env_key
        stage = self.foreign or dependency_stage(self.config)
        packages = self.config.image.packages
        return env_key(self.base_id, self.lock, packages, stage.encode(), self.platform)

    @property
    def src_key(self) -> str:
        return src_key(self.env_key, service_stage(self.config, _START).encode(), self.sources)

    @property
    def parts(self) -> dict[str, str]:
        """Digest by name of what env_key depends on."""
        template = dependency_stage(self.config).replace(self.base, "")
        return {
            self.base_part: self.base_id,
            LOCK: _digest(self.lock),
            "system packages": " ".join(sorted(self.config.image.packages)),
            "Dockerfile": _digest((self.foreign or template).encode()),
            "platform": self.platform,
        }

    @property
    def digests(self) -> dict[str, str]:
        """Digest by name of what src_key adds; of very many files, by folder."""
        files = folded({name: file.digest for name, file in self.sources.items()})
        return {**files, FILE_NAME: _digest(service_stage(self.config, _START).encode())}

    def tag(self, kind: str) -> str:
        """The name of the image of a kind."""
        if kind == ENVIRONMENT:
            return f"{REPOSITORIES[kind]}:{self.env_key[:_TAG_DIGITS]}"
        return f"{REPOSITORIES[IMAGE]}:{self.config.feature}-{self.src_key[:_TAG_DIGITS]}"

    def with_base(self, base_id: str) -> BuildInputs:
        return replace(self, base_id=base_id)

    def with_dependencies(self, env_key: str) -> BuildInputs:
        return replace(self, kept_env_key=env_key)


def read_inputs(folder: Path, platform: str) -> BuildInputs:
    """Read a feature's folder.

    Raises:
        FeatureConfigInvalid: feature-config.yaml is missing or wrong.
        RequirementsInvalid: requirements.lock holds what is no pin.
        WorkspaceInvalid: a file is missing or cannot be read.
    """
    config = load_feature_config(folder)
    lock = read_file(folder / LOCK)
    dockerfile = read_file(folder / "Dockerfile", _LARGEST_DOCKERFILE)
    foreign = (dockerfile or b"").decode("utf-8", "replace") if owned_by_user(dockerfile) else ""
    if lock is None and not foreign:
        raise WorkspaceInvalid(
            f"{folder / LOCK} is missing: an image holds pinned packages alone",
            next_step=f"`uv pip compile {config.python.requirements} --no-header --no-annotate "
            f"--output-file {LOCK}` writes it, and so does the next run",
        )
    sources = read_sources(folder)
    if not foreign:
        sources.pop(LOCK, None)  # what it says is in the dependency image
    pins = Lock.parse(lock or b"").lines.encode()
    return BuildInputs(config, platform, pins, sources, foreign)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
