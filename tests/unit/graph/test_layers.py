"""Where a setting comes from, and what is said of a wrong one."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graph.config.layers import leaf_paths, resolve, variable
from graph.config.models import DeploymentConfig
from graph.errors import ConfigError

ROOT = Path(__file__).resolve().parents[3]
RETRIES = "deployment.max_retries"


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "deployment.yaml"
    file.write_text(text, "utf-8")
    return file


def refusal(
    file: Path | None = None,
    environ: dict[str, str] | None = None,
    flags: dict[str, Any] | None = None,
) -> str:
    with pytest.raises(ConfigError) as caught:
        resolve(file=file, environ=environ or {}, flags=flags or {})
    return str(caught.value)


@pytest.mark.parametrize(
    ("flag", "environment", "text", "value", "source"),
    [
        (None, None, None, 3, "default"),
        (None, None, 4, 4, "file"),
        (None, "5", 4, 5, "$AI_DEPLOY_DEPLOYMENT_MAX_RETRIES"),
        (6, "5", 4, 6, "flag"),
        (6, None, None, 6, "flag"),
        (None, "5", None, 5, "$AI_DEPLOY_DEPLOYMENT_MAX_RETRIES"),
        (0, "5", 4, 0, "flag"),
    ],
)
def test_flags_beat_the_environment_which_beats_the_file_which_beats_the_default(
    tmp_path: Path,
    flag: int | None,
    environment: str | None,
    text: int | None,
    value: int,
    source: str,
) -> None:
    file = written(tmp_path, f"deployment:\n  max_retries: {text}\n") if text else None
    layered = resolve(
        file=file,
        environ={variable(RETRIES): environment} if environment else {},
        flags={} if flag is None else {RETRIES: flag},
    )
    assert layered.settings.deployment.max_retries == value
    assert layered.sources[RETRIES] == (str(file) if source == "file" else source)


def test_every_setting_has_a_source_and_a_variable_of_its_own() -> None:
    layered = resolve(file=None, environ={}, flags={})
    paths = list(leaf_paths())
    assert set(layered.sources) == set(paths)
    assert set(layered.sources.values()) == {"default"}
    assert len({variable(path) for path in paths}) == len(paths)
    assert layered.settings == DeploymentConfig()


def test_a_file_is_merged_with_the_defaults_key_by_key(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "deployment: {retry_delay_seconds: 1}\nassistant: {budgets: {run: {usd: 0.5}}}\n",
    )
    settings = resolve(file=file, environ={}, flags={}).settings
    assert settings.deployment.retry_delay_seconds == 1
    assert settings.deployment.max_retries == 3
    assert settings.assistant.budgets.run.usd == 0.5
    assert settings.assistant.budgets.run.calls is None


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "{}\n", "---\n"])
def test_an_empty_file_means_the_defaults(tmp_path: Path, text: str) -> None:
    assert (
        resolve(file=written(tmp_path, text), environ={}, flags={}).settings == DeploymentConfig()
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deployment: {max_retrys: 3}", ["deployment.max_retrys", "unknown key", "max_retries"]),
        ("deploy: {}", ["deploy: is an unknown key; did you mean deployment?"]),
        (
            "assistant: {providers: {mine: {base_url: 'http://x', modle: m}}}",
            ["assistant.providers.mine.modle", "unknown key", "model"],
        ),
        (
            "assistant: {budgets: {phases: {commit: {dollars: 1}}}}",
            ["assistant.budgets.phases.commit.dollars", "unknown key", "usd"],
        ),
        (
            "assistant: {budgets: {phases: {generate_mian: {usd: 1}}}}",
            ["assistant.budgets.phases.generate_mian", "did you mean generate_main?"],
        ),
        ("deployment: {max_retries: many}", [RETRIES, "'many'", "integer"]),
        ("deployment: {max_retries: 51}", [RETRIES, "51", "50"]),
        ("deployment: {provision_mode: CLOUD}", ["provision_mode", "'CLOUD'", "SERVICE"]),
        ("deployment: {skip_steps: [test]}", ["skip_steps", "'test'", "generate_main"]),
        ("deployment: {skip_steps: commit}", ["skip_steps", "'commit'", "list"]),
        ("deployment: {regenerate_main: maybe}", ["regenerate_main", "'maybe'", "boolean"]),
        ("deployment: 3", ["deployment", "3"]),
        ("limits: {memory_mb: 1}", ["limits.memory_mb", "1", "64"]),
        ("- deployment", ["deployment"]),
        ("just a text", ["just a text"]),
        ("1: 2", ["1"]),
    ],
)
def test_a_wrong_file_is_refused_with_path_value_and_what_would_be_right(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    file = written(tmp_path, text)
    message = refusal(file)
    assert message.startswith(str(file))
    for part in expected:
        assert part in message
    assert len(message) < 2_000


SEVERAL = """\
# three faults
deployment:
  max_retries: many
  max_retrys: 3

provision_mode: CODE
"""


def test_all_that_is_wrong_in_a_file_is_shown_at_once_with_its_lines(tmp_path: Path) -> None:
    file = written(tmp_path, SEVERAL)
    with pytest.raises(ConfigError) as caught:
        resolve(file=file, environ={}, flags={})
    assert str(caught.value).startswith(f"{file}:3: deployment.max_retries: ")
    assert str(caught.value).endswith("(and 2 more)")
    first, second, third = caught.value.evidence
    assert first.startswith("line 3: deployment.max_retries: Input should be a valid integer")
    assert second == ("line 4: deployment.max_retrys: is an unknown key; did you mean max_retries?")
    assert third == (
        "line 6: provision_mode: is an unknown key; did you mean deployment.provision_mode?"
    )
    assert "config write" in caught.value.next_step


def test_a_fault_of_a_section_that_an_anchor_gives_has_the_line_of_its_section(
    tmp_path: Path,
) -> None:
    text = "deployment: &one {max_retries: 1}\nassistant:\n  <<: *one\n"
    assert refusal(written(tmp_path, text)).startswith(f"{tmp_path}/deployment.yaml:2: assistant.")


def test_all_wrong_variables_and_flags_are_shown_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(file=None, environ={variable(RETRIES): "many"}, flags={"limits.memory_mb": 1})
    assert [line.partition(":")[0] for line in caught.value.evidence] == [
        f"${variable(RETRIES)}",
        "flag",
    ]
    with pytest.raises(ConfigError) as caught:
        resolve(file=None, environ={"AI_DEPLOY_A": "1", "AI_DEPLOY_B": "1"}, flags={})
    assert len(caught.value.evidence) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deployment: {max_retries: 1\n", ":2:1"),
        ("deployment: *missing\n", "undefined alias"),
        ("deployment: {max_retries: 1, max_retries: 2}", "twice"),
        ("deployment: !!python/object/apply:os.system [id]", "tag"),
        ("deployment: {}\n---\ndeployment: {}\n", "second document"),
        ("x: " + "[" * 30 + "]" * 30, "nested deeper"),
        ("x: " + "a" * 300_000, "larger than"),
    ],
    ids=["syntax", "alias", "twice", "tag", "documents", "deep", "large"],
)
def test_malformed_yaml_is_refused_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    file = written(tmp_path, text)
    message = refusal(file)
    assert message.count(str(file)) == 1
    assert expected in message
    assert len(message) < 2_000


LAUGHS = "\n".join(
    ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
)
FLOW_LAUGHS = (
    "["
    + ", ".join(
        ["&a0 [l, l, l, l, l, l, l, l, l, l]"]
        + [f"&a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    )
    + "]"
)


def test_a_yaml_bomb_in_the_file_is_refused(tmp_path: Path) -> None:
    assert "more than" in refusal(written(tmp_path, LAUGHS))


@pytest.mark.parametrize("path", ["deployment.skip_steps", RETRIES])
def test_a_yaml_bomb_in_a_variable_is_refused(path: str) -> None:
    """A repository's .env is a file like any other. In a process of its own: it may explode."""
    code = (
        "import sys; from graph.errors import ConfigError\n"
        "from graph.config.layers import resolve\n"
        "try: resolve(file=None, environ={sys.argv[1]: sys.argv[2]}, flags={})\n"
        "except ConfigError as error: print(error)"
    )
    argv = [sys.executable, "-c", code, variable(path), f"{{a: {FLOW_LAUGHS}}}"]
    ended = subprocess.run(
        argv, cwd=ROOT, capture_output=True, text=True, timeout=10, preexec_fn=_at_most_2_gb
    )
    assert variable(path) in ended.stdout, ended.stderr[-500:]
    assert len(ended.stdout) < 2_000


def _at_most_2_gb() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))


@pytest.mark.parametrize("value", ["many", "[", "1.5", "2024-13-45", "!!python/name:os.system", ""])
def test_a_wrong_variable_is_named(value: str) -> None:
    message = refusal(environ={variable(RETRIES): value})
    assert variable(RETRIES) in message


def test_a_wrong_variable_is_not_mistaken_for_one_whose_name_begins_it() -> None:
    """assistant.max_tokens begins assistant.max_tokens_ceiling."""
    right, wrong = "assistant.max_tokens", "assistant.max_tokens_ceiling"
    message = refusal(environ={variable(right): "4096", variable(wrong): "lots"})
    assert message.startswith(f"${variable(wrong)}: {wrong}:")


def test_a_wrong_flag_is_called_a_flag(tmp_path: Path) -> None:
    file = written(tmp_path, "deployment: {max_retries: 2}")
    message = refusal(file, flags={RETRIES: 99})
    assert message.startswith("flag: deployment.max_retries")
    assert "99" in message


def test_a_wrong_file_is_refused_even_where_a_flag_would_mend_it(tmp_path: Path) -> None:
    file = written(tmp_path, "deployment: {max_retries: many}")
    assert str(file) in refusal(file, flags={RETRIES: 1})


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "deployment.yaml"
    file.write_bytes(b"deployment: \xff\xfe")
    assert "UTF-8" in refusal(file)


def test_lists_and_mappings_can_be_given_in_a_variable() -> None:
    settings = resolve(
        file=None,
        environ={
            variable("deployment.skip_steps"): "[push]",
            variable("assistant.providers"): "{mine: {base_url: 'http://127.0.0.1:1/v1'}}",
        },
        flags={},
    ).settings
    assert settings.deployment.skip_steps == ["push"]
    assert settings.assistant.providers["mine"].base_url == "http://127.0.0.1:1/v1"


def test_a_gate_is_closed_by_off_with_and_without_quotation_marks(tmp_path: Path) -> None:
    for text in ("off", "'off'"):
        file = written(tmp_path, f"quality:\n  mutation: {text}\n")
        environ = {"AI_DEPLOY_QUALITY_REVIEW": text}
        quality = resolve(file=file, environ=environ, flags={}).settings.quality
        assert (quality.mutation, quality.review) == ("off", "off")
    assert "quality.mutation" in refusal(written(tmp_path, "quality:\n  mutation: true\n"))


def test_files_that_the_file_names_are_beside_it_or_in_the_home(tmp_path: Path) -> None:
    text = "assistant: {models_file: models.yaml}\nssh: {key: keys/host, known_hosts: ~/known}\n"
    settings = resolve(file=written(tmp_path, text), environ={}, flags={}).settings
    assert settings.assistant.models_file == tmp_path / "models.yaml"
    assert settings.ssh.key == tmp_path / "keys" / "host"
    assert settings.ssh.known_hosts == Path.home() / "known"


def test_a_mode_s_settings_are_the_section_of_its_name() -> None:
    settings = DeploymentConfig.model_validate({"ssh": {"hosts": ["deploy@one.example.org:2222"]}})
    assert settings.of_mode("SSH") == settings.ssh
    assert settings.of_mode("AZURE") == settings.azure
    assert settings.of_mode("CODE") is None


@pytest.mark.parametrize("host", ["", "a b", "x@", "-oProxyCommand=x", "one:port", "a@b@c"])
def test_what_is_no_host_is_refused(tmp_path: Path, host: str) -> None:
    assert "ssh.hosts.0" in refusal(written(tmp_path, f"ssh: {{hosts: ['{host}']}}\n"))
