"""Author and committer of a commit, and whether it is signed, as the user configured it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from provisioner.git.plumbing import Git
from provisioner.process.environment import clean_environment

_FALLBACK = {"name": "ai-assisted-deploy", "email": "ai-assisted-deploy@localhost"}
_KEYS = r"^(user|author|committer)\.(name|email)$|^user\.signingkey$|^commit\.gpgsign$|^gpg\."
_TRUE = ("true", "yes", "on", "1", "")
# What signs unless the user's own configuration says otherwise; a repository's must not.
_SIGNERS = {
    "gpg.format": "openpgp",
    "gpg.program": "gpg",
    "gpg.ssh.program": "ssh-keygen",
    "gpg.x509.program": "gpgsm",
    "gpg.ssh.defaultkeycommand": "",
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who commits.

    Attributes:
        environment: GIT_AUTHOR_NAME and its three siblings.
        signing: what makes git sign, as arguments ``-c key=value``; None for no signature.
    """

    environment: Mapping[str, str]
    signing: tuple[str, ...] | None


async def read_identity(git: Git) -> Identity:
    """Read the identity of the environment, else of the configuration, else the tool's own.

    Names come from any configuration, as with git itself. Signatures are asked for, and made, by
    what the user's or the machine's configuration says alone.
    """
    every: dict[str, str] = {}
    own: dict[str, str] = {}
    printed = await git.settings(_KEYS, "--show-scope")
    for scope, line in zip(printed[0::2], printed[1::2], strict=True):
        key, _, value = line.partition("\n")
        every[key] = value
        if scope in ("system", "global"):
            own[key] = value
    environment = {}
    for role in ("author", "committer"):
        for what, fallback in _FALLBACK.items():
            configured = every.get(f"{role}.{what}") or every.get(f"user.{what}")
            environment[f"GIT_{role}_{what}".upper()] = configured or fallback
    given = clean_environment(inherit=environment)
    environment |= {name: given[name] for name in environment if name in given}
    return Identity(environment, _signing(own))


def _signing(own: Mapping[str, str]) -> tuple[str, ...] | None:
    if own.get("commit.gpgsign", "false").lower() not in _TRUE:
        return None
    chosen = {key: own.get(key, signer) for key, signer in _SIGNERS.items()}
    if key := own.get("user.signingkey"):
        chosen["user.signingkey"] = key
    return tuple(word for key, value in chosen.items() for word in ("-c", f"{key}={value}"))
