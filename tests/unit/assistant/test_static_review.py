"""The static review: what a syntax tree shows is named, and nothing else."""

from __future__ import annotations

import pytest

from assistant.review.static import as_feedback, find_issues, review, with_static
from assistant.schemas import ReviewIssue


def found(code: str) -> list[ReviewIssue]:
    return find_issues({"main.py": code})


@pytest.mark.parametrize(
    ("code", "severity", "category", "line"),
    [
        ("def f(:\n", "major", "bug", 1),
        ("x = 1\ny = eval(x)\n", "major", "security", 2),
        ("\ufeffx = 1\ny = eval(x)\n", "major", "security", 2),
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


@pytest.mark.parametrize(
    "files",
    [
        {"main.py": "x = eval(y)\n", "service.py": "def f(x=[]):\n    return x\n"},
        {"main.py": "def f(:\n"},
        {"main.py": "x = 1\n"},
    ],
)
def test_the_reviewer_without_a_model_repeats_what_the_prompt_says(files: dict[str, str]) -> None:
    issues = find_issues(files)
    assert review({"static": as_feedback(issues)}).issues == issues


def test_the_review_says_what_it_did_not_look_at() -> None:
    assert "no model has judged" in review({}).summary


def test_what_a_model_let_pass_becomes_a_remark_and_what_is_certain_stays() -> None:
    static = find_issues(
        {"main.py": "x = eval(y)\npassword = 'hunter2hunter2'\n", "notes.txt": "("}
    )
    merged = with_static((), static)
    assert [(issue.line, issue.severity) for issue in merged] == [(1, "minor"), (2, "major")]


def test_an_issue_that_the_model_reports_is_not_said_twice() -> None:
    static = find_issues({"main.py": "x = eval(y)\n"})
    mine = static[0].model_copy(update={"description": "eval of what the user types"})
    assert with_static((mine,), static) == (mine,)
