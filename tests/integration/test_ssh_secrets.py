"""Secrets of a feature on a host: given to its service, and to be found nowhere else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from provisioner.errors import FeatureConfigInvalid, ServiceUnhealthy
from provisioner.modes.base import Deployment, Provisioner
from tests.integration.command import Command
from tests.integration.containers import run_inside, target, write_feature
from tests.integration.hosts import end_all, ssh_settings, write_settings
from tests.integration.test_ssh_runs import FEATURE, ORDERS
from tests.servers.sshd import Sshd, running_sshd

VALUE, OTHER = "canary-4b1d9", "canary-77e02"
CONFIG = "service: {env: {API_TOKEN: {secret: shop-token}}}\n"
TOKEN = "import json, os; print(json.dumps(os.environ['API_TOKEN']))"
#: Each command that a client gives is appended to a file of the host before it is run.
RECORDED = 'command="echo \\"$SSH_ORIGINAL_COMMAND\\" >> {file}; eval \\"$SSH_ORIGINAL_COMMAND\\"" '


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Sshd]:
    """A host that keeps a record of its commands; nothing is left running there."""
    with running_sshd(tmp_path / "sshd") as found:
        keys = found.folder / "authorized_keys"
        keys.write_text(RECORDED.format(file=found.folder / "commands") + keys.read_text())
        yield found
        end_all(tmp_path)


def holding(root: Path, value: str) -> set[Path]:
    """The files below a folder that have a value in them."""
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    return {path for path in files if value.encode() in path.read_bytes()}


def command_lines() -> str:
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(process.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(found)


def mode(root: Path, host: Sshd, **environ: str) -> Provisioner:
    wanted = target(root, "notes", settings=ssh_settings(host, root))
    return Provisioner.create("SSH", replace(wanted, environ=environ))


def deploy(root: Path, host: Sshd, **environ: str) -> Deployment:
    return asyncio.run(mode(root, host, **environ).provision(revision="one"))


def test_in_a_whole_run_the_service_alone_knows_the_secret(
    tool: Command, tmp_path: Path, host: Sshd
) -> None:
    write_settings(tool.root, ssh_settings(host, tmp_path))
    folder = tool.root / "behaviors" / "orders"
    folder.mkdir(parents=True)
    (folder / "feature-config.yaml").write_text(f"feature: orders\n{CONFIG}")
    ended = tool.run(*FEATURE, "--requirements", ORDERS, SHOP_TOKEN=VALUE)
    assert ended.exit_code == 0, ended.said[-3000:]
    assert httpx.get(f"{ended.result['deployment']['url']}/health").status_code == 200
    assert "unpack" in (host.folder / "commands").read_text()
    [spec] = holding(tmp_path, VALUE)
    assert spec.relative_to(tmp_path / "host").match("orders/running/*/spec.json")
    assert (spec.stat().st_mode & 0o777, spec.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert json.loads(spec.read_bytes())["env"]["API_TOKEN"] == VALUE
    run = ended.result["run_id"]
    shown = [tool.run(*one) for one in (("status",), ("logs", "orders"), ("show", run))]
    assert [one.exit_code for one in shown] == [0, 0, 0]
    for said in (
        command_lines(),
        ended.said,
        *(one.said for one in shown),
        tool.git("log", "-p", "--all"),
    ):
        assert VALUE not in said
    assert tool.run("stop", "orders").exit_code == 0


def test_a_changed_secret_is_a_new_start_and_a_rollback_brings_the_earlier_one_back(
    tmp_path: Path, host: Sshd
) -> None:
    write_feature(tmp_path / "behaviors" / "notes", "notes", config=CONFIG)
    one = deploy(tmp_path, host, SHOP_TOKEN=VALUE)
    assert run_inside(one.url, TOKEN) == VALUE
    assert deploy(tmp_path, host, SHOP_TOKEN=VALUE) == one
    two = deploy(tmp_path, host, SHOP_TOKEN=OTHER)
    assert (two.url, two.id != one.id) == (one.url, True)
    assert run_inside(two.url, TOKEN) == OTHER
    back = asyncio.run(mode(tmp_path, host).rollback(two))
    assert (back.id, run_inside(back.url, TOKEN)) == (one.id, VALUE)


@pytest.mark.parametrize("environ", [{}, {"SHOP_TOKEN": ""}, {"SHOP_TOKEN": "  "}])
def test_an_empty_secret_is_refused_before_anything_is_sent(
    tmp_path: Path, host: Sshd, environ: dict[str, str]
) -> None:
    write_feature(tmp_path / "behaviors" / "notes", "notes", config=CONFIG)
    with pytest.raises(FeatureConfigInvalid, match="SHOP_TOKEN is empty or not set"):
        deploy(tmp_path, host, **environ)
    assert not (host.folder / "commands").exists()


def test_a_service_that_prints_its_secret_as_it_fails_gives_it_to_nobody_else(
    tmp_path: Path, host: Sshd
) -> None:
    start = "sys.exit('refused: ' + os.environ['API_TOKEN'])"
    write_feature(tmp_path / "behaviors" / "notes", "notes", start=start, config=CONFIG)
    with pytest.raises(ServiceUnhealthy) as caught:
        deploy(tmp_path, host, SHOP_TOKEN=VALUE)
    assert "refused: …" in caught.value.evidence
    assert VALUE not in repr(caught.value) + "".join(caught.value.evidence)
