"""feature-config.yaml: a feature's name and what it needs to run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

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
from ledger.text.validation import file_faults
from ledger.text.yaml_file import YamlInvalid, load_yaml
from provisioner.errors import FeatureConfigInvalid, WorkspaceInvalid

FILE_NAME = "feature-config.yaml"
DATABASE_URL = "DATABASE_URL"
_FEATURE_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
_NAME_RULE = "lower-case letters, digits and dashes, a letter first, at most 63 characters"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,100}")
_REFERENCE = re.compile(r"[a-z0-9]([a-z0-9-]{0,251}[a-z0-9])?")
_DEBIAN_PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]{1,100}")
_OF_THE_DEPLOYMENT = (
    *("REVISION", "UVICORN_HEADERS", "FEATURE", "DATA_DIR", "AI_DEPLOY_RUN"),
    *("HOME", "PATH"),
)
_SECRET_NAME = re.compile(r"(key|token|password|passwd|secret|credential)s?$", re.IGNORECASE)


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
    match value:
        case str() | SecretReference():
            return value
        case {"secret": str(named), **more} if not more and _REFERENCE.fullmatch(named):
            return value
    raise ValueError("should be a text in quotes or {secret: some-name}")


def _package(name: object) -> object:
    if not (isinstance(name, str) and _DEBIAN_PACKAGE.fullmatch(name)):
        raise ValueError("should be the name of a Debian package, like libpq5")
    return name


def _whole(default: int, lowest: int, highest: int, what: str = "a whole number") -> Any:
    wanted = f"{what} from {lowest} to {highest}"
    return Field(default, ge=lowest, le=highest, description=wanted)


def _text(default: str, pattern: str, wanted: str) -> Any:
    return Field(default, pattern=f"^({pattern})$", description=wanted)


def _url() -> Any:
    pattern = r"|https?://[A-Za-z0-9.:\[\]-]+(/[^\s\"'<>]*)?"
    return _text("", pattern, "an http:// or https:// address, or empty")


Environment = dict[
    Annotated[str, BeforeValidator(_variable)],
    Annotated[str | SecretReference, BeforeValidator(_value)],
]


class ServiceSection(_Section):
    port: int = _whole(8000, 1, 65535)
    health_path: str = _text("/health", r"/[A-Za-z0-9._~/-]{0,200}", "a path like /health")
    env: Environment = {}
    outgoing: bool = False

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
    version: str = _text("3.11", r"3\.(1[1-9]|[2-9][0-9])", '"3.11" or newer, in quotes')
    requirements: str = _text(
        "requirements.txt", r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}", "the name of a file in the folder"
    )


class ImageSection(_Section):
    base: str = _text(
        "", r"|[a-z0-9][A-Za-z0-9._:/@-]{0,250}", "an image's name like python:3.11-slim, or empty"
    )
    packages: list[Annotated[str, BeforeValidator(_package)]] = []


class ResourcesSection(_Section):
    cpu: float = Field(0.5, gt=0, le=64, allow_inf_nan=False, description="cores, like 0.5 or 2")
    memory: str = _text(
        "1Gi", r"[1-9][0-9]{0,5}(\.[0-9]{1,3})?(Mi|Gi)", "a number and Mi or Gi, like 512Mi or 1Gi"
    )

    @property
    def memory_bytes(self) -> int:
        unit = {"Mi": 2**20, "Gi": 2**30}[self.memory[-2:]]
        return int(float(self.memory[:-2]) * unit)


class ReplicasSection(_Section):
    min: int = _whole(0, 0, 300)
    max: int = _whole(2, 1, 300)

    @model_validator(mode="after")
    def _in_order(self) -> ReplicasSection:
        if self.min > self.max:
            raise ValueError(f"min ({self.min}) must not be above max ({self.max})")
        return self


class TimeoutsSection(_Section):
    startup_seconds: int = _whole(30, 1, 3600, "whole seconds")
    stop_seconds: int = _whole(5, 1, 3600, "whole seconds")


class UrlsSection(_Section):
    container: str = _url()
    azure: str = _url()
    ssh: str = _url()


class FeatureConfig(_Section):
    """The whole file. Every key but the feature's name has a default."""

    feature: str = Field(pattern=f"^{_FEATURE_NAME.pattern}$", description=_NAME_RULE)
    service: ServiceSection = ServiceSection()
    python: PythonSection = PythonSection()
    image: ImageSection = ImageSection()
    resources: ResourcesSection = ResourcesSection()
    replicas: ReplicasSection = ReplicasSection()
    timeouts: TimeoutsSection = TimeoutsSection()
    urls: UrlsSection = UrlsSection()

    @property
    def base_image(self) -> str:
        return self.image.base or f"python:{self.python.version}-slim"


def load_feature_config(folder: Path) -> FeatureConfig:
    """Read the configuration of a feature's folder; raises as `read_feature_config`."""
    return read_feature_config(folder / FILE_NAME)


def read_feature_config(source: Path | str | bytes) -> FeatureConfig:
    """Parse the configuration in a file, or in a text; raises FeatureConfigInvalid."""
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
        why, evidence = file_faults(error, name, source, FeatureConfig, described=True)
        raise FeatureConfigInvalid(
            why, evidence=evidence, next_step=f"correct it in {name}"
        ) from error


def with_startup_seconds(text: str, seconds: int) -> str:
    """The text of a configuration with another `timeouts.startup_seconds`, all else as it was.

    Raises FeatureConfigInvalid where it is written in a way that is not found.
    """
    line = f"  startup_seconds: {seconds}"
    section = re.search(r"^timeouts:.*\n", text, re.MULTILINE)
    old = re.compile(r"^ +startup_seconds:[ ]*\d+", re.MULTILINE)
    if section is None:
        new = f"{text.rstrip()}\n\ntimeouts:\n{line}\n"
    elif old.search(text, section.end()):
        new = text[: section.end()] + old.sub(line, text[section.end() :], count=1)
    else:
        new = f"{text[: section.end()]}{line}\n{text[section.end() :]}"
    if read_feature_config(new).timeouts.startup_seconds != seconds:
        raise FeatureConfigInvalid(
            f"{FILE_NAME}: timeouts.startup_seconds cannot be changed where it stands",
            next_step=f"write `startup_seconds: {seconds}` on a line of its own below `timeouts:`",
        )
    return new


def check_feature_name(feature: str) -> None:
    """Raises WorkspaceInvalid where the contract's pattern does not match."""
    if not _FEATURE_NAME.fullmatch(feature):
        near = re.sub(r"[^a-z0-9]+", "-", feature.lower()).strip("-0123456789")[:63]
        raise WorkspaceInvalid(
            f"{feature!r} is no feature name: {_NAME_RULE}",
            next_step=f"call it {near}" if near else "choose a name like orders",
        )
