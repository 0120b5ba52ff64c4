"""Commit messages, in the conventional form and from what is known for certain."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.errors import NotUnderstood
from assistant.providers.offline.functions.choice import PureFunction
from assistant.providers.offline.spec import Api, Resource
from assistant.providers.offline.understanding import understood
from assistant.providers.offline.writing.source import listed
from assistant.schemas import CreateCommitMessage

LONGEST_SUBJECT = 60
_DONE = {
    "create": "created",
    "get": "fetched",
    "list": "listed",
    "update": "updated",
    "delete": "deleted",
}


def create_commit_message(inputs: Mapping[str, str]) -> CreateCommitMessage:
    """Words the commit by what was understood, or by the feature's name where nothing was."""
    feature = inputs.get("feature", "") or "feature"
    subject, body = f"add {feature.replace('-', ' ')}", ""
    try:
        what = understood(inputs)
    except NotUnderstood:
        pass  # another model wrote it; its files speak for themselves
    else:
        subject, body = _of_function(what) if isinstance(what, PureFunction) else _of_api(what)
    diff = inputs.get("diff", "")
    if diff and "service.py" not in diff:
        subject = re.sub(r" service$", " module", subject)
    if re.search(r"(?m)^changed: ", diff):
        subject = f"change {subject.removeprefix('add ')}"
    if len(subject) > LONGEST_SUBJECT:
        subject = subject[: LONGEST_SUBJECT - 1].rsplit(" ", 1)[0]
    return CreateCommitMessage(
        type="test" if _tests_alone(inputs.get("diff", "")) else "feat",
        scope=re.sub(r"[^a-z0-9-]", "", feature.lower()),
        subject=subject,
        body=body,
        breaking=False,
    )


def _tests_alone(diff: str) -> bool:
    """Whether the change, a list of files or a diff, touches tests only."""
    names = set(re.findall(r"(?:^|[\s/])([\w.-]+\.(?:py|ya?ml|txt|toml))\b", diff))
    return bool(names) and names <= {"test.py", "service-test.py"}


def _of_function(what: PureFunction) -> tuple[str, str]:
    name = what.request.signature.name
    summary = (what.rule.function.__doc__ or "").splitlines()[0]
    return f"add {name}", summary


def _of_api(api: Api) -> tuple[str, str]:
    names = listed(resource.plural_words for resource in api.resources)
    return f"add the {names} service", "\n".join(map(_told, api.resources))


def _told(resource: Resource) -> str:
    """One sentence on what can be done with a resource."""
    done = [_DONE[operation] for operation in resource.operations]
    done += [transition.done for transition in resource.transitions]
    filtered = ""
    if resource.filters:
        words = [resource.field(name).words for name in resource.filters]
        filtered = f", lists filtered by {listed(words)}"
    return f"{resource.plural_words.capitalize()} can be {listed(done)}{filtered}."
