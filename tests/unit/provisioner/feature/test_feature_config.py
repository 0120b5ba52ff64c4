"""feature-config.yaml: what is taken, and what is refused with path, value and what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.errors import FeatureConfigInvalid
from provisioner.feature.feature_config import (
    SecretReference,
    load_feature_config,
    read_feature_config,
)


def test_the_name_alone_is_enough() -> None:
    config = read_feature_config("feature: orders\n")
    assert (config.service.port, config.service.health_path) == (8000, "/health")
    assert config.base_image == "python:3.11-slim"
    assert config.resources.memory_bytes == 2**30


def test_every_section_is_taken() -> None:
    config = read_feature_config(
        """
        feature: orders
        service: {port: 9000, health_path: /up, env: {A: "1", B: {secret: db-url}}}
        python: {version: "3.12", requirements: deps.txt}
        image: {base: "registry.example/python@sha256:0123"}
        resources: {cpu: 2, memory: 512Mi}
        replicas: {min: 1, max: 3}
        timeouts: {startup_seconds: 60, stop_seconds: 10}
        urls: {azure: "https://orders.example.io"}
        """
    )
    assert config.service.env == {"A": "1", "B": SecretReference(secret="db-url")}
    assert config.base_image == "registry.example/python@sha256:0123"
    assert config.resources.memory_bytes == 512 * 2**20


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{}", "feature: is missing"),
        ("", "holds None; it should be a mapping"),
        ("- a", "holds ['a']; it should be a mapping"),
        ("feature: Orders", "feature: 'Orders' is wrong; it should be lower-case"),
        ("feature: 7", "feature: 7 is wrong"),
        ("feature: no", "feature: False is wrong"),
        ("feature: x\nsevrice: {}", "sevrice: is an unknown key; did you mean service?"),
        ("feature: x\nservice: {prot: 1}", "service.prot: is an unknown key; did you mean port?"),
        ("feature: x\n7: 1", "7: is an unknown key; known here: feature,"),
        ("feature: x\nservice: {port: '80'}", "service.port: '80' is wrong; it should be a whole"),
        ("feature: x\nservice: {port: true}", "service.port: True is wrong"),
        ("feature: x\nservice: {port: 65536}", "service.port: 65536 is wrong"),
        ("feature: x\nservice: 8000", "service: 8000 is wrong"),
        ("feature: x\nservice: null", "service: None is wrong"),
        ("feature: x\nservice: {health_path: health}", "should be a path like /health"),
        ('feature: x\nservice: {health_path: "/a\\"b"}', "service.health_path:"),
        ("feature: x\nservice: {env: {A: 1}}", "service.env.A: should be"),
        ("feature: x\nservice: {env: {A: on}}", "a text in quotes or {secret: some-name}"),
        ("feature: x\nservice: {env: {1A: b}}", "service.env.1A: should be a name"),
        ("feature: x\nservice: {env: {A: {secret: A B}}}", "service.env.A: should be"),
        ("feature: x\nservice: {env: {API_TOKEN: abc}}", "API_TOKEN looks like a secret"),
        ("feature: x\nservice: {env: {REVISION: abc}}", "REVISION is set by the deployment"),
        (
            'feature: x\nservice: {env: {A: "1\\nUSER root"}}',
            "A must be one line of printable text",
        ),
        ("feature: x\npython: {version: 3.11}", 'it should be "3.11" or newer, in quotes'),
        ('feature: x\npython: {version: "3.9"}', "python.version: '3.9' is wrong"),
        ("feature: x\npython: {requirements: ../a}", "python.requirements: '../a' is wrong"),
        ('feature: x\nimage: {base: "a\\nRUN b"}', "image.base:"),
        ("feature: x\nresources: {memory: 1G}", "a number and Mi or Gi"),
        ("feature: x\nresources: {cpu: 0}", "resources.cpu: 0 is wrong"),
        ("feature: x\nresources: {cpu: .nan}", "resources.cpu: nan is wrong"),
        ("feature: x\nreplicas: {min: 3, max: 1}", "replicas: min (3) must not be above max (1)"),
        ("feature: x\ntimeouts: {startup_seconds: 0.5}", "whole seconds from 1 to 3600"),
        ("feature: x\nurls: {azure: 'ftp://x'}", "an http:// or https:// address"),
        ("feature: x\nfeature: y", "the key 'feature' is there twice"),
        ("feature: [x", "feature-config.yaml:2:1:"),
    ],
)
def test_it_refuses_and_says_what_would_be_right(text: str, fault: str) -> None:
    with pytest.raises(FeatureConfigInvalid) as caught:
        read_feature_config(text)
    assert fault in str(caught.value)
    assert caught.value.next_step


def test_all_faults_are_told_and_a_value_of_the_environment_is_not() -> None:
    with pytest.raises(FeatureConfigInvalid) as caught:
        read_feature_config("feature: X\nservice: {port: 0, env: {A: [hunter2]}}")
    lines = [line.partition(": ")[0] for line in caught.value.evidence]
    assert lines == ["line 1", "line 2", "line 2"]
    assert "(and 2 more)" in str(caught.value)
    assert "hunter2" not in "".join([str(caught.value), *caught.value.evidence])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        FeatureConfigInvalid, match=r"feature-config\.yaml: cannot be read: No such"
    ):
        load_feature_config(tmp_path)
