"""Write docs/offline-language.md from the forms in the grammar; --check only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from assistant.providers.offline.describe import describe
from assistant.providers.offline.language import Form, forms, read

PAGE = Path(__file__).parents[1] / "docs" / "offline-language.md"
_HEAD = """# The language of the offline model

Without the key of a provider the offline model answers. It is no imitation of a model: it knows
the forms on this page and nothing else. A text is read whole or refused (exit code 4, nothing
written), with the phrase underlined, the forms that come nearest, and a sentence that is accepted.
`ai-assisted-deploy read --requirements TEXT` shows what it reads, and so do `--dry-run`, the run
before it writes, its summary, and the commit.

Made from `assistant/providers/offline/grammar.lark` by `scripts/write-language-page.py`; the tests
run each example.

What holds everywhere:

- A sentence ends with a full stop and says one thing. A name is one small English word, or several
  joined by hyphens (`first-name`): what stands before a noun (`positive`, `new`) is none.
- Texts are not empty unless their length starts at 0. Where no bound is given one is assumed, and
  said: a text has at most 10,000 characters (500 where unique), a list 100 entries, a number lies
  within ±10^15, a whole number is less than 2^53 away from 0, an amount within ±9,999,999,999.99.
  Dates are those of the years from 1000 to 2999.
- Each thing has an `id` that the server sets. A list answers `{"items": [...], "total": N}`, takes
  `limit` and `offset`, and is in pages of 100 where nothing else is said. An amount is answered as
  a text, `"12.50"`.
- The answers are 201, 200, 204; 404 for what is not there, 409 for what is taken, for a move
  between states that is not named and for something that others belong to; 422 for values outside
  of what is said.
- Results of functions that are numbers are compared within a relative 1e-9.
"""


def page() -> str:
    """The page as it should be."""
    return "\n".join([_HEAD, *map(_form, forms())])


def _form(form: Form) -> str:
    lines = [f"## {form.title}", "", *(f"- `{pattern}`" for pattern in form.patterns)]
    lines += ["", form.meaning, ""] if form.meaning else [""]
    sentences = form.example.replace(". ", ".\n")
    reading = "\n".join(describe(read(form.example)))
    lines += ["```text", sentences, "```", "", "is read as", "", "```text", reading, "```", ""]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Write the page, or compare it; gives the exit code."""
    if arguments == ["--check"]:
        return int(PAGE.read_text("utf-8") != page())
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
