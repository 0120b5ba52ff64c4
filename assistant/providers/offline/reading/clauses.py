"""The forms that sentences about a resource come in, as regular expressions and their parts."""

from __future__ import annotations

import re

_KIND = (
    r"(?:an? |the |our |some )?(?:(?:very )?(?:simple|small|minimal|basic|clean|new|tiny|little|full|complete) |"
    r"rest(?:ful)?[ -]|http |json |crud |web |backend |python |fastapi |in-memory |typed |tested )*"
)
INTRO = re.compile(
    r"(?:# ?)?(?:please |we (?:need|want|would like)(?: to (?:have|build))? |i (?:need|want|would like)(?: to (?:have|build))? |"
    r"the (?:goal|task|aim) is(?: to)? |this is |there (?:should|must|shall) be |"
    r"(?:please )?(?:create|build|implement|write|develop|provide|make|design|expose|generate|set up|add|deliver|offer|construct|code)(?: me| us)? )?"
    + _KIND
    + r"(?:apis?|services?|microservices?|micro-services?|backends?|applications?|apps?|servers?|endpoints?|resources?|systems?|modules?|tool|crud)"
    r"(?P<rest>(?: .+)?)",
    re.IGNORECASE,
)
TITLE = re.compile(
    r"^(?: for| to manage| to (?:handle|track|keep track of|store|maintain|record|administer|book|organi[sz]e)| for (?:managing|handling|tracking|storing|keeping|recording|booking)(?: track of)?| (?:that|which) "
    r"(?:manages?|handles?|tracks?|stores?|keeps?(?: track of)?|maintains?|records?|lets \w+ manage)| managing| handling| tracking| of)? (?P<nouns>[\w,' /&-]+)$",
    re.IGNORECASE,
)
_SUBJECT = r"(?:an?|each|every|the|all|any|one|single|new|a single|our|these|this)?\s*"
HAS = re.compile(
    rf"(?P<subject>{_SUBJECT}(?P<noun>[^\W\d_][\w '\"-]*?))\s+(?:object |record |resource |entity )?(?:(?:should|must|will|shall|always|also|can|may) )*"
    r"(?:has|have|had|consists? of|contains?|includes?|comprises?|is made (?:up )?of|are made (?:up )?of|is described by|"
    r"are described by|is defined by|stores?|holds?|carries|carry|records?|comes? with|keeps?|with)\s+"
    r"(?:the following(?: (?:fields|attributes|properties|columns|data|values|information))?\b|these (?:fields|attributes|properties)\b|(?:fields|attributes|properties)\b(?= ?:))?[: ]*(?P<fields>.*)",
    re.IGNORECASE,
)
FIELDS_LEAD = re.compile(
    r"(?:# ?)?(?:the )?(?:(?P<noun>[\w -]+?) )?(?:fields|attributes|properties|columns|data model|model|schema|data|structure)(?: (?:of|for) (?:an?|the|each|every)? ?(?P<of>[\w -]+?))?(?: are| is)?(?: the following| as follows)?:?",
    re.IGNORECASE,
)
CAN = re.compile(
    r"(?P<only>only )?(?P<subject>.+?)\s+(?P<verb>can(?:not)?|may|should|must|shall|will|could|are able|is able)"
    r"(?P<negative> not| never| no longer)?(?P<only2> then)?(?P<also> also| only| then| both| still)?(?: only)? "
    r"(?:(?:to )?be (?:able to )?)?(?P<rest>.+)",
    re.IGNORECASE,
)
ACTORS = re.compile(
    r"(?:an?|the|our|any|every|each|all|its)?\s*(?:users?|clients?|customers?|callers?|people|one|you|we|i|admins?|administrators?|"
    r"consumers?|visitors?|api|service|system|app|application|endpoints?|it|they|(?:rest )?api|someone|anyone|everyone|anybody|staff|employees?|members?)",
    re.IGNORECASE,
)
OFFERS = re.compile(
    r"(?:(?:(?:the|this|our|it|an?)\s*)?(?:(?:rest |http )?(?:api|service|system|application|app|backend|it))?\s*(?:should |must |shall |will |has to |needs to |can )?)?"
    r"(?:supports?|provides?|offers?|allows?|enables?|implements?|exposes?|includes?|lets?|add|have|has|makes? it possible|handles?|permits?|it (?:should|must|shall|is|will) be possible|it is possible)(?: (?:the|an?|us|you|me|users?|clients?|customers?|people))*"
    r"(?: (?:endpoints?|operations?|routes?|methods?|ways?|functions?|support|functionality|means))?(?: (?:for|to|that|of|which))*[: ]+(?P<rest>.+)",
    re.IGNORECASE,
)
ROUTE = re.compile(
    r"\"?(?P<method>GET|POST|PUT|PATCH|DELETE) (?P<path>/[^\s\"?]*)(?:\?(?P<query>[^\s\"]*))?\"?\s*(?:->|=>|-|:|\(|to|for|–)?\s*(?P<what>.*?)\)?"
)
LIST_IS = re.compile(
    r"(?:(?:the |all )?(?:lists?(?: of [\w -]+)?|listings?|results?|listing(?: [\w -]+)?|list endpoint)|(?P<noun>[\w -]+?)) (?:is|are|should be|must be|can be|may be|supports?|has|have|come|comes|uses?)(?: also| both)? (?P<rest>.+)",
    re.IGNORECASE,
)
_OF_STATE = (
    r"(?:is|are|was|were|has been|have been|being|gets?|becomes?)(?: still| already| currently)?"
)
WHEN = re.compile(
    r"(?P<only>but |and )?(?P<just>only )?(?P<when>if|when|while|whilst|once|after|as long as|so long as|provided(?: that)?|as soon as|from|unless|until|before|whenever|where|except when|except if)(?: (?:it|they|its|their|the|an?|in|from|to|"
    r"[\w -]{1,30}?))??(?: (?:status|state)(?: (?:is|are|of))?)?(?: "
    + _OF_STATE
    + r")? (?P<not>not (?:yet )?)?(?:in (?:the )?(?:status|state) )?(?:(?:status|state) )?(?P<states>[\w\"' -]+)$",
    re.IGNORECASE,
)
ONCE = re.compile(
    r",? ?(?:but |and )?(?:(?:only|just|at most|exactly) )?(?:once|one time|a single time)(?: only| at most)?\b|,? ?(?:but |and )?not (?:twice|again|more than once)\b",
    re.IGNORECASE,
)
SETS = re.compile(
    r"(?P<verb>[\w-]+ing) (?:an?|the|it|a single|one|any) ?(?P<subject>[\w -]*?)\s*(?:sets?|changes?|moves?|marks?|makes?|puts?|turns?|switches?|brings?|updates?) "
    r"(?:(?:its|the|it|their|this)\s*)?(?:[\w ]+? (?=to |into |as ))?(?:to |as |into |in )?(?:(?:the )?(?:status|state) )?(?P<to>[\w\"' -]+)",
    re.IGNORECASE,
)
MOVES = re.compile(
    r"(?:the |its |an? )?(?:[\w ]+?(?:'s)? )?(?:status|state|[\w ]+?) (?:can |may |must |should |only )*(?:goes?|moves?|changes?|progress(?:es)?|transitions?|flows?|runs?|advances?)(?: only)? (?P<moves>from .+)",
    re.IGNORECASE,
)
STARTS = re.compile(
    r"(?:(?:an?|every|each|all|the)?\s*new(?:ly created)? (?P<noun>[\w -]+?)|(?P<noun2>[\w -]+?)|(?:the )?initial (?:status|state)|(?:the )?(?:status|state)) "
    r"(?:always |initially )?(?:(?:starts?|begins?)(?: out)?(?: as| in| with| at)?|(?:is|are)(?= )|gets?|has|have|is created(?: as| with| in)?|are created(?: as| with| in)?)(?: always| initially)? (?:the |an? )?(?:(?:status|state) (?:of )?)?(?P<state>[\w\"' -]+?)(?: at first| initially| when (?:it is |they are )?created| by default| at the (?:start|beginning))?",
    re.IGNORECASE,
)
SAME = re.compile(
    r"no two (?P<noun>[\w -]+?) (?:can |may |must |should |shall )?(?:have|share) (?:the same|an?) (?P<field>[\w -]+)|two (?P<noun2>[\w -]+?) (?:cannot|may not|must not|can never) (?:have|share) (?:the same|an?) (?P<field2>[\w -]+)|"
    r"(?:each|an?|the|every) (?P<field3>[\w -]+?) (?:can|may|must) (?:only )?(?:be used|exist|occur|appear)(?: only)? once",
    re.IGNORECASE,
)
COMES_AFTER = re.compile(
    r"(?:the |its |an? |[\w -]+?'s )?(?P<later>[\w ]+?) (?:must|should|has to|needs to|shall|cannot|may not|must not|can not|is|is always|comes?|lies|never)(?P<not> not)? ?(?:be |come |lie )?(?:always )?"
    r"(?P<how>after|later than|on or after|not before|not earlier than|at or after|at the earliest|before|earlier than|on or before|not after|not later than|greater than|more than|larger than|at least|not (?:be )?less than|less than|at most|not (?:be )?greater than|not (?:be )?more than|exceed)"
    r" (?:the |its |an? |their )?(?P<earlier>[\w ]+)",
    re.IGNORECASE,
)
RULE = re.compile(
    r"(?:the |its |their |each |every |an? |all |(?:[\w -]+?)'s? )?(?P<fields>[\w,\"' -]+?)(?: field| fields| value| length| of (?:an?|the|each|every) [\w -]+?)?\s+"
    r"(?P<rest>(?:is|are|must|should|has|have|shall|may|can(?:not)?|defaults?|starts?|needs? to|needs?|ranges?|will|consists? of|contains?|allows?|takes?|accepts?)\b.*)",
    re.IGNORECASE,
)
EVERY_FIELD = re.compile(
    r"(?:all|both|every|each)(?: of)?(?: the| these| other| its| of them)? ?(?:fields?|values?|of them|attributes|properties|others?)? (?:is|are) (?P<rest>required|mandatory|optional)",
    re.IGNORECASE,
)
