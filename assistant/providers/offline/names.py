"""Names: which words may be one, and which identifier they become."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from assistant.english import article, takes_either_article
from assistant.providers.offline.parse import Part, Unread, refuse

_TEMPLATES = Path(__file__).with_name("templates")
#: All that the templates import; a file has what it mentions.
IMPORTS = _TEMPLATES.joinpath("imports.py.j2").read_text("utf-8")
_IMPORTED = frozenset(re.findall(r"(\w+)(?=,|$)", IMPORTS, re.MULTILINE))
_MAIN = _TEMPLATES.joinpath("main.py.j2").read_text("utf-8")
#: A resource of this name would hide a class that every main.py may have.
RESERVED_CLASSES = {*_IMPORTED, *re.findall(r"(?m)^(?:class )?([A-Z]\w+)[ (:]", _MAIN)}
_LONGEST = 40
# A choice of this text says something else where it has no quotes: a type, or a rule.
_NO_CHOICES = """
    all alphanumeric amount any array auto autoincrement bigint binary blob bool boolean bytes char
    character currency date datetime decimal default dict digits double either email encrypted enum
    etc file fixed float foreign hashed hidden id image immutable index int integer json key letters
    list long lowercase mandatory map max maximum min minimum money never no none nor not null
    nullable number numeric object obligatory one only optional or other password percent phone
    positive primary readonly real reference required searchable secret sortable sorted str string
    text time timestamp trimmed unique unsigned uppercase uri url uuid varchar yes
"""
# A field, a resource or a function of this name would hide what its class or the database uses.
_TAKEN = """
    bool bytes cls construct copy dict false float id int json list metadata none now object
    registry schema self set str true validate written_out
"""
# What says that a time is another than that of the creation.
LATER = "change changed deleted edited expiry last latest modified removed update updated"
SECRETS = "credential key passcode passphrase password passwort pin pwd secret token"


def identifier(name: str) -> str:
    """``order-line`` is ``order_line``."""
    return name.replace("-", "_")


def camel(identifier: str) -> str:
    """``order_line`` is ``OrderLine``."""
    return "".join(part.capitalize() for part in identifier.split("_"))


def check_name(noun: Part) -> None:
    """Refuse what cannot be the name of a resource, a field, a function or a parameter."""
    if re.search(r" |^(?:optional|positive|unique)-", noun.text):
        raise Unread(f"{noun.text!r} is more than a name: one word, or joined by a hyphen", noun)
    name = identifier(noun.text)
    python = keyword.iskeyword(name) or name in ("match", "case")
    refuse(python, f"{name!r} is a word of Python", noun)
    taken = name in {*_TAKEN.split(), *_IMPORTED} or name.startswith(("_", "model_"))
    refuse(taken, f"{name!r} is taken: the code that is written needs it", noun)
    refuse(len(name) > _LONGEST, f"a name has at most {_LONGEST} letters", noun)


def check_choice(choice: Part) -> None:
    """Refuse a word that cannot be a choice without quotes."""
    why = f"{choice.text!r} is no type of the language; as a choice it stands in quotes"
    refuse(choice.text in _NO_CHOICES.split(), why, choice, f'"{choice.text}"')


def mentions(name: str, words: str) -> bool:
    """Whether one of some words is a part of a name, in the singular or the plural."""
    parts = [*re.split("[-_]", name), name.replace("-", "")]
    return not set(words.split()).isdisjoint(part.removesuffix("s") for part in parts)


def check_article(given: Part, noun: Part) -> None:
    """Refuse the article that English does not want."""
    right = article(noun.text)
    wrong = given.text != right and not takes_either_article(noun.text)
    refuse(wrong, f"{right!r} is wanted before {noun.text!r}", given, right)
