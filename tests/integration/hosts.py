"""What tests of hosts need: an sshd that is a host, and a feature that is deployed there."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from provisioner.modes.ssh.settings import SSHSettings
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
            "start_at_boot": False,  # this machine keeps its units
            **more,
        }
    )


def hosts_settings(hosts: Sequence[Sshd], root: Path, **more: object) -> SSHSettings:
    """Settings for several hosts, each with a home of its own."""
    known_hosts, key = root / "known_hosts", root / "key"
    known_hosts.write_text("".join(one.known_hosts.read_text() for one in hosts))
    key.write_text(hosts[0].key.read_text())
    key.chmod(0o600)
    for one in hosts:
        public = hosts[0].key.with_suffix(".pub").read_text()
        (one.folder / "authorized_keys").write_text(public)
    files = {"key": key, "known_hosts": known_hosts}
    own = {"listen": "127.0.0.1", "start_at_boot": False}
    return SSHSettings.model_validate(
        {"hosts": [one.host for one in hosts], **files, **own, **more}
    )


def write_settings(repository: Path, settings: SSHSettings) -> None:
    section = settings.model_dump(mode="json", exclude_defaults=True)
    quick = {"mutation": "off", "review": "off"}
    (repository / "deployment.yaml").write_text(json.dumps({"ssh": section, "quality": quick}))


def running_on(root: Path) -> list[str]:
    """The supervised programs that run on hosts of a test, by their folders."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
        except OSError:
            continue
        if any(word.endswith("supervise.py") for word in said):
            found += [word for word in said if word.startswith(str(root)) and "/running/" in word]
    return sorted(found)


def end_all(root: Path) -> None:
    """Kill what is left running on the hosts of a test."""
    for folder in running_on(root):
        pid, _ = json.loads(Path(folder, "process.json").read_text())
        with suppress(ProcessLookupError):
            while True:  # until the whole group is gone
                os.killpg(pid, signal.SIGKILL)
                time.sleep(0.01)
