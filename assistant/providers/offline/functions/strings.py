"""Rules about text."""

from __future__ import annotations

import collections

from assistant.providers.offline.functions.rule import Rule, case


def reverse_string(text: str) -> str:
    """The text from its end to its start."""
    return text[::-1]


def is_palindrome(text: str) -> bool:
    """Whether it reads the same in both directions, letter by letter."""
    return text == text[::-1]


def is_palindrome_of_letters(text: str) -> bool:
    """Whether its letters and digits read the same in both directions, whatever their case."""
    letters = [sign for sign in text.lower() if sign.isalnum()]
    return letters == letters[::-1]


def count_vowels(text: str) -> int:
    """How many of its letters are a, e, i, o or u, in either case."""
    return sum(letter in "aeiou" for letter in text.lower())


def remove_vowels(text: str) -> str:
    """The text without a, e, i, o and u, in either case."""
    return "".join(letter for letter in text if letter.lower() not in "aeiou")


def count_words(text: str) -> int:
    """How many words it has, separated by any white space."""
    return len(text.split())


def reverse_words(text: str) -> str:
    """The same words in reverse order, with one space between them."""
    return " ".join(reversed(text.split()))


def longest_word(text: str) -> str:
    """The longest of its words, the first of several; "" where there is none."""
    return max(text.split(), key=len, default="")


def are_anagrams(a: str, b: str) -> bool:
    """Whether both have the same letters, whatever their case, spaces aside."""
    letters_of_a = sorted(a.lower().replace(" ", ""))
    return letters_of_a == sorted(b.lower().replace(" ", ""))


def is_pangram(text: str) -> bool:
    """Whether every letter from a to z occurs in it."""
    return set("abcdefghijklmnopqrstuvwxyz") <= set(text.lower())


def count_character(text: str, character: str) -> int:
    """How often the character occurs."""
    return text.count(character)


def character_frequencies(text: str) -> dict[str, int]:
    """How often each character occurs, in the order of their first occurrence."""
    return dict(collections.Counter(text))


def first_unique_character(text: str) -> str:
    """The first character that occurs once; "" where there is none."""
    counts = collections.Counter(text)
    return next((sign for sign in text if counts[sign] == 1), "")


STRING_RULES = (
    Rule(
        reverse_string, ("revers|backward",),
        "sentence order",
        (case("abc", is_="cba"), case("", is_=""), case("a", is_="a"), case("ab c", is_="c ba"),
         case("Hello", is_="olleH")),
    ),
    Rule(
        is_palindrome, ("palindrome",),
        "sentence check checks reads same forward forwards backward backwards",
        (case("level", is_=True), case("hello", is_=False), case("", is_=True),
         case("a", is_=True), case("ab", is_=False), case("ba", is_=False), case("abba", is_=True)),
    ),
    Rule(
        is_palindrome_of_letters,
        ("palindrome", "ignor|case|insensitive|case-insensitive|punctuation|alphanumeric|regard"),
        "sentence check checks reads same forward forwards backward backwards ignoring "
        "ignore ignores case spaces punctuation insensitive case-insensitive upper "
        "lower non-alphanumeric only letters phrase regard",
        (case("A man, a plan, a canal: Panama", is_=True), case("hello", is_=False),
         case("", is_=True), case("Abba", is_=True), case("No lemon, no melon", is_=True),
         case("1a2", is_=False), case("ba", is_=False), case("12 1", is_=True)),
    ),
    Rule(
        count_vowels, ("vowel", "count|many|number"),
        "sentence a e i o u case upper lower ignoring how",
        (case("hello", is_=2), case("", is_=0), case("xyz", is_=0), case("AEIOU", is_=5),
         case("Programming", is_=3), case("aeiou", is_=5)),
    ),
    Rule(
        remove_vowels, ("vowel", "remove|without|strip|delet"),
        "sentence a e i o u case removed",
        (case("hello", is_="hll"), case("", is_=""), case("AEIOUaeiou", is_=""),
         case("Rhythm", is_="Rhythm"), case("Open up", is_="pn p")),
    ),
    Rule(
        count_words, ("word|words", "count|many|number"),
        "sentence how whitespace separated spaces",
        (case("hello world", is_=2), case("", is_=0), case("one", is_=1),
         case("  a  b  ", is_=2), case("a\nb\tc", is_=3)),
    ),
    Rule(
        reverse_words, ("revers", "word|words"),
        "sentence order",
        (case("hello big world", is_="world big hello"), case("", is_=""),
         case("one", is_="one"), case("  a  b ", is_="b a")),
    ),
    Rule(
        longest_word, ("longest", "word|words"),
        "sentence first tie ties empty",
        (case("a bbb cc", is_="bbb"), case("", is_=""), case("one two", is_="one"),
         case("to be longer", is_="longer")),
    ),
    Rule(
        are_anagrams, ("anagram",),
        "sentence two both each other check checks ignoring case spaces same another",
        (case("listen", "silent", is_=True), case("abc", "abd", is_=False),
         case("", "", is_=True), case("Dormitory", "dirty room", is_=True),
         case("aab", "abb", is_=False), case("b", "a", is_=False), case("a", "aa", is_=False)),
    ),
    Rule(
        is_pangram, ("pangram",),
        "sentence check checks contains alphabet contain ignoring case",
        (case("The quick brown fox jumps over the lazy dog", is_=True), case("", is_=False),
         case("abcdefghijklmnopqrstuvwxy", is_=False),
         case("ABCDEFGHIJKLMNOPQRSTUVWXYZ", is_=True)),
    ),
    Rule(
        count_character,
        ("count|often|many|occurrence", "occurrence|often|occurs|appears|times|count"),
        "sentence how occurrences times",
        (case("banana", "a", is_=3), case("banana", "x", is_=0), case("", "a", is_=0),
         case("aAa", "a", is_=2)),
    ),
    Rule(
        character_frequencies,
        ("frequenc|count|often|dict|dictionary|mapping", "character|letter|frequenc"),
        "sentence how dictionary dict mapping map occurs appears occurrences times",
        (case("aab", is_={"a": 2, "b": 1}), case("", is_={}), case("a a", is_={"a": 2, " ": 1}),
         case("abc", is_={"a": 1, "b": 1, "c": 1})),
    ),
    Rule(
        first_unique_character, ("first", "unique|repeat|non-repeating|once"),
        "sentence non-repeated occurs appears only empty exists",
        (case("swiss", is_="w"), case("aabb", is_=""), case("", is_=""), case("abc", is_="a"),
         case("aab", is_="b")),
    ),
)  # fmt: skip
