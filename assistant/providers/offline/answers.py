"""One answer for each function that a model can be asked to call."""

from __future__ import annotations

from collections.abc import Callable

from assistant import schemas
from assistant.diagnosis import answers as diagnosis
from assistant.providers.offline import wording
from assistant.providers.offline.functions.choice import PureFunction
from assistant.providers.offline.plan import plan_deployment
from assistant.providers.offline.reading.subject import refuse
from assistant.providers.offline.spec import Api
from assistant.providers.offline.understanding import Inputs, understood
from assistant.providers.offline.writing import function_checks, function_module
from assistant.providers.offline.writing.http_module import write_service_tests
from assistant.providers.offline.writing.main_module import write_main
from assistant.providers.offline.writing.service_module import DEPENDENCIES, write_service
from assistant.providers.offline.writing.unit_module import write_tests
from assistant.review.static import review


def answer(function: str, inputs: Inputs) -> schemas.Function:
    """The answer to one function call; ``inputs`` may lack any key.

    Raises:
        NotUnderstood: the requirements say something that no rule reads.
    """
    respond = _ANSWERS.get(function)
    if respond is None:
        raise refuse(function, "no function of the contract has this name")
    return respond(inputs)


def _reasoning(what: Api | PureFunction, done: str) -> str:
    if isinstance(what, PureFunction):
        count = len(what.request.examples)
        return f"{done} The rule is {what.rule.name}; {count} examples of the requirements hold."
    told = "; ".join(what.assumptions)
    return f"{done} Taken as given: {told}." if told else done


def _tests(inputs: Inputs) -> schemas.Function:
    what = understood(inputs)
    code = (
        function_checks.write_function_tests(what)
        if isinstance(what, PureFunction)
        else write_tests(what)
    )
    return schemas.GenerateTestCode(code=code, reasoning=_reasoning(what, "One test a promise."))


def _main(inputs: Inputs) -> schemas.Function:
    what = understood(inputs)
    if isinstance(what, PureFunction):
        code, done = function_module.write_function(what), "The function alone."
    else:
        code, done = write_main(what), "A record, its checks and a repository in memory."
    return schemas.GenerateMainCode(code=code, dependencies=[], reasoning=_reasoning(what, done))


def _service(inputs: Inputs) -> schemas.Function:
    what, feature = understood(inputs), inputs.get("feature", "")
    code = (
        function_module.write_function_service(feature, what)
        if isinstance(what, PureFunction)
        else write_service(what)
    )
    return schemas.GenerateServiceCode(
        code=code,
        dependencies=list(DEPENDENCIES),
        reasoning=_reasoning(what, "Routes in front of main.py."),
    )


def _service_tests(inputs: Inputs) -> schemas.Function:
    what, feature = understood(inputs), inputs.get("feature", "")
    code = (
        function_checks.write_function_service_tests(feature, what)
        if isinstance(what, PureFunction)
        else write_service_tests(what)
    )
    return schemas.GenerateServiceTestCode(
        code=code, reasoning=_reasoning(what, "Every route and its refusals.")
    )


_ANSWERS: dict[str, Callable[[Inputs], schemas.Function]] = {
    "generate_test_code": _tests,
    "generate_main_code": _main,
    "generate_service_code": _service,
    "generate_service_test_code": _service_tests,
    "review_code": review,
    "create_commit_message": wording.create_commit_message,
    "analyze_deployment_error": diagnosis.analyze_deployment_error,
    "determine_retry_strategy": diagnosis.determine_retry_strategy,
    "plan_deployment": plan_deployment,
    "analyze_failure": diagnosis.analyze_failure,
}
