"""What the YAML loader accepts, and what it refuses with the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.text.yaml_file import YamlInvalid, load_yaml


def test_plain_values_are_read() -> None:
    text = "a: 1\nb: [x, 2.5, true, null]\nc: {d: &v text, e: *v}\n"
    assert load_yaml(text) == {
        "a": 1,
        "b": ["x", 2.5, True, None],
        "c": {"d": "text", "e": "text"},
    }


def test_an_empty_document_is_none() -> None:
    assert load_yaml("# nothing but a comment\n") is None


def test_a_file_is_named_in_the_message(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: [1\nb: 2\n")
    with pytest.raises(YamlInvalid) as caught:
        load_yaml(path)
    assert caught.value.line == 2
    assert str(caught.value).startswith(f"{path}:2:")


def test_a_byte_order_mark_and_crlf_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("﻿a: 1\r\nb: ü\r\n".encode())
    assert load_yaml(path) == {"a": 1, "b": "ü"}


def test_merge_keys_work_and_an_override_is_no_duplicate() -> None:
    text = "base: &b {k: 1, z: 2}\nmore: &m {<<: *b, k: 3}\nlast: {<<: *m, k: 4}\n"
    assert load_yaml(text)["last"] == {"k": 4, "z": 2}


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "'a' is there twice", 3),
        ("x:\n  k: 1\n  k: 2\n", "'k' is there twice", 3),
        ("a: 1\n---\nb: 2\n", "second document", 2),
        ("a: &a [*a]\n", "inside its own anchor", 1),
        ("a: *unknown\n", "alias", 1),
        ("a: !!python/object/apply:os.system [ls]\n", "could not determine a constructor", 1),
        ("a: [\n", "", 2),
        ("\t- a\n", "", 1),
        ("? [a, b]\n: 1\n", "key must be a plain text", 1),
    ],
)
def test_it_refuses_with_the_line(text: str, why: str, line: int) -> None:
    with pytest.raises(YamlInvalid) as caught:
        load_yaml(text)
    assert why in caught.value.why
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        "a: 2024-13-45",
        f"a: {'9' * 10_000}",
        "a: !!int 'x'",
        "a: \x00",
        "a: \ud800",
    ],
)
def test_values_that_python_cannot_hold_are_refused(text: str) -> None:
    with pytest.raises(YamlInvalid):
        load_yaml(text)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: \xff\xfe")
    with pytest.raises(YamlInvalid, match="not UTF-8"):
        load_yaml(path)


def test_a_bomb_of_aliases_is_refused_before_it_is_built() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    with pytest.raises(YamlInvalid, match="aliases expanded"):
        load_yaml("\n".join(lines))


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 50_000, "- " * 50_000 + "x"])
def test_depth_is_refused_before_it_is_built(text: str) -> None:
    with pytest.raises(YamlInvalid, match="deeper than 20"):
        load_yaml(text)


def test_size_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"#" * (256 * 1024 + 1))
    with pytest.raises(YamlInvalid, match="larger than 256 KiB"):
        load_yaml(path)
    assert load_yaml("a: 1", limit=4) == {"a": 1}


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(YamlInvalid, match="cannot be read"):
        load_yaml(tmp_path / name)


@settings(deadline=None)  # a busy machine is no defect
@given(st.text(alphabet="ab:-[]{}&*!|>?'\"#%@,\n \t0\\", max_size=60))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    try:
        load_yaml(text)
    except YamlInvalid as error:
        assert error.why  # noqa: PT017 - both outcomes are right; a third type is what fails
