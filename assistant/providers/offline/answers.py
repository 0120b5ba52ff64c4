"""One answer for each function that a model can be asked to call."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant import schemas
from assistant.errors import NotUnderstood
from assistant.providers.offline.reading.requirements import understand
from assistant.providers.offline.spec import Api
from assistant.providers.offline.writing.main_module import write_main
from assistant.providers.offline.writing.service_module import DEPENDENCIES, write_service
from assistant.providers.offline.writing.service_test_module import write_service_tests
from assistant.providers.offline.writing.test_module import write_tests

Inputs = Mapping[str, str]


def answer(function: str, inputs: Inputs) -> schemas.Function:
    """The answer to one function call.

    Raises:
        NotUnderstood: the requirements say something that no rule reads.
    """
    respond = _ANSWERS.get(function)
    if respond is None:
        raise NotUnderstood(function, "no function of the contract has this name")
    return respond(inputs)


def _understood(inputs: Inputs) -> Api:
    return understand(inputs.get("feature", ""), inputs.get("requirements", ""))


def _reasoning(api: Api, what: str) -> str:
    told = "; ".join(api.assumptions)
    return f"{what} Taken as given: {told}." if told else what


def _tests(inputs: Inputs) -> schemas.Function:
    api = _understood(inputs)
    return schemas.GenerateTestCode(
        code=write_tests(api), reasoning=_reasoning(api, "One test for each promise.")
    )


def _main(inputs: Inputs) -> schemas.Function:
    api = _understood(inputs)
    return schemas.GenerateMainCode(
        code=write_main(api),
        dependencies=[],
        reasoning=_reasoning(api, "A record, its checks and a repository in memory."),
    )


def _service(inputs: Inputs) -> schemas.Function:
    api = _understood(inputs)
    return schemas.GenerateServiceCode(
        code=write_service(api),
        dependencies=DEPENDENCIES,
        reasoning=_reasoning(api, "Routes in front of main.py."),
    )


def _service_tests(inputs: Inputs) -> schemas.Function:
    api = _understood(inputs)
    return schemas.GenerateServiceTestCode(
        code=write_service_tests(api), reasoning=_reasoning(api, "Every route and its refusals.")
    )


_ANSWERS: dict[str, Callable[[Inputs], schemas.Function]] = {
    "generate_test_code": _tests,
    "generate_main_code": _main,
    "generate_service_code": _service,
    "generate_service_test_code": _service_tests,
}
