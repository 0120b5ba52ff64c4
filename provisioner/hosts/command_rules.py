"""What is dangerous of a single command, by its name and its arguments."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh", "ash", "fish"))
_ALWAYS = {
    **dict.fromkeys(("mkfs", "wipefs", "fdisk", "sfdisk", "sgdisk", "parted"), "changes a disk"),
    **dict.fromkeys(("mkswap", "blkdiscard", "hdparm", "cryptsetup", "lvremove"), "changes a disk"),
    **dict.fromkeys(("useradd", "adduser", "usermod", "userdel", "deluser"), "changes users"),
    **dict.fromkeys(("passwd", "chpasswd", "groupadd", "groupmod", "gpasswd"), "changes users"),
    **dict.fromkeys(("visudo", "vipw", "chsh", "newusers", "groupdel"), "changes users"),
    **dict.fromkeys(("iptables", "ip6tables", "nft", "ufw", "ebtables"), "changes the firewall"),
    **dict.fromkeys(("firewall-cmd", "iptables-restore", "ipset"), "changes the firewall"),
    **dict.fromkeys(("reboot", "shutdown", "poweroff", "halt", "telinit"), "ends the host"),
    **dict.fromkeys(("killall5", "kexec"), "ends the host"),
}
FILES = re.compile(
    r"/etc/(passwd|shadow|group|gshadow|sudoers)(\.d|/|$)|\.ssh/authorized_keys|/etc/(nftables|ufw)"
    r"|/etc/ssh/|/boot(/|$)|/dev/(?!null$|stdout$|stderr$|tty$|fd/|shm/|zero$|u?random$)"
)
_TOP = frozenset(
    [
        "bin",
        "boot",
        "dev",
        "etc",
        "home",
        "lib",
        "lib64",
        "media",
        "mnt",
        "opt",
        "proc",
        "root",
        "run",
        "sbin",
        "srv",
    ]
)
_SYSTEM = _TOP | frozenset(("sys", "tmp", "usr", "var"))
UNKNOWN = re.compile(r"[$`]|\{[^}]*,[^}]*\}")


@dataclass
class Place:
    """Where the commands of a line run, and what its variables are."""

    folder: str = "."
    variables: dict[str, str] = field(default_factory=dict)


def judge_named(name: str, arguments: list[str], place: Place, *, feeds: bool) -> Iterator[str]:
    """A command that is judged by its name and its arguments."""
    plain = [one for one in arguments if not one.startswith("-")]
    options = "".join(one for one in arguments if one.startswith("-"))
    severe = partial(_severe, place=place)
    if name in _ALWAYS or name.startswith("mkfs."):
        yield f"{name} {_ALWAYS.get(name, 'changes a disk')}"
    elif name == "cd":
        place.folder = posixpath.join(place.folder, plain[0] if plain else "~")
    elif name in ("rm", "unlink", "shred", "rmdir", "truncate"):
        recursive = re.search(r"(^|-)[a-zA-Z]*[rR]|--recursive", options)
        if recursive or name == "shred":
            yield from (f"removes {one}" for one in plain if severe(one))
        yield from (f"removes {one}" for one in plain if FILES.search(one))
    elif name in ("chmod", "chown", "chgrp", "setfacl"):
        if "R" in options or "--recursive" in options:
            yield from (f"{name} of all below {one}" for one in plain[1:] if severe(one))
        yield from (f"{name} of {one}" for one in plain[1:] if FILES.search(one))
    elif name == "dd":
        targets = (one[3:] for one in arguments if one.startswith("of="))
        yield from (f"dd writes to {one}" for one in targets if FILES.search(one) or "$" in one)
    elif name == "find":
        acts = {"-delete", "-exec", "-execdir", "-ok"} & set(arguments)
        start = [one for one in arguments[:1] if not one.startswith("-")] or ["."]
        if acts and (
            "-delete" in acts or {"rm", "shred"} & set(map(posixpath.basename, arguments))
        ):
            ours = (".", "./") if place.folder == "." else ()
            yield from (
                f"removes what it finds in {one}"
                for one in start
                if one not in ours and severe(one)
            )
        if acts and SHELLS & set(map(posixpath.basename, arguments)):
            yield "runs a shell for what it finds"
    elif name in ("mv", "tee", "cp", "install", "ln", "sed", "rsync"):
        yield from (
            f"{name} changes {one}" for one in plain if FILES.search(one) and one != "/dev/null"
        )
        if name == "mv":
            yield from (f"moves {one}" for one in plain[:-1] if severe(one))
        if name == "rsync" and "--delete" in options:
            yield from (f"removes in {one}" for one in plain[-1:] if severe(one))
    elif name in ("kill", "pkill", "killall"):
        if "-1" in plain or arguments[-1:] == ["-1"] or "root" in plain:
            yield f"{name} of all processes"
    elif name == "systemctl":
        if {"reboot", "poweroff", "halt", "kexec", "rescue", "isolate"} & set(plain):
            yield "ends the host"
        if {"firewalld", "ufw", "nftables", "firewalld.service"} & set(plain):
            yield "changes the firewall"
    elif name == "init" and plain[:1] in (["0"], ["6"], ["1"]):
        yield "ends the host"
    elif name == "crontab" and "r" in options:
        yield "removes the user's table of jobs"
    elif name in ("git", "docker") and name == "git" and {"-fdx", "-xfd"} & set(arguments):
        yield from ("removes what git does not know" for one in [place.folder] if severe(one))


def _severe(target: str, place: Place) -> bool:
    """Whether nothing of a target may be changed as a whole: the root, a home, a system folder, or
    what is known only when it runs."""
    if UNKNOWN.search(target):
        return True
    path = target if target.startswith(("/", "~")) else posixpath.join(place.folder, target)
    if UNKNOWN.search(path):
        return True
    if path.startswith("~"):
        path = posixpath.join("/home/user", path.partition("/")[2])
    if not path.startswith("/"):
        path = posixpath.normpath(path)
        return path.startswith("..") or path in (".", "*", "./*", ".*")
    parts = [one for one in posixpath.normpath(path).split("/") if one]
    if not parts or re.search(r"[*?\[]", parts[0]):
        return True
    if parts[0] in ("tmp", "opt", "srv"):
        return len(parts) < 2 or parts[1] == "*"
    if parts[0] in ("home", "mnt", "media"):
        return len(parts) < 3 or (len(parts) == 3 and bool(re.search(r"[*?\[]", parts[2])))
    if parts[0] == "root":
        return len(parts) < 2 or bool(re.search(r"[*?\[]", parts[1]))
    if parts[:2] in (["var", "www"], ["var", "tmp"], ["usr", "local"]):
        return len(parts) < 4 and (len(parts) < 3 or parts[2] in ("bin", "lib", "*"))
    return parts[0] in _SYSTEM
