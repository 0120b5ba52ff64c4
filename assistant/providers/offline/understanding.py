"""What requirements ask for: a service or a pure function."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.providers.offline.functions.choice import PureFunction, choose
from assistant.providers.offline.functions.request import is_function, read_function
from assistant.providers.offline.reading.requirements import understand
from assistant.providers.offline.reading.sentences import LONGEST_TEXT
from assistant.providers.offline.reading.subject import refuse
from assistant.providers.offline.reading.unclear import Unclear
from assistant.providers.offline.spec import Api

Inputs = Mapping[str, str]


def understood(inputs: Inputs) -> Api | PureFunction:
    """What ``requirements`` ask for.

    Raises:
        NotUnderstood: names the sentence that no rule reads.
    """
    feature, requirements = inputs.get("feature", ""), inputs.get("requirements", "")
    if len(requirements) > LONGEST_TEXT or not is_function(requirements):
        return understand(feature, requirements)
    try:
        return choose(read_function(requirements))
    except Unclear as unclear:
        raise refuse(" ".join(requirements.split())[:200], str(unclear)) from None
