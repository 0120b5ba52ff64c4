"""What a revision is made of: the container app's JSON, from feature-config.yaml and `azure:`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ledger.text.yaml_file import YamlInvalid, load_yaml
from provisioner.errors import FeatureConfigInvalid
from provisioner.feature.container_files import (
    container_app_name,
    owned_by_user,
    render_container_app,
)
from provisioner.feature.feature_config import DATABASE_URL, FeatureConfig
from provisioner.feature.packages.lock import LOCK
from provisioner.feature.secret_values import secret_digest, secret_value
from provisioner.files.reading import read_file
from provisioner.modes.azure.settings import AzureSettings
from provisioner.modes.health import revision_variables

FILE = "containerapp.yaml"
_NAME = re.compile(r"[a-z]([a-z0-9-]{0,30}[a-z0-9])")
_COMMIT_DIGITS = 10
_KEY_VAULT = ", or name the secret's address in azure.key_vault"
_STORES = re.compile(rb"^sqlalchemy==", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RevisionSpec:
    """A revision that is wanted.

    Attributes:
        app: the app's name.
        name: of the revision: the app's, and a suffix of the commit and of all that it is made of.
        template: the revision's template; its image is named by its digest.
        configuration: the app's, without traffic: what revisions share.
        secrets: those that the template refers to, as Azure takes them, with their values.
    """

    app: str
    name: str
    revision: str
    template: Mapping[str, Any]
    configuration: Mapping[str, Any]
    secrets: tuple[Mapping[str, str], ...]
    health_path: str

    def next_attempt(self) -> RevisionSpec:
        """The same under the next name: -2 after the first one, then -3."""
        suffix = str(self.template["revisionSuffix"])
        base, _, number = suffix.rpartition("-")
        numbered = number.isdigit() and suffix.count("-") > 1
        following = f"{base}-{int(number) + 1}" if numbered else f"{suffix}-2"
        return replace(
            self,
            name=f"{self.app}--{following}",
            template={**self.template, "revisionSuffix": following},
        )

    @property
    def ingress(self) -> Mapping[str, Any]:
        ingress: Mapping[str, Any] = self.configuration["ingress"]
        return ingress


def app_name(config: FeatureConfig) -> str:
    """The app's name; raises FeatureConfigInvalid for one that Azure refuses."""
    name = container_app_name(config.feature)
    if not _NAME.fullmatch(name) or "--" in name:
        raise FeatureConfigInvalid(
            f"a container app cannot be called {name!r}: 2 to 32 lower-case letters, digits and "
            "single dashes, a letter first",
            next_step="choose another name for the feature",
        )
    return name


def revision_spec(
    folder: Path,
    config: FeatureConfig,
    settings: AzureSettings,
    *,
    image: str,
    revision: str,
    environ: Mapping[str, str],
) -> RevisionSpec:
    """The revision of a feature's folder.

    Args:
        image: a reference with a digest.
        environ: has the values of secrets that no Key Vault holds.

    Raises:
        FeatureConfigInvalid: a secret is empty, a probe is missing, or the file cannot be read.
    """
    name, app = app_name(config), _description(folder, config)
    properties = app["properties"]
    template, configuration = properties["template"], properties["configuration"]
    if len(template.get("containers") or ()) != 1:
        raise _wrong("it should have one container, the feature's")
    container = template["containers"][0]
    if not container.get("probes"):  # Azure's defaults differ by the type of environment
        raise _wrong("its container has no probes, and Azure's own are not the same everywhere")
    if data_warning(folder, config):
        template["scale"] = {**template.get("scale", {}), "minReplicas": 1, "maxReplicas": 1}
    named, secrets = _secrets(config, settings, environ, salt=f"{settings.resource_group}/{name}")
    given = [one for one in container.get("env") or () if one["name"] != "FEATURE"]
    container["image"] = image
    container["env"] = [
        *(_renamed(one, named) for one in given),
        {"name": "FEATURE", "value": config.feature},
        *({"name": one, "value": value} for one, value in revision_variables(revision).items()),
        {"name": "DATA_DIR", "value": "/tmp"},
    ]
    configuration["registries"] = _registries(settings)
    digest = hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()[:6]
    commit = re.sub(r"[^a-z0-9]", "", revision.lower())[:_COMMIT_DIGITS]
    suffix = f"r{commit}-{digest}"
    return RevisionSpec(
        app=name,
        name=f"{name}--{suffix}",
        revision=revision,
        template={**template, "revisionSuffix": suffix},
        configuration={**configuration, "activeRevisionsMode": "Multiple"},
        secrets=secrets,
        health_path=config.service.health_path,
    )


def _description(folder: Path, config: FeatureConfig) -> dict[str, Any]:
    """containerapp.yaml: the user's own where it is, else as it is rendered."""
    own = read_file(folder / FILE)
    text = own if own and owned_by_user(own) else render_container_app(config).encode()
    try:
        app = load_yaml(text, name=FILE)
        app["properties"]["template"], app["properties"]["configuration"]["ingress"]
    except YamlInvalid as error:
        raise _wrong(str(error)) from error
    except (KeyError, TypeError) as error:
        raise _wrong("it needs properties.template and properties.configuration.ingress") from error
    described: dict[str, Any] = app
    return described


def _wrong(why: str) -> FeatureConfigInvalid:
    return FeatureConfigInvalid(
        f"{FILE}: {why}",
        next_step="delete it, and `ai-assisted-deploy inject-config DIR` writes it anew",
    )


def data_warning(folder: Path, config: FeatureConfig) -> str:
    """What a person should know of a feature that stores its data in its own replica, else ""."""
    stores = _STORES.search(read_file(folder / LOCK) or b"")
    if not stores or DATABASE_URL in config.service.env:
        return ""
    return f"without {DATABASE_URL} it runs as one replica, and its data are lost with that"


def _registries(settings: AzureSettings) -> list[dict[str, str]]:
    """How Azure pulls the image; of a registry without an identity anybody pulls."""
    if not settings.identity:
        return []
    return [{"server": settings.registry.partition("/")[0], "identity": settings.identity}]


def _secrets(
    config: FeatureConfig, settings: AzureSettings, environ: Mapping[str, str], *, salt: str
) -> tuple[dict[str, str], tuple[dict[str, str], ...]]:
    """Names of secrets in Azure by their own, and the secrets.

    A name in Azure has a part that its value makes: another value is another secret, and so another
    revision; the one before keeps what it was started with.
    """
    named, secrets = {}, []
    wanted = [one.secret for one in config.service.env.values() if not isinstance(one, str)]
    for name in dict.fromkeys(wanted):
        address = settings.key_vault.get(name, "")
        value = address or secret_value(name, environ, instead=_KEY_VAULT)
        named[name] = f"{name[:200]}-{secret_digest(value, salt=salt)}"
        held = {"keyVaultUrl": address, "identity": settings.identity or "system"}
        secrets.append({"name": named[name], **(held if address else {"value": value})})
    return named, tuple(secrets)


def _renamed(variable: Mapping[str, str], named: Mapping[str, str]) -> dict[str, str]:
    secret = variable.get("secretRef", "")
    return {**variable, "secretRef": named[secret]} if secret in named else dict(variable)
