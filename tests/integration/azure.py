"""What tests of AZURE mode need: the mode of a feature in a workspace, and its settings."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from provisioner.modes.azure.settings import AzureSettings
from provisioner.modes.base import Deployment, Provisioner
from tests.integration.containers import target

FEATURE = "notes"


def azure_mode(root: Path, settings: dict[str, Any], run: str = "run") -> Provisioner:
    """AZURE mode as a run has it."""
    section = AzureSettings.model_validate(settings)
    wanted = target(root, FEATURE, settings=section, run=run)
    return Provisioner.create("AZURE", replace(wanted, environ=dict(os.environ)))


def deploy(root: Path, settings: dict[str, Any], revision: str) -> Deployment:
    mode = azure_mode(root, settings, f"run-{revision}")
    return asyncio.run(mode.provision(revision=revision))


def deployed_mode(root: Path) -> Provisioner:
    """AZURE mode as commands on what is deployed have it: without settings."""
    return Provisioner.create("AZURE", target(root, FEATURE))


def revision_at(url: str) -> str:
    return str(httpx.get(f"{url}/health", timeout=10).json()["revision"])
