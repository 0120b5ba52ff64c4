import hashlib
import subprocess
from pathlib import Path

import pytest

from provisioner.errors import WorkspaceInvalid
from provisioner.feature.scaffold import feature_folder
from provisioner.files.workspace import RunFolder, open_workspace


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return open_workspace(tmp_path).run_folder("run-1")


def test_the_state_folder_is_private_and_ignores_itself(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    assert workspace.state_dir == tmp_path / ".ai-deploy"
    assert workspace.state_dir.stat().st_mode & 0o777 == 0o700
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=tmp_path, check=True, capture_output=True
    )
    assert status.stdout == b""


def test_an_open_state_folder_becomes_private_and_keeps_its_files(tmp_path: Path) -> None:
    state = tmp_path / ".ai-deploy"
    state.mkdir(mode=0o755)
    (state / "ledger.sqlite").write_text("kept")
    open_workspace(tmp_path)
    assert state.stat().st_mode & 0o777 == 0o700
    assert (state / "ledger.sqlite").read_text() == "kept"


def test_looking_at_a_workspace_makes_nothing(tmp_path: Path) -> None:
    open_workspace(tmp_path, read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceInvalid, match="is no folder"):
        open_workspace(tmp_path / "gone")


def test_a_file_in_the_state_folders_place_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / ".ai-deploy").write_text("mine")
    with pytest.raises(WorkspaceInvalid, match=r"\.ai-deploy is no folder"):
        open_workspace(tmp_path)
    assert (tmp_path / ".ai-deploy").read_text() == "mine"


def test_a_link_in_the_state_folders_place_is_refused(tmp_path: Path) -> None:
    elsewhere, root = tmp_path / "elsewhere", tmp_path / "root"
    elsewhere.mkdir()
    root.mkdir()
    (root / ".ai-deploy").symlink_to(elsewhere)
    with pytest.raises(WorkspaceInvalid, match=r"\.ai-deploy is a link"):
        open_workspace(root)
    assert list(elsewhere.iterdir()) == []


def test_a_file_system_that_refuses_to_write_is_named_with_a_next_step() -> None:
    with pytest.raises(WorkspaceInvalid, match="cannot be written") as caught:
        open_workspace(Path("/sys/kernel"))  # nobody can make a folder there
    assert "another workspace" in caught.value.next_step


def test_a_folder_in_the_ignore_files_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".ai-deploy" / ".gitignore").mkdir(parents=True)
    with pytest.raises(WorkspaceInvalid, match="cannot be written"):
        open_workspace(tmp_path)


@pytest.mark.parametrize("run_id", ["", ".", "..", "a/b", "../up", "a\n", "-x"])
def test_what_is_no_run_id_names_no_folder(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(ValueError, match="no run's id"):
        open_workspace(tmp_path).run_dir(run_id)


@pytest.mark.parametrize("feature", ["", "Orders", "1st", "a/b", "..", "a_b", "a" * 64, "é"])
def test_what_is_no_feature_name_is_refused(tmp_path: Path, feature: str) -> None:
    with pytest.raises(WorkspaceInvalid, match="no feature name"):
        feature_folder(tmp_path, feature)


def test_a_features_folder_is_under_behaviors(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    assert feature_folder(workspace.root, "a" * 63) == tmp_path / "behaviors" / ("a" * 63)


@pytest.mark.parametrize("linked", ["behaviors", "behaviors/orders"])
def test_a_link_that_leads_out_of_the_workspace_is_refused(tmp_path: Path, linked: str) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    outside.mkdir()
    (root / linked).parent.mkdir(parents=True)
    (root / linked).symlink_to(outside)
    with pytest.raises(WorkspaceInvalid, match="leads out"):
        feature_folder(root, "orders")


def test_an_artefact_is_named_by_its_content_and_read_back(run: RunFolder) -> None:
    data = bytes(range(256)) * 100
    digest = run.put(data)
    assert digest == hashlib.sha256(data).hexdigest()
    assert run.get(digest) == data
    assert run.put(data) == digest


def test_a_damaged_artefact_is_never_given_and_heals_when_put_again(run: RunFolder) -> None:
    digest = run.put(b"content")
    [place] = run.path.rglob(digest)
    place.write_bytes(b"c0ntent")
    with pytest.raises(WorkspaceInvalid, match="damaged"):
        run.get(digest)
    run.put(b"content")
    assert run.get(digest) == b"content"


def test_a_missing_artefact_is_an_error_that_names_it(run: RunFolder) -> None:
    with pytest.raises(WorkspaceInvalid, match="cannot be read"):
        run.get("0" * 64)


@pytest.mark.parametrize("digest", ["", "../../../etc/passwd", "0" * 63, "G" * 64])
def test_what_is_no_hash_is_never_looked_up(run: RunFolder, digest: str) -> None:
    with pytest.raises(WorkspaceInvalid, match="no SHA-256"):
        run.get(digest)
