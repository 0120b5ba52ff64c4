"""Whole runs in CONTAINER mode: a real engine, scripted models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from provisioner.image.engine import Engine
from tests.integration.containers import left_of, remove_all
from tests.workflow.scripted import Runner, steps
from tests.workflow.test_service_runs import SERVICE, script

FLAGS: dict[str, Any] = {
    "deployment.provision_mode": "CONTAINER",
    "deployment.retry_delay_seconds": 0,
    "quality.mutation": "off",
}
#: Wrong in a container alone, where the first process of all is the service.
WRONG_INSIDE = SERVICE.replace(
    'return {"result": add(pair.a, pair.b)}',
    'print("adding wrongly", flush=True)\n'
    '    return {"result": add(pair.a, pair.b) + ("/opt/venv" in os.environ["PATH"])}',
)


@pytest.fixture
def contained(runner: Runner, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runner]:
    """A runner, of whose feature nothing is left in the engine."""
    monkeypatch.setenv("DOCKER_HOST", engine.endpoint.url)
    yield runner
    remove_all(engine, runner.root, "adder")


async def test_a_service_that_fails_in_a_container_alone_is_mended_and_proven_afresh(
    contained: Runner, engine: Engine
) -> None:
    assistant = script(service=(WRONG_INSIDE, SERVICE), analyze_deployment_error=[MEND_IT])
    result = await contained.run(assistant, flags=FLAGS)
    assert (result.record["status"], result.record["error"]) == ("done", None)
    made = steps(result)
    assert made["container_tests"] == ("done", 2)
    assert made["generate_service"] == ("done", 2)
    prompt = assistant.prompts("generate_service_code")[-1]
    assert "6 != 5" in prompt or "'result': 6" in prompt
    assert "adding wrongly" in prompt, "the container's log is read too"
    deployed = result.record["deployment"]
    roles = sorted(name.rpartition("-")[2] for name in left_of(engine, contained.root, "adder"))
    assert roles == sorted([deployed["id"].rpartition("-")[2], "proxy"])


async def test_a_service_that_never_passes_in_a_container_is_not_committed(
    contained: Runner, engine: Engine
) -> None:
    assistant = script(service=(WRONG_INSIDE,), analyze_deployment_error=[MEND_IT])
    result = await contained.run(assistant, flags={**FLAGS, "deployment.max_retries": 1})
    assert (result.record["status"], result.record["commit"]) == ("failed", None)
    assert "in a container" in result.record["error"]["summary"]
    assert left_of(engine, contained.root, "adder") == {}


MEND_IT = {
    "error_type": "test_failed",
    "summary": "The service answers wrongly.",
    "root_cause": "One is added.",
    "confidence": 0.9,
    "action": {"type": "CODE_FIX", "target": "service.py", "parameters": []},
    "reasoning": "The log says so.",
}
