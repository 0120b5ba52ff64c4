"""inject-config: the container's files, from feature-config.yaml."""

from __future__ import annotations

from provisioner.feature.container_files import inject_config

__all__ = ["inject_config"]
