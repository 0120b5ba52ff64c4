"""Opening sentences: ``Build a small REST API for orders, with CRUD``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.providers.offline.reading.subject import noun_of

_VERB = (
    r"(?:please |we (?:need|want|would like)(?: to (?:have|build|create))? |"
    r"i (?:need|want|would like)(?: to (?:have|build|create))? |this is |"
    r"the (?:goal|task|aim) is(?: to)? |there (?:should|must|shall) be |"
    r"(?:create|build|implement|write|develop|provide|make|design|expose|generate|set up|deliver|"
    r"offer|construct|code)(?: me| us)? )*"
)
_KIND = (
    r"(?:an? |the |our |some )?(?:(?:very )?(?:simple|small|minimal|basic|clean|new|tiny|little|"
    r"full|complete) |rest(?:ful)?[ -]|http |json |crud |web |backend |python |fastapi |"
    r"in-memory |typed |tested )*"
)
_THING = (
    r"(?:apis?|services?|micro-?services?|backends?|applications?|apps?|servers?|systems?|tool|"
    r"resources?|endpoints?)"
)
_INTRO = re.compile(
    rf"(?:# ?)?(?P<verb>{_VERB}){_KIND}(?P<before>(?:[^\W\d_][\w'-]* ){{0,3}}?)"
    r"(?:management |managing )?(?:rest(?:ful)? |http |json |crud |web )*"
    rf"{_THING}(?P<rest>(?:,? .+)?)",
    re.IGNORECASE,
)
_MANAGES = re.compile(
    r"(?:please )?(?:manage|track|handle|administer|organi[sz]e|keep track of|managing|tracking) "
    r"(?:an? |the |all )?(?P<noun>[\w'-]+(?: [\w'-]+)?)",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?:for|to manage|to (?:handle|track|keep track of|store|maintain|record|administer|"
    r"organi[sz]e)|for (?:managing|handling|tracking|storing|keeping(?: track of)?|recording)|"
    r"(?:that|which) (?:manages?|handles?|tracks?|stores?|keeps?(?: track of)?|maintains?|"
    r"records?)|managing|handling|tracking|of) (?P<nouns>[\w,' /&-]+)",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"(?:^|,?\s)(with|using|that (?:supports?|offers?|provides?|allows?|lets?)|"
    r"which (?:supports?|offers?|provides?|allows?|lets?)|supporting|offering|including|having|"
    r"where|to|that can|which can|for(?= (?:creating|adding|reading|fetching|getting|viewing|"
    r"listing|updating|changing|editing|deleting|removing|retrieving)\b))\s(?!manage|handle|track|keep|store|maintain|record|administer|organi)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Intro:
    """An opening sentence.

    Attributes:
        titles: the nouns that it names, singular.
        strange: words of its title that are no plain noun, "" for none.
        joint: the word that leads to the rest, as ``with``.
        more: the rest, which is still to be read.
    """

    titles: tuple[str, ...]
    strange: str
    joint: str
    more: str


def read_intro(text: str) -> Intro | None:
    """The sentence as an opening one, None where it is none."""
    if managed := _MANAGES.fullmatch(text):
        return Intro((noun_of(managed["noun"]),), "", "", "")
    match = _INTRO.fullmatch(text)
    if match is None:
        return None
    before = match["before"].strip()
    if not match["verb"] and len(before.split()) > 2:
        return None
    rest = match["rest"].strip(" ,")
    joint = _JOINT.search(rest)
    head = rest[: joint.start()].strip(" ,") if joint else rest
    more = rest[joint.end() :] if joint else ""
    titles = [noun_of(before)] if before else []
    strange = ""
    if head:
        title = _TITLE.fullmatch(head)
        if title is None:
            return None if not match["verb"] else Intro((), head, "", "")
        nouns = [noun for noun in re.split(r",? and |, | & ", title["nouns"]) if noun.strip()]
        strange = next((noun for noun in nouns if len(noun.split()) > 4), "")
        titles += map(noun_of, nouns)
    return Intro(tuple(titles), strange, joint[1].lower() if joint else "", more)
