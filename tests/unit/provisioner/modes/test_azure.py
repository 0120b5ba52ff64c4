"""AZURE mode without a cloud: settings, what revisions are made of, what Azure's answers mean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from provisioner.errors import (
    AzureDenied,
    AzureMissing,
    AzureRefused,
    DockerfileRefused,
    FeatureConfigInvalid,
    ModeUnconfigured,
    ProvisionerError,
)
from provisioner.feature.feature_config import read_feature_config
from provisioner.image.content.inputs import read_inputs
from provisioner.modes.azure.api import Answer, AzureSilent
from provisioner.modes.azure.clients import az_answer, open_manager
from provisioner.modes.azure.logs import Findings
from provisioner.modes.azure.registry_build import context
from provisioner.modes.azure.settings import AzureSettings
from provisioner.modes.azure.spec import RevisionSpec, data_warning, revision_spec
from provisioner.modes.base import Provisioner, Target

IMAGE = "acme.azurecr.io/orders@sha256:" + "0" * 64
WHERE = {"resource_group": "shop", "environment": "shop-env", "registry": "acme.azurecr.io"}


def spec(
    folder: Path, text: str = "", revision: str = "0123456789abcdef", **more: Any
) -> RevisionSpec:
    environ = more.pop("environ", {})
    return revision_spec(
        folder,
        read_feature_config(f"feature: orders\n{text}"),
        AzureSettings.model_validate({**WHERE, **more}),
        image=IMAGE,
        revision=revision,
        environ=environ,
    )


def container(found: RevisionSpec) -> dict[str, Any]:
    one: dict[str, Any] = found.template["containers"][0]
    return one


@pytest.mark.parametrize("steps", [[], [10, 50], [50, 10, 100], [100, 100], [0, 100], [10, 110]])
def test_traffic_rises_to_all_of_it(steps: list[int]) -> None:
    with pytest.raises(ValidationError):
        AzureSettings(traffic=steps)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("registry", "https://acme.azurecr.io"),
        ("subscription", "the shop's"),
        ("identity", "shop-pull"),
        ("resource_manager", "http://management.example.org"),
        ("key_vault", {"token": "https://vault.example.org/token"}),
    ],
)
def test_settings_that_cannot_work_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        AzureSettings.model_validate({name: value})


def test_settings_that_are_missing_are_named_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AZURE_SUBSCRIPTION_ID", raising=False)
    target = Target("orders", tmp_path, tmp_path, tmp_path / "log", settings=AzureSettings())
    with pytest.raises(ModeUnconfigured, match=r"azure\.subscription, azure\.resource_group"):
        Provisioner.create("AZURE", target)


def test_a_revision_is_named_by_its_commit_and_all_that_it_is_made_of(tmp_path: Path) -> None:
    one = spec(tmp_path)
    assert one.name.startswith("orders--r0123456789-")
    assert spec(tmp_path).name == one.name
    assert one.name == f"orders--{one.template['revisionSuffix']}"
    changed = [
        spec(tmp_path, "resources: {cpu: 1}\n"),
        spec(tmp_path, "service: {env: {LEVEL: 'info'}}\n"),
        spec(tmp_path, revision="0123456789fedcba"),
    ]
    assert len({one.name, *(other.name for other in changed)}) == 4
    assert one.next_attempt().name == f"{one.name}-2"
    assert one.next_attempt().next_attempt().name == f"{one.name}-3"


def test_probes_identity_and_the_digest_are_explicit(tmp_path: Path) -> None:
    found = spec(tmp_path, identity="system")
    assert container(found)["image"] == IMAGE
    assert [one["type"] for one in container(found)["probes"]] == [
        "Startup",
        "Readiness",
        "Liveness",
    ]
    assert found.configuration["registries"] == [
        {"server": "acme.azurecr.io", "identity": "system"}
    ]
    assert found.configuration["activeRevisionsMode"] == "Multiple"


def test_a_feature_that_stores_its_data_itself_is_held_at_one_replica(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("SQLAlchemy==2.1.0\n")
    stores = read_feature_config("feature: orders")
    held = spec(tmp_path, "replicas: {min: 0, max: 5}\n")
    assert held.template["scale"] == {"minReplicas": 1, "maxReplicas": 1}
    assert "lost" in data_warning(tmp_path, stores)
    text = "replicas: {min: 0, max: 5}\nservice: {env: {DATABASE_URL: {secret: db}}}\n"
    free = spec(tmp_path, text, environ={"DB": "postgresql://db.example.org/shop"})
    assert free.template["scale"]["maxReplicas"] == 5


SECRET = "service: {env: {API_TOKEN: {secret: shop-token}}}\n"


@pytest.mark.parametrize("environ", [{}, {"SHOP_TOKEN": ""}, {"SHOP_TOKEN": " "}])
def test_an_empty_secret_is_refused(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(FeatureConfigInvalid, match="SHOP_TOKEN"):
        spec(tmp_path, SECRET, environ=environ)


def test_a_secret_is_named_by_its_value_and_told_nowhere_else(tmp_path: Path) -> None:
    one = spec(tmp_path, SECRET, environ={"SHOP_TOKEN": "value-1"})
    two = spec(tmp_path, SECRET, environ={"SHOP_TOKEN": "value-2"})
    assert one.name != two.name
    assert one.secrets[0]["name"] != two.secrets[0]["name"]
    assert {"name": "API_TOKEN", "secretRef": one.secrets[0]["name"]} in container(one)["env"]
    assert "value-1" not in json.dumps([one.template, one.configuration])


def test_a_secret_of_a_key_vault_is_sent_by_its_address(tmp_path: Path) -> None:
    address = "https://shop.vault.example.org/secrets/shop-token"
    found = spec(tmp_path, SECRET, key_vault={"shop-token": address}, identity="system")
    [secret] = found.secrets
    assert (secret["keyVaultUrl"], secret["identity"]) == (address, "system")
    assert "value" not in secret


def test_a_description_of_one_s_own_is_deployed_and_must_have_probes(tmp_path: Path) -> None:
    own = (
        "properties:\n"
        "  configuration: {ingress: {external: true, targetPort: 9000}}\n"
        "  template:\n"
        "    containers:\n"
        "    - {name: mine, image: any, PROBES}\n"
    )
    probes = "probes: [{type: Startup, httpGet: {path: /up, port: 9000}}]"
    (tmp_path / "containerapp.yaml").write_text(own.replace("PROBES", probes))
    assert container(spec(tmp_path))["name"] == "mine"
    (tmp_path / "containerapp.yaml").write_text(own.replace(", PROBES", ""))
    with pytest.raises(FeatureConfigInvalid, match="no probes"):
        spec(tmp_path)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "InvalidAuthenticationToken", AzureDenied),
        (403, "AuthorizationFailed", AzureDenied),
        (429, "TooManyRequests", AzureSilent),
        (503, "ServerBusy", AzureSilent),
        (409, "ContainerAppOperationInProgress", AzureSilent),
        (409, "MissingSubscriptionRegistration", AzureRefused),
        (400, "ContainerAppSecretInvalid", AzureRefused),
        (400, "ManagedEnvironmentNotReadyForAppCreation", AzureRefused),
        (404, "ResourceGroupNotFound", AzureRefused),
        (400, "SomethingNew", AzureRefused),
    ],
)
def test_an_answer_is_a_refusal_or_silence(
    status: int, code: str, error: type[ProvisionerError]
) -> None:
    body = json.dumps({"error": {"code": code, "message": "in words"}})
    with pytest.raises(error) as caught:
        Answer(status, body).parsed("PUT orders")
    assert caught.value.next_step


def test_a_task_that_may_not_be_scheduled_needs_a_role_of_the_registry() -> None:
    with pytest.raises(AzureDenied) as caught:
        Answer(403, "{}").parsed("POST Microsoft.ContainerRegistry/registries/shop/scheduleRun")
    assert "Container Registry Tasks Contributor" in caught.value.next_step


def test_a_dockerfile_that_needs_buildkit_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "feature-config.yaml").write_text("feature: notes\n")
    (tmp_path / "Dockerfile").write_text("FROM python\nRUN --mount=type=cache,target=/c true\n")
    with pytest.raises(DockerfileRefused, match="line 2: the --mount option requires BuildKit"):
        context(read_inputs(tmp_path, "linux/amd64"))


def test_what_is_not_there_is_none_and_no_answer_at_all_is_silence() -> None:
    assert Answer(404, '{"error": {"code": "ResourceNotFound"}}').parsed("GET orders") is None
    assert Answer(202, "").parsed("POST stop") == {}
    with pytest.raises(AzureSilent):
        Answer(200, "<html>").parsed("GET orders")


def test_what_az_says_is_read_as_the_answer_that_it_had() -> None:
    said = 'WARNING: x\nERROR: Too Many Requests({"error": {"code": "TooManyRequests"}})\n'
    assert az_answer(said, "GET orders").status == 429
    assert az_answer("ERROR: Not Found({})", "GET orders").parsed("GET orders") is None
    with pytest.raises(AzureDenied, match="logged in"):
        az_answer("ERROR: Please run 'az login' to setup account.", "GET orders")
    with pytest.raises(AzureSilent, match="Connection aborted"):
        az_answer("ERROR: ('Connection aborted.', ConnectionResetError)", "GET orders")


def test_without_a_client_both_ways_to_get_one_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AzureMissing) as caught:
        open_manager(AzureSettings(client="az"))
    assert "ai-assisted-deploy[azure]" in caught.value.next_step
    assert "az command" in caught.value.next_step


@pytest.mark.parametrize(
    ("event", "cause"),
    [
        ("Warning ImagePullFailure Failed to pull image: manifest unknown", "cannot pull"),
        ("Warning The TargetPort 80 does not match the listening port 8000", "does not listen"),
        ("Warning ContainerTerminated exit code '137'", "ends by itself"),
        ("Warning ProbeFailed Probe of StartUp failed with status code: 500", "health path"),
        ("Normal ContainerStarted Started container", ""),
    ],
)
def test_the_events_say_why_a_revision_does_not_start(event: str, cause: str) -> None:
    assert cause in Findings((), (event,)).cause[0]
