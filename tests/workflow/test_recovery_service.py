"""Recovery in SERVICE mode: each fault is made for real, named, mended, and the run is done; where
it cannot be mended the run gives up, with what a person can act on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from provisioner.sandbox.base import RUN_LABEL, process_label
from tests.workflow.scripted import Runner, steps
from tests.workflow.test_service_runs import (
    DEAD_SERVICE,
    MODE,
    SERVICE,
    SERVICE_TESTS,
    WRONG_SERVICE,
    script,
)

QUICK = {**MODE, "quality.mutation": "off", "quality.review": "off"}
#: Goes before a service; the first deployment of a feature finds no mark, later ones do.
AT_FIRST_DEPLOYMENT = """\
import os
from pathlib import Path

mark = Path(os.environ["DATA_DIR"], "was-here")
if os.environ["REVISION"] != "unreleased" and not mark.exists():
    mark.touch()
    {fault}
"""
ENDS = "raise SystemExit('the first start fails')"
MODEL_AWAY = "raise SystemExit('openai.RateLimitError: Error code: 429 - insufficient_quota')"
FULL = "open('/dev/full', 'w').write('x' * 100_000)"
HANGS_ONCE = "__import__('time').sleep(3600)"
HANGS = "import time\ntime.sleep(3600)\n"
TAKES_ITS_PORT_TWICE = """\
import socket

first, second = socket.socket(), socket.socket()
first.bind(("127.0.0.1", 9000))
second.bind(("127.0.0.1", 9000))
"""
TAKES_A_PORT_TWICE = """\
import socket
    with socket.create_server(("127.0.0.1", 9000)):
        socket.create_server(("127.0.0.1", 9000))
"""
WHEN_DEPLOYED = 'import os\n\nif os.environ["REVISION"] != "unreleased":\n'
ENDS_WHEN_DEPLOYED = f'{WHEN_DEPLOYED}    raise SystemExit("not deployable")\n'
#: A name of main.py that nobody wrote.
LACKS_A_MODULE = "from adder.parts import add\n" + SERVICE
LACKS_A_NAME = "from main import subtract\n" + SERVICE
TAKES_MEMORY = "held = bytearray(3 << 30)  # a service may have 2 GiB\n"
WRITES_BESIDE_ITSELF = "open(__file__ + '.cache', 'w').write('adder')\n"
ASKS_AFAR = "import socket\n\nsocket.create_connection(('adder.example.org', 443), timeout=5)\n"


def once(fault: str) -> str:
    return AT_FIRST_DEPLOYMENT.format(fault=fault) + SERVICE


@dataclass(frozen=True)
class Case:
    """A fault: what the writer gives in turn, and what is done about it, as `kind ACTION`."""

    services: Sequence[str]
    actions: Sequence[str]
    startup_seconds: int = 30
    retries: int = 3
    step: str = ""
    says: str = ""


MENDED = {
    "provision failed": Case([once(ENDS)], ["provision failed REPROVISION"]),
    "provision failed for good, and written anew": Case(
        [ENDS_WHEN_DEPLOYED + SERVICE, SERVICE],
        ["provision failed REPROVISION", "provision failed CODE_FIX"],
    ),
    "service tests failed": Case([WRONG_SERVICE, SERVICE], ["test failed CODE_FIX"]),
    "service timeout, once": Case(
        [once(HANGS_ONCE)], ["service timeout EXTEND_TIMEOUT"], startup_seconds=20
    ),
    "service timeout, hanging": Case(
        [HANGS, SERVICE],
        ["service timeout EXTEND_TIMEOUT", "service timeout CODE_FIX"],
        startup_seconds=8,
    ),
    "port in use": Case([TAKES_ITS_PORT_TWICE, SERVICE], []),
    "port in use, once deployed": Case([once(TAKES_A_PORT_TWICE)], ["port in use FREE_PORT"]),
    "model provider": Case([once(MODEL_AWAY)], ["llm provider infra SWITCH_PROVIDER"]),
    "code syntax error": Case(["def app(:\n", SERVICE], []),
    "local module missing": Case([LACKS_A_MODULE, LACKS_A_NAME, SERVICE], []),
    "out of memory": Case([TAKES_MEMORY + SERVICE, SERVICE], []),
    "permission denied": Case([WRITES_BESIDE_ITSELF + SERVICE, SERVICE], []),
    "network error": Case([ASKS_AFAR + SERVICE, SERVICE], []),
}


def prepare(runner: Runner, case: Case) -> None:
    folder = runner.root / "behaviors" / "adder"
    folder.mkdir(parents=True)
    config = f"feature: adder\ntimeouts:\n  startup_seconds: {case.startup_seconds}\n"
    (folder / "feature-config.yaml").write_text(config)


def actions(tried: Sequence[str]) -> list[str]:
    """Kind and action of each recovery that a result lists."""
    lines = [line for line in tried if " → " in line]
    return [f"{line.split(': ')[1]} {line.split(' → ')[1].split()[0].strip(',')}" for line in lines]


@pytest.mark.parametrize("case", MENDED.values(), ids=MENDED)
async def test_a_fault_is_mended_and_the_run_is_done(runner: Runner, case: Case) -> None:
    prepare(runner, case)
    assistant = script(service=case.services)
    result = await runner.run(assistant, flags=QUICK)
    shown = result.record
    assert (shown["status"], result.exit_code) == ("done", 0), shown["error"]
    assert actions(shown["tried"]) == list(case.actions)
    assert assistant.count("generate_service_code") == len(case.services)
    assert assistant.count("analyze_deployment_error") == 0, "a rule names it"
    assert steps(result)["health_check"][0] == "done"
    text = (runner.root / "behaviors/adder/feature-config.yaml").read_text()
    longer = case.actions == ["service timeout EXTEND_TIMEOUT"]
    seconds = case.startup_seconds * (2 if longer else 1)
    assert f"startup_seconds: {seconds}" in text, "what did not help is taken back"
    assert runner.git("status", "--porcelain") == ""


GIVEN_UP = {
    "provision_failed": Case(
        [ENDS_WHEN_DEPLOYED + SERVICE],
        ["provision failed REPROVISION", "provision failed CODE_FIX"],
        step="health_check",
        says="not deployable",
    ),
    "service_timeout": Case(
        [HANGS],
        ["service timeout EXTEND_TIMEOUT"],
        startup_seconds=1,
        retries=1,
        step="generate_service",
        says="startup_seconds",
    ),
    "port_in_use": Case(
        [TAKES_ITS_PORT_TWICE],
        [],
        retries=1,
        step="generate_service",
        says="Address already in use",
    ),
    "code_syntax_error": Case(
        ["def app(:\n"], [], retries=1, step="generate_service", says="SyntaxError"
    ),
    "disk_full": Case([FULL + "\n"], [], step="generate_service", says="No space left on device"),
    "local_module_missing": Case(
        [LACKS_A_NAME], [], retries=1, step="generate_service", says="subtract"
    ),
    "out_of_memory": Case([once(TAKES_MEMORY)], [], step="health_check", says="MemoryError"),
    "permission_denied": Case(
        [WRITES_BESIDE_ITSELF], [], retries=1, step="generate_service", says="service.py.cache"
    ),
    "llm_provider_infra": Case(
        [f"{WHEN_DEPLOYED}    {MODEL_AWAY}\n{SERVICE}"],
        ["llm provider infra SWITCH_PROVIDER"],
        retries=1,
        step="health_check",
        says="insufficient_quota",
    ),
    "network_error": Case(
        [ASKS_AFAR], [], retries=1, step="generate_service", says="socket.gaierror"
    ),
}


@pytest.mark.parametrize("kind", GIVEN_UP)
async def test_what_cannot_be_mended_is_given_up_with_its_cause(runner: Runner, kind: str) -> None:
    case = GIVEN_UP[kind]
    prepare(runner, case)
    flags = {**QUICK, "deployment.max_retries": case.retries}
    result = await runner.run(script(service=case.services), flags=flags)
    assert (result.status, result.exit_code) == ("failed", 1)
    error, tried = result.error, result.record["tried"]
    assert error is not None
    assert error.type == kind
    assert case.says in "\n".join([error.summary, *error.evidence, error.next])
    assert error.next
    taken = actions(tried)
    if kind == "disk_full":  # what other commands on this machine have left makes room, not enough
        taken = [one for one in taken if one != "disk full MAINTENANCE"]
    assert taken == list(case.actions)
    assert tried[-1].startswith("given up: ")
    assert steps(result)[case.step][0] == "failed"


async def test_a_full_disk_is_made_room_on_and_the_run_is_done(runner: Runner) -> None:
    prepare(runner, Case([], []))
    unused = runner.root / ".ai-deploy" / "environments" / ("0" * 64)
    unused.mkdir(parents=True)
    result = await runner.run(script(service=[once(FULL)]), flags=QUICK)
    assert result.exit_code == 0, result.error
    assert actions(result.record["tried"]) == ["disk full MAINTENANCE"]
    assert "removed 1 environment" in result.record["tried"][0]
    assert not unused.exists()


#: Holds a port until it is ended.
HOLDS = "import socket; s = socket.create_server(('127.0.0.1', 0)); print(flush=True); s.accept()"


async def test_what_this_run_left_is_ended_for_a_port_and_a_stranger_is_not(
    runner: Runner,
) -> None:
    """A run finds its own processes by their label, whatever they do."""
    label = process_label("20261121-000000-run1", runner.root)
    own = {**os.environ, RUN_LABEL: label}
    argv = [sys.executable, "-c", HOLDS]
    with ExitStack() as stack:
        left, stranger = (
            stack.enter_context(
                subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, start_new_session=True)
            )
            for env in (own, None)
        )
        stack.callback(stranger.kill)
        stack.callback(left.kill)
        for one in (left, stranger):
            assert one.stdout
            assert one.stdout.readline() == b"\n"
        result = await runner.run(script(service=[once(TAKES_A_PORT_TWICE)]), flags=QUICK)
        assert result.exit_code == 0, result.error
        (tried,) = result.record["tried"]
        assert "FREE_PORT (1 process of this run ended" in tried
        assert left.wait(10) < 0
        assert stranger.poll() is None


async def test_a_kept_service_that_cannot_start_is_not_written_anew(runner: Runner) -> None:
    await runner.run(script(), flags=QUICK)
    (runner.root / "behaviors/adder/service.py").write_text(DEAD_SERVICE)
    silent = script()
    result = await runner.run(silent, flags=QUICK, requirements=None, keep_files=True)
    assert result.exit_code == 1
    assert silent.count("generate_service_code") == 0
    assert "service.py is kept as it is" in result.record["tried"][-1]


BLAMES_THE_TESTS = {
    "error_type": "test_failed",
    "summary": "The tests are wrong.",
    "root_cause": "2 and 3 are 5",
    "confidence": 0.9,
    "action": {"type": "TEST_FIX", "target": None, "parameters": []},
    "reasoning": "The requirements say so.",
}
WRONG_TESTS = SERVICE_TESTS.replace('"result": 5', '"result": 6')


async def test_wrong_service_tests_are_replaced_on_a_diagnosis_and_recorded(
    runner: Runner,
) -> None:
    assistant = script(
        generate_service_test_code=[WRONG_TESTS, SERVICE_TESTS],
        analyze_deployment_error=[BLAMES_THE_TESTS],
    )
    result = await runner.run(assistant, flags=QUICK)
    assert result.exit_code == 0, result.error
    assert actions(result.record["tried"]) == ["test failed CODE_FIX", "test failed TEST_FIX"]
    (fix,) = result.record["tests"]["test_fixes"]
    assert fix["reason"] == "Diagnosis: 2 and 3 are 5"
    assert assistant.count("analyze_deployment_error") == 1


async def test_service_tests_that_assert_less_need_an_approval(runner: Runner) -> None:
    lines = [line for line in SERVICE_TESTS.splitlines() if "response.body" not in line]
    assistant = script(
        generate_service_test_code=[WRONG_TESTS, "\n".join(lines)],
        analyze_deployment_error=[BLAMES_THE_TESTS],
    )
    result = await runner.run(assistant, flags=QUICK)
    assert (result.status, result.exit_code) == ("paused", 3)
    assert result.error is not None
    assert "1 of 2 assertions left" in result.error.summary
