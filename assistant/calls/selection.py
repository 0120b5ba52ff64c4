"""Selection of models: category and complexity give a tier, the tier a list of candidates."""

from __future__ import annotations

import functools
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, model_validator

from assistant.config import TIERS, Count, Limit, ProviderKind, Section, Tier
from assistant.request import Candidate, Purpose, Request
from assistant.yaml_config import load_yaml_config

Complexity = Literal["low", "medium", "high"]

_LEVELS: tuple[Complexity, ...] = ("low", "medium", "high")

# Of a model's name as vendors add it: a date or a number, but no word that names another model.
_VERSION = re.compile(r"([-@:.](v?\d[\d.-]*|latest|preview|exp))*")

_log = logging.getLogger(__name__)


class Levels(Section):
    """Limits of the levels of complexity."""

    medium_from: Limit
    high_from: Limit
    failed_rounds_a_level: Count


class Models(Section):
    """The contents of models.yaml."""

    vendors: Mapping[ProviderKind, Mapping[Tier, Annotated[str, Field(min_length=1)]]]
    categories: Mapping[str, Mapping[Complexity, Tier]]
    escalation: Mapping[Tier, Tier]
    high_risk: Mapping[str, tuple[str, ...]]
    complexity: Levels

    @model_validator(mode="after")
    def _complete(self) -> Models:
        if "default" not in self.categories:
            raise ValueError("categories: there must be a default")
        for name, tiers in self.categories.items():
            if missing := [level for level in _LEVELS if level not in tiers]:
                raise ValueError(f"categories.{name}: {', '.join(missing)} is missing")
        for tier in self.escalation:
            self.chain(tier)
        return self

    def chain(self, tier: Tier) -> tuple[Tier, ...]:
        """The tier and those it escalates to, in order; raises ValueError where they go round."""
        chain = [tier]
        while (following := self.escalation.get(chain[-1])) is not None:
            if following in chain:
                raise ValueError(f"escalation: a cycle, {' → '.join([*chain, following])}")
            chain.append(following)
        return tuple(chain)


def load_models(path: Path | None = None) -> Models:
    """The bundled models.yaml, or one's own. Raises AssistantConfigError where it is wrong."""
    next_step = "begin with a copy of the models.yaml that is installed in assistant/"
    return load_yaml_config("models.yaml", path, Models, next_step=next_step)


@dataclass(frozen=True, slots=True)
class ModelSelection:
    """A decision, and its reason in one line; the candidates are in the order of asking."""

    complexity: Complexity
    tier: Tier
    candidates: tuple[Candidate, ...]
    rationale: str


@dataclass(frozen=True, slots=True)
class ModelSelector:
    """Selects models for requests."""

    models: Models
    options: Mapping[str, Mapping[Tier, str]]  # by provider, in the order of preference
    excluded: Callable[[Candidate], str]  # why it cannot be asked in this run, "" where it can

    def select(self, request: Request[Any], purpose: Purpose) -> ModelSelection:
        """Select the candidates; the decision is logged with its reason."""
        requirements = request.inputs.get("requirements", "")
        category, failed_rounds = purpose.category, purpose.failed_rounds
        complexity = self._complexity(requirements, failed_rounds)
        risk = self._risk(requirements, category)
        table = self.models.categories
        tier = "best" if risk else table.get(category, table["default"])[complexity]
        asked = self._in_order(tier)
        reasons = {one: reason for one in asked if (reason := self.excluded(one))}
        left_out = [f"{one} ({reason})" for one, reason in reasons.items()]
        usable = [one for one in asked if one not in reasons]
        candidates = self._candidates(usable, purpose.exclude_model, only=bool(risk))
        failed = f" after {failed_rounds} failed" if failed_rounds else ""
        high_risk = f", high risk ({risk})" if risk else ""
        whom = ", ".join(map(str, candidates)) or "no model"
        out = f"; left out {'; '.join(left_out)}" if left_out else ""
        task = f"{category}, {complexity} complexity{failed}{high_risk}"
        rationale = f"{task} → {tier}: {whom}{out}"
        _log.info("%s: %s", purpose.step, rationale)
        return ModelSelection(complexity, tier, candidates, rationale)

    def _complexity(self, requirements: str, failed_rounds: int) -> Complexity:
        levels, length = self.models.complexity, len(requirements)
        level = (length >= levels.medium_from) + (length >= levels.high_from)
        return _LEVELS[min(level + failed_rounds // levels.failed_rounds_a_level, 2)]

    def _risk(self, requirements: str, category: str) -> str:
        if category in self.models.high_risk:
            return category
        for name, words in self.models.high_risk.items():
            if words and (found := _any_of(words).search(requirements)):
                return f"{name}: {found.group()!r}"
        return ""

    def _candidates(
        self, usable: list[Candidate], avoided: str, *, only: bool
    ) -> tuple[Candidate, ...]:
        """The candidates in order; the model that is to be avoided stands at the end.

        Where it would be the only one, models of the tiers below go before it, unless it has to
        be ``only`` this tier.
        """
        others = [one for one in usable if not _same_model(one.model, avoided)]
        if usable and not others and not only:
            lower = [one for each in reversed(TIERS) for one in self._in_order(each)]
            others = [
                one
                for one in lower
                if not self.excluded(one) and not _same_model(one.model, avoided)
            ]
        return tuple(dict.fromkeys([*others, *usable]))

    def _in_order(self, tier: Tier) -> list[Candidate]:
        """Every provider's model of the tier, then of those it escalates to, each once."""
        found: dict[tuple[str, str], Candidate] = {}
        for step in self.models.chain(tier):
            for provider, models in self.options.items():
                candidate = Candidate(provider, models[step], step)
                found.setdefault((provider, candidate.model), candidate)
        return list(found.values())


def with_model(text: str, vendor: str, tier: str, model: str) -> str:
    """The text of models.yaml with another model for a vendor's tier; all else stays as it is.

    Raises ValueError where it has no such place.
    """
    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    for key in ("vendors", vendor, tier):
        entries = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for name, value in entries if name.value == key), None)
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError(f"there is no {vendor}.{tier} among the vendors of models.yaml")
    name = json.dumps(model)  # quoted: a name is no number, whatever it looks like
    return f"{text[: node.start_mark.index]}{name}{text[node.end_mark.index :]}"


@functools.cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})s?\b", re.IGNORECASE)


def _same_model(asked: str, answered: str) -> bool:
    """Vendors answer with the version of what was asked for: gpt-5-mini-2025-08-07."""
    return answered.startswith(asked) and bool(_VERSION.fullmatch(answered[len(asked) :]))
