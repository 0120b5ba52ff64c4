"""RepositoryInsights: what a repository holds, read from its files; nothing of it is run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from provisioner.errors import RemoteInvalid
from provisioner.image.content.keys import SourceFile
from provisioner.process import run_command
from provisioner.process.environment import clean_environment

_LANGUAGES = {
    **{".py": "Python", ".js": "JavaScript", ".ts": "TypeScript", ".go": "Go", ".rs": "Rust"},
    **{".rb": "Ruby", ".php": "PHP", ".java": "Java", ".sh": "shell", ".html": "HTML"},
}
_FRAMEWORKS = re.compile(
    r"^\s*(?:from|import)\s+(fastapi|flask|django|starlette|aiohttp|tornado|sanic|bottle)\b"
    r"|\"(express|next|koa|fastify)\"\s*:",
    re.MULTILINE,
)
_APPLICATION = re.compile(r"^(\w+)\s*(?::[^=\n]+)?=\s*(?:FastAPI|Flask|Starlette|Sanic)\(", re.M)
_MAIN = re.compile(r"^if __name__ == ['\"]__main__['\"]", re.MULTILINE)
_PORTS = re.compile(r"(?:\bEXPOSE\s+|\bport\s*[=:]\s*|--port[= ]|PORT['\"]?,\s*['\"]?)(\d{2,5})\b")
_SERVICES = re.compile(r"\b(postgres(?:ql)?|redis|mysql|mariadb|mongodb|rabbitmq|kafka)\b", re.I)
_SHOWN = (
    *("README.md", "requirements.txt", "pyproject.toml", "Procfile", "Dockerfile", "Makefile"),
    *("package.json", "docker-compose.yml", "compose.yaml", "setup.py", ".python-version"),
)
_SHOWN_CHARS, _FILES, _READ_BYTES, _LARGEST = 3_000, 200, 100_000, 500_000_000
_CLONE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class RepositoryInsights:
    """What a repository holds.

    Attributes:
        languages: by the number of their files, most first.
        entry_points: as module:object of an application, or the file of a program.
        services: of others, that it names.
        ports: that it names, as far as they are told.
        files: relative paths, at most 200.
        excerpts: of the files that say how it is run.
    """

    languages: tuple[str, ...]
    frameworks: tuple[str, ...]
    entry_points: tuple[str, ...]
    services: tuple[str, ...]
    ports: tuple[int, ...]
    files: tuple[str, ...]
    excerpts: Mapping[str, str]

    def shown(self) -> str:
        """For a model, or a person."""
        lines = {
            "languages": ", ".join(self.languages),
            "frameworks": ", ".join(self.frameworks),
            "entry points": ", ".join(self.entry_points),
            "services": ", ".join(self.services),
            "ports": ", ".join(map(str, self.ports)),
            "files": " ".join(self.files),
        }
        texts = [f"{name}: {value}" for name, value in lines.items() if value]
        return "\n".join([*texts, *(f"--- {name}\n{text}" for name, text in self.excerpts.items())])


def read_insights(files: Mapping[str, SourceFile]) -> RepositoryInsights:
    """What files by their path say; links are not followed."""
    texts = {name: _text(file) for name, file in files.items() if not file.link}
    languages = Counter(_LANGUAGES[s] for name in files if (s := Path(name).suffix) in _LANGUAGES)
    everything = "\n".join(texts.values())
    found = (one or other for one, other in _FRAMEWORKS.findall(everything))
    ports = (int(port) for port in _PORTS.findall(everything))
    return RepositoryInsights(
        languages=tuple(name for name, _ in languages.most_common()),
        frameworks=tuple(dict.fromkeys(found)),
        entry_points=tuple(_entry_points(texts)),
        services=tuple(dict.fromkeys(one.lower() for one in _SERVICES.findall(everything))),
        ports=tuple(dict.fromkeys(port for port in ports if port < 65_536)),
        files=tuple(sorted(files)[:_FILES]),
        excerpts={name: texts[name][:_SHOWN_CHARS] for name in _SHOWN if name in texts},
    )


async def clone_repository(url: str, into: Path) -> str:
    """Clone the newest commit of a repository; gives its hash.

    Raises:
        CommandFailed: git cannot; the evidence is what it says.
        RemoteInvalid: the address is none that is cloned from.
    """
    if url.startswith("-") or re.match(r"[A-Za-z0-9+.-]+::", url):
        raise RemoteInvalid(f"{url} is no address of a repository", next_step="give a URL")
    environment = clean_environment({"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": _SSH})
    clone = ["git", "-c", "core.symlinks=false", "clone", "--quiet", "--depth", "1"]
    await run_command(
        [*clone, "--", url, str(into)], cwd=Path("/"), env=environment, timeout=_CLONE_SECONDS
    )
    head = ["git", "-C", str(into), "rev-parse", "HEAD"]
    ended = await run_command(head, cwd=Path("/"), env=environment, timeout=_CLONE_SECONDS)
    return ended.stdout.decode().strip()


_SSH = "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes"


def read_repository(folder: Path) -> dict[str, SourceFile]:
    """The files of a clone but git's own, by their path; raises RemoteInvalid above 500 MB."""
    found: dict[str, SourceFile] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if name.parts[0] == ".git" or not path.is_file() or path.is_symlink():
            continue
        size += path.stat().st_size
        if size > _LARGEST:
            raise RemoteInvalid(
                "the repository holds more than 500 MB", next_step="deploy it by hand"
            )
        runs = bool(path.stat().st_mode & 0o100)
        found[name.as_posix()] = SourceFile(path.read_bytes(), executable=runs)
    return found


def _text(file: SourceFile) -> str:
    return (
        ""
        if b"\0" in file.content[:1000]
        else file.content[:_READ_BYTES].decode("utf-8", "replace")
    )


def _entry_points(texts: Mapping[str, str]) -> Iterator[str]:
    for name, text in sorted(texts.items()):
        if name.endswith(".py"):
            module = name.removesuffix(".py").replace("/", ".")
            yield from (f"{module}:{found}" for found in _APPLICATION.findall(text))
            if _MAIN.search(text):
                yield name
    for line in texts.get("Procfile", "").splitlines():
        yield f"Procfile {line.strip()}"
