"""What a feature starts from, and what the scaffold leaves alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioner.errors import FeatureConfigInvalid, WorkspaceInvalid
from provisioner.feature.container_files import OWNED
from provisioner.feature.feature_config import (
    FeatureConfig,
    check_feature_name,
    load_feature_config,
    read_feature_config,
)
from provisioner.feature.scaffold import (
    feature_folder,
    plan_scaffold,
    read_existing,
    read_template,
    template_dir,
)
from tests.unit.provisioner.scaffolding import write_scaffold

LAID = {
    "feature-config.yaml",
    "requirements.txt",
    "service_test_base.py",
    "Dockerfile",
    ".dockerignore",
    "containerapp.yaml",
}
TEMPLATE = read_template(template_dir())


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_new_feature_gets_everything_that_is_not_generated(tmp_path: Path) -> None:
    plan = write_scaffold(tmp_path, "orders")
    folder = tmp_path / "behaviors" / "orders"
    assert {path.name for path in folder.iterdir()} == set(plan.files) == LAID
    assert load_feature_config(folder).feature == "orders"
    assert (folder / "service_test_base.py").read_bytes() == TEMPLATE["service_test_base.py"]


def test_nothing_is_done_twice(tmp_path: Path) -> None:
    write_scaffold(tmp_path, "orders")
    again = write_scaffold(tmp_path, "orders")
    assert again.files == {}
    assert set(again.kept) == LAID


def test_what_the_user_wrote_is_kept_and_what_follows_from_it_is_brought_up_to_date() -> None:
    mine = {
        "feature-config.yaml": b"feature: orders\nservice: {port: 9000}\n",
        "requirements.txt": b"fastapi\nuvicorn\npillow\n",
        "service_test_base.py": b"# an older one\n",
        "Dockerfile": b"FROM mine\n",
        "containerapp.yaml": OWNED.encode() + b"old: true\n",
        "main.py": b"x = 1\n",
    }
    plan = plan_scaffold("orders", TEMPLATE, mine)
    assert set(plan.files) == {"service_test_base.py", "containerapp.yaml", ".dockerignore"}
    assert b"targetPort: 9000" in plan.files["containerapp.yaml"]
    assert set(plan.kept) == {"feature-config.yaml", "requirements.txt", "Dockerfile", "main.py"}


def test_a_requirements_file_of_another_name_is_laid_under_that_name() -> None:
    config = b"feature: orders\npython: {requirements: deps.txt}\n"
    plan = plan_scaffold("orders", TEMPLATE, {"feature-config.yaml": config})
    assert plan.files["deps.txt"] == TEMPLATE["requirements.txt"]
    assert "requirements.txt" not in plan.files


def test_the_plan_does_not_touch_what_it_was_given() -> None:
    existing: dict[str, bytes] = {}
    plan = plan_scaffold("orders", TEMPLATE, existing)
    assert existing == {}
    with pytest.raises(TypeError):
        plan.files["x"] = b""  # type: ignore[index]  # that it cannot be done is the point


def test_the_template_shows_every_key_with_its_default() -> None:
    import yaml

    text = TEMPLATE["feature-config.yaml"].decode()
    assert read_feature_config(text) == FeatureConfig(feature="template")
    shown = yaml.safe_load(text)
    for name, field in FeatureConfig.model_fields.items():
        inner = getattr(field.annotation, "model_fields", None)
        assert name in shown
        assert inner is None or set(shown[name]) == set(inner)


@pytest.mark.parametrize(
    "name", ["", "Orders", "1st", "a b", "../etc", "a/b", "a\n", "a" * 64, "é"]
)
def test_what_is_no_feature_name_is_refused_with_one_that_would_be(name: str) -> None:
    with pytest.raises(WorkspaceInvalid, match="is no feature name") as caught:
        check_feature_name(name)
    assert caught.value.next_step


@settings(deadline=None)  # a busy machine is no defect
@given(st.text(max_size=80))
def test_a_suggested_name_is_a_name(name: str) -> None:
    try:
        check_feature_name(name)
    except WorkspaceInvalid as error:
        check_feature_name(error.next_step.rpartition(" ")[2])


def test_another_features_configuration_is_refused() -> None:
    with pytest.raises(WorkspaceInvalid, match="says feature: billing"):
        plan_scaffold("orders", TEMPLATE, {"feature-config.yaml": b"feature: billing\n"})


def test_a_configuration_that_is_no_text_is_refused() -> None:
    with pytest.raises(FeatureConfigInvalid, match="not UTF-8"):
        plan_scaffold("orders", TEMPLATE, {"feature-config.yaml": b"feature: orders # \xff"})


def test_a_wrong_configuration_stops_the_scaffold_before_it_writes(tmp_path: Path) -> None:
    folder = tmp_path / "behaviors" / "orders"
    folder.mkdir(parents=True)
    (folder / "feature-config.yaml").write_text("feature: orders\nservice: {prot: 1}\n")
    with pytest.raises(FeatureConfigInvalid, match="did you mean port"):
        write_scaffold(tmp_path, "orders")
    assert tree(folder) == ["feature-config.yaml"]


@pytest.mark.parametrize("link", ["behaviors", "behaviors/orders"])
def test_a_link_out_of_the_workspace_is_refused(tmp_path: Path, link: str) -> None:
    outside, workspace = tmp_path / "outside", tmp_path / "workspace"
    outside.mkdir()
    (workspace / link).parent.mkdir(parents=True)
    (workspace / link).symlink_to(outside)
    with pytest.raises(WorkspaceInvalid, match="leads out of the workspace"):
        write_scaffold(workspace, "orders")
    assert tree(outside) == []


def test_a_link_to_another_feature_is_refused(tmp_path: Path) -> None:
    write_scaffold(tmp_path, "billing")
    before = tree(tmp_path)
    (tmp_path / "behaviors" / "orders").symlink_to("billing")
    with pytest.raises(WorkspaceInvalid, match="is a link to"):
        write_scaffold(tmp_path, "orders")
    assert tree(tmp_path / "behaviors" / "billing") == [
        one.removeprefix("behaviors/billing/") for one in before if "billing/" in one
    ]


def test_a_linked_file_that_leads_out_is_not_read(tmp_path: Path) -> None:
    write_scaffold(tmp_path, "orders")
    folder = tmp_path / "behaviors" / "orders"
    (folder / "main.py").symlink_to("/etc/passwd")
    with pytest.raises(WorkspaceInvalid, match="leads out of the workspace"):
        read_existing(tmp_path, folder, TEMPLATE)


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "behaviors" / "orders" / "Dockerfile").mkdir(parents=True)
    with pytest.raises(WorkspaceInvalid, match="Dockerfile cannot be read: it is no file"):
        write_scaffold(tmp_path, "orders")
    assert tree(tmp_path / "behaviors" / "orders") == ["Dockerfile"]


@pytest.mark.parametrize("blocked", ["behaviors", "behaviors/orders"])
def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path: Path, blocked: str) -> None:
    path = tmp_path / blocked
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")
    with pytest.raises(WorkspaceInvalid, match=f"{path} is no folder"):
        write_scaffold(tmp_path, "orders")
    assert path.read_text() == "in the way"


def test_a_workspace_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceInvalid, match="is no folder"):
        feature_folder(tmp_path / "nowhere", "orders")


def test_the_workspace_itself_may_be_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real)
    write_scaffold(tmp_path / "link", "orders")
    assert (real / "behaviors" / "orders" / "Dockerfile").is_file()


def test_a_read_only_file_system_gives_one_clear_error_and_leaves_nothing(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    program = (
        "import sys; from pathlib import Path\n"
        "from tests.unit.provisioner.scaffolding import write_scaffold\n"
        "from provisioner.errors import WorkspaceInvalid\n"
        "try: write_scaffold(Path(sys.argv[1]), 'orders')\n"
        "except WorkspaceInvalid as error: sys.exit(f'{error}; {error.next_step}')\n"
    )
    mount = f"mount --bind {workspace} {workspace} && mount -o remount,bind,ro {workspace}"
    argv = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
    probe = subprocess.run([*argv, mount], capture_output=True)
    if probe.returncode:
        pytest.skip("this machine allows no mount namespaces: " + probe.stderr.decode())
    repository = str(Path(__file__).parents[4])
    done = subprocess.run(
        [*argv, f'{mount} && exec "$@"', "sh", sys.executable, "-c", program, str(workspace)],
        cwd=repository,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "cannot be written: Read-only file system" in done.stderr
    assert "mounted read-only" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(workspace) == []


@pytest.mark.parametrize(("script", "red"), [("test.py", "main.py is not written yet")])
def test_the_template_itself_is_red_and_says_why(script: str, red: str, tmp_path: Path) -> None:
    for name, content in TEMPLATE.items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-B", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert red in done.stderr
