"""What tests of hosts need: an sshd that is a host, and a feature that is deployed there."""

from __future__ import annotations

import json
from pathlib import Path

from provisioner.modes.base import Target
from provisioner.modes.ssh_settings import SSHSettings
from tests.servers.sshd import Sshd


def ssh_settings(sshd: Sshd, root: Path, **more: object) -> SSHSettings:
    """Settings for a host on this machine, whose files are in a folder of the test."""
    return SSHSettings.model_validate(
        {
            "hosts": [sshd.host],
            "key": sshd.key,
            "known_hosts": sshd.known_hosts,
            "folder": str(root / "host"),
            "listen": "127.0.0.1",
            **more,
        }
    )


def write_settings(repository: Path, settings: SSHSettings) -> None:
    section = settings.model_dump(mode="json", exclude_defaults=True)
    quick = {"mutation": "off", "review": "off"}
    (repository / "deployment.yaml").write_text(json.dumps({"ssh": section, "quality": quick}))


def target(root: Path, name: str, settings: SSHSettings, *, run: str = "run") -> Target:
    return Target(
        feature=name,
        folder=root / "behaviors" / name,
        state=root / ".ai-deploy",
        log=root / ".ai-deploy" / "runs" / run / "service.log",
        label=run,
        settings=settings,
    )


def running_on(root: Path) -> list[int]:
    """The processes that features have on a host of the test, by its folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if str(root / "host") in said and "supervise.py" in said:
            found.append(int(process.name))
    return found
