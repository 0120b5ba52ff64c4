"""Values of a feature's secrets: they come from variables, and no file of the feature has one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from provisioner.errors import FeatureConfigInvalid
from provisioner.feature.feature_config import SecretReference

#: A guess at a secret costs as much as at a password: names that anybody reads have its digest.
_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 4}


def secret_value(name: str, environ: Mapping[str, str], *, instead: str = "") -> str:
    """The value of a secret: that of the variable with its name in upper case, - as _.

    Args:
        instead: what else could give a value, for the message.

    Raises:
        FeatureConfigInvalid: the variable is empty or not set.
    """
    variable = name.upper().replace("-", "_")
    value = environ.get(variable, "")
    if not value.strip():
        raise FeatureConfigInvalid(
            f"the secret {name} has no value: the variable {variable} is empty or not set",
            next_step=f"set {variable}{instead}",
        )
    return value


def secret_values(
    env: Mapping[str, str | SecretReference], environ: Mapping[str, str]
) -> dict[str, str]:
    """The variables of a service that refer to secrets, with their values; raises as above."""
    return {
        name: secret_value(one.secret, environ)
        for name, one in env.items()
        if isinstance(one, SecretReference)
    }


def secret_digest(value: str, *, salt: str) -> str:
    """8 hexadecimal digits that say whether a secret is another one, costly to guess it by."""
    return hashlib.scrypt(value.encode(), salt=salt.encode(), **_SCRYPT).hex()
