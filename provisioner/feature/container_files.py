"""The files that a container needs, rendered from feature-config.yaml."""

from __future__ import annotations

import errno
import hashlib
import json
import math
import re
from pathlib import Path

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

_CONTAINER_APP = """\
# The deployment adds what belongs to it: location, environment, the image by its
# digest, the revision's suffix and the values of the secrets.
type: Microsoft.App/containerApps
name: "{name}"
properties:
  configuration:
    # A new revision is tested before traffic is shifted to it, and shifted back.
    activeRevisionsMode: Multiple
    ingress: {{external: true, targetPort: {port}, transport: auto, allowInsecure: false}}
  template:
    terminationGracePeriodSeconds: {stop}
    containers:
    - name: "{name}"
      image: {feature}:latest
      resources: {{cpu: {cores}, memory: {memory}}}
      env:
{env}
      probes: # Azure takes at most 10 failures of each
      - {{type: Startup, httpGet: {health}, periodSeconds: {startup}, failureThreshold: 10}}
      - {{type: Readiness, httpGet: {health}, periodSeconds: 5, failureThreshold: 3}}
      - {{type: Liveness, httpGet: {health}, periodSeconds: 10, failureThreshold: 3}}
    scale: {{minReplicas: {replicas.min}, maxReplicas: {replicas.max}}}
"""


def container_files(config: FeatureConfig) -> dict[str, bytes]:
    """Render every file, by its name in the feature's folder."""
    return {
        "Dockerfile": render_dockerfile(config).encode(),
        ".dockerignore": (OWNED + _DOCKERIGNORE).encode(),
        "containerapp.yaml": render_container_app(config).encode(),
    }


def owned_by_user(existing: bytes | None) -> bool:
    """Whether a file exists that somebody else wrote; such a file is never replaced."""
    return existing is not None and not existing.startswith(OWNED.encode())


def read_file(path: Path, most: int | None = None) -> bytes | None:
    """A file's content, None where there is none.

    Raises WorkspaceInvalid for anything else than a readable file of at most `most` bytes.
    """
    try:
        if path.exists() and not path.is_file():
            raise OSError(errno.EINVAL, "it is no file")
        if most is not None and path.stat().st_size > most:
            raise OSError(errno.EFBIG, f"it is larger than {most:,} bytes")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise WorkspaceInvalid(
            f"{path} cannot be read: {error.strerror}",
            next_step="move it away or make it a readable file",
        ) from error


def inject_config(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write the container's files of a feature's folder, or none of them.

    Returns the names that were written, and those that were kept because somebody owns them.

    Raises:
        FeatureConfigInvalid: feature-config.yaml is missing or wrong.
        WorkspaceInvalid: the file system refuses.
    """
    files = container_files(load_feature_config(folder))
    kept = tuple(name for name in files if owned_by_user(read_file(folder / name)))
    written = tuple(name for name in files if name not in kept)
    atomic_write_all({folder / name: files[name] for name in written})
    return written, kept


def render_dockerfile(config: FeatureConfig) -> str:
    """Render a Dockerfile for both of Docker's builders, dependencies before code."""
    env = config.service.env.items()
    url = f"http://127.0.0.1:{config.service.port}{config.service.health_path}"
    health = f"import urllib.request; urllib.request.urlopen({url!r}, timeout=4)"
    command = [
        *("/opt/venv/bin/python", "-m", "uvicorn", "service:app", "--host", "0.0.0.0"),
        *("--port", str(config.service.port)),
        *("--timeout-graceful-shutdown", str(config.timeouts.stop_seconds)),
    ]
    return OWNED + _DOCKERFILE.format(
        base=config.base_image,
        requirements=config.python.requirements,
        feature=config.feature,
        env="".join(f"ENV {name}={_quoted(one)}\n" for name, one in env if isinstance(one, str)),
        port=config.service.port,
        startup=config.timeouts.startup_seconds,
        health=json.dumps(["/opt/venv/bin/python", "-c", health]),
        command=json.dumps(command),
    )


def render_container_app(config: FeatureConfig) -> str:
    """Render an Azure Container App, as `az containerapp create --yaml` reads it."""
    cores, memory = azure_size(config)
    env = [{"name": "FEATURE", "value": config.feature}]
    for name, value in config.service.env.items():
        if isinstance(value, SecretReference):
            env.append({"name": name, "secretRef": value.secret})
        else:
            env.append({"name": name, "value": value})
    return OWNED + _CONTAINER_APP.format(
        name=container_app_name(config.feature),
        feature=config.feature,
        port=config.service.port,
        stop=config.timeouts.stop_seconds + 1,
        cores=cores,
        memory=memory,
        # YAML takes JSON
        env="\n".join(f"      - {json.dumps(one, ensure_ascii=False)}" for one in env),
        health=json.dumps({"path": config.service.health_path, "port": config.service.port}),
        startup=max(1, math.ceil(config.timeouts.startup_seconds / 10)),
        replicas=config.replicas,
    )


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
    steps = math.ceil(max(config.resources.cpu, gibibytes / 2) / _AZURE_STEP_CORES)
    cores = min(steps * _AZURE_STEP_CORES, _AZURE_LARGEST_CORES)
    return cores, f"{cores * 2:g}Gi"


def _quoted(value: str) -> str:
    """A value of ENV: in double quotes, where \\, \" and $ have a meaning of their own."""
    return '"' + re.sub(r'([\\"$])', r"\\\1", value) + '"'
