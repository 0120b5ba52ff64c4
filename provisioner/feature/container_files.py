"""The files that a container needs, rendered from feature-config.yaml."""

from __future__ import annotations

import hashlib
import json
import math
import re
from pathlib import Path
from typing import Any

from provisioner.errors import WorkspaceInvalid
from provisioner.feature.feature_config import FeatureConfig, SecretReference, load_feature_config
from provisioner.files.atomic import atomic_write_all

OWNED = "# Written by `ai-assisted-deploy inject-config`. To own this file, delete this line.\n"
_AZURE_STEP_CORES = 0.25
_AZURE_LARGEST_CORES = 4.0

_DOCKERFILE = """\
FROM {base}

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/opt/venv/bin:$PATH

# Dependencies first: this layer is kept until {requirements} changes.
# A bundle of certificates beside it is used where there is one, for networks with their own.
# An index can be named with --build-arg PIP_INDEX_URL=...
ARG PIP_INDEX_URL
COPY {requirements} ca-bundle.pe[m] /opt/dependencies/
RUN if [ -f /opt/dependencies/ca-bundle.pem ]; then \\
        export PIP_CERT=/opt/dependencies/ca-bundle.pem; \\
    fi \\
    && python3 -m venv /opt/venv \\
    && /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \\
        --requirement /opt/dependencies/{requirements}

WORKDIR /app
COPY . .

# Last, since it is another one in each build.
ARG REVISION=
ENV REVISION=$REVISION FEATURE={feature}
{env}
USER 65534:65534
EXPOSE {port}
HEALTHCHECK --interval=10s --timeout=5s --start-period={startup}s --retries=3 \\
    CMD {health}
CMD {command}
"""

_DOCKERIGNORE = """\
# What the service does not need to run stays out of the image.
.*
__pycache__
**/__pycache__
*.pyc
*.log
*.key
*.pem
!ca-bundle.pem
Dockerfile
containerapp.yaml
feature-config.yaml
test.py
service-test.py
service_test_base.py
"""


def container_files(config: FeatureConfig) -> dict[str, bytes]:
    """Render every file, by its name in the feature's folder."""
    texts = {
        "Dockerfile": render_dockerfile(config),
        ".dockerignore": OWNED + _DOCKERIGNORE,
        "containerapp.yaml": render_container_app(config),
    }
    return {name: text.encode() for name, text in texts.items()}


def owned_by_user(name: str, existing: bytes | None) -> bool:
    """Whether a file exists that somebody else wrote; such a file is never replaced."""
    return existing is not None and not existing.startswith(OWNED.encode())


def inject_config(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write the container's files of a feature's folder.

    Returns:
        The names that were written, and the names that were kept because somebody owns them.

    Raises:
        FeatureConfigInvalid: feature-config.yaml is missing or wrong; nothing is written.
        WorkspaceInvalid: the file system refuses.
    """
    files = container_files(load_feature_config(folder))
    kept = tuple(name for name in files if owned_by_user(name, _content(folder / name)))
    written = {name: data for name, data in files.items() if name not in kept}
    atomic_write_all({folder / name: data for name, data in written.items()})
    return tuple(written), kept


def render_dockerfile(config: FeatureConfig) -> str:
    """Render a Dockerfile for both of Docker's builders, dependencies before code."""
    plain = {name: value for name, value in config.service.env.items() if isinstance(value, str)}
    return OWNED + _DOCKERFILE.format(
        base=config.base_image,
        requirements=config.python.requirements,
        feature=config.feature,
        env="".join(f"ENV {name}={_quoted(value)}\n" for name, value in plain.items()),
        port=config.service.port,
        startup=config.timeouts.startup_seconds,
        health=json.dumps(_health_command(config)),
        command=json.dumps(_serve_command(config)),
    )


def render_container_app(config: FeatureConfig) -> str:
    """Render an Azure Container App, as `az containerapp create --yaml` reads it."""
    import yaml

    note = (
        "# The deployment adds what belongs to it: location, environment, the image by its\n"
        "# digest, the revision's suffix and the values of the secrets.\n"
    )
    text = yaml.safe_dump(container_app(config), sort_keys=False, allow_unicode=True)
    return f"{OWNED}{note}{text}"


def container_app(config: FeatureConfig) -> dict[str, Any]:
    """The Container App's resource; secrets are named here and valued by the deployment."""
    cores, memory = azure_size(config)
    env: list[dict[str, str]] = [{"name": "FEATURE", "value": config.feature}]
    for name, value in config.service.env.items():
        if isinstance(value, SecretReference):
            env.append({"name": name, "secretRef": value.secret})
        else:
            env.append({"name": name, "value": value})
    return {
        "type": "Microsoft.App/containerApps",
        "name": container_app_name(config.feature),
        "properties": {
            "configuration": {
                # A new revision is tested before traffic is shifted to it, and shifted back.
                "activeRevisionsMode": "Multiple",
                "ingress": {
                    "external": True,
                    "targetPort": config.service.port,
                    "transport": "auto",
                    "allowInsecure": False,
                },
            },
            "template": {
                "terminationGracePeriodSeconds": config.timeouts.stop_seconds + 1,
                "containers": [
                    {
                        "name": container_app_name(config.feature),
                        "image": f"{config.feature}:latest",
                        "resources": {"cpu": cores, "memory": memory},
                        "env": env,
                        "probes": _probes(config),
                    }
                ],
                "scale": {
                    "minReplicas": config.replicas.min,
                    "maxReplicas": config.replicas.max,
                },
            },
        },
    }


def container_app_name(feature: str) -> str:
    """A name that Azure takes: 2 to 32 characters, no double dash, a letter or digit last."""
    name = re.sub(r"-{2,}", "-", feature).strip("-")
    if name == feature and 2 <= len(name) <= 32:
        return name
    return f"{name[:23].rstrip('-')}-{hashlib.sha256(feature.encode()).hexdigest()[:8]}"


def azure_size(config: FeatureConfig) -> tuple[float, str]:
    """Round cores and memory up to a pair that Azure's consumption plan offers.

    It offers steps of a quarter core with 2 GiB a core, up to 4 cores:
    https://learn.microsoft.com/azure/container-apps/containers#allocations
    """
    gibibytes = config.resources.memory_bytes / 2**30
    wanted = max(config.resources.cpu, gibibytes / 2)
    cores = math.ceil(wanted / _AZURE_STEP_CORES) * _AZURE_STEP_CORES
    cores = min(cores, _AZURE_LARGEST_CORES)
    return cores, f"{cores * 2:g}Gi"


def _probes(config: FeatureConfig) -> list[dict[str, Any]]:
    """Startup, readiness and liveness on one path; Azure takes at most 10 failures of each."""
    startup_period = max(1, math.ceil(config.timeouts.startup_seconds / 10))
    return [
        {
            "type": kind,
            "httpGet": {"path": config.service.health_path, "port": config.service.port},
            "periodSeconds": period,
            "failureThreshold": failures,
        }
        for kind, period, failures in (
            ("Startup", startup_period, 10),
            ("Readiness", 5, 3),
            ("Liveness", 10, 3),
        )
    ]


def _health_command(config: FeatureConfig) -> list[str]:
    url = f"http://127.0.0.1:{config.service.port}{config.service.health_path}"
    code = f"import urllib.request; urllib.request.urlopen({url!r}, timeout=4)"
    return ["/opt/venv/bin/python", "-c", code]


def _serve_command(config: FeatureConfig) -> list[str]:
    return [
        *("/opt/venv/bin/python", "-m", "uvicorn", "service:app", "--host", "0.0.0.0"),
        *("--port", str(config.service.port)),
        *("--timeout-graceful-shutdown", str(config.timeouts.stop_seconds)),
    ]


def _quoted(value: str) -> str:
    """A value of ENV: in double quotes, where \\, \" and $ have a meaning of their own."""
    return '"' + re.sub(r'([\\"$])', r"\\\1", value) + '"'


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WorkspaceInvalid(
            f"{path} cannot be read: {error.strerror}", next_step="move it away"
        ) from error
