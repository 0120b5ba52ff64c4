"""Each example of docs/offline-language.md from its sentences to a healthy service and a commit."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from assistant.providers.offline.language import Form, forms
from tests.integration.command import Command

pytestmark = pytest.mark.chaos


@pytest.mark.parametrize("form", forms(), ids=lambda form: form.title)
def test_an_example_of_the_page_runs_whole(form: Form, tmp_path: Path) -> None:
    for argv in (
        ["init", "--quiet"],
        ["config", "user.name", "Ada"],
        ["config", "user.email", "ada@example.org"],
    ):
        subprocess.run(["git", *argv], cwd=tmp_path, check=True)
    text = ["--requirements", form.example]
    environ = {
        **os.environ,
        "AI_DEPLOY_QUALITY_MUTATION": "off",
    }  # scored by test_language_mutation
    ended = Command(tmp_path, environ).run(
        "--feature", "example", *text, "--mode", "SERVICE", "--json"
    )
    assert ended.exit_code == 0, ended.said[-3000:]
    assert ended.result["tests"]["verdict"] == "green"
    assert ended.result["commit"]
