"""deployment.yaml and its schema say what the models say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from graph.config.layers import leaf_paths, resolve
from graph.config.models import FILE_NAME, SCHEMA_FILE, DeploymentConfig, config_files

FILES = config_files()
SCHEMA: dict[str, Any] = json.loads(FILES[SCHEMA_FILE])


def test_the_written_file_is_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    file.write_text(FILES[FILE_NAME], "utf-8")
    layered = resolve(file=file, environ={}, flags={})
    assert layered.settings == DeploymentConfig()
    assert set(layered.sources.values()) == {str(file)}, "every key is in it"


@pytest.mark.parametrize("path", list(leaf_paths()))
def test_every_key_has_one_line_on_it(path: str) -> None:
    key = path.rpartition(".")[2]
    lines = [line for line in FILES[FILE_NAME].splitlines() if line.strip().startswith(f"{key}: ")]
    assert lines
    assert all(len(line.partition("# ")[2]) > 10 for line in lines)


@pytest.mark.parametrize(
    "key",
    [
        "regenerate_main",
        "regenerate_service",
        "regenerate_test",
        "rebuild_base_env",
        "rebuild_container",
        "rerun_tests",
        "skip_provision",
        "ai_generate_code",
        "ai_analyze_errors",
        "ai_create_commits",
        "ai_suggest_fixes",
        "max_retries",
        "retry_on_provision_fail",
        "retry_on_test_fail",
        "retry_delay_seconds",
        "exponential_backoff",
        "provision_mode",
        "skip_steps",
    ],
)
def test_every_key_of_the_user_s_configuration_exists(key: str) -> None:
    assert f"deployment.{key}" in set(leaf_paths())


@pytest.mark.parametrize(
    "key",
    ["wait_for_completion", "poll_interval_seconds", "max_wait_minutes", "fetch_logs_on_failure"],
)
def test_every_key_of_the_user_s_github_section_exists(key: str) -> None:
    assert f"github.{key}" in set(leaf_paths())


def test_the_schema_is_one_and_takes_the_written_file() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(yaml.safe_load(FILES[FILE_NAME]), SCHEMA)
    jsonschema.validate({}, SCHEMA)


@pytest.mark.parametrize(
    "wrong",
    [
        {"deploy": {}},
        {"deployment": {"max_retrys": 1}},
        {"deployment": {"max_retries": "many"}},
        {"deployment": {"provision_mode": "CLOUD"}},
        {"assistant": {"providers": {"mine": {"modle": "m"}}}},
    ],
)
def test_an_editor_with_the_schema_refuses_what_the_tool_refuses(wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)
