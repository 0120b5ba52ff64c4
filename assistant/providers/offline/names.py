"""Names: which words may be one, which identifier they become, plurals and articles."""

from __future__ import annotations

import keyword
import re

from assistant.providers.offline.generate import RESERVED_NAMES
from assistant.providers.offline.parse import Part, refuse

_LONGEST = 40


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A choice of this text says something else where it has no quotes: a type, or a rule.
_NO_CHOICES = _words(
    """
    all alphanumeric amount any array auto autoincrement bigint binary blob bool boolean bytes char
    character currency date datetime decimal default dict digits double either email encrypted enum
    etc file fixed float foreign hashed hidden id image immutable index int integer json key letters
    list long lowercase mandatory map max maximum min minimum money never no none nor not null
    nullable number numeric object obligatory one only optional or other password percent phone
    positive primary readonly real reference required searchable secret sortable sorted str string
    text time timestamp trimmed unique unsigned uppercase uri url uuid varchar yes
    """
)
_TAKEN = RESERVED_NAMES | _words("cls construct copy id json none schema set true false validate")
_SECRETS = _words("credential key passcode passphrase password passwort pin pwd secret token")
_IRREGULAR = {
    **{"person": "people", "child": "children", "man": "men", "woman": "women", "mouse": "mice"},
    **{"foot": "feet", "tooth": "teeth", "goose": "geese", "datum": "data", "medium": "media"},
    **{"analysis": "analyses", "basis": "bases", "crisis": "crises", "diagnosis": "diagnoses"},
    **{"criterion": "criteria", "quiz": "quizzes", "index": "indexes"},
    **{f"{stem}f": f"{stem}ves" for stem in ("hal", "lea", "shel", "loa", "thie", "wol", "cal")},
    **{f"{stem}fe": f"{stem}ves" for stem in ("li", "kni", "wi")},
    **{f"{stem}o": f"{stem}oes" for stem in ("potat", "tomat", "her", "ech")},
}
_SINGULAR_IN_S = re.compile(
    r"ss$|^(?:lens|news|gas|canvas|atlas|bias|alias|chaos|cosmos|bus|plus)$"
)
# Status or menus, basis or taxis, and the same word for one and for many.
_EITHER = re.compile(r"(?:us|is)$|^(?:series|species|means|sales)$")


def identifier(name: str) -> str:
    """``order-line`` is ``order_line``."""
    return name.replace("-", "_")


def check_name(noun: Part) -> None:
    """Refuse what cannot be the name of a resource, a field, a function or a parameter."""
    several = f"{noun.text!r} is more than a name, which is one word, or joined by a hyphen"
    refuse(" " in noun.text, several, noun)
    name = identifier(noun.text)
    python = keyword.iskeyword(name) or name in ("match", "case")
    refuse(python, f"{name!r} is a word of Python", noun)
    taken = name in _TAKEN or name.startswith(("_", "model_"))
    refuse(taken, f"{name!r} is taken: the code that is written needs it", noun)
    refuse(len(name) > _LONGEST, f"a name has at most {_LONGEST} letters", noun)


def fault_of_choice(word: str) -> str | None:
    """Why a word cannot be a choice without quotes."""
    if word in _NO_CHOICES:
        return f'{word!r} is no type of the language; as a choice it stands in quotes: "{word}"'
    return None


def is_secret(name: str) -> bool:
    """Whether a field of this name is never to be given back."""
    parts = [*name.split("-"), name.replace("-", "")]
    return not _SECRETS.isdisjoint(part.removesuffix("s") for part in parts)


def plural(name: str) -> str:
    """The plural of a name's last word: ``order-lines``."""
    start, last = re.findall(r"(.*?)([^-]+)$", name)[0]
    if last in _IRREGULAR:
        return f"{start}{_IRREGULAR[last]}"
    if re.search(r"[^aeiou]y$", last):
        return f"{name[:-1]}ies"
    return name + ("es" if re.search(r"(?:s|x|z|ch|sh)$", last) else "s")


def is_plural(name: str) -> bool | None:
    """Whether the last word is in the plural; None where its letters leave it open."""
    last = name.split("-")[-1]
    if _EITHER.search(last) and last not in _IRREGULAR.values():
        return None
    return last in _IRREGULAR.values() or (last.endswith("s") and not _SINGULAR_IN_S.search(last))


def fault_of_article(article: str, name: str) -> str | None:
    """The article that English wants; None where this one will do."""
    first = name.split("-")[0]
    if first in ("hour", "honest", "honour", "heir"):
        right = "an"
    elif re.match(r"u|eu|ew|on|h|[^aeiou]+$|[a-z]$", first) or len(first) < 3:
        return None
    else:
        right = "an" if first[0] in "aeiou" else "a"
    return None if article == right else right


def check_article(article: Part, noun: Part) -> None:
    """Refuse the article that English does not want."""
    right = fault_of_article(article.text, noun.text)
    refuse(right, f"{right!r} is wanted before {noun.text!r}", article, right)
