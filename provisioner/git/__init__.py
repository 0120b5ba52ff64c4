"""git: status, one commit of one feature, one push. Never through the working tree."""

from provisioner.git.change import Change, make_change
from provisioner.git.discovery import open_repository
from provisioner.git.records import Commit, CommitIntent, FolderStatus, Head, Push
from provisioner.git.repository import Repository

__all__ = [
    "Change",
    "Commit",
    "CommitIntent",
    "FolderStatus",
    "Head",
    "Push",
    "Repository",
    "make_change",
    "open_repository",
]
