"""The offline model: one answer for each function of the contract, from the Specification."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from assistant import diagnosis, schemas
from assistant.errors import NotUnderstood
from assistant.providers.offline import generate
from assistant.providers.offline.describe import describe
from assistant.providers.offline.language import specification_of
from assistant.providers.offline.plan import plan_deployment
from assistant.providers.offline.spec import Specification
from assistant.review.static import review

Inputs = Mapping[str, str]

_LONGEST_SUBJECT = 60


def answer(function: str, inputs: Inputs) -> schemas.Function:
    """The answer to one function call; ``inputs`` may lack any key.

    Raises:
        NotUnderstood: the requirements are not in the language, or the function is not one that
            this model answers.
    """
    respond = _ANSWERS.get(function)
    if respond is None:
        raise NotUnderstood(function, "the offline model does not answer this function")
    return respond(inputs)


def _specification(inputs: Inputs) -> Specification:
    return specification_of(inputs.get("requirements", ""))


def _reasoning(specification: Specification) -> str:
    told = "; ".join(specification.assumptions)
    return f"Written from the sentences. {told}".strip()


def _tests(inputs: Inputs) -> schemas.Function:
    found = _specification(inputs)
    return schemas.GenerateTestCode(code=generate.test_module(found), reasoning=_reasoning(found))


def _main(inputs: Inputs) -> schemas.Function:
    found = _specification(inputs)
    return schemas.GenerateMainCode(
        code=generate.main_module(found),
        dependencies=generate.dependencies(found),
        reasoning=_reasoning(found),
    )


def _service(inputs: Inputs) -> schemas.Function:
    found = _specification(inputs)
    return schemas.GenerateServiceCode(
        code=generate.service_module(inputs.get("feature", ""), found),
        dependencies=generate.dependencies(found),
        reasoning=_reasoning(found),
    )


def _commit_message(inputs: Inputs) -> schemas.Function:
    """Words the commit by the reading, or by the feature's name where the text is not read."""
    feature, diff = inputs.get("feature", "") or "feature", inputs.get("diff", "")
    names = set(re.findall(r"(?:^|[\s/])([\w.-]+\.(?:py|ya?ml|txt|toml))\b", diff))
    what, body = feature.replace("-", " "), ""
    try:
        found = _specification(inputs)
    except NotUnderstood:
        pass  # another model wrote it; its files speak for themselves
    else:
        served = "service.py" in names
        called = [each.plural.replace("_", " ") for each in found.resources]
        what = " and ".join(called or [each.name for each in found.functions])
        if called:
            what = f"the {what} {'service' if served else 'module'}"
        body = "\n".join(describe(found, served=served))
    subject = f"{'change' if re.search(r'(?m)^changed: ', diff) else 'add'} {what}"
    if len(subject) > _LONGEST_SUBJECT:
        subject = subject[: _LONGEST_SUBJECT - 1].rsplit(" ", 1)[0]
    return schemas.CreateCommitMessage(
        type="test" if names and names <= {"test.py", "service-test.py"} else "feat",
        scope=re.sub(r"[^a-z0-9-]", "", feature.lower()),
        subject=subject,
        body=body,
        breaking=False,
    )


_ANSWERS: dict[str, Callable[[Inputs], schemas.Function]] = {
    "generate_test_code": _tests,
    "generate_main_code": _main,
    "generate_service_code": _service,
    "create_commit_message": _commit_message,
    "review_code": review,
    "analyze_deployment_error": diagnosis.analyze_deployment_error,
    "determine_retry_strategy": diagnosis.determine_retry_strategy,
    "plan_deployment": plan_deployment,
    "analyze_failure": diagnosis.analyze_failure,
}
