"""Sentences that say what the generated code does anyway, each understood by its words."""

from __future__ import annotations

import re

_STATUS = r"(?:an? |the |with |status |code |http |error |response )*"
_PHRASE = (
    r"(?: \(?(?:not found|created|no content|conflict|bad request|unprocessable (?:entity|content)|"
    r"status(?: code)?|error|response|with an? (?:clear |useful |helpful )?(?:error )?message)\)?)?"
)
_ANSWER = (
    r"(?:gives?|returns?|answers?|yields?|produces?|results? in|leads? to|responds?(?: with)?|"
    r"(?:is|are) (?:answered|rejected|refused|responded to)(?: with| by)?|"
    r"(?:must|should) (?:give|return|be rejected with|result in)|gets?|->|=>|:|=|causes?)"
)


def _answers(cause: str, status: int, also: str = "") -> str:
    """``Unknown ids return 404``, ``Return 404 for unknown ids`` and the like."""
    told = rf"{_STATUS}\(?{status}\)?{_PHRASE}"
    words = rf"|{_STATUS}(?:{also})(?: \(?{status}\)?)?" if also else ""
    return (
        rf"(?:{cause} (?:{_ANSWER} )?(?:{told}{words})|"
        rf"(?:return|answer|respond with|give|use) {told} (?:for|on|when|if|after|where) {cause})"
    )


_UNKNOWN = (
    r"(?:(?:requests? for |accessing |fetching )?(?:an? |the |any )?"
    r"(?:unknown|missing|non-?exist(?:ent|ing)|not existing|absent)(?: [a-z]+){0,3}|"
    r"(?:an? |the )?[a-z]+(?: [a-z]+)? (?:that|which|who) (?:does|do) not exist|"
    r"if (?:it|the [a-z]+(?: [a-z]+)?) (?:does not exist|is not found|is unknown))"
)
_WRONG = (
    r"(?:(?:an? |the |any |all )?(?:invalid|wrong|bad|incorrect|malformed|illegal|missing|unknown|"
    r"everything else|anything else)(?: or (?:missing|invalid|unknown|wrong))?"
    r"(?: (?:input|data|values?|fields?|requests?|bod(?:y|ies)|payloads?|parameters?|json))*|"
    r"validation (?:errors?|failures?|problems?))"
)
_THING = r"(?: (?:an? |the |new )?[a-z]+(?: [a-z]+)?)?"
_CREATED = rf"(?:creating{_THING}|(?:a )?(?:successful )?creation|post)"
_DELETED = rf"(?:deleting{_THING}|(?:a )?(?:successful )?deletion|delete)"
_CONFLICT = (
    r"(?:an? |the )?(?:conflicts?|duplicates?|duplicate [a-z]+|(?:refused|illegal|invalid|"
    r"impossible|forbidden) (?:state |status )?(?:changes?|transitions?))"
)
_LANGUAGE = r"(?:python(?: 3(?:\.\d+)?)?|fastapi|pydantic|uvicorn|(?:the )?standard library)"
_IT = r"(?:it|everything|the (?:service|api|code|app|backend))"
_BY_SERVER = r"(?: automatically)?(?: by (?:the )?(?:server|service|system|api))?"
_SET = rf"(?:generated|assigned|set|created|given){_BY_SERVER}"

_SOURCES = (
    # How it is built.
    rf"(?:please )?(?:(?:{_IT} (?:should|must|is|shall) (?:be )?|please )?"
    rf"(?:use|uses|using|built (?:with|on)|based on|written in|implemented (?:in|with)|in) "
    rf"{_LANGUAGE}(?:(?:,| and|, and| with) (?:{_LANGUAGE}|in-memory storage))*)",
    # Where it keeps its data.
    r"(?:use|with|uses) (?:an? )?(?:simple )?in-?memory (?:storage|store|database|repository|data)",
    r"(?:store|keep|hold|save)s? (?:all |the |all the )?(?:data|everything|them|it|[a-z]+s) "
    r"in[ -](?:memory|ram)",
    r"(?:the |all )?(?:data|everything|[a-z]+s|storage) (?:is|are|can be|may be|should be|must be)"
    r"(?: kept| stored| held)? in[ -]memory(?: only)?",
    r"(?:(?:storage|persistence) (?:is |can be )?in[ -]memory|in[ -]memory storage)"
    r"(?: is (?:enough|fine|ok|sufficient))?",
    r"(?:there is )?no (?:database|persistence|authentication|auth|login|authori[sz]ation|"
    r"user accounts?)(?: or (?:authentication|database|persistence|authori[sz]ation))?"
    r"(?: (?:is|are) (?:needed|required|necessary))?",
    r"(?:data|everything|it) (?:need not|does not (?:have|need) to) (?:survive|outlive)(?: a)? "
    r"restarts?",
    # What it speaks.
    r"(?:return|use|speak|accept|exchange)s? (?:and (?:return|accept)s? )?json|"
    r"(?:all )?(?:requests?|responses?|bodies|data|answers?|everything|input and output)"
    r"(?: and responses?)? (?:is|are|must be|should be|come|uses?)(?: returned| sent)?"
    r"(?: as| in)? json|"
    rf"{_IT} (?:speaks?|returns?|uses?|accepts?(?: and returns?)?) json",
    # How it answers.
    _answers(_UNKNOWN, 404, "not found"),
    _answers(_CREATED, 201, "the created [a-z]+"),
    _answers(_DELETED, 204, "no content"),
    _answers(_CONFLICT, 409, "conflict"),
    _answers(_WRONG, 422),
    rf"{_WRONG} (?:is|are|must be|should be|gets?) (?:rejected|refused|reported|not accepted)"
    r"(?: with (?:an? )?(?:clear |useful |helpful )?(?:error )?(?:messages?|errors?))?",
    r"(?:validate|check) (?:all |the )?(?:inputs?|values|data|requests|fields|everything)|"
    r"(?:all |the )?(?:inputs?|values|data|requests|fields) (?:is|are|must be|should be) "
    r"(?:validated|checked)",
    r"use (?:proper|the right|correct|appropriate|the usual|standard) (?:http )?status codes",
    r"(?:there is |have |offer |provide |add |include |with |expose )?(?:an? )?(?:get )?/?"
    r"health(?: ?check)?(?: ?endpoint| ?route)?(?: at \"?/health\"?)?"
    r"(?: that (?:says|tells|returns) (?:ok|200|the status|the revision))?",
    # Ids.
    r"(?:(?:an?|the|each|every) )?[a-z]+(?: [a-z-]+)? (?:has|have|gets?|is given|is assigned|"
    r"receives?)(?: an?| its)?(?: own)?(?: unique)? (?:id|identifier)s?"
    rf"(?:,? (?:(?:that|which) (?:is|are) )?{_SET}| \((?:uuid|generated|automatic)\))?",
    rf"(?:the |all |its |their )?(?:ids?|identifiers?) (?:is|are|should be|must be|will be) "
    rf"(?:unique|(?:an? )?uuids?|{_SET})(?: and unique)?",
    r"(?:an? |the |each |every )?[a-z]+(?: [a-z-]+)? (?:is|are) identified by (?:an?|their|its)"
    r"(?: unique)? (?:ids?|uuids?|identifiers?)",
    # How it is made.
    r"(?:please )?(?:also )?(?:write|include|add|with|provide|have) (?:good |unit |thorough |some |"
    r"proper )*tests(?: for (?:it|everything|all of it|all endpoints))?|"
    rf"{_IT} (?:should|must) be (?:well )?tested",
    r"(?:please )?(?:keep it simple|thanks?(?: you)?|that is all|nothing else|"
    r"make it (?:simple|small|clean))",
    # Headings of lists.
    r"(?:the )?(?:operations|endpoints|routes|requirements|rules|behaviou?r|features|functionality|"
    r"actions|(?:state|status) changes|states|lifecycle|workflow|constraints|validation|notes?|"
    r"details|description|overview|it should support|the (?:api|service) (?:should|must) support|"
    r"functional requirements|acceptance criteria|business rules|transitions|general|technical|"
    r"use cases|summary)(?: are| is)?:?",
)
_CONVENTIONS = tuple(re.compile(source, re.IGNORECASE) for source in _SOURCES)
_BAD_REQUEST = re.compile(_answers(_WRONG, 400), re.IGNORECASE)


def is_convention(text: str) -> bool:
    """Whether the sentence asks for nothing but what is done in any case."""
    return any(pattern.fullmatch(text) for pattern in _CONVENTIONS)


def wants_bad_request(text: str) -> bool:
    """Whether refused values are to be answered with 400 rather than 422."""
    return bool(_BAD_REQUEST.fullmatch(text))
