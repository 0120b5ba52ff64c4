"""The ``azure:`` section of deployment.yaml; pydantic alone is imported."""

from __future__ import annotations

from pydantic import BaseModel


class AzureSettings(BaseModel, extra="forbid", frozen=True, use_attribute_docstrings=True):
    """Where on Azure a feature is deployed."""

    resource_group: str = ""
    """of the container apps"""
