"""Archives of logs, read without trust in what they say of themselves."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from provisioner.errors import ProvisionerError

ARCHIVE_BYTES = 64 << 20
_TOTAL_BYTES = 256 << 20
_FILE_BYTES = 64 << 20
_FILES = 2_000
_RATIO = 200  # of a whole archive; text of logs has some 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SMALL_BYTES = 1 << 20  # below that a ratio says nothing


class ArchiveRefused(ProvisionerError):
    """An archive is damaged, or is made to harm whoever unpacks it."""


def read_archive(data: bytes) -> dict[str, str]:
    """The text files of a zip archive by name; nothing is written anywhere.

    Raises ArchiveRefused for links, encrypted files, names that lead out, and what is too large,
    whatever the headers say.
    """
    if len(data) > ARCHIVE_BYTES:
        raise ArchiveRefused(f"the archive has more than {ARCHIVE_BYTES >> 20} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > _FILES:
                raise ArchiveRefused(f"the archive has more than {_FILES:,} files")
            texts: dict[str, str] = {}
            total = 0
            for member in members:
                _check(member)
                with archive.open(member) as stream:
                    content = stream.read(_FILE_BYTES + 1)
                total += len(content)
                bomb = total > _SMALL_BYTES and total > _RATIO * len(data)
                if len(content) > _FILE_BYTES or total > _TOTAL_BYTES or bomb:
                    raise ArchiveRefused(f"{member.filename!r} unpacks to too much")
                texts[member.filename] = content.decode("utf-8", "replace")
            return texts
    except (zipfile.BadZipFile, zlib.error, EOFError, IndexError, OSError, ValueError) as error:
        raise ArchiveRefused(f"the archive is damaged: {error}") from error
    except (NotImplementedError, RuntimeError) as error:  # of a compression, of a password
        raise ArchiveRefused(f"the archive cannot be read: {error}") from error


def _check(member: zipfile.ZipInfo) -> None:
    name = member.filename
    path = PurePosixPath(name)
    first = path.parts[0] if path.parts else ".."  # "." is the archive itself
    if path.is_absolute() or ".." in (first, *path.parts) or "\\" in name or ":" in first:
        raise ArchiveRefused(f"{name!r} leads out of the archive")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise ArchiveRefused(f"{name!r} is no plain file")
    if member.flag_bits & 1:
        raise ArchiveRefused(f"{name!r} is encrypted")
    if member.compress_type not in _METHODS:  # others ask for memory as their headers say
        raise ArchiveRefused(f"{name!r} is compressed in a way that logs are not")
