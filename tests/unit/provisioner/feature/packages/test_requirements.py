"""What a feature's code needs, and what is written to its requirements.txt."""

from __future__ import annotations

import pytest

from provisioner.errors import RequirementsInvalid
from provisioner.feature.packages.requirements import (
    distributions_of,
    imported_modules,
    own_module,
    packages_of,
    read_requirements,
    with_requirements,
)


@pytest.mark.parametrize(
    ("before", "names", "after"),
    [
        (b"", ["httpx"], b"httpx\n"),
        (b"fastapi\n", ["httpx", "httpx"], b"fastapi\nhttpx\n"),
        (b"fastapi", ["httpx"], b"fastapi\nhttpx\n"),
        (b"fastapi\r\n# mine\r\n", ["httpx"], b"fastapi\r\n# mine\r\nhttpx\r\n"),
        (b"FastAPI>=0.1  # pinned\r\n", ["fastapi"], b"FastAPI>=0.1  # pinned\r\n"),
        (b"fastapi", [], b"fastapi"),
    ],
)
def test_only_what_is_missing_is_added(before: bytes, names: list[str], after: bytes) -> None:
    assert with_requirements(before, names) == after


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("import numpy", {"numpy"}),
        ("import os, json\nfrom dataclasses import dataclass", set()),
        ("import numpy.linalg as la", {"numpy.linalg"}),
        ("from google.cloud import storage", {"google.cloud.storage"}),
        ("from main import f\nfrom . import other\nimport service", set()),
        ("def f():\n    import pandas", {"pandas"}),
        ("try:\n    import orjson\nexcept ImportError:\n    orjson = None", set()),
        ("try:\n    import a\nexcept (ValueError, ModuleNotFoundError):\n    pass", set()),
        ("try:\n    import a\nexcept ValueError:\n    pass", {"a"}),
        ("try:\n    import a\nexcept ImportError:\n    import b", {"b"}),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas", set()),
        ("not python at all", set()),
    ],
)
def test_imports_that_the_code_cannot_do_without(code: str, modules: set[str]) -> None:
    assert imported_modules(code.encode()) == modules


#: Real imports whose package has another name; none of them is installed with the tool.
ODD = {
    "Bio.Seq": "biopython",
    "Crypto.Cipher": "pycryptodome",
    "Levenshtein": "levenshtein",
    "MySQLdb": "mysqlclient",
    "PIL.Image": "pillow",
    "PyPDF2": "pypdf2",
    "apiclient": "google-api-python-client",
    "azure.storage.blob": "azure-storage-blob",
    "azure.cosmos": "azure-cosmos",
    "barcode": "python-barcode",
    "bs4": "beautifulsoup4",
    "cassandra.cluster": "cassandra-driver",
    "cv2": "opencv-python-headless",
    "decouple": "python-decouple",
    "docx": "python-docx",
    "dns.resolver": "dnspython",
    "faiss": "faiss-cpu",
    "fitz": "pymupdf",
    "frontmatter": "python-frontmatter",
    "git": "gitpython",
    "github": "pygithub",
    "google.cloud.storage": "google-cloud-storage",
    "google.cloud.spanner": "google-cloud-spanner",
    "igraph": "igraph",
    "imblearn": "imbalanced-learn",
    "jose": "python-jose",
    "ldap": "python-ldap",
    "magic": "python-magic",
    "memcache": "python-memcached",
    "mpl_toolkits.mplot3d": "matplotlib",
    "mysql.connector": "mysql-connector-python",
    "nacl.signing": "pynacl",
    "pptx": "python-pptx",
    "ruamel.yaml": "ruamel-yaml",
    "serial": "pyserial",
    "skimage.io": "scikit-image",
    "sklearn.linear_model": "scikit-learn",
    "slugify": "python-slugify",
    "snappy": "python-snappy",
    "socks": "pysocks",
    "telegram": "python-telegram-bot",
    "umap": "umap-learn",
    "usb.core": "pyusb",
    "win32com.client": "pywin32",
    "zmq": "pyzmq",
}


@pytest.mark.parametrize(("module", "package"), ODD.items())
def test_an_odd_import_name_is_known(module: str, package: str) -> None:
    assert distributions_of(module)[0] == package


@pytest.mark.parametrize(
    ("module", "package"),
    [("yaml", "pyyaml"), ("dotenv", "python-dotenv"), ("dateutil.parser", "python-dateutil")],
)
def test_an_import_name_of_an_installed_package_is_known(module: str, package: str) -> None:
    assert distributions_of(module) == (package,)


@pytest.mark.parametrize(
    ("code", "declared", "packages"),
    [
        ("import cv2", [], ["opencv-python-headless"]),
        ("import cv2", ["opencv-python>=4"], ["opencv-python>=4"]),
        ("import numpy", ["numpy<2", "invented-helper"], ["numpy<2"]),
        ("import sqlalchemy", ["sqlalchemy", "psycopg[binary]"], ["psycopg[binary]", "sqlalchemy"]),
        ("import some_module", ["some_module"], ["some_module"]),
        ("import some_module", ["not a requirement ("], ["some-module"]),
        ("import some_module", ["some-module @ https://example.org/x.whl"], ["some-module"]),
        ("x = 1", ["numpy"], []),
    ],
)
def test_requirements_follow_the_imports(
    code: str, declared: list[str], packages: list[str]
) -> None:
    assert packages_of(code.encode(), declared) == packages


def test_an_import_of_the_feature_by_its_name_needs_no_package() -> None:
    code = b"from tax_rate.parts import add\nimport tax_rate\nimport yaml\n"
    assert packages_of(code, ["tax-rate", "pyyaml"], own_module("tax-rate")) == ["pyyaml"]


@pytest.mark.parametrize("feature", ["requests", "yaml", "stripe"])
def test_a_feature_with_the_name_of_a_known_package_does_not_hide_it(feature: str) -> None:
    assert own_module(feature) == ""


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("requests @ https://example.org/requests.whl", "address"),
        ("--index-url https://example.org/simple", "no requirement"),
        ("-r others.txt", "no requirement"),
        ("git+https://example.org/x.git", "no requirement"),
        ("./local.whl", "no requirement"),
        ("requests==", "no requirement"),
    ],
)
def test_what_is_no_plain_requirement_is_refused_with_its_line(line: str, why: str) -> None:
    with pytest.raises(RequirementsInvalid, match=why) as refused:
        read_requirements(f"# mine\nhttpx\n{line}\n".encode())
    assert "line 3" in str(refused.value)


def test_requirements_of_other_platforms_are_left_out() -> None:
    text = b"httpx>=0.20 # why\n\npywin32; sys_platform == 'win32'\n"
    assert [str(one) for one in read_requirements(text)] == ["httpx>=0.20"]
