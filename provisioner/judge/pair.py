"""The two fork servers of a judgement, and the folder that both see."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from provisioner.files.temporary import private_prefix, remove_tree, system_folder
from provisioner.judge.inside.emptied import empty
from provisioner.judge.packages import Packages
from provisioner.judge.process import SandboxedServer, ServerGone, compile_inside
from provisioner.judge.verdict import Isolation
from provisioner.sandbox.base import Limits, Sandbox
from provisioner.sandbox.output_file import read_output_file

#: What the processes of a pair have imported from and set up, and so what they can be used for.
Use = tuple[Packages, Isolation]


class Pair:
    """The two fork servers, and the folder that both see.

    Attributes:
        feature, temporary: the feature's folder, and that for temporary files.
        held: which tests the tests' side holds, where it does.
    """

    def __init__(self, sandbox: Sandbox, limits: Limits, use: Use) -> None:
        self.use, packages = use, use[0]
        compile_inside(python := packages.python)
        self._folder = tempfile.mkdtemp(prefix=private_prefix("judged"), dir=system_folder())
        Path(self._folder).chmod(0o711)  # both sides' users pass through
        self.shared = Path(self._folder, "shared")
        self.feature, self.temporary = self.shared / "feature", self.shared / "tmp"
        _make_open(self.shared)
        self.held: object = None
        tests, code = packages.readable, packages.code.readable
        self.tests = SandboxedServer("tests_side", python, sandbox, limits, self.shared, tests)
        self.code = SandboxedServer("code_side", python, sandbox, limits, self.shared, code)

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
        self.code.hang_up()
        self.tests.close()
        self.code.close()
        empty(self._folder)
        remove_tree(self._folder)

    def lay(self, files: Mapping[str, bytes]) -> None:
        """Write the feature's files, and nothing else is there."""
        places = self.feature, self.temporary
        kept = [place.name for place in places if _is_own_folder(place)]  # to make one takes long
        empty(str(self.shared), kept)
        for place in places:
            empty(str(place))
            _make_open(place)
            place.chmod(0o777)
        for name, data in files.items():
            path = self.feature / name
            _make_open(path.parent)
            path.write_bytes(data)
            path.chmod(0o666 if name.endswith(".py") else 0o444)
        self.feature.chmod(0o1777)  # where we are root, what we laid here stays

    def changed(self, files: Mapping[str, bytes]) -> str:
        """The first of the data files that is no longer as it was laid, "" where all are."""
        for name, data in files.items():
            path = self.feature / name
            if not name.endswith(".py"):
                with contextlib.suppress(OSError):
                    if read_output_file(path, len(data) + 1) == data:
                        continue
                return name
        return ""


def _is_own_folder(path: Path) -> bool:
    """Whether there is a folder of our own, and nothing that judged code has put in its place."""
    try:
        state = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid()


def _make_open(folder: Path) -> None:
    """Make a folder that every user can write to."""
    if not folder.is_dir():
        _make_open(folder.parent)
        folder.mkdir()
        folder.chmod(0o777)
