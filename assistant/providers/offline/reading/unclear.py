"""What a reader raises where it does not understand."""

from __future__ import annotations

from assistant.providers.offline.reading.sentences import Sentence


class Unclear(Exception):
    """A part of a sentence is not understood; the text says why.

    Attributes:
        sentence: the sentence, where it is not the one that is being read.
    """

    sentence: Sentence | None = None
