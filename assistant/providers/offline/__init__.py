"""A model that needs no key and no network: rules in place of judgement, honestly limited."""

from assistant.providers.offline.provider import OfflineProvider

__all__ = ["OfflineProvider"]
