"""What people write where the language says it otherwise: why it is refused, and what is near."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.english import article, plural, singular
from assistant.providers.offline.kinds import KINDS
from assistant.providers.offline.parse import Part, Refused, Unread, is_type

Instead = str | Callable[[re.Match[str]], str]
# What people call a type, and say of one, in the order in which it is replaced.
_TYPES = (
    (r"(?<=\d),(?=\d{3}\b)|\b(?:required|mandatory|optional|unique|an?)\b,?", ""),
    (r"[,;] *default [^,;]+|,?(?: and| or)? ?(?:more|etc|\.\.+|…)$", ""),
    (r"^(?:strings?|str|varchar|texts|phone(?: number)?)\b", "text"),
    (r"^(positive )?(?:integers?|int|whole numbers?|whole)\b", r"\1whole number "),
    (r"^(?:one of )?(?=-?\d+ ?(?:-|to|and) ?-?\d)", "whole number "),
    (r"^(positive )?(?:floats?|decimals?|doubles?|numbers)\b", r"\1number"),
    (r"^(positive )?(?:money|currency|price|cost|dollars|euros)\b", r"\1amount"),
    (r"^(?:booleans?|bool|flag|(?:yes|no|true|false)(?:(?: or |/)\w+)?)\b", "yes or no"),
    (r"^(?:datetime|timestamp|time|date (?:or )?time)\b", "date and time"),
    (r"^day\b", "date"),
    (r"^(?:e-?mail(?: address)?|mail)\b", "e-mail address"),
    (r"^(?:url|uri|link|website|web(?: ?page| address)?)\b", "web address"),
    (r"^(?:list|array)(?: (?:of )?\w+)?", "list of text"),
    (r"^positive (.*)", r"\1 more than 0"),
    (r"\b(?:from |between )?(-?[\d.]+)(?: ?- ?| to | and )(-?[\d.]+)", r"from \1 to \2"),
    (r" ?>(?!=)", " more than "),
    (r" ?<(?!=)", " less than "),
    (r",? ?(?:>=|\bmin(?:imum)?\b)", " at least "),
    (r",? ?(?:<=|\bmax(?:imum)?\b|(?<=number|amount) (?:up )?to)", " at most "),
    (r"^((?:whole )?number|amount)(.*\d)(?:,? (?!excl)[a-z]+|%)$", r"\1\2"),
    (r"((?:more than|at least) -?[\d.]+) (?=at most|less than)", r"\1 and "),
    (r"^((?:whole )?number|amount|text)\W+(?=from |at |more |less )", r"\1 "),
    (r"^text\W+(?:of )?(?:exactly )?(\d+) characters?$", r"text of exactly \1 characters"),
    (r"^text\W+(?:\w+ )?(?:at most|up to) (\d+).*", r"text up to \1 characters"),
)


def _type(said: str) -> str:
    """The type that is nearest to what was written, or text; itself where it is one."""
    rest = said
    for pattern, instead in _TYPES:
        replaced = re.sub(pattern, instead, rest, flags=re.IGNORECASE)
        rest = " ".join(replaced.split()).strip(", ")
    named = [kind for kind in sorted(KINDS, key=len, reverse=True) if kind in rest.lower()]
    choices = re.split(r" ?[,/|] ?| or | and ", re.sub("^(?:either|(?:one|any) of) ", "", rest))
    quoted = [f'"{choice.strip("“”")}"' for choice in choices]
    near = [f"one of {', '.join(each)}" for each in (choices, quoted)]
    near = [rest.lower(), *named] if named else near
    more = ", ".join(re.findall(r"\b(?<!not )(?:optional|unique|default [^,;]+)", said))
    full = [f"{each}{'; ' if each.startswith('one') else ', '}{more}" for each in near if more]
    return next(each for each in (said, *full, *near, "text") if is_type(each))


def _one(name: str) -> str:
    """``orders`` is ``an order``."""
    return f"{article(singular(name.lower()))} {singular(name.lower())}"


# By what a sentence is about: what people write, why it cannot be said so, and what to write.
_MISTAKES: dict[str, tuple[tuple[str, str, Instead], ...]] = {
    r"^\w+(?:\(| raises )": (
        (r"(?<=: )[\w ]+(?=[,)])", "it is no type of a parameter", lambda it: _type(it[0])),
        (r"(?<=[(,])( ?[a-z_]+)(?=[,)][^()]*\)? returns )", "it has no type", r"\1: number"),
        (r"(?<=\)) (?:return|gives?|=|->)(?= )(?=.*)", "'returns' is wanted", " returns"),
    ),
    r"^(?:please|create|build|make|write|develop|implement) ": (
        (r"^(?!.* no ).*?\b(?:api|service|app|backend)\b (?:for|to manage) (?:the |all )?",
         "the opening is: 'Create a REST API for …'", "Create a REST API for "),
    ),
    r" (?:has|have|with) ": (
        (r"^(?:(?:each|every|the|all) )?([\w-]+) ha(?:ve|s) ", "it is said of one: 'A … has …'",
         lambda it: f"{_one(it[1])} has "),
        (r"\ban? (optional|unique|required|positive)[ -]([\w-]+) \(([^()]*)\)",
         "what is said of a field stands after it, in parentheses",
         lambda it: f"{_one(it[2])} ({_type(f'{it[1]} {it[3]}')})"),
        (r"^(an? [\w-]+) has (?:many|several) ([\w-]+)$", "it is said so: 'A … belongs to a …'",
         lambda it: f"{_one(it[2])} belongs to {it[1].lower()}"),
        (r"(?<=\()[^()]*(?=\))", f"it is none of the types: {', '.join(KINDS)}",
         lambda it: _type(it[0])),
        (r" (an? [\w-]+)(?=,| and an? |$)", "a field has a type, in parentheses", r" \1 (text)"),
        (r"(?<=\)),? (?=(?:an? )?[\w-]+ \([^()]*\)$)", "'and' is wanted before the last", " and "),
        (r"(?<=\)),? and (?=.*\),? and )|(?<=\)) (?=an? [\w-]+ \()", "a comma is wanted", ", "),
        (r"\b(an? \w+) (?!or |in |with|that |\w+ly )(\w+)(?= has | \()",
         "a name is one word, or several joined by hyphens", r"\1-\2"),
    ),
    r" belongs? ": (
        (r"^(?:an? )?([\w-]+) belongs? to (?:(?:an?|the) )?([\w-]+)$",
         "one belongs to one: 'A … belongs to a …'",
         lambda it: f"{_one(it[1])} belongs to {_one(it[2])}"),
    ),
    r" (?:goes|go) ": (
        (r"^([\w-]+) go ", "it is said of one: 'A … goes …'", lambda it: f"{_one(it[1])} goes "),
        (r' to ([\w-]+|"[^"]*") to ', "each step has its 'from'", r" to \1, from \1 to "),
        (r"(?<=, )(?=[\w-]+ to )", "each step has its 'from'", "from "),
    ),
    r" (?:can|cannot|may|should|are) ": (
        (r"^(?:an?|the|all|every|each) ([\w-]+)(?= )", "the plural is wanted, without an article",
         lambda it: plural(singular(it[1].lower()))),
        (r"^(\w+) (\w+)(?= can be )", "a name is one word, or several joined by hyphens", r"\1-\2"),
        (r" (?:(?:may|should|can only) be|can|are) (?=\w+ed\b)", "'can be' is wanted", " can be "),
        *((rf"\b(?:{said})\b", "it is said: created, fetched, listed, changed, deleted", done)
          for said, done in (("added|made", "created"), ("read|retrieved|viewed", "fetched"),
                             ("updated|edited|modified", "changed"), ("removed", "deleted"))),
        (r"\bsearched (?:by|in) (?!a part|the)", "it is searched by a part",
         "searched by a part of the "),
        (r"(?<=ed) (?=\w+ed\b)|(?<![,d]) (?=\w+ed by )", "a comma is wanted", ", "),
        (r", and (?=.*, and )", "'and' is wanted before the last alone", ", "),
        (r",?(?: or|,) (?=[^,]*$)(?!and )", "'and' is wanted before the last", " and "),
    ),
}  # fmt: skip


def topic(sentence: str) -> str:
    """What a sentence is about, the same text for sentences that are about the same."""
    return next((about for about in _MISTAKES if re.search(about, sentence, re.IGNORECASE)), "")


def nearest(refused: Refused) -> Refused:
    """The known mistake that is nearest to where a sentence is in no form; or what was refused."""
    sentence, found = refused.sentence, [(len(refused.sentence), refused)]
    known = _MISTAKES.get(topic(sentence), ()) if isinstance(refused, Unread) else ()
    for pattern, why, instead in known:
        for match in re.finditer(pattern, sentence, re.IGNORECASE):
            repair = match.expand(instead) if isinstance(instead, str) else instead(match)
            phrase = Part("", match[0], sentence, *match.span())
            distance = max(match.start() - refused.end, refused.start - match.end(), 0)
            if repair != match[0]:
                found.append((distance, Refused(why, phrase, repair)))
    return min(found, key=lambda each: each[0])[1]
