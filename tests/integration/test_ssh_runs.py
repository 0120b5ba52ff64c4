"""A whole run in mode SSH, from requirements to a service on a host, and its life after that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.integration.command import Command
from tests.integration.containers import write_feature
from tests.integration.hosts import running_on, ssh_settings, write_settings
from tests.servers.sshd import Sshd

ORDERS = (
    "Create REST API for orders. An order has a customer (text) and a quantity (whole number "
    "from 1 to 100). Orders can be created, fetched, listed and deleted."
)
FEATURE = ("--feature", "orders", "--mode", "SSH", "--json")


@pytest.fixture
def repository(tool: Command, sshd: Sshd, tmp_path: Path) -> Iterator[Command]:
    """A repository whose features go to a host, of which nothing is left running."""
    write_settings(tool.root, ssh_settings(sshd, tmp_path))
    yield tool
    if (tool.root / ".ai-deploy").is_dir():
        tool.run("stop", "orders")
    assert running_on(tmp_path) == []


def test_orders_from_requirements_to_a_host_a_changed_line_and_back(repository: Command) -> None:
    first = repository.run(*FEATURE, "--requirements", ORDERS)
    assert first.exit_code == 0, first.stderr[-3000:]
    deployed = first.result["deployment"]
    assert deployed["mode"] == "SSH"
    assert deployed["revision"] == first.result["commit"]
    url = deployed["url"]
    order = {"customer": "Ada", "quantity": 3}
    assert httpx.post(f"{url}/orders", json=order).status_code == 201

    main = repository.root / "behaviors" / "orders" / "main.py"
    main.write_text(main.read_text() + "\n# a changed line\n")
    repository.git("add", "-A")
    repository.git("commit", "-qm", "docs: a changed line")
    second = repository.run(*FEATURE, "--no-regenerate")
    assert second.exit_code == 0, second.stderr[-3000:]
    changed = second.result["deployment"]
    assert (changed["url"], changed["id"] != deployed["id"]) == (url, True)
    assert httpx.get(f"{url}/health").json()["revision"] == changed["revision"]
    assert "Ada" in httpx.get(f"{url}/orders").text, "data outlive a release"

    back = repository.run("rollback", "orders", "--json")
    assert back.exit_code == 0, back.stderr
    assert json.loads(back.stdout)["revision"] == deployed["revision"]
    assert httpx.get(f"{url}/health").json()["revision"] == deployed["revision"]

    shown = json.loads(repository.run("status", "orders", "--json").stdout)[0]
    assert (shown["status"], shown["revision"]) == ("running", deployed["revision"])
    assert "GET /health" in repository.run("logs", "orders").stdout
    assert repository.run("stop", "orders").exit_code == 0
    shown = json.loads(repository.run("status", "orders", "--json").stdout)[0]
    assert shown["status"] == "stopped"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/health")


def test_a_folder_is_provisioned_on_hosts_of_the_command_line(
    repository: Command, sshd: Sshd, tmp_path: Path
) -> None:
    write_settings(repository.root, ssh_settings(sshd, tmp_path, hosts=["nobody@127.0.0.1:1"]))
    write_feature(repository.root / "behaviors" / "orders", "orders")
    there = ("--host", sshd.host)
    refused = repository.run("provision", "behaviors/orders", "--mode", "SERVICE", *there)
    assert (refused.exit_code, "--host goes with --mode SSH" in refused.stderr) == (2, True)
    wrong = repository.run("provision", "behaviors/orders", "--mode", "SSH", "--host", "a b")
    assert (wrong.exit_code, "--host" in wrong.stderr) == (2, True)
    ended = repository.run("provision", "behaviors/orders", "--mode", "SSH", "--json", *there)
    assert ended.exit_code == 0, ended.said
    deployed = ended.result["deployment"]
    assert httpx.get(f"{deployed['url']}/health").json()["revision"] == deployed["revision"]
