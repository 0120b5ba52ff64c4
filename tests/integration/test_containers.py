"""CONTAINER mode on a real engine: what a container may do, switches, rollbacks, faults."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from provisioner.errors import NotDeployed, ServiceUnhealthy, WaitTimedOut
from provisioner.image.engine import Engine
from provisioner.modes.base import Deployment, Provisioner
from provisioner.modes.container.trial import ContainerTrial
from provisioner.sandbox.base import Sandbox
from tests.integration.containers import (
    asking,
    left_of,
    remove_all,
    run_inside,
    target,
    write_feature,
)


@pytest.fixture
def root(tmp_path: Path, engine: Engine) -> Iterator[Path]:
    """A workspace, of whose features nothing is left in the engine."""
    yield tmp_path
    remove_all(engine, tmp_path, "notes", "other")


def deploy(root: Path, revision: str, name: str = "notes", run: str = "") -> Deployment:
    provisioner = Provisioner.create("CONTAINER", target(root, name, run=run or f"run-{revision}"))
    return asyncio.run(provisioner.provision(revision=revision))


def revision_at(url: str) -> str:
    return str(httpx.get(f"{url}/health").json()["revision"])


LOOK = """
import json, os, socket

def can(action):
    try:
        action()
        return True
    except OSError:
        return False

def connect(place):
    socket.create_connection(place, 2).close()

status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
print(json.dumps({
    "capabilities": {status[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd")}
    == {"0" * 16},
    "no_new_privileges": status["NoNewPrivs"].strip(),
    "ids": [os.getuid(), os.geteuid(), os.getgid()],
    "writes": [path for path in ("/", "/app", "/etc", "/usr", "/var/tmp", "/data", "/tmp")
               if os.access(path, os.W_OK) and can(lambda: open(f"{path}/probe", "w").close())],
    "docker_socket": os.path.exists("/var/run/docker.sock"),
    "mounts": sorted(line.split()[1] for line in open("/proc/mounts")
                     if line.split()[2] not in ("proc", "sysfs", "cgroup", "cgroup2", "devpts",
                                                "mqueue", "tmpfs", "overlay")),
    "resolves": can(lambda: socket.getaddrinfo("example.org", 443)),
    "reaches": [place for place in PLACES if can(lambda: connect(place))],
    "variables": sorted(os.environ),
}))
"""


def test_a_container_has_no_rights_no_way_out_and_no_key(
    root: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "sk-test-5f0c6d8c1f"
    monkeypatch.setenv("OPENAI_API_KEY", secret)
    write_feature(root / "behaviors" / "notes", "notes")
    with socket.create_server(("0.0.0.0", 0)) as listener:
        port = listener.getsockname()[1]
        deployment = deploy(root, "one")
        container = engine.client.containers.get(deployment.id)
        networks = container.attrs["NetworkSettings"]["Networks"].values()
        near = [one["Gateway"] or f"{one['IPAddress'].rpartition('.')[0]}.1" for one in networks]
        places = [[host, port] for host in (*near, *own_addresses())] + [["1.1.1.1", 53]]
        seen = run_inside(deployment.url, LOOK.replace("PLACES", repr(places)))
    assert isinstance(seen, dict)
    variables = seen.pop("variables")
    assert seen == {
        "capabilities": True,
        "no_new_privileges": "1",
        "ids": [65534, 65534, 65534],
        "writes": ["/data", "/tmp"],
        "docker_socket": False,
        "mounts": seen["mounts"],
        "resolves": False,
        "reaches": [],
    }
    assert set(seen["mounts"]) <= {"/data", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"}
    assert {"DATA_DIR", "FEATURE", "REVISION"} <= set(variables)
    host = container.attrs["HostConfig"]
    assert (host["Privileged"], host["CapAdd"], host["PidsLimit"]) == (False, None, 512)
    assert (host["Memory"], host["NanoCpus"]) == (1 << 30, 500_000_000)
    about = [container.attrs, engine.client.api.history(container.attrs["Image"])]
    assert secret not in json.dumps(about)


def own_addresses() -> list[str]:
    """The addresses of this machine, but for its loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            return []
        return [probe.getsockname()[0]]


@pytest.mark.parametrize("kept", [True, False], ids=["kept connection", "one a request"])
def test_no_request_fails_while_releases_come_and_go(root: Path, kept: bool) -> None:
    write_feature(root / "behaviors" / "notes", "notes")
    first = deploy(root, "one")
    with asking(first.url, kept=kept) as client:
        client.wait_for(lambda: "one" in client.revisions)
        second = deploy(root, "two")
        client.wait_for(lambda: "two" in client.revisions)
        asyncio.run(Provisioner.create("CONTAINER", target(root, "notes")).rollback(second))
        client.wait_for(lambda: client.revisions[-1] == "one")
    assert client.failures == []
    assert (second.url, second.id != first.id) == (first.url, True)
    assert list(dict.fromkeys(client.revisions)) == ["one", "two"]


def test_a_request_that_is_under_way_is_answered_by_the_release_that_got_it(root: Path) -> None:
    write_feature(root / "behaviors" / "notes", "notes")
    first = deploy(root, "one")
    slow = "import json, os, time; time.sleep(1.5); print(json.dumps(os.environ['REVISION']))"

    async def both() -> object:
        asked = asyncio.create_task(asyncio.to_thread(run_inside, first.url, slow))
        await asyncio.to_thread(deploy, root, "two")
        return await asked

    assert asyncio.run(both()) == "one"
    assert revision_at(first.url) == "two"


def test_a_rollback_brings_back_the_release_before_and_the_data_stay(
    root: Path, engine: Engine
) -> None:
    write_feature(root / "behaviors" / "notes", "notes")
    provisioner = Provisioner.create("CONTAINER", target(root, "notes"))
    one = deploy(root, "one")
    with pytest.raises(NotDeployed, match="served before"):
        asyncio.run(provisioner.rollback(one))
    assert asyncio.run(provisioner.earlier(one)) is None
    httpx.post(f"{one.url}/notes", content="first")
    two = deploy(root, "two")
    assert httpx.post(f"{two.url}/notes", content="second").json() == ["first", "second"]
    back = asyncio.run(provisioner.rollback(two))
    assert (back, revision_at(one.url)) == (one, "one")
    assert asyncio.run(provisioner.earlier(two)) == two
    assert asyncio.run(provisioner.serving(two)) == one
    assert httpx.post(f"{one.url}/notes", content="third").json() == ["first", "second", "third"]
    states = left_of(engine, root, "notes")
    assert (states[one.id], states[two.id]) == ("running", "exited")
    assert asyncio.run(provisioner.rollback(one)) == two  # and forth again


def test_of_releases_two_are_kept(root: Path, engine: Engine) -> None:
    write_feature(root / "behaviors" / "notes", "notes")
    ids = [deploy(root, revision).id for revision in ("one", "two", "three")]
    states = left_of(engine, root, "notes")
    assert [states.get(one) for one in ids] == [None, "exited", "running"]


def test_the_same_release_once_more_is_the_same_container(root: Path) -> None:
    write_feature(root / "behaviors" / "notes", "notes")
    assert deploy(root, "one", run="a") == deploy(root, "one", run="b")


BROKEN = {
    "ends": ("print('no configuration'); sys.exit(3)", ServiceUnhealthy, "exit code 3"),
    "hangs": (
        "import time; print('no configuration', flush=True); time.sleep(99)",
        WaitTimedOut,
        "did not answer",
    ),
}


@pytest.mark.parametrize(("start", "error", "said"), BROKEN.values(), ids=BROKEN)
def test_a_release_that_is_not_healthy_leaves_the_old_one_serving(
    root: Path, engine: Engine, start: str, error: type[Exception], said: str
) -> None:
    folder = root / "behaviors" / "notes"
    write_feature(folder, "notes")
    one = deploy(root, "one")
    write_feature(folder, "notes", start=start)
    config = (folder / "feature-config.yaml").read_text()
    (folder / "feature-config.yaml").write_text(config.replace(": 30", ": 3"))
    with asking(one.url, kept=True) as client, pytest.raises(error, match=said) as caught:
        deploy(root, "two")
    assert "no configuration" in getattr(caught.value, "evidence", ())
    assert (client.failures, set(client.revisions)) == ([], {"one"})
    kept = list((root / ".ai-deploy" / "runs" / "run-two" / "containers").iterdir())
    assert sorted(file.suffix for file in kept) == [".json", ".log"]
    log = next(file for file in kept if file.suffix == ".log")
    assert "no configuration" in log.read_text()
    services = [name for name in left_of(engine, root, "notes") if not name.endswith("-proxy")]
    assert services == [one.id]


def test_a_port_that_is_taken_stays_its_owner_s(root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as owner:
        port = owner.getsockname()[1]
        write_feature(root / "behaviors" / "notes", "notes", config=f"service: {{port: {port}}}\n")
        deployment = deploy(root, "one")
        assert revision_at(deployment.url) == "one"
        assert not deployment.url.endswith(f":{port}")
        provisioner = Provisioner.create("CONTAINER", target(root, "notes"))
        (remark,) = provisioner.remarks(deployment)
    assert f"port {port}" in remark
    assert deployment.url in remark


def test_several_features_at_one_time_do_not_see_each_other(root: Path) -> None:
    for name in ("notes", "other"):
        write_feature(root / "behaviors" / name, name)

    async def both() -> list[Deployment]:
        return await asyncio.gather(
            *(asyncio.to_thread(deploy, root, name, name) for name in ("notes", "other"))
        )

    notes, other = asyncio.run(both())
    assert (revision_at(notes.url), revision_at(other.url)) == ("notes", "other")
    reach = (
        "import json, socket\ntry:\n    socket.create_connection((%r, 8000), 2)\n"
        "    print(json.dumps('reached'))\nexcept OSError as error:\n    print(json.dumps('no'))"
    )
    assert run_inside(notes.url, reach % other.id) == "no"


def test_what_is_stopped_says_so_and_keeps_its_address(root: Path) -> None:
    write_feature(root / "behaviors" / "notes", "notes")
    provisioner = Provisioner.create("CONTAINER", target(root, "notes"))
    one = deploy(root, "one")
    assert asyncio.run(provisioner.stop(one))
    assert asyncio.run(provisioner.serving(one)) is None
    assert not asyncio.run(provisioner.stop(one))
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{one.url}/health")
    assert deploy(root, "two").url == one.url


def test_its_log_is_read_and_followed(root: Path) -> None:
    write_feature(root / "behaviors" / "notes", "notes", start="print('it starts', flush=True)")
    provisioner = Provisioner.create("CONTAINER", target(root, "notes"))
    one = deploy(root, "one")
    assert "it starts" in asyncio.run(provisioner.logs(one))
    pieces = provisioner.follow(one)
    assert "it starts" in next(pieces)
    asyncio.run(Provisioner.create("CONTAINER", target(root, "notes")).stop(one))
    assert "Finished server process" in "".join(pieces)


async def test_the_tests_run_against_a_fresh_container_and_a_warm_one(
    root: Path, engine: Engine, serving: Sandbox
) -> None:
    folder = write_feature(root / "behaviors" / "notes", "notes")
    trial = ContainerTrial(target(root, "notes", serving))
    fresh = await trial.test()
    assert (fresh.tests.reason, fresh.tests.ran) == ("", 3)  # one of them again after a restart
    warm = await trial.test_warm()
    assert (warm.tests.reason, warm.tests.ran) == ("", 3)
    write_feature(folder, "notes", start="print('another version', flush=True)")
    before = warm_id(engine)
    again = await trial.test_warm()
    assert (again.tests.reason, "another version" in again.log) == ("", True)
    assert warm_id(engine) == before
    write_feature(folder, "notes", start="sys.exit('no configuration')")
    with pytest.raises(ServiceUnhealthy) as caught:
        await trial.test_warm()
    assert "no configuration" in caught.value.evidence
    write_feature(folder, "notes")
    assert (await trial.test_warm()).tests.passed
    await trial.clean_up()
    assert left_of(engine, root, "notes") == {}


def warm_id(engine: Engine) -> str:
    found = engine.client.api.containers(filters={"label": "ai-assisted-deploy.role=warm"})
    assert len(found) == 1
    return str(found[0]["Id"])
