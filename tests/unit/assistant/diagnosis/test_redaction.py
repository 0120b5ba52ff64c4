"""Secrets of a log are neither shown nor stored nor sent."""

from __future__ import annotations

import pytest

from assistant.diagnosis.redaction import redacted

PARTS = ("ghp_", "A1b2C3d4E5f6G7h8J9k0", "AKIA", "IOSFODNN7EXAMPLE", "eyJhbGciOiJIUzI1NiJ9")


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("remote: " + PARTS[0] + PARTS[1], PARTS[1]),
        ("key " + PARTS[2] + PARTS[3], PARTS[3]),
        ("Authorization: Bearer " + PARTS[1], PARTS[1]),
        ("token " + PARTS[4] + ".eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJzdWIiOiIxIn0"),
        ("postgresql://app:hunter2secret@db.example.org/x", "hunter2secret"),
        ("AccountKey=abcdefgh12345678==", "abcdefgh12345678"),
        ("DB_PASSWORD=correct-horse", "correct-horse"),
        ('{"client_secret": "s3cr3tvalue"}', "s3cr3tvalue"),
        ("Incorrect API key provided: " + "sk-" + "proj-abcdefghijkl1234", "abcdefghijkl1234"),
        ("https://x.blob.core.windows.net/a?sig=abcdEFGH1234%3D", "abcdEFGH1234"),
    ],
)
def test_what_has_the_form_of_a_secret_is_taken_out(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "ModuleNotFoundError: No module named 'yaml'",
        "password authentication failed for user",
        "SyntaxError: invalid token: expected ':'",
        "https://packages.example.org/simple/token-bucket/",
        "api_key: None",
    ],
)
def test_words_about_secrets_stay(text: str) -> None:
    assert redacted(text) == text
