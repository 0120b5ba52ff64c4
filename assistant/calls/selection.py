"""Selection of models: category and complexity give a tier, the tier a list of candidates."""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from assistant.calls.records import Candidate
from assistant.config import TIERS, ProviderKind, Section, Tier
from assistant.request import Purpose, Request
from assistant.yaml_config import load_yaml_config

Complexity = Literal["low", "medium", "high"]

_LEVELS: tuple[Complexity, ...] = ("low", "medium", "high")
_NEXT_STEP = "begin with a copy of the models.yaml that is installed in assistant/"

# Of a model's name as vendors add it: a date or a number, but no word that names another model.
_VERSION = re.compile(r"([-@:.](v?\d[\d.-]*|latest|preview|exp))*")

_log = logging.getLogger(__name__)


class Levels(Section):
    """Limits of the levels of complexity."""

    medium_from: Annotated[int, Field(ge=0)]
    high_from: Annotated[int, Field(ge=0)]
    failed_rounds_a_level: Annotated[int, Field(ge=1)]


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
        """The tier and those it escalates to, in order.

        Raises:
            ValueError: they go round in a circle.
        """
        chain = [tier]
        while (following := self.escalation.get(chain[-1])) is not None:
            if following in chain:
                raise ValueError(f"escalation: a cycle, {' → '.join([*chain, following])}")
            chain.append(following)
        return tuple(chain)

    @cached_property
    def risks(self) -> Mapping[str, re.Pattern[str]]:
        """Patterns of the words that indicate a risk, by category."""
        return {
            category: re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})s?\b", re.IGNORECASE)
            for category, words in self.high_risk.items()
            if words
        }


def load_models(path: Path | None = None) -> Models:
    """The bundled models.yaml, or one's own.

    Raises:
        AssistantConfigError: it cannot be read, has wrong keys or a cycle.
    """
    return load_yaml_config("models.yaml", path, Models.model_validate, next_step=_NEXT_STEP)


@dataclass(frozen=True, slots=True)
class ModelOption:
    """A configured provider and the models it is asked for.

    Attributes:
        name: the provider's.
        models: by tier.
    """

    name: str
    models: Mapping[Tier, str]


@dataclass(frozen=True, slots=True)
class ModelSelection:
    """A decision and its reason.

    Attributes:
        risk: what makes it a high risk, "" where nothing does.
        candidates: in the order of asking.
        left_out: candidates that cannot be asked, each with the reason.
    """

    category: str
    complexity: Complexity
    failed_rounds: int
    risk: str
    tier: Tier
    candidates: tuple[Candidate, ...]
    left_out: tuple[str, ...]

    @property
    def rationale(self) -> str:
        """Explain the decision in one line."""
        failed = f" after {self.failed_rounds} failed" if self.failed_rounds else ""
        risk = f", high risk ({self.risk})" if self.risk else ""
        whom = ", ".join(map(str, self.candidates)) or "no model"
        out = f"; left out {'; '.join(self.left_out)}" if self.left_out else ""
        task = f"{self.category}, {self.complexity} complexity{failed}{risk}"
        return f"{task} → {self.tier}: {whom}{out}"

    def __str__(self) -> str:
        return self.rationale


class ModelSelector:
    """Selects models for requests.

    Args:
        options: the configured providers, in the order of preference.
        excluded: why a candidate cannot be asked in this run, "" where it can.
    """

    def __init__(
        self,
        models: Models,
        options: Sequence[ModelOption],
        excluded: Callable[[Candidate], str],
    ) -> None:
        self._models = models
        self._options = tuple(options)
        self._excluded = excluded
        self._all = {tier: self._in_order(tier) for tier in TIERS}
        self._risky_words = functools.lru_cache(maxsize=16)(self._find_risky_words)

    def select(self, request: Request[Any], purpose: Purpose) -> ModelSelection:
        """Select the candidates; the decision is logged with its reason."""
        requirements = request.inputs.get("requirements", "")
        complexity = self._complexity(requirements, purpose.failed_rounds)
        risk = self._risk(requirements, purpose.category)
        table = self._models.categories
        tier = "best" if risk else table.get(purpose.category, table["default"])[complexity]
        candidates, left_out = self._candidates(tier, purpose.exclude_model, only=bool(risk))
        selection = ModelSelection(
            purpose.category,
            complexity,
            purpose.failed_rounds,
            risk,
            tier,
            candidates,
            left_out,
        )
        _log.info("%s: %s", purpose.step, selection)
        return selection

    def _complexity(self, requirements: str, failed_rounds: int) -> Complexity:
        levels = self._models.complexity
        level = (len(requirements) >= levels.medium_from) + (len(requirements) >= levels.high_from)
        level += failed_rounds // levels.failed_rounds_a_level
        return _LEVELS[min(level, 2)]

    def _risk(self, requirements: str, category: str) -> str:
        if category in self._models.high_risk:
            return category
        return self._risky_words(requirements)

    def _find_risky_words(self, requirements: str) -> str:
        return next(
            (
                f"{name}: {found.group()!r}"
                for name, words in self._models.risks.items()
                if (found := words.search(requirements))
            ),
            "",
        )

    def _candidates(
        self, tier: Tier, last_of_all: str, *, only: bool
    ) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        """The candidates in order; the model that is to be avoided stands at the end.

        Where it would be the only one, models of the tiers below go before it, unless it has to
        be ``only`` this tier.
        """
        able, avoided, left_out = [], [], []
        for candidate in self._all[tier]:
            if reason := self._excluded(candidate):
                left_out.append(f"{candidate} ({reason})")
            elif _same_model(candidate.model, last_of_all):
                avoided.append(candidate)
            else:
                able.append(candidate)
        if avoided and not able and not only:
            able = [
                one
                for lower in reversed(TIERS)
                for one in self._all[lower]
                if not self._excluded(one) and not _same_model(one.model, last_of_all)
            ]
        return tuple(dict.fromkeys([*able, *avoided])), tuple(left_out)

    def _in_order(self, tier: Tier) -> tuple[Candidate, ...]:
        """Every provider's model of the tier, then of those it escalates to, each once."""
        found: dict[tuple[str, str], Candidate] = {}
        for step in self._models.chain(tier):
            for option in self._options:
                candidate = Candidate(option.name, option.models[step], step)
                found.setdefault((candidate.provider, candidate.model), candidate)
        return tuple(found.values())


def _same_model(asked: str, answered: str) -> bool:
    """Vendors answer with the version of what was asked for: gpt-5-mini-2025-08-07."""
    return answered.startswith(asked) and bool(_VERSION.fullmatch(answered[len(asked) :]))
