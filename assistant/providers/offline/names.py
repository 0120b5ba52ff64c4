"""Names: which words may be one, which identifier they become, plurals and articles."""

from __future__ import annotations

import builtins
import keyword
import re

from assistant.providers.offline.generate import RESERVED_FUNCTIONS, RESERVED_NAMES

_LONGEST = 40
_MOST_WORDS = 4


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that qualify, negate or count: in a name they would be swallowed without their meaning.
_QUALIFIERS = _words(
    """
    about above actual additional after against all allowed almost also although always among an
    another any anyone anything approximate are around array as associated at auto automatic be
    because before behind below beneath between bigger blank boolean both but by called cannot
    certain compulsory computed constant corresponding could decimal default descending despite did
    different distinct do does dozen during each either else empty encrypted enough equal equals
    even ever every everyone everything everywhere exact except excluding external few five fixed
    float for forbidden four from get gets given greater had has hash hashed have having hidden
    hundred if ignored immutable in including inclusive indexed insensitive inside instead integer
    internal into invalid is it its itself larger later least less like limited list longer
    mandatory many masked matching max maximal maximum maybe might min minimal minimum more most
    multi multiple must mutable my named near necessary need needs negative neither never new no
    nobody non none nor not nothing null obligatory on once one only onto optional or other
    otherwise our out outside over own particular past per positive protected quite random rather
    readonly regarding related repeated required restricted same sequential several shall shorter
    should since single smaller so some something sometimes soon sorted string such ten than that
    the their them then there these they this those thousand three through throughout times to
    together toward twice two under unique unless unlimited unsigned until up upon use uses valid
    various versus very via want wants was were what when whenever where whether which while who
    whose will with within without would write writeonly yes zero
    """
)
# What describes the word that follows: "shared notes", "nullable name", "monthly fee".
_DESCRIBING = re.compile(
    r"(?!.*eed$)[a-z]{3,}(?:ed|ly)|[a-z]{3,}[aei]+ble|non[a-z]+|alphanumeric|complete|current|direct|"
    r"double|final|foreign|full|future|immediate|initial|long|lowercase|main|normal|numeric|"
    r"occasional|odd|often|partial|permanent|plain|present|primary|private|public|rare|raw|secure|"
    r"separate|short|strict|typical|uppercase|usual|virtual|working"
)
# Texts that name a type or a rule; as a choice without quotes they would lose their meaning.
_TYPE_WORDS = _words(
    """
    alphanumeric amount autoincrement bigint binary blob bool bytes char character currency date
    datetime dict digits double email enum file foreign id image index int json key letters long
    lowercase map money nullable number numeric object password percent phone primary real reference
    searchable sortable str text time timestamp trimmed uppercase uri url uuid varchar
    """
)
_TAKEN = RESERVED_NAMES | _words(
    """
    cls construct copy id json none query schema set true false validate bytes
    """
)
_SECRETS = _words(
    """
    key passcode passphrase password passwords passwort pin pwd secret token
    """
)
_IRREGULAR = {
    **{"person": "people", "child": "children", "man": "men", "woman": "women", "mouse": "mice"},
    **{"foot": "feet", "tooth": "teeth", "goose": "geese", "datum": "data", "medium": "media"},
    **{"analysis": "analyses", "basis": "bases", "crisis": "crises", "diagnosis": "diagnoses"},
    **{"thesis": "theses", "criterion": "criteria", "quiz": "quizzes", "index": "indexes"},
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
    words = re.split(r"[ -]", name)
    for word in words:
        if word in _QUALIFIERS or (word != words[-1] and _DESCRIBING.fullmatch(word)):
            return f"{word!r} says something about a thing and is no part of a name"
    plain = identifier(name)
    if len(words) > _MOST_WORDS or len(plain) > _LONGEST:
        return f"a name has at most {_MOST_WORDS} words and {_LONGEST} letters"
    if keyword.iskeyword(plain) or plain in ("match", "case"):
        return f"{plain!r} is a word of Python"
    if plain in _TAKEN or plain.startswith("model_"):
        return f"{plain!r} is taken: the code that is written needs it"
    return None


def fault_of_python_name(name: str) -> str | None:
    """Why a function or a parameter cannot have a name; None where it can."""
    if keyword.iskeyword(name) or name in ("match", "case", "type") or hasattr(builtins, name):
        return f"{name!r} is a word of Python"
    if name in RESERVED_FUNCTIONS or name.startswith("_"):
        return f"{name!r} is taken: the code that is written needs it"
    if name.startswith("test") or len(name) > _LONGEST:
        return f"a name has at most {_LONGEST} letters and does not start with 'test'"
    return None


def fault_of_choice(word: str) -> str | None:
    """Why a word cannot be a choice without quotes."""
    if word in _TYPE_WORDS or word in _QUALIFIERS:
        return f'{word!r} is no type of the language; as a choice it stands in quotes: "{word}"'
    return None


def is_secret(name: str) -> bool:
    """Whether a field of this name is never to be given back."""
    return not _SECRETS.isdisjoint(re.split(r"[ -]", name))


def plural(name: str) -> str:
    """The plural of a name's last word: ``order lines``."""
    start, last = re.findall(r"(.*?)([^ -]+)$", name)[0]
    if last in _IRREGULAR:
        return f"{start}{_IRREGULAR[last]}"
    if re.search(r"[^aeiou]y$", last):
        return f"{name[:-1]}ies"
    return name + ("es" if re.search(r"(?:s|x|z|ch|sh)$", last) else "s")


def is_plural(name: str) -> bool | None:
    """Whether the last word is in the plural; None where its letters leave it open."""
    last = re.split(r"[ -]", name)[-1]
    if _EITHER.search(last) and last not in _IRREGULAR.values():
        return None
    return last in _IRREGULAR.values() or (last.endswith("s") and not _SINGULAR_IN_S.search(last))


def fault_of_article(article: str, name: str) -> str | None:
    """The article that English wants; None where this one will do."""
    first = re.split(r"[ -]", name)[0]
    if first in ("hour", "honest", "honour", "heir"):
        right = "an"
    elif re.match(r"u|eu|ew|on|h|[^aeiou]+$|[a-z]$", first) or len(first) < 3:
        return None
    else:
        right = "an" if first[0] in "aeiou" else "a"
    return None if article == right else right
