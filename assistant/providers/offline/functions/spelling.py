"""Rules that write a text in another way."""

from __future__ import annotations

import itertools
import re

from assistant.providers.offline.functions.rule import Rule, case, refused


def capitalize_words(text: str) -> str:
    """The text with the first letter of each word as a capital; the others stay."""
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" "))


def to_upper(text: str) -> str:
    """The text in capital letters."""
    return text.upper()


def to_lower(text: str) -> str:
    """The text in small letters."""
    return text.lower()


def slugify(text: str) -> str:
    """Small letters and digits with one dash wherever anything else was in between."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def truncate(text: str, length: int) -> str:
    """The text, cut to the length with "..." as its last three characters where it is longer."""
    if len(text) <= length:
        return text
    return text[: max(length - 3, 0)] + "..."


def to_snake_case(text: str) -> str:
    """``camelCase`` or words as ``snake_case``."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return re.sub(r"[\s-]+", "_", parted).lower()


def to_camel_case(text: str) -> str:
    """``snake_case`` or words as ``camelCase``."""
    first, *others = re.split(r"[_\s-]+", text)
    return first.lower() + "".join(other.capitalize() for other in others)


def caesar(text: str, shift: int) -> str:
    """Each letter moved through the alphabet, from z on to a; everything else stays."""
    moved = ""
    for letter in text:
        if letter.isascii() and letter.isalpha():
            first = ord("a") if letter.islower() else ord("A")
            moved += chr((ord(letter) - first + shift) % 26 + first)
        else:
            moved += letter
    return moved


def run_length_encode(text: str) -> str:
    """Each run of a character as the character and its length: ``aab`` is ``a2b1``."""
    encoded = ""
    for run in re.finditer(r"(.)\1*", text, re.DOTALL):
        encoded += f"{run[1]}{len(run[0])}"
    return encoded


def acronym(text: str) -> str:
    """The first letters of its words as capitals."""
    return "".join(word[0].upper() for word in text.split())


def from_roman(numeral: str) -> int:
    """The number of a Roman numeral. Raises ValueError where it is none."""
    if not numeral or not re.fullmatch(
        "M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", numeral
    ):
        raise ValueError("must be a Roman numeral")
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}[n] for n in numeral]
    total = values[-1]
    for value, following in itertools.pairwise(values):
        total += value if value >= following else -value
    return total


SPELLING_RULES = (
    Rule(
        capitalize_words, ("capital|title|uppercase", "word|words"),
        "sentence first case",
        (case("hello world", is_="Hello World"), case("", is_=""), case("a", is_="A"),
         case("hELLO", is_="HELLO"), case("x  y", is_="X  Y")),
    ),
    Rule(
        to_upper, ("upper|uppercase|upper-case|capital",),
        "sentence case convert converts capitals",
        (case("abc", is_="ABC"), case("", is_=""), case("aBc1", is_="ABC1"),
         case("ß x", is_="SS X")),
    ),
    Rule(
        to_lower, ("lower|lowercase|lower-case|small",),
        "sentence case convert converts",
        (case("ABC", is_="abc"), case("", is_=""), case("aBc1", is_="abc1")),
    ),
    Rule(
        slugify, ("slug|url-friendly",),
        "joined join sentence url friendly title lowercase lower dash dashes hyphen hyphens case "
        "spaces replaced replace convert converts",
        (case("Hello World", is_="hello-world"), case("", is_=""),
         case("  A -- b!  ", is_="a-b"), case("already-slug", is_="already-slug"),
         case("C++ & 3 More", is_="c-3-more")),
    ),
    Rule(
        truncate, ("truncat|shorten|cut|abbreviat",),
        "sentence length most maximum max ellipsis dots longer ... end ending at long",
        (case("hello world", 8, is_="hello..."), case("hello", 5, is_="hello"),
         case("hello", 4, is_="h..."), case("", 3, is_=""), case("abcdef", 3, is_="..."),
         case("abcdef", 2, is_="...")),
    ),
    Rule(
        to_snake_case, ("snake|snake_case",),
        "sentence case camel camelcase convert converts lower underscore underscores "
        "identifier",
        (case("camelCase", is_="camel_case"), case("two words", is_="two_words"),
         case("", is_=""), case("HTTPServer2Go", is_="httpserver2_go"),
         case("a-b c", is_="a_b_c")),
    ),
    Rule(
        to_camel_case, ("camel|camelcase",),
        "sentence case snake snake_case convert converts underscore underscores "
        "identifier",
        (case("snake_case", is_="snakeCase"), case("two words", is_="twoWords"),
         case("", is_=""), case("one", is_="one"), case("A-b_C d", is_="aBCD")),
    ),
    Rule(
        caesar, ("caesar|cipher",),
        "sentence shift shifted encrypt encrypts encode alphabet positions wrap wraps "
        "around letters non-letters unchanged key",
        (case("abc", 1, is_="bcd"), case("xyz", 3, is_="abc"),
         case("Hello, World!", 13, is_="Uryyb, Jbeyq!"), case("", 5, is_=""),
         case("bcd", -1, is_="abc"), case("Zz", 1, is_="Aa"), case("é1", 4, is_="é1"),
         case("aZ", 26, is_="aZ")),
    ),
    Rule(
        run_length_encode, ("run-length|rle|run", "encod|compress|rle"),
        "sentence length",
        (case("aab", is_="a2b1"), case("", is_=""), case("aaaa", is_="a4"),
         case("aba", is_="a1b1a1"), case("a\n\n", is_="a1\n2")),
    ),
    Rule(
        acronym, ("acronym|initials|abbreviation",),
        "sentence first upper uppercase phrase capital capitals",
        (case("random access memory", is_="RAM"), case("", is_=""), case("a", is_="A"),
         case(" portable  network graphics", is_="PNG")),
    ),
    Rule(
        from_roman, ("roman",),
        "numeral numerals convert converts decimal raise raises valueerror invalid",
        (case("I", is_=1), case("IV", is_=4), case("IX", is_=9), case("XIV", is_=14),
         case("XL", is_=40), case("MCMXCIV", is_=1994),
         case("MDCLXVI", is_=1666), case("MMMCMXCIX", is_=3999), refused(""),
         refused("IIII"), refused("ABC")),
    ),
)  # fmt: skip
