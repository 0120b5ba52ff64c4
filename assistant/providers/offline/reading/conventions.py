"""Sentences that say what the generated code does anyway, each understood by its words."""

from __future__ import annotations

import re

_STATUS = r"(?:an? |the |with |status |code |http |error |response )*"
_ANSWER = (
    r"(?:gives?|returns?|answers?|yields?|produces?|results? in|leads? to|responds?(?: with)?|"
    r"(?:is|are) (?:answered|rejected|refused|responded to)(?: with| by)?|must (?:give|return|be rejected with)|"
    r"should (?:give|return|be rejected with|result in)|gets?|->|=>|:|=|causes?)"
)


def _answers(cause: str, status: int, also: str = "") -> str:
    told = rf"{_STATUS}\(?{status}\)?(?: [a-z ]+)?"
    words = rf"|{_STATUS}(?:{also})(?: \(?{status}\)?)?(?: [a-z]+)?" if also else ""
    return (
        rf"(?:(?:requests? for |accessing |fetching )?{cause} {_ANSWER}? ?(?:{told}{words})|"
        rf"(?:return|answer|respond with|give|use) {_STATUS}{status}(?: [a-z ]+?)? (?:for|on|when|if|after|where) {cause})"
    )


_UNKNOWN = (
    r"(?:an? |the |any )?(?:(?:unknown|missing|non-?existent|non-?existing|not existing|nonexistent|absent)"
    r"(?: [a-z ]+?)?|[a-z ]+? (?:that|which|who) (?:does|do) not exist|if (?:it|the [a-z ]+?) (?:does not exist|is not found|is unknown))"
)
_WRONG = (
    r"(?:an? |the |any |all )?(?:(?:invalid|wrong|bad|incorrect|malformed|illegal|missing|unknown|everything else|anything else)"
    r"(?: or (?:missing|invalid|unknown|wrong))?(?: (?:input|data|values?|fields?|requests?|bod(?:y|ies)|payloads?|parameters?|json|orders?))*|"
    r"validation (?:errors?|failures?|problems?))"
)
_CREATED = r"(?:creating(?: [a-z ]+?)?|(?:a )?(?:successful )?creation|created [a-z ]+|post)"
_DELETED = r"(?:deleting(?: [a-z ]+?)?|(?:a )?(?:successful )?deletion|deleted [a-z ]+|delete)"
_CONFLICT = (
    r"(?:(?:an? |the )?(?:conflicts?|duplicates?|refused state changes?|illegal (?:state )?(?:changes?|transitions?)|"
    r"invalid (?:state )?(?:changes|transitions?)|impossible state changes?)(?: [a-z ]+?)?)"
)
_KINDS = (
    r"(?:a |an |the )?(?:simple |small |clean |plain |python |web )*(?:rest(?:ful)? |http |json |web )*"
    r"(?:api|service|endpoints?|microservice|backend|app(?:lication)?|server|code|it|everything)"
)

_CONVENTIONS = tuple(
    re.compile(rf"(?:please )?(?:{pattern})", re.IGNORECASE)
    for pattern in (
        r"(?:use|built (?:with|on)|based on|written (?:in|with)|using|(?:it|the (?:service|api)) (?:should |must |is |be )*(?:use|uses|be written|written|built|be built)(?: in| with| on)?|in|implement(?:ed)? (?:it )?(?:with|in|using)) (?:python(?: 3(?:\.\d+)?)?|fastapi|pydantic|uvicorn|(?:the )?standard library)(?:(?:,| and| with) (?:python|fastapi|pydantic|uvicorn|in-memory storage|(?:the )?standard library))*",
        r"(?:use|with|uses) (?:an? )?(?:simple )?in-?memory (?:storage|store|database|repository|data)",
        r"(?:(?:store|keep|hold|save)s?|(?:use|needs?|require)s?) (?:all |the |all the )?(?:data|everything|them|it|[a-z]+s)(?: can be| are| is)?(?: kept| stored| held)? in (?:memory|ram)",
        r"(?:the |all )?(?:data|everything|[a-z ]+s|storage) (?:is|are|can be|may be|should be|must be)(?: kept| stored| held)? in[ -]memory(?: only)?",
        r"(?:storage|persistence) (?:is |can be )?in[ -]memory(?: is (?:enough|fine|ok|sufficient))?|in[ -]memory storage(?: is (?:enough|fine|ok|sufficient))?",
        r"(?:there is )?no (?:database|persistence|authentication|auth|login|authori[sz]ation|user accounts?)(?: or (?:authentication|database|persistence))?(?: is| are)?(?: needed| required| necessary)?",
        r"(?:data|everything|it) (?:need not|does not have to|does not need to|may not) (?:survive|outlive)(?: a)? restarts?",
        rf"(?:return|use|speak|accept|exchange)s? (?:and (?:return|accept)s? )?json|(?:all )?(?:requests?|responses?|bodies|data|answers?|everything|input and output|requests? and responses?)(?: and responses?)? (?:is|are|must be|should be|come as|use)(?: returned| sent)?(?: as| in)? json|{_KINDS} (?:speaks?|returns?|uses?|accepts?(?: and returns?)?) json",
        _answers(_UNKNOWN, 404, "not found"),
        _answers(_CREATED, 201, "the created [a-z ]+"),
        _answers(_DELETED, 204, "no content|nothing"),
        _answers(_CONFLICT, 409, "conflict"),
        _answers(_WRONG, 422),
        rf"{_WRONG} (?:is|are|must be|should be|gets?) (?:rejected|refused|reported|not accepted)(?: with (?:an? )?(?:clear |useful |helpful )?(?:error )?(?:message|error)s?)?",
        r"(?:validate|check) (?:all |the )?(?:input|inputs|values|data|requests|fields|everything)|(?:all |the )?(?:input|inputs|values|data|requests|fields) (?:is|are|must be|should be) (?:validated|checked)",
        r"(?:there is |have |offer |provide |add |include |with |expose )?(?:an? )?(?:get )?/?(?:health|health ?check)(?: ?endpoint| ?check| ?route)?(?: at \"?/health\"?)?(?: that (?:says|tells|returns) (?:ok|the status|[a-z ]+))?",
        r"(?:also )?(?:write|include|add|with|provide|have) (?:good |unit |thorough |some |proper )*tests(?: for (?:it|everything|all of it|all endpoints))?|(?:it|everything|the code) (?:should|must) be (?:well )?tested",
        r"(?:please )?(?:keep it simple|thanks?(?: you)?|thank you|that is all|nothing else|make it (?:simple|small|clean))",
        r"use (?:proper|the right|correct|appropriate|the usual|standard) (?:http )?status codes",
        r"(?:an?|the|each|every)?(?: [a-z -]+?)? (?:has|have|gets?|is given|is assigned|receives?)(?: an?| its)?(?: own)?(?: unique)? (?:id|identifier)s?(?:,? (?:that is |which is |which are )?(?:generated|assigned|set|created|given)(?: automatically)?(?: by (?:the )?(?:server|service|system|api))?| \(?(?:uuid|generated|automatic|assigned by the server)\)?)?",
        r"(?:the |all |its |their )?(?:ids?|identifiers?) (?:is|are|should be|must be|will be) (?:unique|uuids?|an? uuid|(?:generated|assigned|set|created|given)(?: automatically)?(?: by (?:the )?(?:server|service|system|api))?)(?: and unique)?",
        r"[a-z -]+? (?:is|are) identified by (?:an?|their|its)(?: unique)? (?:ids?|uuids?|identifiers?)",
        r"(?:the )?(?:operations|endpoints|routes|requirements|rules|behaviou?r|features|functionality|actions|state changes|states|status changes|lifecycle|workflow|constraints|validation|notes?|details|description|overview|it should support|the (?:api|service) (?:should|must) support|functional requirements|acceptance criteria|business rules|transitions|general|technical|use cases|summary)(?: are| is)?:?",
    )
)


def is_convention(text: str) -> bool:
    """Whether the sentence asks for nothing but what is done in any case."""
    return any(pattern.fullmatch(text) for pattern in _CONVENTIONS)


_INVALID_400 = re.compile(_answers(_WRONG, 400, "bad request"), re.IGNORECASE)


def wants_bad_request(text: str) -> bool:
    """Whether refused values are to be answered with 400 rather than 422."""
    return bool(_INVALID_400.fullmatch(text))
