"""The ``cloudrun:`` section of deployment.yaml; pydantic alone is imported."""

from __future__ import annotations

from pydantic import BaseModel, Field

_NAME = r"[a-z][a-z0-9-]*"


class CloudRunSettings(BaseModel, extra="forbid", frozen=True):
    """Where on Google Cloud a feature is deployed."""

    project: str = Field("", pattern=rf"^({_NAME})?$")
    """id of the project"""
    region: str = Field("", pattern=rf"^({_NAME})?$")
    """like europe-west1"""
    registry: str = Field("", pattern=r"^([a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9._/-]+)?)?$")
    """where images are pushed to, like europe-west1-docker.pkg.dev/PROJECT/REPOSITORY"""
    service_account: str = ""
    """what the service runs as; empty is the project's default"""
    deadline_seconds: float = Field(600.0, gt=0, le=3600)
    """how long a change may take until it is made"""
    poll_seconds: float = Field(2.0, gt=0, le=60)
    """pause between two looks at it, in seconds"""
    address: str = Field("https://run.googleapis.com", pattern=r"^https?://[^/]+$")
    """of the Cloud Run Admin API"""
    logging_address: str = Field("https://logging.googleapis.com", pattern=r"^https?://[^/]+$")
    """of the Cloud Logging API"""
