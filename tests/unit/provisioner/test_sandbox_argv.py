"""Levels as the commands they make: what cannot be run everywhere is at least said rightly."""

from __future__ import annotations

from pathlib import Path

from provisioner.sandbox.base import Confinement
from provisioner.sandbox.docker import IMAGE, Docker
from provisioner.sandbox.seatbelt import Seatbelt, profile

PRIVATE = Path("/tmp/private")


def test_a_container_is_hardened_whatever_runs_in_it() -> None:
    for supervisor in (False, True):
        confinement = Confinement(supervisor=supervisor)
        argv = list(Docker().confine(["true"], confinement, private=PRIVATE).argv)
        text = " ".join(argv)
        assert argv[:2] == ["docker", "run"]
        for part in (
            *("--network none", "--read-only", "--cap-drop ALL", "--pull never", "--rm"),
            *("--security-opt no-new-privileges", "--pids-limit", "--memory 1073741824"),
        ):
            assert part in text
        assert argv[argv.index(IMAGE) + 1 :][-1] == "true"
        assert ("--user 0:0" in text) is supervisor


def test_a_container_shows_nothing_writable_but_the_folder_given(tmp_path: Path) -> None:
    argv = Docker().confine(["true"], Confinement(folder=tmp_path), private=PRIVATE).argv
    mounts = [argv[i + 1] for i, part in enumerate(argv) if part == "--mount"]
    writable = [mount for mount in mounts if not mount.endswith(",readonly")]
    assert writable == [f"type=bind,src={tmp_path},dst={tmp_path}"]


def test_a_container_is_taken_away_by_its_name() -> None:
    command = Docker().confine(["true"], Confinement(), private=PRIVATE)
    name = command.argv[command.argv.index("--name") + 1]
    assert command.end == ("docker", "rm", "--force", name)
    again = Docker().confine(["true"], Confinement(), private=PRIVATE)
    assert again.end != command.end


def test_the_profile_denies_first_and_allows_writing_in_one_folder() -> None:
    lines = profile(
        Confinement(readable=(Path("/opt/python"),)), Path("/private/tmp/x")
    ).splitlines()
    assert lines[:2] == ["(version 1)", "(deny default)"]
    assert lines[-1] == "(deny network*)"
    (write,) = [line for line in lines if line.startswith("(allow file-write*")]
    assert '(subpath "/private/tmp/x")' in write
    assert "/opt/python" not in write
    assert not [
        line for line in lines if "/Users" in line or '"/"' in line.replace('(literal "/")', "")
    ]


def test_names_with_quotes_stay_names() -> None:
    assert r'(subpath "/a\"b\\c")' in profile(Confinement(), Path('/a"b\\c'))


def test_seatbelt_gives_the_profile_and_the_command() -> None:
    command = Seatbelt().confine(["true"], Confinement(supervisor=True), private=PRIVATE)
    assert command.argv[0] == "/usr/bin/sandbox-exec"
    assert command.argv[-1] == "true"
    assert command.environment["TMPDIR"] == str(PRIVATE)
