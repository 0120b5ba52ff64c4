"""English words: number, participles, and names made of them."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 40

_IRREGULAR_PLURALS = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "mouse": "mice",
    "foot": "feet",
    "tooth": "teeth",
    "goose": "geese",
    "criterion": "criteria",
    "medium": "media",
    "datum": "data",
    "analysis": "analyses",
    "quiz": "quizzes",
    "leaf": "leaves",
    "shelf": "shelves",
    "knife": "knives",
    "life": "lives",
    "wife": "wives",
    "wolf": "wolves",
    "half": "halves",
    "thief": "thieves",
    "hero": "heroes",
    "potato": "potatoes",
    "tomato": "tomatoes",
    "echo": "echoes",
    "movie": "movies",
    "cookie": "cookies",
    "calorie": "calories",
    "zombie": "zombies",
    "lie": "lies",
    "pie": "pies",
    "tie": "ties",
    "cache": "caches",
    "axe": "axes",
    "expense": "expenses",
    "course": "courses",
    "house": "houses",
    "horse": "horses",
    "warehouse": "warehouses",
    "nurse": "nurses",
    "purchase": "purchases",
    "purse": "purses",
    "case": "cases",
    "phase": "phases",
    "release": "releases",
    "lease": "leases",
    "exercise": "exercises",
    "license": "licenses",
    "database": "databases",
    "franchise": "franchises",
    "response": "responses",
    "message": "messages",
    "invoice": "invoices",
    "bus": "buses",
    "status": "statuses",
    "bonus": "bonuses",
    "virus": "viruses",
    "campus": "campuses",
    "lens": "lenses",
    "gas": "gases",
    "alias": "aliases",
    "canvas": "canvases",
    "atlas": "atlases",
}
_UNCOUNTED = frozenset(
    {"equipment", "news", "series", "species", "sheep", "fish", "furniture", "software", "feedback"}
)
_IRREGULAR_SINGULARS = {plural: singular for singular, plural in _IRREGULAR_PLURALS.items()}

# Verbs whose state changes are told by their participle: "a payment can be refunded".
STATE_VERBS = frozenset({
    "accept", "acknowledge", "activate", "admit", "allocate", "answer", "appoint", "approve",
    "archive", "arrive", "assign", "authorise", "authorize", "ban", "begin", "block", "book",
    "borrow", "build", "buy", "cancel", "capture", "charge", "check", "claim", "clear", "close",
    "collect", "complete", "confirm", "convert", "deactivate", "decline", "deliver", "deny",
    "deploy", "deprecate", "disable", "discard", "discontinue", "dismiss", "dispatch",
    "dispute", "draft", "drop", "enable", "end", "enroll", "escalate", "execute",
    "expire", "fail", "fill", "finalise", "finalize", "finish", "fix", "flag", "freeze",
    "fulfil", "fulfill", "hide", "hold", "ignore", "invite", "issue", "join", "launch", "lend",
    "lock", "lose", "mute", "open", "order", "pack", "park", "pause", "pay", "pick", "pin",
    "place", "plan", "post", "postpone", "print", "process", "publish", "pull", "reactivate",
    "read", "redact", "redeem", "refund", "refuse", "register", "reject", "release", "renew",
    "rent", "reopen", "repair", "resolve", "restore", "resume", "retire", "return", "review",
    "revoke", "schedule", "sell", "send", "settle", "ship", "sign", "skip", "solve", "spend",
    "stage", "start", "stop", "submit", "succeed", "suspend", "take", "terminate", "transfer",
    "unarchive", "unban", "unblock", "unfreeze", "unlock", "unmute", "unpin", "unpublish",
    "unsuspend", "use", "validate", "verify", "void", "win", "withdraw", "write",
})  # fmt: skip
_IRREGULAR_PARTICIPLES = {
    "pay": "paid",
    "send": "sent",
    "sell": "sold",
    "lend": "lent",
    "spend": "spent",
    "begin": "begun",
    "build": "built",
    "buy": "bought",
    "freeze": "frozen",
    "hide": "hidden",
    "hold": "held",
    "lose": "lost",
    "take": "taken",
    "win": "won",
    "withdraw": "withdrawn",
    "write": "written",
    "read": "read",
    "do": "done",
    "put": "put",
    "set": "set",
    "make": "made",
    "give": "given",
    "get": "got",
    "see": "seen",
    "find": "found",
    "show": "shown",
    "break": "broken",
    "choose": "chosen",
    "draw": "drawn",
    "drive": "driven",
    "keep": "kept",
    "leave": "left",
    "bring": "brought",
    "catch": "caught",
    "meet": "met",
    "shut": "shut",
    "split": "split",
    "undo": "undone",
    "redo": "redone",
    "rewrite": "rewritten",
    "repay": "repaid",
    "prepay": "prepaid",
    "resend": "resent",
}
_DOUBLED = re.compile(r"(?:^|[^aeiou])[aeiou][bdgmnprt]$")
# Verbs of more than one syllable that double their last letter all the same.
_DOUBLING = frozenset(
    {"submit", "admit", "permit", "commit", "omit", "refer", "transfer", "unpin", "fulfil"}
)
_NOT_DOUBLING = frozenset({"open", "reopen", "order", "register", "answer", "deliver", "enter"})


def plural(noun: str) -> str:
    """``order`` → ``orders``; of several words the last is changed."""
    head, _, last = noun.rpartition(" ")
    if last in _UNCOUNTED:
        return noun
    if last in _IRREGULAR_PLURALS:
        many = _IRREGULAR_PLURALS[last]
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        many = last[:-1] + "ies"
    elif last.endswith(("s", "x", "z", "ch", "sh")):
        many = last + "es"
    else:
        many = last + "s"
    return f"{head} {many}".strip()


def singular(noun: str) -> str:
    """``orders`` → ``order``; a singular stays what it is."""
    head, _, last = noun.rpartition(" ")
    one = last
    if last in _IRREGULAR_SINGULARS:
        one = _IRREGULAR_SINGULARS[last]
    elif last in _UNCOUNTED or last in _IRREGULAR_PLURALS or len(last) < 3:
        pass
    elif last.endswith("ies") and len(last) > 4:
        one = last[:-3] + "y"
    elif last.endswith(("sses", "xes", "zes", "ches", "shes")):
        one = last[:-2]
    elif last.endswith("s") and not last.endswith(("ss", "us", "is")):
        one = last[:-1]
    return f"{head} {one}".strip()


def participle(verb: str) -> str:
    """``ship`` → ``shipped``."""
    if verb in _IRREGULAR_PARTICIPLES:
        return _IRREGULAR_PARTICIPLES[verb]
    if verb.startswith("un") and verb[2:] in _IRREGULAR_PARTICIPLES:
        return "un" + _IRREGULAR_PARTICIPLES[verb[2:]]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    if verb in _DOUBLING or (len(verb) <= 5 and _DOUBLED.search(verb) and _one_syllable(verb)):
        return verb + verb[-1] + "ed"
    return verb + "ed"


def _one_syllable(verb: str) -> bool:
    return verb not in _NOT_DOUBLING and len(re.findall(r"[aeiouy]+", verb)) == 1


_STATE_PARTICIPLES = {participle(verb): verb for verb in STATE_VERBS} | {
    "canceled": "cancel",
    "cancelled": "cancel",
    "done": "complete",
    "labelled": "label",
    "enrolled": "enroll",
    "fulfilled": "fulfill",
}


def base(word: str) -> str | None:
    """The verb of a participle that tells a state, None for other words."""
    return _STATE_PARTICIPLES.get(word)


def verb_of(word: str) -> str | None:
    """The verb of a participle, a base form or an -ing form that tells a state."""
    word = word.lower()
    if word in STATE_VERBS:
        return word
    found = base(word)
    if found is not None or not word.endswith("ing"):
        return found
    stem = word[:-3]
    options = (stem, stem + "e", stem[:-1] if stem[-1:] == stem[-2:-1] else stem)
    return next((option for option in options if option in STATE_VERBS), None)


def identifier(words: str) -> str | None:
    """``due date`` → ``due_date``; None where it cannot be a name.

    Letters of any script are allowed, after NFKC as Python's parser does it; what hides
    something (leading underscores, dunders) is not.
    """
    text = unicodedata.normalize("NFKC", words).strip().strip("`\"'").strip()
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text) if " " not in text else text
    name = re.sub(r"[\s\-]+", "_", text).lower()
    if not name.isidentifier() or name.startswith("_") or name.endswith("_"):
        return None
    return name if len(name) <= LONGEST_NAME and "__" not in name else None
