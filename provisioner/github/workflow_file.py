"""The workflow file that tests, builds and deploys a pushed feature."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

WORKFLOW = ".github/workflows/feature-deploy.yml"
_TEMPLATE = Path(__file__).with_name("feature-deploy.yml")


def workflow_file() -> str:
    """The file's content for this version of the tool."""
    text = _TEMPLATE.read_text("utf-8")
    return text.replace("@VERSION@", version("ai-assisted-deploy"))
