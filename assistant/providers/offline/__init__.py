"""A model that needs no key and no network: a small exact language, documented in docs/."""

from assistant.providers.offline.provider import OfflineProvider, read_requirements

__all__ = ["OfflineProvider", "read_requirements"]
