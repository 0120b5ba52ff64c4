"""feature-config.yaml: what a feature is and what it needs to run."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo

from provisioner.errors import FeatureConfigInvalid
from provisioner.files.yaml_file import YamlInvalid, load_yaml

FILE_NAME = "feature-config.yaml"
FEATURE_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
_NAME = "lower-case letters, digits and dashes, a letter first, at most 63 characters"
_URL = "an http:// or https:// address, or empty"
_SECRET_NAME = re.compile(r"(key|token|password|passwd|secret|credential)s?$", re.IGNORECASE)

Seconds = Annotated[int, Field(ge=1, le=3600, description="whole seconds from 1 to 3600")]


class _Section(BaseModel):
    """Frozen, without coercion; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SecretReference(_Section):
    """The name of a secret; its value is never in a file."""

    secret: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,251}[a-z0-9])?$")]


class ServiceSection(_Section):
    port: int = Field(8000, ge=1, le=65535, description="a whole number from 1 to 65535")
    health_path: str = Field(
        "/health",
        pattern=r"^/[A-Za-z0-9._~/-]{0,200}$",
        description="a path like /health",
    )
    env: dict[
        Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,100}$")], str | SecretReference
    ] = {}

    @field_validator("env")
    @classmethod
    def _plain_values_are_no_secrets(
        cls, env: dict[str, str | SecretReference]
    ) -> dict[str, str | SecretReference]:
        for name, value in env.items():
            if name in ("REVISION", "FEATURE", "HOME", "PATH", "AI_DEPLOY_RUN"):
                raise ValueError(f"{name} is set by the deployment: choose another name")
            if not isinstance(value, str):
                continue
            if _SECRET_NAME.search(name) and value:
                raise ValueError(f"{name} looks like a secret: write {{secret: NAME}} instead")
            if not value.isprintable():
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
    """The configuration of a feature's folder.

    Raises:
        FeatureConfigInvalid: the file is missing or wrong; names path, value and what is right.
    """
    return read_feature_config(folder / FILE_NAME)


def read_feature_config(source: Path | str | bytes) -> FeatureConfig:
    """The configuration in a file, or in a text.

    Raises:
        FeatureConfigInvalid: as `load_feature_config`.
    """
    name = str(source) if isinstance(source, Path) else FILE_NAME
    try:
        value = load_yaml(source, name=name)
    except YamlInvalid as error:
        raise FeatureConfigInvalid(str(error), next_step=error.next_step) from error
    if not isinstance(value, dict):
        raise FeatureConfigInvalid(
            f"{name}: holds {_shown(value)}; it should be a mapping that starts with `feature:`",
            next_step="write it as behaviors/_template/feature-config.yaml",
        )
    try:
        return FeatureConfig.model_validate(value)
    except ValidationError as error:
        faults = list(dict.fromkeys(_fault(one) for one in error.errors(include_url=False)))
        raise FeatureConfigInvalid(
            f"{name}: {faults[0]}" + (f" (and {len(faults) - 1} more)" if faults[1:] else ""),
            evidence=faults,
            next_step=f"correct {faults[0].partition(':')[0]} in {name}",
        ) from error


def _fault(error: Any) -> str:
    """One line: the path, the value and what would be right."""
    keys = [str(key) for key in error["loc"] if key != "[key]"]
    path = ".".join(keys) or FILE_NAME
    if keys[:2] == ["service", "env"] and len(keys) > 2:
        # One of a union's branches; the value may be a secret and is not shown.
        right = "a name of letters, digits and _ with a text in quotes or {secret: some-name}"
        return f"service.env.{keys[2]}: should be {right}"
    if error["type"] in ("extra_forbidden", "invalid_key"):
        return f"{path}: is an unknown key; {_known_keys(keys)}"
    if error["type"] == "missing":
        return f"{path}: is missing"
    if error["type"] == "value_error":
        return f"{path}: {error['msg'].removeprefix('Value error, ')}"
    field = _field(keys)
    right = (field.description if field else None) or error["msg"].removeprefix("Input should be ")
    return f"{path}: {_shown(error['input'])} is wrong; it should be {right}"


def _field(keys: list[str]) -> FieldInfo | None:
    section: Any = FeatureConfig
    field = None
    for key in keys:
        field = getattr(section, "model_fields", {}).get(key)
        section = field.annotation if field is not None else None
    return field


def _known_keys(keys: list[str]) -> str:
    parent = _field(keys[:-1])
    section: Any = parent.annotation if parent is not None else FeatureConfig
    known = sorted(section.model_fields)
    near = difflib.get_close_matches(keys[-1], known, n=1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
