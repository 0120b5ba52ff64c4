"""The dependency guard: names that nobody has reviewed, against a real index."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ledger.text.packages import import_names
from provisioner.errors import IndexUnreachable
from provisioner.feature.packages.guard import doubts, popular, resembles, young
from provisioner.feature.packages.uv import Uv
from tests.servers.packages import PackageIndex, sdist, wheel

#: Names that look like a popular one, by what is done to it.
LOOK_ALIKE = {
    "reqeusts": "requests",
    "requets": "requests",
    "requestss": "requests",
    "python-requests": "requests",
    "requests-python": "requests",
    "nurnpy": "numpy",
    "numpyy": "numpy",
    "pandsa": "pandas",
    "pandass": "pandas",
    "scikitlearn": "scikit-learn",
    "learn-scikit": "scikit-learn",
    "scikit-leam": "scikit-learn",
    "dateutil-python": "python-dateutil",
    "pythondateutil": "python-dateutil",
    "beautifulsoup5": "beautifulsoup4",
    "crytography": "cryptography",
    "urlib3": "urllib3",
    "ur11ib3": "urllib3",
    "fastpai": "fastapi",
    "pydantlc": "pydantic",
    "tensorfow": "tensorflow",
    "sqlalchmey": "sqlalchemy",
    "opencv-pyton": "opencv-python",
    "djagno": "django",
    "flaask": "flask",
}
#: Names as models invent them.
INVENTED = tuple(
    f"{one}-{other}"
    for one in ("acme-orders", "invoice-magic", "smart-tariff", "zonal-weather", "quick-ledgerer")
    for other in ("toolkit", "helpers-x", "sdk-lite", "pro-client", "async-kit")
)
DAY = date(2026, 1, 31)
YOUNG, AGED = "2026-01-28T00:00:00Z", "2020-01-01T00:00:00Z"


@pytest.mark.parametrize(("name", "popular_one"), LOOK_ALIKE.items())
def test_a_look_alike_is_noticed(name: str, popular_one: str) -> None:
    assert resembles(name) == popular_one


@pytest.mark.parametrize("name", ["acme-orders-toolkit", "six", "ab", "shapely", "weather-zones"])
def test_a_name_of_its_own_resembles_nothing(name: str) -> None:
    assert resembles(name) == ""


def test_the_reviewed_lists_are_sorted_and_long_enough() -> None:
    assert len(popular()) > 1_000
    assert len(import_names()) >= 60
    assert list(import_names()) == sorted(import_names())


@pytest.fixture
def uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Uv:
    for name in ("UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    return Uv()


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    files = [wheel(name, "1.0", {"odd.py": ""}, uploaded=AGED) for name in LOOK_ALIKE]
    files += [wheel(name, "1.0", {"odd.py": ""}, uploaded=YOUNG) for name in INVENTED[:12]]
    files += [
        wheel("settled-down", "1.0", {"settled.py": ""}, uploaded=AGED),
        wheel("settled-down", "1.1", {"settled.py": ""}, uploaded=YOUNG),
        wheel("of-unknown-age", "1.0", {"unknown.py": ""}, uploaded=""),
        wheel("for-another-python", "1.0", {"other.py": ""}, tag="cp27-cp27mu-win32"),
        sdist("source-only", "1.0"),
    ]
    with PackageIndex(files) as index:
        monkeypatch.setenv("UV_DEFAULT_INDEX", index.url)
        yield index


async def look(uv: Uv, *names: str) -> dict[str, tuple[bool, str]]:
    found = await doubts(names, uv=uv, python=Path(sys.executable))
    return {one.name: (one.possible, one.why) for one in found}


async def too_young(uv: Uv, **pins: str) -> dict[str, str]:
    named = {name.replace("_", "-"): version for name, version in pins.items()}
    found = await young(named, uv=uv, python=Path(sys.executable), today=DAY, days=30)
    return {one.name: one.why for one in found}


@pytest.mark.parametrize(
    ("name", "possible", "why"),
    [
        ("for-another-python", False, "no release can be installed here"),
        ("source-only", False, "no release can be installed here"),
        ("nowhere-to-be-had", False, "no such package"),
    ],
)
async def test_why_a_name_is_not_installed(
    uv: Uv, index: PackageIndex, name: str, possible: bool, why: str
) -> None:
    found = await look(uv, name)
    assert found[name][0] == possible
    assert why in found[name][1]


async def test_a_package_that_is_there_for_long_needs_no_approval(
    uv: Uv, index: PackageIndex
) -> None:
    assert await look(uv, "settled-down", "pyyaml", "numpy") == {}


async def test_the_release_that_is_installed_has_to_be_old_and_not_only_its_package(
    uv: Uv, index: PackageIndex
) -> None:
    """Whoever takes over an old package brings a new release."""
    assert await too_young(uv, settled_down="1.0", numpy="9999.0") == {}
    assert (
        "release 1.1 was not there 30 days ago"
        in (await too_young(uv, settled_down="1.1"))["settled-down"]
    )
    assert "age is unknown" in (await too_young(uv, of_unknown_age="1.0"))["of-unknown-age"]


async def test_an_index_of_pages_alone_says_nothing_of_ages(uv: Uv, index: PackageIndex) -> None:
    index.pages_only = True
    assert "age is unknown" in (await too_young(uv, settled_down="1.0"))["settled-down"]


async def test_of_fifty_invented_and_look_alike_names_none_passes(
    uv: Uv, index: PackageIndex
) -> None:
    names = [*LOOK_ALIKE, *INVENTED]
    assert len(names) == 50
    found = {*await look(uv, *names), *await too_young(uv, **dict.fromkeys(INVENTED[:12], "1.0"))}
    assert sorted(found) == sorted(names)
    assert index.downloaded == set()


async def test_where_no_index_answers_nothing_is_decided(uv: Uv, index: PackageIndex) -> None:
    index.stop()
    with pytest.raises(IndexUnreachable, match="index of packages does not answer"):
        await look(uv, "settled-down")
    assert await look(uv, "numpy", "pyyaml") == {}
