"""Dockerfile, .dockerignore and containerapp.yaml from feature-config.yaml."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from provisioner.errors import FeatureConfigInvalid, WorkspaceInvalid
from provisioner.feature.container_files import (
    OWNED,
    azure_size,
    container_app_name,
    inject_config,
    render_container_app,
)
from provisioner.feature.dockerfile import dependency_stage, render_dockerfile
from provisioner.feature.feature_config import FeatureConfig, read_feature_config

CONFIG = read_feature_config(
    "feature: orders\n"
    "service: {port: 9000, health_path: /up, env: {LEVEL: info, DB: {secret: db-url}}}\n"
    "timeouts: {startup_seconds: 45, stop_seconds: 7}\n"
)


def instructions(text: str) -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continuation lines joined, comments left out."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = lines.replace("\\\n", " ").splitlines()
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in joined if line.strip()]


def values(text: str, name: str) -> list[str]:
    return [value for one, value in instructions(text) if one == name]


def test_dependencies_come_before_the_sources_which_are_last() -> None:
    order = instructions(render_dockerfile(CONFIG))
    assert [name for name, _ in order].count("FROM") == 3
    assert order[-1] == ("COPY", ". .")
    assert [name for name, value in order if name in ("COPY", "ADD")] == ["COPY"]


def test_packages_come_from_the_lock_by_uv_with_a_cache_that_is_in_no_layer() -> None:
    last = values(render_dockerfile(CONFIG), "RUN")[-1]
    assert "--mount=type=bind,source=requirements.lock,target=/opt/requirements.lock" in last
    assert "--mount=type=cache,id=ai-assisted-deploy-uv" in last
    assert "uv pip sync" in last
    for secret in ("ca-bundle", "index"):
        assert f"--mount=type=secret,id={secret}" in last


@pytest.mark.parametrize("mounts", [True, False])
def test_nothing_that_packages_brought_is_run_beside_the_indexs_passwords(mounts: bool) -> None:
    """The environment's interpreter runs lines of theirs when it starts."""
    stage = dependency_stage(CONFIG, mounts=mounts)
    assert "--compile-bytecode" not in stage
    assert "/opt/venv/bin" not in stage.partition("--no-build")[2].partition("ENV PATH")[0]


def test_without_mounts_the_hosts_settings_stay_in_a_stage_that_is_thrown_away() -> None:
    text = dependency_stage(CONFIG, mounts=False)
    assert "--mount" not in text
    final = text[text.index(" AS dependencies") :]
    assert "/opt/build" not in final
    assert "COPY --from=build /opt/venv /opt/venv" in final


def test_debian_packages_are_installed_before_the_environment_in_one_order() -> None:
    texts = [
        render_dockerfile(
            read_feature_config(f"feature: orders\nimage: {{packages: [{', '.join(names)}]}}\n")
        )
        for names in (["libpq5", "curl"], ["curl", "libpq5"])
    ]
    assert texts[0] == texts[1]
    assert "apt-get install -y -qq --no-install-recommends" in texts[0]
    assert texts[0].index("curl libpq5") < texts[0].index("uv venv")
    assert "apt-get" not in render_dockerfile(CONFIG)


@pytest.mark.parametrize("name", ["'-y'", "'a b'", "'$(x)'", "7", "'A'"])
def test_what_is_no_name_of_a_package_is_refused(name: str) -> None:
    with pytest.raises(FeatureConfigInvalid, match="name of a Debian package"):
        read_feature_config(f"feature: orders\nimage: {{packages: [{name}]}}\n")


def test_the_image_serves_the_port_as_nobody_and_tells_its_health() -> None:
    text = render_dockerfile(CONFIG)
    assert values(text, "USER") == ["65534:65534"]
    assert values(text, "EXPOSE") == ["9000"]
    command = json.loads(values(text, "CMD")[0])
    assert command[1:4] == ["-m", "uvicorn", "service:app"]
    assert command[command.index("--port") + 1] == "9000"
    assert command[command.index("--timeout-graceful-shutdown") + 1] == "7"
    health = values(text, "HEALTHCHECK")[0]
    assert "--start-period=45s" in health
    code = json.loads(health.partition("CMD ")[2])[2]
    assert "http://127.0.0.1:9000/up" in code
    compile(code, "health", "exec")


def test_a_plain_variable_is_in_the_image_and_a_secret_is_not() -> None:
    text = render_dockerfile(CONFIG)
    assert 'ENV LEVEL="info"' in text
    assert "db-url" not in text


@settings(deadline=None)  # a busy machine is no defect
@given(st.text(max_size=50).filter(str.isprintable))
def test_a_variable_of_any_content_stays_one_value(value: str) -> None:
    config = FeatureConfig.model_validate(
        {"feature": "orders", "service": {"env": {"VALUE": value}}}
    )
    line = next(one for one in render_dockerfile(config).split("\n") if one.startswith("ENV VALUE"))
    # Docker's double quotes are the shell's, and each $ is escaped.
    assert line[len("ENV VALUE=") :].startswith('"')
    assert shlex.split(line[len("ENV VALUE=") :].replace("\\$", "$")) == [value]
    app: Any = yaml.safe_load(render_container_app(config))
    env = app["properties"]["template"]["containers"][0]["env"]
    assert {"name": "VALUE", "value": value} in env


def test_the_container_app_is_as_azure_wants_it() -> None:
    app: Any = yaml.safe_load(render_container_app(CONFIG))
    assert app["name"] == "orders"
    configuration = app["properties"]["configuration"]
    assert configuration["activeRevisionsMode"] == "Multiple"
    assert configuration["ingress"]["external"] is True
    assert configuration["ingress"]["targetPort"] == 9000
    container = app["properties"]["template"]["containers"][0]
    assert {"name": "DB", "secretRef": "db-url"} in container["env"]
    assert container["resources"] == {"cpu": 0.5, "memory": "1Gi"}
    assert app["properties"]["template"]["scale"] == {"minReplicas": 0, "maxReplicas": 2}
    probes = {probe["type"]: probe for probe in container["probes"]}
    assert set(probes) == {"Startup", "Readiness", "Liveness"}
    assert all(one["httpGet"] == {"path": "/up", "port": 9000} for one in probes.values())
    startup = probes["Startup"]
    assert startup["periodSeconds"] * startup["failureThreshold"] >= 45
    assert startup["failureThreshold"] <= 10


@pytest.mark.parametrize(
    ("cpu", "memory", "size"),
    [
        (0.5, "1Gi", (0.5, "1Gi")),
        (0.1, "64Mi", (0.25, "0.5Gi")),
        (0.5, "3Gi", (1.5, "3Gi")),
        (1.1, "1Gi", (1.25, "2.5Gi")),
        (8, "64Gi", (4.0, "8Gi")),
    ],
)
def test_sizes_are_rounded_up_to_what_azure_offers(
    cpu: float, memory: str, size: tuple[float, str]
) -> None:
    config = read_feature_config(f"feature: x\nresources: {{cpu: {cpu}, memory: {memory}}}")
    assert azure_size(config) == size


@settings(deadline=None)  # a busy machine is no defect
@given(st.from_regex(r"[a-z][a-z0-9-]{0,62}", fullmatch=True))
def test_every_feature_has_a_name_that_azure_takes(feature: str) -> None:
    name = container_app_name(feature)
    assert 2 <= len(name) <= 32
    assert name[0].isalpha()
    assert name[-1].isalnum()
    assert "--" not in name


def test_names_that_are_cut_stay_apart() -> None:
    names = {container_app_name("a" * 40 + end) for end in "bcd"}
    assert len(names) == 3
    assert container_app_name("orders") == "orders"


def test_files_are_written_anew_and_those_that_somebody_owns_are_kept(tmp_path: Path) -> None:
    (tmp_path / "feature-config.yaml").write_text("feature: orders\n")
    assert inject_config(tmp_path) == (("Dockerfile", ".dockerignore", "containerapp.yaml"), ())
    first = (tmp_path / "Dockerfile").read_bytes()
    assert first.startswith(OWNED.encode())
    (tmp_path / ".dockerignore").write_text("mine\n")
    written, kept = inject_config(tmp_path)
    assert (written, kept) == (("Dockerfile", "containerapp.yaml"), (".dockerignore",))
    assert (tmp_path / ".dockerignore").read_text() == "mine\n"
    assert (tmp_path / "Dockerfile").read_bytes() == first


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "feature-config.yaml").write_text("feature: orders\n")
    (tmp_path / "containerapp.yaml").mkdir()
    with pytest.raises(WorkspaceInvalid, match=r"containerapp\.yaml cannot be read"):
        inject_config(tmp_path)
    assert not (tmp_path / "Dockerfile").exists()


def test_a_wrong_configuration_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "feature-config.yaml").write_text("feature: orders\nservice: {port: 0}\n")
    with pytest.raises(FeatureConfigInvalid):
        inject_config(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["feature-config.yaml"]
