"""The unit of systemd that starts a feature again after its host has restarted."""

from __future__ import annotations

import hashlib
import os
import pwd
import subprocess
from pathlib import Path

from provisioner.modes.inside.supervise import write

_SECONDS = 60.0  # for systemd to read its units
_UNIT = """\
[Unit]
Description=What ran of the feature {feature} when this host went down (ai-assisted-deploy)
After=network.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={command}

[Install]
WantedBy={target}
"""


class BootUnit:
    """The unit of a feature's folder: root's is the system's, another user's that user's own."""

    def __init__(self, folder: Path, feature: str) -> None:
        self.folder, self.feature, self.uid = folder, feature, os.getuid()
        units = "~/.config/systemd/user" if self.uid else "/etc/systemd/system"
        place = hashlib.sha256(bytes(folder)).hexdigest()[:8]  # of several for the same feature
        self.file = Path(units).expanduser() / f"ai-assisted-deploy-{feature}-{place}.service"

    def arrange(self, python: str) -> str:
        """Have what is kept started at each boot; why that cannot be, "" where it is so.

        Args:
            python: runs the supervisor beside the proxy, and is kept as long; "" has nothing
                started, and the unit removed.
        """
        try:
            return self._enable(self._text(python)) if python else self._remove()
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)

    def _enable(self, text: str) -> str:
        user = pwd.getpwuid(self.uid).pw_name
        if not Path("/run/systemd/system").is_dir():
            return "its system manager is not systemd"
        if self.uid and not Path("/var/lib/systemd/linger", user).exists():
            return f"systemd ends what {user} runs there: `sudo loginctl enable-linger {user}`"
        if self.file.is_file() and self.file.read_text() == text:
            return ""
        write(self.file, text)
        if said := self._systemctl("enable"):
            self.file.unlink()
        return said

    def _remove(self) -> str:
        if self.file.is_file():
            self._systemctl("disable")  # a link that is left leads nowhere, and starts nothing
            self.file.unlink()
        return ""

    def _text(self, python: str) -> str:
        program = str(self.folder / "proxy" / "supervise.py")
        argv = [python, "-I", "-B", program, "kept", str(self.folder)]
        target = "default.target" if self.uid else "multi-user.target"
        command = " ".join(map(_quoted, argv))
        return _UNIT.format(feature=self.feature, command=command, target=target)

    def _systemctl(self, verb: str) -> str:
        """The end of what it says where it fails, else ""."""
        own = ["--user"] if self.uid else []
        ended = subprocess.run(
            ["systemctl", *own, "--no-ask-password", verb, self.file.name],
            env={**os.environ, "XDG_RUNTIME_DIR": f"/run/user/{self.uid}"},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        said = (ended.stdout + ended.stderr).strip().rpartition("\n")[2]
        return (said or f"systemctl ended with {ended.returncode}") if ended.returncode else ""


def _quoted(word: str) -> str:
    """A word of a command as a unit has it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("%", "%%").replace("$", "$$") + '"'
