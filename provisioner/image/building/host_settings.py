"""The host's certificates, index and proxy, as a build gets them: never in a layer or a history."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from provisioner.errors import ProvisionerError
from provisioner.feature.dockerfile import CA_BUNDLE, INDEX
from provisioner.feature.packages.index import index_settings

#: Docker's own names for proxies; they are arguments of every build and stay out of its history.
PROXIES = tuple(
    name
    for lower in ("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy")
    for name in (lower, lower.upper())
)
#: uv's variables, with pip's for the same; pip is what uv itself is installed by.
_INDEX = {
    "UV_DEFAULT_INDEX": "PIP_INDEX_URL",
    "UV_INDEX": "PIP_EXTRA_INDEX_URL",
    "UV_FIND_LINKS": "PIP_FIND_LINKS",
    "UV_INSECURE_HOST": "PIP_TRUSTED_HOST",
}
_OLD_NAMES = {"UV_INDEX_URL": "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL": "UV_INDEX"}
#: uv's settings in a file, by its variable; an [[index]] is one of the first two.
_IN_FILE = {
    "UV_DEFAULT_INDEX": "index-url",
    "UV_INDEX": "extra-index-url",
    "UV_FIND_LINKS": "find-links",
    "UV_INSECURE_HOST": "allow-insecure-host",
}
_AS_THEY_ARE = re.compile(r"UV_INDEX_STRATEGY|UV_INDEX_\w+_(USERNAME|PASSWORD)")
_BUNDLES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_REMOTE = re.compile(r"([\w-]+=)?(https?://)")
_LARGEST_SECRET = 500 * 1024  # BuildKit's limit


def build_secrets(environ: Mapping[str, str]) -> dict[str, bytes]:
    """The secrets of a build by their id; one that has no content is left out.

    Raises:
        ProvisionerError: a configuration that the environment names cannot be read.
    """
    settings = build_settings(environ)
    lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(settings.items()))
    secrets = {CA_BUNDLE: ca_bundle(environ), INDEX: lines.encode()}
    return {name: content for name, content in secrets.items() if content}


def ca_bundle(environ: Mapping[str, str]) -> bytes:
    """The certificates that this machine trusts, b"" where it has no bundle.

    Raises:
        ProvisionerError: a variable names a file that cannot be read, or is too large.
    """
    environ = {**index_settings(environ), **environ}
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


def build_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables of uv and pip that name the index that this machine uses.

    What lies on this machine alone (a folder, file://) is left out: a build does not see it.
    """
    named = {_OLD_NAMES.get(name, name): value for name, value in environ.items() if value}
    found = {**_of_file(environ), **index_settings(environ), **named}
    settings = {name: found[name] for name in found if _AS_THEY_ARE.fullmatch(name)}
    for name, pip in _INDEX.items():
        values = re.split(r"[\s,]+", found.get(name, ""))
        values = [one for one in values if one and (_REMOTE.match(one) or "HOST" in name)]
        if values:
            settings[name] = ("," if name == "UV_FIND_LINKS" else " ").join(values)
            settings[pip] = " ".join(_REMOTE.sub(r"\2", one) for one in values)
    return settings


def _of_file(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that say the same as uv's configuration file."""
    home = Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME", "/")) / ".config")
    places = [home / "uv/uv.toml", Path("/etc/uv/uv.toml")]
    if named := environ.get("UV_CONFIG_FILE"):
        places = [Path(named)]
    path = next((one for one in places if named or one.is_file()), None)
    if path is None:
        return {}
    try:
        settings: dict[str, Any] = tomllib.loads(_read(path, "UV_CONFIG_FILE").decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProvisionerError(
            f"{path} is no configuration of uv: {error}", next_step="mend it"
        ) from error
    pip = settings.get("pip", {})
    found = {name: _texts(settings.get(key) or pip.get(key)) for name, key in _IN_FILE.items()}
    for one in settings.get("index", []):
        name = "UV_DEFAULT_INDEX" if one.get("default") else "UV_INDEX"
        found[name] = [str(one.get("url", "")), *found[name]]
    return {name: " ".join(values) for name, values in found.items() if values}


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
