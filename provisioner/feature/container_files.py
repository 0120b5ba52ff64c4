"""The files that a container needs, rendered from feature-config.yaml."""

from __future__ import annotations

import hashlib
import json
import math
import re
from pathlib import Path

from provisioner.feature.dockerfile import render_dockerfile
from provisioner.feature.feature_config import FeatureConfig, SecretReference, load_feature_config
from provisioner.files.atomic import atomic_write_all
from provisioner.files.reading import read_file

OWNED = "# Written by `ai-assisted-deploy inject-config`. To own this file, delete this line.\n"
_AZURE_STEP_CORES = 0.25
_AZURE_LARGEST_CORES = 4.0

#: Of a feature that has none of its own.
DOCKERIGNORE = """\
# What the service does not need to run stays out of the image.
.*
__pycache__
**/__pycache__
*.pyc
*.log
*.key
*.pem
Dockerfile
containerapp.yaml
requirements-test.lock
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
        "Dockerfile": (OWNED + render_dockerfile(config)).encode(),
        ".dockerignore": (OWNED + DOCKERIGNORE).encode(),
        "containerapp.yaml": render_container_app(config).encode(),
    }


def owned_by_user(existing: bytes | None) -> bool:
    """Whether a file exists that somebody else wrote; such a file is never replaced."""
    return existing is not None and not existing.startswith(OWNED.encode())


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
