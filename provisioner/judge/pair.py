"""The two fork servers of a judgement, and the folder that both see."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from provisioner.files.temporary import private_prefix, system_folder
from provisioner.judge.inside.emptied import empty
from provisioner.judge.process import SandboxedServer, ServerGone
from provisioner.sandbox.base import Limits, Sandbox
from provisioner.sandbox.output_file import read_output_file


class Pair:
    """The two fork servers, and the folder that both see."""

    def __init__(self, sandbox: Sandbox, limits: Limits) -> None:
        self._folder = tempfile.mkdtemp(prefix=private_prefix("judged"), dir=system_folder())
        Path(self._folder).chmod(0o711)  # both sides' users pass through
        self.shared = Path(self._folder, "shared")
        self.shared.mkdir()
        self.shared.chmod(0o777)
        self.tests = SandboxedServer(sandbox, limits, self.shared)
        self.code = SandboxedServer(sandbox, limits, self.shared)

    def wait_ready(self) -> None:
        """Wait for both; raises ServerGone."""
        try:
            self.tests.wait_ready()
            self.code.wait_ready()
        except ServerGone:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        return self.tests.alive and self.code.alive

    def close(self) -> None:
        """End both and remove their folder."""
        self.tests.close()
        self.code.close()
        empty(self._folder)
        shutil.rmtree(self._folder, ignore_errors=True)

    def lay(self, files: Mapping[str, bytes]) -> tuple[Path, Path]:
        """Write the feature's files; its folder, and that for temporary files."""
        empty(str(self.shared))
        feature, temporary = self.shared / "feature", self.shared / "tmp"
        for folder in (feature, temporary):
            folder.mkdir(mode=0o777)
            folder.chmod(0o777)
        for name, data in files.items():
            path = feature / name
            if not path.parent.is_dir():
                path.parent.mkdir(parents=True)
                for parent in [one for one in path.parents if feature in one.parents]:
                    parent.chmod(0o777)
            path.write_bytes(data)
            path.chmod(0o666 if name.endswith(".py") else 0o444)
        feature.chmod(0o1777)  # where we are root, what we laid here stays
        return feature, temporary

    def changed(self, files: Mapping[str, bytes]) -> str:
        """The first of the data files that is no longer as it was laid, "" where all are."""
        for name, data in files.items():
            path = self.shared / "feature" / name
            if not name.endswith(".py"):
                with contextlib.suppress(OSError):
                    if read_output_file(path, len(data) + 1) == data:
                        continue
                return name
        return ""
