"""The host's certificates, index and proxy, as a build gets them: never in a layer or a history."""

from __future__ import annotations

import configparser
import re
import shlex
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from provisioner.errors import ProvisionerError
from provisioner.feature.dockerfile import CA_BUNDLE, INDEX

#: Docker's own names for proxies; they are arguments of every build and stay out of its history.
PROXIES = tuple(
    name
    for lower in ("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy")
    for name in (lower, lower.upper())
)
#: pip's key → variables of pip and uv that mean it.
_INDEX = {
    "index-url": ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"),
    "extra-index-url": ("PIP_EXTRA_INDEX_URL", "UV_INDEX"),
    "find-links": ("PIP_FIND_LINKS", "UV_FIND_LINKS"),
    "trusted-host": ("PIP_TRUSTED_HOST", "UV_INSECURE_HOST"),
}
_SAME = {"UV_INDEX_URL": "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL": "UV_INDEX"}
_FILES = ("PIP_CONFIG_FILE", "UV_CONFIG_FILE")
_BUNDLES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_LARGEST_SECRET = 500 * 1024  # BuildKit's limit
#: The variables of ours that a build needs.
VARIABLES = (
    *(name for names in _INDEX.values() for name in names),
    *(*_SAME, "UV_INDEX_STRATEGY", *_FILES, *PROXIES),
)


def build_secrets(environ: Mapping[str, str]) -> dict[str, bytes]:
    """The secrets of a build by their id; one that has no content is left out.

    Raises:
        ProvisionerError: a configuration that the environment names cannot be read.
    """
    settings = index_settings(environ)
    lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(settings.items()))
    secrets = {CA_BUNDLE: ca_bundle(environ), INDEX: lines.encode()}
    return {name: content for name, content in secrets.items() if content}


def ca_bundle(environ: Mapping[str, str]) -> bytes:
    """The certificates that this machine trusts, b"" where it has no bundle.

    Raises:
        ProvisionerError: a variable names a file that cannot be read, or is too large.
    """
    named = next(((name, environ[name]) for name in _BUNDLES if environ.get(name)), None)
    paths = [named[1]] if named else [path for path in _SYSTEM_BUNDLES if Path(path).is_file()]
    if not paths:
        return b""
    content = b"\n".join(_CERTIFICATE.findall(_read(Path(paths[0]), named and named[0])))
    if len(content) > _LARGEST_SECRET:
        raise ProvisionerError(
            f"{paths[0]} holds more than the 500 KiB that a build can take as a secret",
            next_step="set SSL_CERT_FILE to a bundle of the certificates that are needed",
        )
    return content + b"\n" if content else b""


def index_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables of pip and uv that name the index; the environment goes before files.

    What lies on this machine alone (a folder, file://) is left out: a build does not see it.
    """
    found: dict[str, list[str]] = {}
    for named in (*map(_of_pip, _pip_files(environ)), _of_uv(_uv_file(environ))):
        found |= {key: urls for key, urls in named.items() if urls}
    settings: dict[str, str] = {}
    for key, names in _INDEX.items():
        values = _remote(key, found.get(key, []))
        settings |= {name: " ".join(values) for name in names if values}
    for name in VARIABLES:
        if environ.get(name) and name not in (*_FILES, *PROXIES):
            key = next((one for one, names in _INDEX.items() if name in names), "index-url")
            kept = _remote(key, environ[name].split()) if name != "UV_INDEX_STRATEGY" else None
            value = environ[name] if kept is None else " ".join(kept)
            settings |= {_SAME.get(name, name): value} if value else {}
    return _both(settings)


def _both(settings: Mapping[str, str]) -> dict[str, str]:
    """What is set for pip alone counts for uv too, and the reverse."""
    result = dict(settings)
    for pip, uv in _INDEX.values():
        for one, other in ((pip, uv), (uv, pip)):
            if one in result:
                result.setdefault(other, result[one])
    return result


def _remote(key: str, values: Iterable[str]) -> list[str]:
    """The values that mean the same in a build as here."""
    return [one for one in values if key == "trusted-host" or re.match(r"(\w+=)?https?://", one)]


def _pip_files(environ: Mapping[str, str]) -> list[Path]:
    """pip's files in the order in which they are read, later ones counting more."""
    home = Path(environ.get("HOME", "/"))
    named = environ.get("PIP_CONFIG_FILE")
    last = [Path(named)] if named else []
    user = [home / ".pip/pip.conf", home / ".config/pip/pip.conf"]
    return [Path("/etc/xdg/pip/pip.conf"), Path("/etc/pip.conf"), *user, *last]


def _of_pip(path: Path) -> dict[str, list[str]]:
    if not path.is_file():
        return {}
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(_read(path, None).decode())
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ProvisionerError(
            f"{path} is no configuration of pip: {error}", next_step="mend it"
        ) from error
    return {
        key: parser.get(section, key).split()
        for section in ("global", "install")
        for key in _INDEX
        if parser.has_option(section, key)
    }


def _uv_file(environ: Mapping[str, str]) -> Path:
    named = environ.get("UV_CONFIG_FILE")
    user = Path(environ.get("HOME", "/")) / ".config/uv/uv.toml"
    return Path(named) if named else user if user.is_file() else Path("/etc/uv/uv.toml")


def _of_uv(path: Path) -> dict[str, list[str]]:
    if not path.is_file():
        return {}
    try:
        settings: dict[str, Any] = tomllib.loads(_read(path, None).decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProvisionerError(
            f"{path} is no configuration of uv: {error}", next_step="mend it"
        ) from error
    pip = settings.get("pip", {}) if isinstance(settings.get("pip"), dict) else {}
    listed = [one for one in settings.get("index", []) if isinstance(one, dict) and "url" in one]
    found = {
        key: _texts(settings.get(uv) or pip.get(uv))
        for key, uv in {
            **{key: key for key in _INDEX},
            "trusted-host": "allow-insecure-host",
        }.items()
    }
    default = [str(one["url"]) for one in listed if one.get("default")]
    others = [str(one["url"]) for one in listed if not one.get("default")]
    found["index-url"] = default or found["index-url"]
    found["extra-index-url"] = [*others, *found["extra-index-url"]]
    return found


def _texts(value: object) -> list[str]:
    return (
        [value] if isinstance(value, str) else [*map(str, value)] if isinstance(value, list) else []
    )


def _read(path: Path, variable: str | None) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        named = f", which {variable} names," if variable else ""
        raise ProvisionerError(
            f"{path}{named} cannot be read: {error.strerror}", next_step="mend or unset it"
        ) from error
