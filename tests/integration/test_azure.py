"""AZURE mode by Azure's SDK against a cloud of this machine, with containers as revisions."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from provisioner.errors import (
    AzureDenied,
    AzureRefused,
    FeatureConfigInvalid,
    NotDeployed,
    RemoteUnreachable,
    ServiceUnhealthy,
    WaitTimedOut,
)
from provisioner.image.engine import Engine
from tests.integration.azure import FEATURE, azure_mode, deploy, deployed_mode, revision_at
from tests.integration.command import Command
from tests.integration.containers import write_feature
from tests.servers.azure.cloud import Cloud, azure_cloud
from tests.servers.azure.messages import FEDERATED, Reply, Request


@pytest.fixture
def cloud(tmp_path: Path, engine: Engine) -> Iterator[Cloud]:
    """A cloud that had nothing to object to when the test has ended."""
    with azure_cloud(engine, tmp_path / "cloud") as cloud:
        yield cloud
    assert cloud.violations == []


@pytest.fixture
def settings(cloud: Cloud, registry: str) -> dict[str, Any]:
    return cloud.settings(registry)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_feature(tmp_path / "behaviors" / FEATURE, FEATURE)


def active(cloud: Cloud) -> list[str]:
    """The commits of the revisions that are active."""
    return [one.commit for one in cloud.apps[FEATURE].revisions.values() if one.active]


def test_the_first_revision_has_no_address_before_azure_finds_it_healthy(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    one = deploy(tmp_path, settings, "one")
    assert revision_at(one.url) == "one"
    assert "ingress" not in cloud.requests[2].body["properties"]["configuration"]
    assert cloud.history == [{one.id: 100}]
    assert cloud.writes == ["PUT notes", "PATCH notes", "PATCH notes"]


def test_no_name_of_the_registry_is_left_in_the_engine(
    tmp_path: Path, folder: Path, settings: dict[str, Any], engine: Engine, registry: str
) -> None:
    deploy(tmp_path, settings, "one")
    tags = [tag for one in engine.client.api.images() for tag in one["RepoTags"] or ()]
    assert not [tag for tag in tags if tag.startswith(registry)]


def test_a_changed_line_is_asked_at_its_own_address_and_gets_the_traffic_in_steps(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    one = deploy(tmp_path, settings, "one")
    write_feature(folder, FEATURE, start="print('another line')")
    with asked_again(one.url) as answers:
        two = deploy(tmp_path, settings, "two")
    assert (two.url, revision_at(one.url), two.revision) == (one.url, "two", "two")
    assert cloud.history[1:] == [
        {one.id: 100},
        {one.id: 90, two.id: 10},
        {one.id: 50, two.id: 50},
        {two.id: 100},
    ]
    assert set(answers) == {"one", "two"}
    assert active(cloud) == ["two"]
    mode = deployed_mode(tmp_path)
    assert "another line" in asyncio.run(mode.logs(two))
    assert asyncio.run(mode.serving(one)) == two


@contextmanager
def asked_again(url: str) -> Iterator[list[str]]:
    """Ask /health again and again; gives the revisions that answered, "" where none did."""
    answers, stop = list[str](), threading.Event()

    def ask() -> None:
        while not stop.wait(0.05):
            try:
                answers.append(revision_at(url))
            except (httpx.HTTPError, ValueError, KeyError):
                answers.append("")

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        stop.set()
        thread.join()


def test_the_same_once_more_changes_nothing(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    one = deploy(tmp_path, settings, "one")
    before = list(cloud.writes)
    assert deploy(tmp_path, settings, "one") == one
    assert cloud.writes == before


def test_a_rollback_leads_back_and_forth(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    one = deploy(tmp_path, settings, "one")
    mode = deployed_mode(tmp_path)
    with pytest.raises(NotDeployed, match="served before"):
        asyncio.run(mode.rollback(one))
    two = deploy(tmp_path, settings, "two")
    assert asyncio.run(mode.rollback(two)) == one
    assert (revision_at(one.url), active(cloud)) == ("one", ["one"])
    assert asyncio.run(mode.rollback(one)) == two
    assert deploy(tmp_path, settings, "one") == one  # it was proven: no third revision is made
    assert len(cloud.apps[FEATURE].revisions) == 2


def test_what_is_stopped_says_so_and_starts_with_the_next_deployment(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    one = deploy(tmp_path, settings, "one")
    mode = deployed_mode(tmp_path)
    assert asyncio.run(mode.status(one)) == "running"
    assert asyncio.run(mode.stop(one))
    assert (asyncio.run(mode.status(one)), asyncio.run(mode.stop(one))) == ("stopped", False)
    deploy(tmp_path, settings, "one")
    assert asyncio.run(mode.status(one)) == "running"


BROKEN = {
    "ends": ("sys.exit('no configuration')", ServiceUnhealthy, "ends by itself"),
    "answers as the old one": (
        "os.environ['REVISION'] = 'one'",
        ServiceUnhealthy,
        "revision one answered, two is wanted",
    ),
    "hangs": (
        "import time; print('no configuration', flush=True); time.sleep(99)",
        WaitTimedOut,
        "health path does not answer",
    ),
}


@pytest.mark.parametrize(("start", "error", "said"), BROKEN.values(), ids=BROKEN)
def test_a_revision_that_is_not_well_gets_no_traffic_and_says_why(
    tmp_path: Path,
    folder: Path,
    cloud: Cloud,
    settings: dict[str, Any],
    start: str,
    error: type[ServiceUnhealthy | WaitTimedOut],
    said: str,
) -> None:
    one = deploy(tmp_path, settings, "one")
    write_feature(folder, FEATURE, start=start)
    if error is WaitTimedOut:
        settings = {**settings, "deadline_seconds": 4.0}
    with asked_again(one.url) as answers, pytest.raises(error, match=said) as caught:
        deploy(tmp_path, settings, "two")
    assert set(answers) == {"one"}
    assert cloud.history[1:] == [{one.id: 100}]
    assert active(cloud) == ["one"]
    assert ("no configuration" in caught.value.evidence) is ("no configuration" in start)
    kept = sorted(file.suffix for file in (tmp_path / ".ai-deploy/runs/run-two/azure").iterdir())
    assert kept == [".json", ".log"]


def test_a_first_revision_that_ends_has_no_address_and_is_tried_under_another_name(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    write_feature(folder, FEATURE, start="sys.exit('no configuration')")
    for _ in range(2):
        with pytest.raises(ServiceUnhealthy, match="ends by itself"):
            deploy(tmp_path, settings, "one")
    assert (any(cloud.history), active(cloud)) == (False, [])
    first, second = cloud.apps[FEATURE].revisions
    assert second == f"{first}-2"
    write_feature(folder, FEATURE)
    assert revision_at(deploy(tmp_path, settings, "two").url) == "two"


def test_an_image_that_azure_cannot_pull_is_named(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any], registry: str
) -> None:
    one = deploy(tmp_path, settings, "one")

    def of_another_image(request: Request) -> Reply | None:
        template = ((request.body or {}).get("properties") or {}).get("template")
        if template:
            template["containers"][0]["image"] = f"{registry}/{FEATURE}@sha256:{'0' * 64}"
        return None

    cloud.fault = of_another_image
    with pytest.raises(ServiceUnhealthy, match="Azure cannot pull the image") as caught:
        deploy(tmp_path, settings, "two")
    assert "AcrPull" in caught.value.next_step
    assert (active(cloud), cloud.history[-1]) == (["one"], {one.id: 100})


def test_a_revision_that_crashes_at_10_percent_loses_the_traffic(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    one = deploy(tmp_path, settings, "one")
    crash = "import os\nif os.environ['REVISION'] == 'two': os._exit(3)\nprint('{}')"
    stop = threading.Event()

    def request() -> None:
        while not stop.wait(0.02):
            with suppress(httpx.HTTPError):
                httpx.post(f"{one.url}/run", content=crash, timeout=10)

    thread = threading.Thread(target=request)
    thread.start()
    try:
        with pytest.raises(ServiceUnhealthy, match="ends by itself"):
            deploy(tmp_path, {**settings, "step_seconds": 5.0}, "two")
    finally:
        stop.set()
        thread.join()
    assert [sorted(one.values()) for one in cloud.history[2:]] == [[10, 90], [100]]
    assert cloud.history[-1] == {one.id: 100}
    assert (active(cloud), revision_at(one.url)) == (["one"], "one")


def test_a_refused_login_says_what_to_do_and_sends_nothing(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    cloud.refuses_logins = True
    with pytest.raises(AzureDenied, match="refuses the login") as caught:
        deploy(tmp_path, settings, "one")
    assert "az login" in caught.value.next_step
    assert any("AADSTS7000215" in line for line in caught.value.evidence)
    assert cloud.requests == []


def test_a_token_of_openid_connect_is_a_login(
    tmp_path: Path,
    folder: Path,
    cloud: Cloud,
    settings: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "token").write_text(FEDERATED)
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(tmp_path / "token"))
    assert revision_at(deploy(tmp_path, settings, "one").url) == "one"


REFUSED = {
    "role": (403, "AuthorizationFailed", "does not have authorization", AzureDenied, "az role"),
    "provider": (
        409,
        "MissingSubscriptionRegistration",
        "The subscription is not registered to use namespace 'Microsoft.App'.",
        AzureRefused,
        "az provider register --namespace Microsoft.App",
    ),
    "registry with repository permissions": (
        400,
        "InvalidParameterValueInContainerTemplate",
        "Field 'template.containers.notes.image' is invalid with details: 'Invalid value: "
        '"acme.azurecr.io/notes": GET https:: UNAUTHORIZED: authentication required',
        AzureRefused,
        "Container Registry Repository Reader",
    ),
}


@pytest.mark.parametrize(
    ("status", "code", "message", "error", "step"), REFUSED.values(), ids=REFUSED
)
def test_what_azure_refuses_is_named_with_the_remedy(
    tmp_path: Path,
    folder: Path,
    cloud: Cloud,
    settings: dict[str, Any],
    status: int,
    code: str,
    message: str,
    error: type[AzureDenied | AzureRefused],
    step: str,
) -> None:
    def refuse(request: Request) -> Reply | None:
        return Reply.error(status, code, message) if request.method == "PUT" else None

    cloud.fault = refuse
    with pytest.raises(error) as caught:
        deploy(tmp_path, settings, "one")
    assert step in caught.value.next_step
    assert (cloud.apps, len([one for one in cloud.requests if one.writes])) == ({}, 1)


def test_an_app_that_somebody_else_made_is_left_alone(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    deploy(tmp_path, settings, "one")
    cloud.apps[FEATURE].body["tags"] = {}
    before = list(cloud.writes)
    with pytest.raises(AzureRefused, match="did not make"):
        deploy(tmp_path, settings, "two")
    assert cloud.writes == before


def test_a_throttled_api_is_waited_for(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    numbers = count()

    def throttle(request: Request) -> Reply | None:
        if next(numbers) % 3:
            return None
        return Reply.error(429, "TooManyRequests", "slow down", Retry_After="0")

    cloud.fault = throttle
    one, two = deploy(tmp_path, settings, "one"), deploy(tmp_path, settings, "two")
    assert (revision_at(two.url), cloud.history[-1]) == ("two", {two.id: 100})
    assert active(cloud) == ["two"]
    assert one.id != two.id


def test_while_the_api_is_silent_the_address_itself_is_asked(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    one = deploy(tmp_path, settings, "one")
    mode = deployed_mode(tmp_path)
    cloud.fault = lambda request: Reply.error(503, "ServerBusy", "try later", Retry_After="30")
    assert asyncio.run(mode.serving(one)) == one
    cloud.apps[FEATURE].configuration["ingress"] = None
    with pytest.raises(RemoteUnreachable, match="unknown"):
        asyncio.run(mode.serving(one))


def test_an_api_that_falls_silent_under_traffic_is_no_failure_and_is_gone_on_with(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    one = deploy(tmp_path, settings, "one")

    def silent(request: Request) -> Reply | None:
        shifted = len(cloud.apps[FEATURE].traffic) == 2
        return Reply.error(503, "ServerBusy", "try later") if shifted else None

    cloud.fault = silent
    with pytest.raises(RemoteUnreachable, match="503 ServerBusy"):
        deploy(tmp_path, {**settings, "deadline_seconds": 3.0}, "two")
    assert (active(cloud), cloud.apps[FEATURE].traffic[one.id]) == (["one", "two"], 90)
    cloud.fault = lambda request: None
    before = list(cloud.apps[FEATURE].revisions)
    two = deploy(tmp_path, settings, "two")
    assert (before, active(cloud)) == ([one.id, two.id], ["two"])


SECRET = "service: {env: {API_TOKEN: {secret: shop-token}}}\n"


def test_an_empty_secret_is_refused_before_anything_is_sent(
    tmp_path: Path, cloud: Cloud, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", " ")
    write_feature(tmp_path / "behaviors" / FEATURE, FEATURE, config=SECRET)
    with pytest.raises(FeatureConfigInvalid, match="shop-token has no value"):
        asyncio.run(azure_mode(tmp_path, settings).deploy(revision="one"))
    assert cloud.requests == []


def test_a_changed_secret_is_a_new_revision_and_the_one_before_keeps_its_own(
    tmp_path: Path, cloud: Cloud, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_feature(tmp_path / "behaviors" / FEATURE, FEATURE, config=SECRET)
    monkeypatch.setenv("SHOP_TOKEN", "first-value")
    one = deploy(tmp_path, settings, "one")
    monkeypatch.setenv("SHOP_TOKEN", "second-value")
    two = deploy(tmp_path, settings, "one")
    assert one.id != two.id
    code = "import json, os; print(json.dumps(os.environ['API_TOKEN']))"

    def token() -> object:
        return httpx.post(f"{one.url}/run", content=code).json()

    assert token() == "second-value"
    asyncio.run(deployed_mode(tmp_path).rollback(two))
    assert token() == "first-value"
    assert "first-value" not in (tmp_path / ".ai-deploy/azure/notes.json").read_text()


def test_a_followed_log_goes_on_as_it_comes(
    tmp_path: Path, folder: Path, cloud: Cloud, settings: dict[str, Any]
) -> None:
    one = deploy(tmp_path, settings, "one")
    lines = deployed_mode(tmp_path).follow(one)
    httpx.post(f"{one.url}/run", content="import sys; print('seen', file=sys.stderr); print('{}')")
    assert any(line == "seen\n" for line in lines)


def test_the_commands_find_what_another_process_deployed(
    tool: Command, cloud: Cloud, settings: dict[str, Any]
) -> None:
    (tool.root / "deployment.yaml").write_text(yaml.safe_dump({"azure": settings}))
    (tool.root / ".env").write_text("SHOP_TOKEN=of-the-file\n")
    folder = write_feature(tool.root / "behaviors" / FEATURE, FEATURE, config=SECRET)
    there = Command(tool.root, {**tool.environ, **cloud.environ()})
    provision = ("provision", str(folder), "--mode", "AZURE")
    first = there.run(*provision, "--json").result["deployment"]
    write_feature(folder, FEATURE, start="print('another line')", config=SECRET)
    second = there.run(*provision, "--json").result["deployment"]
    assert (first["url"], first["id"] == second["id"]) == (second["url"], False)
    assert second["id"] in there.run("status").stdout
    assert "another line" in there.run("logs", FEATURE).stdout
    back = there.run("rollback", FEATURE, "--json").result
    assert (back, revision_at(first["url"])) == (first, first["revision"])
    assert there.run("stop", FEATURE).exit_code == 0
    assert "stopped" in there.run("status").stdout
    cloud.refuses_logins = True
    refused = there.run(*provision)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "az login" in refused.stderr
    assert "Traceback" not in refused.stderr
