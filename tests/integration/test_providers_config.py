"""Models, prices and providers that are configured wrongly: one clear message, exit code 2."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.command import Command, Ended
from tests.integration.oracle import Oracle, tasks
from tests.servers.wire import ModelServer

TASK = tasks()["humaneval-2"]
ORDER = ("--feature", TASK.id, "--requirements", TASK.requirements, "--mode", "CODE")
BUNDLED = (Path(__file__).resolve().parents[2] / "assistant" / "models.yaml").read_text()
CHAIN = "escalation: {small: standard, standard: best}"


def ordered(tool: Command, settings: str, **environ: str) -> Ended:
    (tool.root / "deployment.yaml").write_text(settings)
    given = {**tool.environ, "OPENAI_API_KEY": "sk-of-nobody", **environ}
    return replace(tool, environ=given).call(*ORDER, "--json", "--no-input")


def assert_refused(ended: Ended, *said: str) -> None:
    assert ended.exit_code == 2, ended.said
    assert "Traceback" not in ended.stderr
    shown = ended.result["error"]
    assert ended.result["status"] == "failed"
    assert len(shown["summary"].splitlines()) == 1
    assert len(shown["summary"]) < 1_000
    for words in said:
        assert words in "\n".join([shown["summary"], *shown["evidence"], shown["next"]])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("openai: {m: {input: -1, output: 2}}", ["openai.m.input", "-1", "greater than or equal"]),
        ("openai: {m: {input: free, output: 2}}", ["openai.m.input", "'free'"]),
        ("openai: {m: {input: 1}}", ["openai.m.output", "missing"]),
        ("openai: {m: {input: 1, output: 2, ouput: 3}}", ["openai.m.ouput", "unknown key"]),
        ("opnai: {m: {input: 1, output: 2}}", ["opnai", "no provider", "openai"]),
        ("openai: {m: [", ["pricing.yaml:2:1", "did not find expected node content"]),
        ("&a [*a, *a]", ["stands inside its own anchor"]),
    ],
)
def test_prices(tool: Command, content: str, said: list[str]) -> None:
    file = tool.root / "pricing.yaml"
    file.write_text(content)
    ended = ordered(tool, "assistant: {pricing_file: pricing.yaml}")
    assert_refused(ended, str(file), *said, "input: 0.25, output: 2")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (CHAIN, "escalation: {small: best, best: small}", ["a cycle, small → best → small"]),
        (CHAIN, "escalation: {small: huge}", ["escalation.small", "'huge'"]),
        (CHAIN, "escalations: {}", ["escalation: is missing", "escalations: is an unknown key"]),
        ("openai:", "opnai:", ["vendors.opnai"]),
        ("gpt-6-luna", "''", ["vendors.openai.small", "''"]),
        ("  default: {low: standard,", "  default: {lo: standard,", ["categories.default.lo"]),
        ("medium_from: 800", "medium_from: -1", ["complexity.medium_from", "-1"]),
    ],
)
def test_models(tool: Command, old: str, new: str, said: list[str]) -> None:
    assert old in BUNDLED
    file = tool.root / "own" / "models.yaml"
    file.parent.mkdir()
    file.write_text(BUNDLED.replace(old, new))
    ended = ordered(tool, "assistant: {models_file: own/models.yaml}")
    assert_refused(ended, str(file), *said, "copy of the models.yaml")


def test_a_file_that_is_not_there(tool: Command) -> None:
    ended = ordered(tool, "assistant: {models_file: nowhere.yaml}")
    assert_refused(ended, str(tool.root / "nowhere.yaml"), "No such file")


@pytest.mark.parametrize(
    "value", ["localhost:8000", "ftp://models.example.org/v1", "v1", "http://"]
)
def test_an_address_that_is_none(tool: Command, value: str) -> None:
    assert_refused(
        ordered(tool, "", OPENAI_BASE_URL=value), "OPENAI_BASE_URL", repr(value), "https://host"
    )
    settings = f"assistant: {{providers: {{local: {{model: m, base_url: '{value}'}}}}}}"
    where = str(tool.root / "deployment.yaml")
    path = "assistant.providers.local.base_url"
    assert_refused(ordered(tool, settings), where, path, repr(value), "https://host")


@pytest.mark.parametrize(
    ("providers", "said"),
    [
        ("{local: {model: m}}", ["assistant.providers.local", "base_url"]),
        ("{local: {base_url: 'http://127.0.0.1:9/v1'}}", ["assistant.providers.local", "model"]),
        ("{openai: {kind: openay}}", ["assistant.providers.openai.kind", "'openay'", "gemini"]),
        ("{openai: {timeout: 0}}", ["assistant.providers.openai.timeout", "0"]),
        ("{openai: {modell: m}}", ["assistant.providers.openai.modell", "did you mean model?"]),
        ("{openai: {models: {huge: m}}}", ["assistant.providers.openai.models.huge"]),
    ],
)
def test_providers(tool: Command, providers: str, said: list[str]) -> None:
    assert_refused(ordered(tool, f"assistant: {{providers: {providers}}}"), *said)


def test_an_unknown_primary(tool: Command) -> None:
    assert_refused(ordered(tool, "assistant: {primary: opnai}"), "assistant.primary", "'opnai'")


def without(package: str, folder: Path) -> str:
    """A PYTHONPATH under which a package is not installed."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        "import sys\n"
        "from importlib.machinery import PathFinder\n"
        "class Without(PathFinder):\n"
        "    @classmethod\n"
        "    def find_spec(cls, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] == {package!r}:\n"
        "            return None\n"
        "        return super().find_spec(name, path, target)\n"
        "sys.meta_path[sys.meta_path.index(PathFinder)] = Without\n"
    )
    return str(folder)


# The package itself, and one that it needs: the first is missed at once, the second on import.
@pytest.mark.parametrize("package", ["langchain_anthropic", "anthropic"])
def test_a_vendor_whose_package_is_missing_is_left_out(
    tool: Command, tmp_path: Path, package: str
) -> None:
    path = without(package, tmp_path / "path")
    (tool.root / "deployment.yaml").write_text(
        "quality: {mutation: 'off', review: 'off'}\nassistant: {primary: anthropic}\n"
    )
    with ModelServer(Oracle()) as server:
        environ = {
            "PYTHONPATH": path,
            "ANTHROPIC_API_KEY": "sk-of-nobody",
            "ANTHROPIC_BASE_URL": server.url,
            "OPENAI_BASE_URL": f"{server.url}/v1",
        }
        ended = tool.run(*ORDER, "--json", **environ)
    assert ended.exit_code == 0, ended.said
    assert "pip install 'ai-assisted-deploy[anthropic]'" in ended.stderr
    assert list(ended.result["usage"]["by_provider"]) == ["openai"]
    assert {seen.format for seen in server.calls} == {"chat"}


@pytest.mark.parametrize("package", ["langchain_anthropic", "anthropic"])
def test_the_only_vendor_whose_package_is_missing_is_no_provider(
    tool: Command, tmp_path: Path, package: str
) -> None:
    path = without(package, tmp_path / "path")
    ended = tool.run(*ORDER, "--json", PYTHONPATH=path, ANTHROPIC_API_KEY="sk-of-nobody")
    assert ended.exit_code == 4, ended.said
    assert "Traceback" not in ended.stderr
    error = ended.result["error"]
    assert "pip install 'ai-assisted-deploy[anthropic]'" in error["summary"] + error["next"]
