"""The ``azure:`` section of deployment.yaml; pydantic alone is imported."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

_GROUP = r"^([A-Za-z0-9_.()-]{0,89}[A-Za-z0-9_()-])?$"
_REGISTRY = r"^([a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9._/-]+)?)?$"
_IDENTITY = r"^(system|/subscriptions/.+/userAssignedIdentities/.+)?$"
_SECONDS = 3600


class AzureSettings(BaseModel, extra="forbid", frozen=True):
    """Where on Azure a feature is deployed, and how its traffic is shifted."""

    subscription: str = Field("", pattern=r"^([0-9a-fA-F-]{36})?$")
    """id of the subscription; empty is the variable AZURE_SUBSCRIPTION_ID"""
    resource_group: str = Field("", pattern=_GROUP)
    """of the container apps; it has to exist"""
    environment: str = Field("", pattern=r"^([A-Za-z0-9-]{1,64})?$")
    """name of the Container Apps environment in that group; it has to exist"""
    registry: str = Field("", pattern=_REGISTRY)
    """where images are pushed to, like name.azurecr.io"""
    registry_group: str = Field("", pattern=_GROUP)
    """resource group of the registry, for tasks; empty is that of the apps"""
    build: Literal["docker", "acr"] = "docker"
    """who builds images: the container engine of this machine, or a task of the registry"""
    identity: str = Field("", pattern=_IDENTITY)
    """what pulls images and reads Key Vault: a user-assigned identity's resource id, or system"""
    key_vault: dict[str, Annotated[str, Field(pattern=r"^https://.+/secrets/.+$")]] = {}
    """addresses of secrets in a Key Vault, by name; others are variables, or in .env, upper case"""
    traffic: list[Annotated[int, Field(ge=1, le=100)]] = [10, 50, 100]
    """percentages of the traffic that a new revision gets, step by step"""
    step_seconds: float = Field(30.0, ge=0, le=_SECONDS)
    """how long each of these steps is watched for errors"""
    deadline_seconds: float = Field(600.0, gt=0, le=_SECONDS)
    """how long a revision may take until it is healthy, whatever Azure's own limit is"""
    drain_seconds: float = Field(30.0, ge=0, le=_SECONDS)
    """how long a replaced revision finishes its requests before it is deactivated"""
    poll_seconds: float = Field(2.0, gt=0, le=60)
    """pause between two looks at a revision, in seconds"""
    client: Literal["auto", "sdk", "az"] = "auto"
    """what talks to Azure: the SDK (extra `azure`), the az command, or the first that is there"""
    resource_manager: str = Field("https://management.azure.com", pattern=r"^https://[^/]+$")
    """address of the resource manager, another one in a sovereign cloud"""

    @field_validator("traffic")
    @classmethod
    def _rises_to_all(cls, steps: list[int]) -> list[int]:
        if steps != sorted(set(steps)) or steps[-1:] != [100]:
            raise ValueError("should rise and end with 100, like [10, 50, 100]")
        return steps
