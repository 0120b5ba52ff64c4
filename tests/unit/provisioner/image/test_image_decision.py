"""Whether an image is reused, gets its source layer anew, or is built whole."""

from __future__ import annotations

import json

import pytest

from provisioner.errors import BuildFailed
from provisioner.feature.feature_config import read_feature_config
from provisioner.image import labels
from provisioner.image.content.inputs import BuildInputs
from provisioner.image.content.keys import SourceFile
from provisioner.image.decision import (
    BuildDecision,
    KnownImage,
    Wishes,
    choose,
    former_base,
    known_images,
)

CONFIG = "feature: orders\n"
LOCK = b"fastapi==1\n"
NAME = labels.REPOSITORIES[labels.IMAGE]
SOURCES = {"main.py": SourceFile(b"1"), "service.py": SourceFile(b"1")}


def inputs(
    *,
    config: str = CONFIG,
    lock: bytes = LOCK,
    base_id: str = "sha256:base",
    foreign: str = "",
    platform: str = "linux/amd64",
    **sources: bytes,
) -> BuildInputs:
    files = SOURCES | {f"{name}.py": SourceFile(content) for name, content in sources.items()}
    return BuildInputs(read_feature_config(config), platform, lock, files, foreign, base_id)


def images(made: BuildInputs, created: int = 1) -> list[KnownImage]:
    """Both images of these inputs, as the engine knows them after a build."""
    common = {
        labels.ENV_KEY: made.env_key,
        labels.PARTS: json.dumps(made.parts),
        labels.PLATFORM: made.platform,
    }
    environment = {**common, labels.KIND: labels.ENVIRONMENT}
    final = {
        **common,
        labels.KIND: labels.IMAGE,
        labels.FEATURE: made.config.feature,
        labels.SRC_KEY: made.src_key,
        labels.SOURCES: json.dumps(made.digests),
    }
    return [
        KnownImage("i", made.tag(labels.IMAGE), final, created),
        KnownImage("e", made.tag(labels.ENVIRONMENT), environment, created),
    ]


NEVER = Wishes(skip_base=True)


@pytest.mark.parametrize(
    ("now", "wishes", "action", "changed", "words"),
    [
        (inputs(), Wishes(), "reuse", (), "nothing changed"),
        (inputs(main=b"2"), Wishes(), "source", ("main.py",), "main.py changed"),
        (inputs(new=b"2"), Wishes(), "source", ("new.py",), "new.py changed"),
        (
            inputs(config=CONFIG + "service: {port: 9000}\n"),
            Wishes(),
            "source",
            ("feature-config.yaml",),
            "feature-config.yaml changed",
        ),
        (
            inputs(lock=b"fastapi==2\n", main=b"2"),
            Wishes(),
            "full",
            ("requirements.lock", "main.py"),
            "requirements.lock, main.py changed",
        ),
        (
            inputs(base_id="sha256:new"),
            Wishes(),
            "full",
            ("base image python:3.11-slim",),
            "base image python:3.11-slim changed",
        ),
        (
            inputs(config=CONFIG + "image: {packages: [libpq5]}\n"),
            Wishes(),
            "full",
            ("Dockerfile", "system packages"),
            "Dockerfile, system packages changed",
        ),
        (
            inputs(base_id=""),
            Wishes(),
            "full",
            ("base image python:3.11-slim",),
            "not on this mach",
        ),
        (inputs(platform="linux/arm64"), Wishes(), "full", (), "no dependency image yet"),
        (inputs(), Wishes(rebuild_base_env=True), "full", (), "rebuild_base_env is set"),
        (inputs(), Wishes(True, rebuild_base_env=True), "reuse", (), "nothing changed"),
        (
            inputs(main=b"2"),
            Wishes(rebuild_container=False),
            "reuse",
            ("main.py",),
            "rebuild_container is false, although main.py changed",
        ),
        (
            inputs(lock=b"fastapi==2\n"),
            NEVER,
            "reuse",
            ("requirements.lock",),
            "--skip-base-rebuild keeps the dependency image of before, although requirements.lock",
        ),
        (inputs(lock=b"", main=b"2"), NEVER, "source", ("requirements.lock", "main.py"), "keeps"),
    ],
)
def test_the_decision_names_the_file_that_caused_it(
    now: BuildInputs, wishes: Wishes, action: str, changed: tuple[str, ...], words: str
) -> None:
    decision = choose(now, images(inputs()), wishes)
    assert (decision.action, decision.changed) == (action, changed)
    assert words in decision.reason


def test_a_feature_without_an_image_takes_the_dependency_image_of_another() -> None:
    decision = choose(inputs(config="feature: bills\n"), images(inputs()), Wishes())
    assert (decision.action, decision.reason) == ("source", "this feature has no image yet")
    assert decision.dependencies is not None
    assert decision.dependencies.id == "e"


def test_where_none_may_be_built_and_none_is_there_it_says_so() -> None:
    with pytest.raises(BuildFailed, match="no dependency image yet") as caught:
        choose(inputs(), [], NEVER)
    assert "--skip-base-rebuild" in caught.value.next_step


def test_what_changed_is_told_from_the_newest_image() -> None:
    known = images(inputs(main=b"3"), 2) + images(inputs(), 1)
    assert choose(inputs(main=b"2"), known, Wishes()).changed == ("main.py",)
    assert choose(inputs(), known, Wishes()).action == "reuse"


def test_a_dockerfile_of_ones_own_is_built_whole() -> None:
    own = inputs(foreign="FROM x\n")
    assert choose(own, [], Wishes()).action == "full"
    assert choose(own, images(own), Wishes()).action == "reuse"
    later = inputs(foreign="FROM y\n")
    assert choose(later, images(own), Wishes()).changed == ("Dockerfile",)


def test_an_image_without_readable_labels_changed_in_all_its_files() -> None:
    old = images(inputs())[0]
    broken = KnownImage(old.id, old.tag, {**old.labels, labels.SRC_KEY: "", labels.SOURCES: "{"}, 1)
    decision: BuildDecision = choose(inputs(), [broken, images(inputs())[1]], Wishes())
    assert decision.changed == ("feature-config.yaml", "main.py", "service.py")


def test_a_base_image_that_is_gone_is_known_from_what_was_made_of_it() -> None:
    known = images(inputs())
    assert former_base(inputs(base_id=""), known) == "sha256:base"
    assert former_base(inputs(base_id="", lock=b"fastapi==2\n"), known) == ""


def test_an_image_is_known_by_our_label_and_our_name_for_it() -> None:
    """One that is made FROM ours has the labels, and may be neither reused nor removed."""
    ours = {labels.KIND: labels.IMAGE}
    listed = [
        {"Id": "untagged", "RepoTags": None, "Labels": ours, "Created": 1},
        {"Id": "nameless", "RepoTags": ["<none>:<none>"], "Labels": ours, "Created": 2},
        {"Id": "unlabelled", "RepoTags": [f"{NAME}:1"], "Labels": None, "Created": 3},
        {"Id": "derived", "RepoTags": ["shop/api:1"], "Labels": ours, "Created": 4},
        {"Id": "mine", "RepoTags": ["kept:1", f"{NAME}:a"], "Labels": ours, "Created": 5},
        {"Id": "podman", "RepoTags": [f"localhost/{NAME}:b"], "Labels": ours, "Created": 6},
    ]
    assert [(one.id, one.tag) for one in known_images(listed)] == [
        ("podman", f"localhost/{NAME}:b"),
        ("mine", f"{NAME}:a"),
    ]
