"""Whom to ask for what, and why."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.calls.selection import Models, ModelSelection, ModelSelector, load_models
from assistant.errors import AssistantConfigError
from assistant.request import Candidate, Purpose, Request
from tests.servers.scripted import REQUEST

MODELS = load_models()
A = {"a": {"small": "a-s", "standard": "a-m", "best": "a-l"}}
B = {"b": {"small": "b-s", "standard": "b-m", "best": "b-l"}}
ONE = {"one": dict.fromkeys(("small", "standard", "best"), "llama")}


def choose(
    category: str = "code",
    *,
    requirements: str = "Orders can be created.",
    options: tuple[Any, ...] = (A, B),
    excluded: dict[str, str] | None = None,
    failed: int = 0,
    avoid: str = "",
) -> ModelSelection:
    request: Request[Any] = replace(REQUEST, inputs={"requirements": requirements})
    gone = excluded or {}
    merged = {name: models for one in options for name, models in one.items()}
    selection = ModelSelector(MODELS, merged, lambda one: gone.get(one.model, ""))
    return selection.select(
        request, Purpose("run", "step", 1, category, failed_rounds=failed, exclude_model=avoid)
    )


def models(selection: ModelSelection) -> list[str]:
    return [candidate.model for candidate in selection.candidates]


def test_a_tier_is_asked_of_all_providers_before_the_next_tier() -> None:
    assert models(choose("docs")) == ["a-s", "b-s", "a-m", "b-m", "a-l", "b-l"]
    assert models(choose("code")) == ["a-m", "b-m", "a-l", "b-l"]


def test_candidates_carry_their_tier() -> None:
    assert [one.tier for one in choose("code").candidates] == [
        "standard",
        "standard",
        "best",
        "best",
    ]


@pytest.mark.parametrize(
    "category", ["security", "payments", "migrations", "infrastructure", "core_maintenance"]
)
def test_high_risk_categories_always_get_the_best(category: str) -> None:
    selection = choose(category, requirements="x")
    assert (selection.complexity, selection.tier) == ("low", "best")
    assert models(selection) == ["a-l", "b-l"]


@pytest.mark.parametrize(
    ("requirements", "tier"),
    [
        ("A payment can be refunded once.", "best"),
        ("Users log in with a PASSWORD.", "best"),
        ("Passwords are never shown.", "best"),
        ("Repayments of books.", "standard"),
        ("Orders can be created.", "standard"),
    ],
)
def test_risky_words_in_the_requirements_count_as_high_risk(requirements: str, tier: str) -> None:
    assert choose(requirements=requirements).tier == tier


@pytest.mark.parametrize(
    ("length", "failed", "complexity"),
    [
        (799, 0, "low"),
        (800, 0, "medium"),
        (3000, 0, "high"),
        (10, 1, "low"),
        (10, 2, "medium"),
        (10, 4, "high"),
        (3000, 9, "high"),
    ],
)
def test_complexity_grows_with_length_and_failed_rounds(
    length: int, failed: int, complexity: str
) -> None:
    assert choose(requirements="x" * length, failed=failed).complexity == complexity


def test_an_unknown_category_is_treated_like_the_default() -> None:
    assert choose("gardening").tier == choose("code").tier


def test_one_model_for_all_tiers_is_one_candidate() -> None:
    assert models(choose(options=(ONE,))) == ["llama"]
    assert models(choose(options=(ONE, A))) == ["llama", "a-m", "a-l"]


def test_who_cannot_be_asked_is_left_out_with_the_reason() -> None:
    selection = choose(excluded={"a-m": "quota is spent"})
    assert models(selection) == ["b-m", "a-l", "b-l"]
    assert "left out a a-m (quota is spent)" in selection.rationale


def test_the_model_that_wrote_reviews_only_where_there_is_no_other() -> None:
    assert models(choose("review", avoid="a-m"))[0] == "b-m"
    assert models(choose("review", avoid="a-m"))[-1] == "a-m"
    assert models(choose(options=(ONE,), avoid="llama")) == ["llama"]


def test_where_the_avoided_model_is_alone_in_its_tier_a_lower_one_goes_before_it() -> None:
    long = "x" * 5_000
    assert models(choose("review", requirements=long, options=(A,), avoid="a-l")) == [
        "a-m",
        "a-s",
        "a-l",
    ]
    assert models(choose("security", options=(A,), avoid="a-l")) == ["a-l"], "high risk: best"


@pytest.mark.parametrize(
    ("answered", "same"),
    [
        ("a-m", True),
        ("a-m-2026-08-07", True),
        ("a-m-20260807", True),
        ("a-m:latest", True),
        ("a-m@001", True),
        ("a-m-mini", False),
        ("a-m-mini-2026-08-07", False),
        ("a-max", False),
        ("", False),
    ],
)
def test_a_version_is_the_same_model_and_a_variant_another(answered: str, same: bool) -> None:
    assert (models(choose("review", avoid=answered))[-1] == "a-m") is same


def test_each_decision_is_logged_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="assistant.calls.selection"):
        selection = choose(failed=2)
    assert caplog.messages == [f"step: {selection.rationale}"]
    assert selection.rationale == (
        "code, medium complexity after 2 failed → standard: a a-m, b b-m, a a-l, b b-l"
    )


def test_nobody_left_is_said() -> None:
    selection = choose(options=(ONE,), excluded={"llama": "gone"})
    assert selection.candidates == ()
    assert "no model" in selection.rationale


def test_every_vendor_of_the_bundled_file_has_every_tier() -> None:
    for vendor, tiers in MODELS.vendors.items():
        assert set(tiers) == {"small", "standard", "best"}, vendor


def bundled() -> dict[str, Any]:
    text = Path("assistant/models.yaml").read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"escalation": {"small": "standard", "standard": "small"}}, "a cycle, small → standard"),
        ({"escalation": {"best": "best"}}, "a cycle, best → best"),
        ({"escalation": {"small": "huge"}}, "escalation.small"),
        ({"categories": {"code": {"low": "small"}}}, "there must be a default"),
        ({"categories": {"default": {"low": "small"}}}, "medium, high is missing"),
        ({"vendors": {"openai": {"small": ""}}}, "vendors.openai.small"),
        ({"vendors": {"openai": {"enormous": "x"}}}, "vendors.openai.enormous"),
        ({"vendors": {"opnai": {"small": "x"}}}, "vendors.opnai"),
        ({"modells": {}}, "modells: is an unknown key"),
        ({"complexity": {"medium_from": -1}}, "complexity.medium_from"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    file = tmp_path / "models.yaml"
    file.write_text(yaml.safe_dump({**bundled(), **change}), encoding="utf-8")
    with pytest.raises(AssistantConfigError, match=r"models\.yaml") as caught:
        load_models(file)
    assert said in "\n".join([str(caught.value), *caught.value.evidence])


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe", b"just text", b"x: " + b"y" * 300_000])
def test_what_is_no_such_file_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "models.yaml"
    file.write_bytes(content)
    with pytest.raises(AssistantConfigError):
        load_models(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssistantConfigError, match="cannot be read"):
        load_models(tmp_path / "nowhere.yaml")


def test_a_file_of_ones_own_replaces_the_bundled_one(tmp_path: Path) -> None:
    file = tmp_path / "models.yaml"
    content = {**bundled(), "escalation": {}}
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    own = load_models(file)
    assert own.chain("small") == ("small",)
    assert isinstance(own, Models)
    assert Candidate("a", "m").tier == "standard"
