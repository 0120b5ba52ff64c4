"""feature-config.yaml: a feature's name and what it needs to run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from ledger.text.masking import quoted
from ledger.text.validation import faults
from ledger.text.yaml_file import YamlInvalid, load_yaml
from provisioner.errors import FeatureConfigInvalid

FILE_NAME = "feature-config.yaml"
FEATURE_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
_NAME = "lower-case letters, digits and dashes, a letter first, at most 63 characters"
_URL = "an http:// or https:// address, or empty"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,100}")
_REFERENCE = re.compile(r"[a-z0-9]([a-z0-9-]{0,251}[a-z0-9])?")
_OF_THE_DEPLOYMENT = ("REVISION", "FEATURE", "HOME", "PATH", "AI_DEPLOY_RUN")
_SECRET_NAME = re.compile(r"(key|token|password|passwd|secret|credential)s?$", re.IGNORECASE)

Seconds = Annotated[int, Field(ge=1, le=3600, description="whole seconds from 1 to 3600")]


class _Section(BaseModel):
    """Frozen, without coercion; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SecretReference(_Section):
    """The name of a secret; its value is never in a file."""

    secret: str


def _variable(name: object) -> object:
    if not (isinstance(name, str) and _VARIABLE.fullmatch(name)):
        raise ValueError("should be a name of letters, digits and _, no digit first")
    return name


def _value(value: object) -> object:
    """Refuse without the value, which may be a secret and which pydantic would show."""
    if isinstance(value, dict) and value.keys() == {"secret"}:
        named = value["secret"]
        right = isinstance(named, str) and bool(_REFERENCE.fullmatch(named))
    else:
        right = isinstance(value, str | SecretReference)
    if not right:
        raise ValueError("should be a text in quotes or {secret: some-name}")
    return value


Environment = dict[
    Annotated[str, BeforeValidator(_variable)],
    Annotated[str | SecretReference, BeforeValidator(_value)],
]


class ServiceSection(_Section):
    port: int = Field(8000, ge=1, le=65535, description="a whole number from 1 to 65535")
    health_path: str = Field(
        "/health",
        pattern=r"^/[A-Za-z0-9._~/-]{0,200}$",
        description="a path like /health",
    )
    env: Environment = {}

    @field_validator("env")
    @classmethod
    def _plain_values_are_no_secrets(cls, env: Environment) -> Environment:
        for name, value in env.items():
            if name in _OF_THE_DEPLOYMENT:
                raise ValueError(f"{name} is set by the deployment: choose another name")
            if isinstance(value, str) and value and _SECRET_NAME.search(name):
                raise ValueError(f"{name} looks like a secret: write {{secret: NAME}} instead")
            if isinstance(value, str) and not value.isprintable():
                raise ValueError(f"{name} must be one line of printable text")
        return env


class PythonSection(_Section):
    version: str = Field(
        "3.11",
        pattern=r"^3\.(1[1-9]|[2-9][0-9])$",
        description='"3.11" or newer, in quotes',
    )
    requirements: str = Field(
        "requirements.txt",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$",
        description="the name of a file in the feature's folder",
    )


class ImageSection(_Section):
    base: str = Field(
        "",
        pattern=r"^([a-z0-9][A-Za-z0-9._:/@-]{0,250})?$",
        description="an image's name like python:3.11-slim, or empty",
    )


class ResourcesSection(_Section):
    cpu: float = Field(0.5, gt=0, le=64, allow_inf_nan=False, description="cores, like 0.5 or 2")
    memory: str = Field(
        "1Gi",
        pattern=r"^[1-9][0-9]{0,5}(\.[0-9]{1,3})?(Mi|Gi)$",
        description="a number and Mi or Gi, like 512Mi or 1Gi",
    )

    @property
    def memory_bytes(self) -> int:
        unit = {"Mi": 2**20, "Gi": 2**30}[self.memory[-2:]]
        return int(float(self.memory[:-2]) * unit)


class ReplicasSection(_Section):
    min: int = Field(0, ge=0, le=300, description="a whole number from 0 to 300")
    max: int = Field(2, ge=1, le=300, description="a whole number from 1 to 300")

    @model_validator(mode="after")
    def _in_order(self) -> ReplicasSection:
        if self.min > self.max:
            raise ValueError(f"min ({self.min}) must not be above max ({self.max})")
        return self


class TimeoutsSection(_Section):
    startup_seconds: Seconds = 30
    stop_seconds: Seconds = 5


Url = Annotated[
    str,
    Field(pattern=r"^(https?://[A-Za-z0-9.:\[\]-]+(/[^\s\"'<>]*)?)?$", description=_URL),
]


class UrlsSection(_Section):
    container: Url = ""
    azure: Url = ""
    ssh: Url = ""


class FeatureConfig(_Section):
    """The whole file. Every key but the feature's name has a default."""

    feature: str = Field(pattern=r"^[a-z][a-z0-9-]{0,62}$", description=_NAME)
    service: ServiceSection = ServiceSection()
    python: PythonSection = PythonSection()
    image: ImageSection = ImageSection()
    resources: ResourcesSection = ResourcesSection()
    replicas: ReplicasSection = ReplicasSection()
    timeouts: TimeoutsSection = TimeoutsSection()
    urls: UrlsSection = UrlsSection()

    @property
    def base_image(self) -> str:
        """What the image is built from."""
        return self.image.base or f"python:{self.python.version}-slim"


def load_feature_config(folder: Path) -> FeatureConfig:
    """Read the configuration of a feature's folder; raises as `read_feature_config`."""
    return read_feature_config(folder / FILE_NAME)


def read_feature_config(source: Path | str | bytes) -> FeatureConfig:
    """Parse the configuration in a file, or in a text.

    Raises:
        FeatureConfigInvalid: the file is missing or wrong; names path, value and what is right.
    """
    name = str(source) if isinstance(source, Path) else FILE_NAME
    try:
        value = load_yaml(source, name=name)
    except YamlInvalid as error:
        raise FeatureConfigInvalid(str(error), next_step=error.next_step) from error
    if not isinstance(value, dict):
        raise FeatureConfigInvalid(
            f"{name}: holds {quoted(value)}; it should be a mapping that starts with `feature:`",
            next_step="write it as behaviors/_template/feature-config.yaml",
        )
    try:
        return FeatureConfig.model_validate(value)
    except ValidationError as error:
        found = [str(one) for one in faults(error, FeatureConfig, described=True)]
        raise FeatureConfigInvalid(
            f"{name}: {found[0]}" + (f" (and {len(found) - 1} more)" if found[1:] else ""),
            evidence=found,
            next_step=f"correct {found[0].partition(':')[0]} in {name}",
        ) from error
