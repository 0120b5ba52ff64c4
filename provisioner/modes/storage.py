"""Where a service stores what has to outlive it: DATABASE_URL, or a folder of the workspace."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from provisioner.errors import FeatureConfigInvalid, WorkspaceInvalid
from provisioner.feature.feature_config import FeatureConfig

DATABASE_URL = "DATABASE_URL"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_POSTGRESQL_PORT = 5432


def data_folder(state: Path, feature: str) -> Path:
    """The folder for what a feature's service stores, which outlives every deployment; made here.

    Raises:
        WorkspaceInvalid: it cannot be made.
    """
    folder = state / "data" / feature
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WorkspaceInvalid(
            f"{folder}, for what the service stores, cannot be made: {error.strerror}",
            next_step="make its parent writable",
        ) from error
    return folder


def without_database(config: FeatureConfig) -> FeatureConfig:
    """The configuration without DATABASE_URL: tests never touch the deployment's data."""
    env = {name: value for name, value in config.service.env.items() if name != DATABASE_URL}
    service = config.service.model_copy(update={"env": env})
    return config.model_copy(update={"service": service})


def database_port(config: FeatureConfig) -> int | None:
    """The port of a database server that feature-config.yaml names, None where it names none.

    Raises:
        FeatureConfigInvalid: the server is on another machine, which a sandboxed service does
            not reach.
    """
    url = config.service.env.get(DATABASE_URL)
    if not isinstance(url, str) or url.startswith("sqlite") or not url:
        return None
    try:
        address = urlsplit(url)
        host, port = address.hostname, address.port
    except ValueError:
        host, port = None, None
    if host not in _LOOPBACK:
        raise FeatureConfigInvalid(
            "service.env.DATABASE_URL names a server that is not on this machine, and a service "
            "in the sandbox reaches this machine alone",
            next_step="forward a local port to it, or use another mode",
        )
    return port or _POSTGRESQL_PORT
