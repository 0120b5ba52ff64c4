"""Names: which words may be one, which identifier they become, plurals and articles."""

from __future__ import annotations

import builtins
import itertools
import keyword
import re

from assistant.providers.offline.generate import RESERVED_FUNCTIONS, RESERVED_NAMES

LONGEST = 40
_MOST_WORDS = 4


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that qualify, negate or count: in a name they would be swallowed without their meaning.
_QUALIFIERS = _words(
    """
    about above actual additional after against all allowed almost also although always among
    another any anyone anything approximately are around array as associated at automatic
    automatically be because before behind below beneath between bigger blank boolean both but by
    called can cannot case-insensitive certain completely compulsory computed constant
    corresponding could current-time currently decimal default descending despite did different
    directly distinct do does dozen during each editable either else empty encrypted ending enough
    equal equals even eventually ever every everyone everything everywhere exact exactly except
    excluding external few finally first-come five fixed float for forbidden four from fully
    generally generated get gets given greater had hash hashed have having hidden hundred if
    ignored immediately immutable in including inclusive initially inside instead integer internal
    into invalid is it its itself labeled labelled larger later least less like limited list longer
    mainly mandatorily mandatory many masked matching max maximal maybe might min minimal more most
    mostly multi-line multiple must mutable my named near necessary need needs negative neither
    never new no nobody non non-empty non-negative non-null non-zero none nonempty nonnegative
    nonzero nor normally not nothing null nullable obligatory occasionally often on once one only
    onto optional optionally or other otherwise our out outside over own particular partly past per
    positive possible possibly present private protected quite random rarely rather read-only
    readable readonly regarding related repeated required restricted same secretly separately
    sequential several shall shorter should since single smaller so some something sometimes soon
    sorted starting strictly string such ten than that the their them then there these they this
    those thousand three through throughout times to together toward twice two typically under
    unique unless unlimited until up upon use uses using usually valid validated various versus
    very via visible want wants was were what when whenever where whether which while who whose
    will with within without would writable write-only writeonly yes zero
    """
)
# Texts that name a type or a rule; as a choice without quotes they would lose their meaning.
_TYPE_WORDS = _words(
    """
    alphanumeric amount array auto autoincrement bigint binary blob bool boolean bytes char
    character currency date datetime decimal dict digits double email enum file float foreign id
    image index indexed int integer json key letters long lowercase map money nullable number
    numeric object password percent phone primary real reference searchable sortable str string
    text time timestamp trimmed uppercase uri url uuid varchar
    """
)
_PYDANTIC = _words(
    """
    cls construct copy dict id json metadata query registry schema self validate
    """
)
_SHADOWING = _words(
    """
    bool bytes false float int list none object set str true tuple type
    """
)
_SECRETS = _words(
    """
    passcode passphrase password passwords passwort pin pwd secret token
    """
)
_SECRET_PAIRS = (("api", "key"), ("access", "key"), ("private", "key"), ("secret", "key"))
_IRREGULAR = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "mouse": "mice",
    "foot": "feet",
    "tooth": "teeth",
    "goose": "geese",
    "datum": "data",
    "medium": "media",
    "analysis": "analyses",
    "basis": "bases",
    "crisis": "crises",
    "diagnosis": "diagnoses",
    "thesis": "theses",
    "criterion": "criteria",
    "quiz": "quizzes",
    "index": "indexes",
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
    """``order line`` and ``order-line`` are ``order_line``."""
    return re.sub(r"[ -]", "_", name)


def fault_of_name(name: str) -> str | None:
    """Why a name cannot be given to a resource or a field; None where it can."""
    words = name.split()
    for word in words:
        if word in _QUALIFIERS:
            return f"{word!r} says something about a thing and is no part of a name"
    plain = identifier(name)
    if len(words) > _MOST_WORDS or len(plain) > LONGEST:
        return f"a name has at most {_MOST_WORDS} words and {LONGEST} letters"
    if keyword.iskeyword(plain) or (keyword.issoftkeyword(plain) and plain != "type"):
        return f"{plain!r} is a word of Python"
    if plain in _PYDANTIC | _SHADOWING | RESERVED_NAMES or plain.startswith("model_"):
        return f"{plain!r} is taken: the code that is written needs it"
    return None


def fault_of_python_name(name: str) -> str | None:
    """Why a function or a parameter cannot have a name; None where it can."""
    if keyword.iskeyword(name) or name in ("match", "case", "type"):
        return f"{name!r} is a word of Python"
    if hasattr(builtins, name):
        return f"{name!r} is a function of Python"
    if (
        name in ("main", "app", "service", "test", "self")
        or name in RESERVED_FUNCTIONS
        or name[0] == "_"
    ):
        return f"{name!r} is taken: the code that is written needs it"
    if name.startswith("test") or len(name) > LONGEST:
        return f"a name has at most {LONGEST} letters and does not start with 'test'"
    return None


def fault_of_choice(word: str) -> str | None:
    """Why a word cannot be a choice without quotes."""
    if word in _TYPE_WORDS or word in _QUALIFIERS:
        return f'{word!r} is no type of the language; as a choice it stands in quotes: "{word}"'
    return None


def is_secret(name: str) -> bool:
    """Whether a field of this name is never to be given back."""
    words = re.split(r"[ -]", name)
    pairs = itertools.pairwise(words)
    return bool(_SECRETS & set(words)) or any(pair in _SECRET_PAIRS for pair in pairs)


def plural(name: str) -> str:
    """The plural of a name's last word: ``order lines``."""
    head, _, last = name.rpartition(" ")
    start, dash, end = last.rpartition("-")
    return f"{head} {start}{dash}{_plural(end)}".strip()


def _plural(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if re.search(r"[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return word + ("es" if re.search(r"(?:s|x|z|ch|sh)$", word) else "s")


def is_plural(name: str) -> bool | None:
    """Whether the last word is in the plural; None where its letters leave it open."""
    last = re.split(r"[ -]", name)[-1]
    if _EITHER.search(last) and last not in _IRREGULAR.values():
        return None
    return last in _IRREGULAR.values() or (last.endswith("s") and not _SINGULAR_IN_S.search(last))


def fault_of_article(article: str, name: str) -> str | None:
    """The article that English wants; None where this one will do."""
    first = re.split(r"[ -]", name)[0]
    either = re.match(r"u|eu|ew|on|h|[^aeiou]+$|[a-z]$", first) or len(first) < 3
    if first in ("hour", "honest", "honour", "heir"):
        right = "an"
    elif either:
        return None
    else:
        right = "an" if first[0] in "aeiou" else "a"
    return None if article == right else right
