"""The host's certificates and index, as a build gets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.errors import ProvisionerError
from provisioner.image.building.host_settings import build_secrets, build_settings, ca_bundle

PEM = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
ONE, TWO = "https://one.example/simple", "https://two.example/simple"


def pip(home: Path, text: str) -> dict[str, str]:
    file = home / "pip.conf"
    file.write_text(text)
    return {"HOME": str(home), "PIP_CONFIG_FILE": str(file)}


def uv(home: Path, text: str) -> dict[str, str]:
    file = home / "uv.toml"
    file.write_text(text)
    return {"HOME": str(home), "UV_CONFIG_FILE": str(file)}


@pytest.mark.parametrize(
    "text", [f"[global]\nindex-url = {ONE}\n", f"[install]\nindex-url={ONE}\n[global]\nx=y\n"]
)
def test_pips_index_counts_for_uv_too(tmp_path: Path, text: str) -> None:
    settings = build_settings(pip(tmp_path, text))
    assert settings["PIP_INDEX_URL"] == settings["UV_DEFAULT_INDEX"] == ONE


@pytest.mark.parametrize(
    "text",
    [
        f'index-url = "{ONE}"\nextra-index-url = ["{TWO}"]\n',
        f'[[index]]\nurl = "{ONE}"\ndefault = true\n[[index]]\nname = "t"\nurl = "{TWO}"\n',
        f'[pip]\nindex-url = "{ONE}"\nextra-index-url = ["{TWO}"]\n',
    ],
)
def test_uvs_index_counts_for_pip_too(tmp_path: Path, text: str) -> None:
    settings = build_settings(uv(tmp_path, text))
    assert settings["PIP_INDEX_URL"] == settings["UV_DEFAULT_INDEX"] == ONE
    assert settings["PIP_EXTRA_INDEX_URL"] == settings["UV_INDEX"] == TWO


def test_the_environment_goes_before_files(tmp_path: Path) -> None:
    environ = pip(tmp_path, f"[global]\nindex-url = {ONE}\n") | {"PIP_INDEX_URL": TWO}
    assert build_settings(environ)["PIP_INDEX_URL"] == TWO


def test_a_named_index_is_uvs_alone_and_its_password_comes_along(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "UV_INDEX": f"own={ONE}", "UV_INDEX_OWN_PASSWORD": "p"}
    settings = build_settings(environ)
    assert settings["UV_INDEX"] == f"own={ONE}"
    assert settings["PIP_EXTRA_INDEX_URL"] == ONE
    assert settings["UV_INDEX_OWN_PASSWORD"] == "p"


def test_what_only_this_machine_sees_is_left_out(tmp_path: Path) -> None:
    text = "[global]\nextra-index-url = file:///simple\nfind-links = /wheels\n"
    found = build_settings(pip(tmp_path, text))
    assert not {"PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"} & set(found)


def test_an_index_with_a_password_is_quoted_for_the_shell(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "PIP_INDEX_URL": "https://me:p$(x)'@one.example/simple"}
    lines = build_secrets(environ)["index"].decode().splitlines()
    assert "PIP_INDEX_URL='https://me:p$(x)'\"'\"'@one.example/simple'" in lines


def test_the_bundle_is_its_certificates(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(b"# a comment\n" + PEM + b"\n# another\n" + PEM)
    assert ca_bundle({"SSL_CERT_FILE": str(bundle)}) == PEM + b"\n" + PEM + b"\n"


def test_a_bundle_that_a_build_cannot_take_is_refused(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes((PEM + b"\n") * 10_000)
    with pytest.raises(ProvisionerError, match="500 KiB"):
        ca_bundle({"PIP_CERT": str(bundle)})


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"SSL_CERT_FILE": "/none/ca.pem"}, "/none/ca.pem, which SSL_CERT_FILE names, cannot be"),
        ({"UV_CONFIG_FILE": "uv.toml"}, "no configuration of uv"),
    ],
)
def test_a_file_that_is_wrong_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "uv.toml").write_text("[")
    with pytest.raises(ProvisionerError, match=words):
        build_secrets({"HOME": str(tmp_path), **environ})
