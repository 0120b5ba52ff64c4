"""git: what is there, one commit of one feature, one push. Never through the working tree."""

from provisioner.git.records import Commit, CommitIntent, FolderStatus, Head, Push
from provisioner.git.repository import Repository, open_repository

__all__ = [
    "Commit",
    "CommitIntent",
    "FolderStatus",
    "Head",
    "Push",
    "Repository",
    "open_repository",
]
