"""Review, diagnosis and commit messages without a model: only what is certain is said."""

from __future__ import annotations

import pytest

from assistant.auditor import numbered
from assistant.providers.offline import failures, review, wording
from assistant.providers.offline.answers import answer
from assistant.schemas import FUNCTIONS, ReviewIssue

ORDERS = "An order has a customer. Orders can be created, listed by customer and paid once."


def found(code: str) -> list[ReviewIssue]:
    return review.review({"files": numbered({"main.py": code})}).issues


@pytest.mark.parametrize(
    ("code", "severity", "category", "line"),
    [
        ("def f(:\n", "major", "bug", 1),
        ("x = 1\ny = eval(x)\n", "major", "security", 2),
        ("exec('x')\n", "major", "security", 1),
        ("import os\nos.system(x)\n", "major", "security", 2),
        ("import subprocess\nsubprocess.run(x, shell=True)\n", "major", "security", 2),
        ("import pickle\npickle.loads(body)\n", "major", "security", 2),
        ("import yaml\nyaml.load(x)\n", "major", "security", 2),
        ("httpx.get(url, verify=False)\n", "major", "security", 1),
        ("db.execute(f'select {x}')\n", "major", "security", 1),
        ("db.execute('select %s' % x)\n", "major", "security", 1),
        ("db.execute('select {}'.format(x))\n", "major", "security", 1),
        ("password = 'hunter2hunter2'\n", "major", "security", 1),
        ("connect(api_key='9a8b7c6d5e4f')\n", "major", "security", 1),
        ("x = 'AKIAABCDEFGHIJKLMNOP'\n", "major", "security", 1),
        ("try:\n    f()\nexcept Exception:\n    pass\n", "major", "bug", 3),
        ("try:\n    f()\nexcept:\n    raise\n", "minor", "quality", 3),
        ("def f(x=[]):\n    return x\n", "minor", "bug", 1),
        ("def f(*, x=dict()):\n    return x\n", "minor", "bug", 1),
        ("def f():\n    return 1\n    print(2)\n", "minor", "quality", 3),
        ("if x is 'a':\n    pass\n", "major", "bug", 1),
        ("if x == None:\n    pass\n", "minor", "quality", 1),
        ("def f(): ...\ndef f(): ...\n", "major", "bug", 2),
    ],
)
def test_what_a_syntax_tree_shows_is_named_with_its_line(
    code: str, severity: str, category: str, line: int
) -> None:
    issues = found(code)
    assert [(i.severity, i.category, i.line, i.file) for i in issues] == [
        (severity, category, line, "main.py")
    ]


@pytest.mark.parametrize(
    "code",
    [
        "subprocess.run(['ls'], check=True)\n",
        "db.execute('select ?', (x,))\n",
        "password = os.environ['PASSWORD']\n",
        "token = ''\n",
        "password = 'change-me-please'\n",
        "try:\n    f()\nexcept ValueError:\n    pass\n",
        "if x is None or x is True:\n    pass\n",
        "yaml.load(x, Loader=yaml.SafeLoader)\n",
        "ast.literal_eval(x)\nre.compile('a')\nmodel.eval()\n",
        "@property\ndef f(self): ...\n@f.setter\ndef f(self, x): ...\n",
        "def f(x=(), y=None):\n    return x\n",
        "",
    ],
)
def test_what_is_fine_is_left_alone(code: str) -> None:
    assert found(code) == []


@pytest.mark.parametrize("function", ["generate_main_code", "generate_service_code"])
def test_what_the_offline_model_writes_passes_its_own_review(function: str) -> None:
    code = answer(function, {"feature": "orders", "requirements": ORDERS}).model_dump()["code"]
    assert found(code) == []


def test_files_may_come_one_by_one_and_lines_keep_their_numbers() -> None:
    files = review.files_of(
        {"files": numbered({"a.py": "x = 1\n\ny = 2", "b.txt": "z"}), "main": "m = 1", "tests": ""}
    )
    assert files == {"a.py": "x = 1\n\ny = 2", "b.txt": "z", "main.py": "m = 1"}


def test_the_review_says_what_it_did_not_look_at() -> None:
    assert "no model has judged" in review.review({}).summary


@pytest.mark.parametrize(
    ("log", "kind", "action", "target"),
    [
        ("ModuleNotFoundError: No module named 'yaml'", "missing_dependency",
         "INSTALL_DEPENDENCY", "yaml"),
        ("ModuleNotFoundError: No module named 'google.cloud'", "missing_dependency",
         "INSTALL_DEPENDENCY", "google"),
        ("ModuleNotFoundError: No module named 'main'", "local_module_missing", "CODE_FIX", None),
        ("ImportError: cannot import name 'Order' from 'main'", "local_module_missing",
         "CODE_FIX", None),
        ("  File x\nSyntaxError: invalid syntax", "code_syntax_error", "CODE_FIX", None),
        ("OSError: [Errno 98] Address already in use: 127.0.0.1:8000", "port_in_use", "FREE_PORT",
         "8000"),
        ("[Errno 98] bind on address ('127.0.0.1', 8000): address already in use", "port_in_use",
         "FREE_PORT", "8000"),
        ("port 9000 is already in use", "port_in_use", "FREE_PORT", "9000"),
        ("write: No space left on device", "disk_full", "MAINTENANCE", None),
        ("State: OOMKilled", "out_of_memory", "FAIL", None),
        ("AADSTS700082: token expired", "azure_auth_failed", "REAUTHENTICATE", None),
        ("sh: az: command not found", "azure_cli_missing", "INSTALL_TOOL", None),
        ("socket.gaierror: Temporary failure in name resolution", "network_error",
         "WAIT_AND_RETRY", None),
        ("openai.RateLimitError: 429", "llm_provider_infra", "SWITCH_PROVIDER", None),
        ("PermissionError: [Errno 13] Permission denied: '/x'", "permission_denied", "FAIL", None),
        ("FAILED (failures=2)", "test_failed", "CODE_FIX", None),
        ("the service was not healthy after 30 s", "service_timeout", "EXTEND_TIMEOUT", None),
        ("ERROR: failed to solve: python:3.99", "docker_build_error", "REPROVISION", None),
        ("error: patch failed: main.py:3", "patch_apply_error", "CODE_FIX", None),
    ],
)  # fmt: skip
def test_a_line_that_proves_it_names_the_failure(
    log: str, kind: str, action: str, target: str | None
) -> None:
    answered = failures.analyze_deployment_error({"log": f"starting\n{log}\nbye"})
    assert (answered.error_type, answered.action.type, answered.action.target) == (
        kind,
        action,
        target,
    )
    assert answered.root_cause in log


def test_the_cause_goes_before_the_symptom() -> None:
    log = "FAILED (errors=1)\nOSError: [Errno 28] No space left on device\nnot healthy after 30 s"
    assert failures.analyze_deployment_error({"log": log}).error_type == "disk_full"


@pytest.mark.parametrize("log", ["", "boom", "all is well", "exit code 0", "\x00"])
def test_what_no_rule_knows_stays_unknown_and_fails(log: str) -> None:
    answered = failures.analyze_deployment_error({"log": log})
    assert (answered.error_type, answered.action.type) == ("unknown", "FAIL")
    assert answered.confidence == 0
    assert not failures.determine_retry_strategy({"log": log}).retry


def test_only_what_time_mends_is_tried_again_and_not_for_ever() -> None:
    log = "Name or service not known"
    first = failures.determine_retry_strategy({"log": log, "step": "deploy"})
    later = failures.determine_retry_strategy({"log": log, "attempts": "one\ntwo"})
    last = failures.determine_retry_strategy({"log": log, "attempts": "one\ntwo\nthree"})
    assert (first.retry, first.resume_at) == (True, "deploy")
    assert later.delay_seconds > first.delay_seconds
    assert not last.retry


def test_the_plan_changes_nothing_outside_of_the_folder() -> None:
    for step in failures.plan_deployment({}).steps:
        assert not any(word in step.command for word in ("sudo", "curl", "|", "rm ", "/etc"))


def test_a_failure_is_summed_up_in_the_log_s_own_words() -> None:
    known = failures.analyze_failure({"log": "ModuleNotFoundError: No module named 'x'"})
    unknown = failures.analyze_failure({"log": "one\ntwo", "step": "deploy"})
    assert "No module named 'x'" in known.summary
    assert unknown.summary == "deploy failed, and no rule knows why. Its last line: two"


def test_the_commit_says_what_was_understood() -> None:
    message = wording.create_commit_message(
        {"feature": "orders", "requirements": ORDERS, "diff": "main.py\nservice.py\ntest.py"}
    )
    assert (message.type, message.scope, message.breaking) == ("feat", "orders", False)
    assert message.subject == "add the orders service"
    assert message.body == ("Orders can be created, listed and paid, lists filtered by customer.")


@pytest.mark.parametrize(
    ("diff", "subject"),
    [
        ("main.py\ntest.py", "add the orders module"),
        ("changed: main.py", "change the orders module"),
        ("added: service.py\nchanged: main.py", "change the orders service"),
    ],
)
def test_the_commit_says_whether_it_serves_and_whether_it_changes(diff: str, subject: str) -> None:
    inputs = {"feature": "orders", "requirements": ORDERS, "diff": diff}
    assert wording.create_commit_message(inputs).subject == subject


@pytest.mark.parametrize(
    ("inputs", "type_", "subject"),
    [
        ({"feature": "my-thing", "requirements": "Beyond it."}, "feat", "add my thing"),
        ({}, "feat", "add feature"),
        ({"feature": "x", "diff": "behaviors/x/test.py"}, "test", "add x"),
        ({"feature": "x" * 63}, "feat", "add"),
        ({"feature": "gcd", "requirements": "def gcd(a, b): the greatest common divisor."},
         "feat", "add gcd"),
    ],
)  # fmt: skip
def test_where_nothing_was_understood_the_feature_names_the_commit(
    inputs: dict[str, str], type_: str, subject: str
) -> None:
    message = wording.create_commit_message(inputs)
    assert (message.type, message.subject) == (type_, subject)
    assert len(message.subject) <= 60


def test_every_function_of_the_contract_has_an_answer() -> None:
    for name, function in FUNCTIONS.items():
        assert isinstance(answer(name, {"feature": "o", "requirements": ORDERS}), function)
