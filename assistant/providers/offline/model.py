"""The offline model: one answer for each function of the contract, from the Specification."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping

from assistant import schemas
from assistant.diagnosis import answers
from assistant.errors import NotUnderstood
from assistant.providers.offline import generate
from assistant.providers.offline.describe import describe
from assistant.providers.offline.language import specification_of
from assistant.review.static import review

Inputs = Mapping[str, str]


def answer(function: str, inputs: Inputs) -> schemas.Function:
    """The answer to one function call; ``inputs`` may lack any key.

    Raises NotUnderstood for requirements in another language, and for other functions.
    """
    if function in _ANSWERS:
        return _ANSWERS[function](inputs)
    if function not in _WRITERS:
        raise NotUnderstood(function, "the offline model does not answer this function")
    schema, file = _WRITERS[function]
    found = specification_of(inputs.get("requirements", ""))
    values = {
        "code": generate.module(file, found),
        "reasoning": f"Written from the sentences. {'; '.join(found.assumptions)}".strip(),
        "dependencies": generate.dependencies(found),
    }
    return schema(**{name: values[name] for name in schema.model_fields})


def _commit_message(inputs: Inputs) -> schemas.Function:
    """Words the commit by the reading, or by the feature's name where the text is not read."""
    feature, diff = inputs.get("feature", "") or "feature", inputs.get("diff", "")
    names = set(re.findall(r"(?:^|[\s/])([\w.-]+\.(?:py|ya?ml|txt|toml))\b", diff))
    what, body, served = feature.replace("-", " "), "", "service.py" in names
    try:
        found = specification_of(inputs.get("requirements", ""))
    except NotUnderstood:
        pass  # another model wrote it; its files speak for themselves
    else:
        body = "\n".join(describe(found, served=served))
        what = " and ".join(each.name for each in found.functions)
        many = " and ".join(each.plural.replace("_", " ") for each in found.resources)
        what = f"the {many} {'service' if served else 'module'}" if many else what
    subject = f"{'change' if re.search(r'(?m)^changed: ', diff) else 'add'} {what}"
    return schemas.CreateCommitMessage(
        type="test" if names and names <= {"test.py", "service-test.py"} else "feat",
        scope=re.sub(r"[^a-z0-9-]", "", feature.lower()),
        subject=textwrap.shorten(subject, 60, placeholder="", break_long_words=False),
        body=body,
        breaking=False,
    )


_WRITERS: dict[str, tuple[type[schemas.Function], str]] = {
    "generate_test_code": (schemas.GenerateTestCode, "test.py"),
    "generate_main_code": (schemas.GenerateMainCode, "main.py"),
    "generate_service_code": (schemas.GenerateServiceCode, "service.py"),
}
_ANSWERS: dict[str, Callable[[Inputs], schemas.Function]] = {
    "create_commit_message": _commit_message,
    "review_code": review,
    "analyze_deployment_error": answers.analyze_deployment_error,
    "determine_retry_strategy": answers.determine_retry_strategy,
    "plan_deployment": answers.plan_deployment,
    "analyze_failure": answers.analyze_failure,
}
