"""A scheme (评分方案): what each finding costs, what a duty done earns, and where both stop.

All amounts are whole hundredths of a point, so that every sum is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .categories import Categories
from .model import SEVERITIES
from .rule import Rule

FULL = 100_00
WHOLE = 100  # a weight of 1, in hundredths
REPEATS = ("once", "per_hit")
STYLES = ("deduct", "add", "both")


@dataclass(frozen=True)
class Override:
    """What a scheme says about one rule or one category; None where it says nothing. Amounts in hundredths.

    ``points``, ``repeat`` and ``cap`` price a finding; ``bonus`` is what a required rule earns where it is satisfied.
    """

    points: int | None = None
    repeat: str | None = None
    cap: int | None = None
    bonus: int | None = None


NOTHING = Override()


class Band(NamedTuple):
    """A band (等级): its title, its lowest score in hundredths, and the worst severity it bears (None: any)."""

    title: str
    lowest: int
    worst: str | None = None

    def bears(self, severity: str | None) -> bool:
        """Return whether a conversation whose worst certain finding has this severity (None: no finding) may lie in."""
        return severity is None or self.worst is None or SEVERITIES.index(self.worst) <= SEVERITIES.index(severity)


@dataclass(frozen=True)
class Scheme:
    """One scheme; all amounts and weights in hundredths.

    ``style`` says what counts: ``deduct`` (扣分制: findings cost, nothing earns), ``add`` (得分制: the share of the due
    duties that were done earns, nothing costs) or ``both`` (加减分制).
    ``base`` is what a conversation starts with, ``fatal_score`` what it has at most after a fatal finding (致命),
    ``bonus_cap`` what can be earned at most.
    ``repeat`` says per polarity whether a rule costs once or per hit; ``rule_cap_hits`` how many hits of one rule
    cost at most (None: all); ``dimension_weights`` multiply the prices of a dimension (not named: 1);
    ``dimension_caps`` what a dimension costs at most (not named: the full 100 points).
    ``categories`` (by polarity and category) and ``rules`` (by rule id) override points, repeat, cap and bonus.
    ``pass_mark`` (合格线) and ``bands`` (等级, the highest first) sort the conversations, where given.
    ``enough_conversations`` is the number from which an agent's figures count as ``enough_data``;
    ``digest`` is the hash of the file and of those it extends.
    """

    id: str
    title: str
    severity_points: Mapping[str, int]
    repeat: Mapping[str, str]
    dimension_caps: Mapping[str, int]
    categories: Mapping[tuple[str, str], Override]
    rules: Mapping[str, Override]
    style: str = "deduct"
    base: int = FULL
    fatal_score: int = 0
    bonus_cap: int = FULL
    rule_cap_hits: int | None = None
    dimension_weights: Mapping[str, int] = field(default_factory=dict)
    pass_mark: int | None = None
    bands: tuple[Band, ...] = ()
    enough_conversations: int = 30
    digest: str = field(default="", compare=False)

    def price_of(
        self,
        rule_id: str,
        category: str | None,
        polarity: str | None,
        severity: str | None,
        points: float | None,
        dimension: str,
    ) -> int:
        """Return what one finding costs before any cap, in hundredths.

        The first that speaks decides: the scheme on the rule, the scheme on the category, the rule's own ``points``
        (to the nearest hundredth), the scheme on the severity. The weight of the dimension multiplies it; half a
        hundredth is rounded up. In the style ``add`` nothing costs.

        Raises:
            KeyError: nothing speaks and the severity is unknown (a rule that was loaded has a known one).
        """
        if self.style == "add":
            return 0
        of_rule, of_category = self._overrides(rule_id, polarity, category)
        if of_rule.points is not None:
            plain = of_rule.points
        elif of_category.points is not None:
            plain = of_category.points
        else:
            plain = round(points * 100) if points is not None else self.severity_points[severity or ""]
        weight = self.dimension_weights.get(dimension, WHOLE)
        return plain if weight == WHOLE else (plain * weight + WHOLE // 2) // WHOLE

    def limit_of(self, rule_id: str, category: str | None, polarity: str | None, price: int) -> tuple[int | None, str]:
        """Return what one rule may cost in one conversation (None: no limit) and why: ``once`` or ``rule cap``."""
        of_rule, of_category = self._overrides(rule_id, polarity, category)
        cap = of_rule.cap if of_rule.cap is not None else of_category.cap
        if (of_rule.repeat or of_category.repeat or self.repeat.get(polarity or "", "per_hit")) == "once":
            return (price, "once") if cap is None or cap >= price else (cap, "rule cap")
        if cap is None and self.rule_cap_hits is not None:
            cap = self.rule_cap_hits * price
        return cap, "rule cap"

    def bonus_of(self, rule_id: str, category: str | None) -> int:
        """Return what a required rule earns where it is satisfied: by the rule, else by its category, else 0."""
        if self.style == "deduct":
            return 0
        of_rule, of_category = self._overrides(rule_id, "required", category)
        return (of_rule.bonus if of_rule.bonus is not None else of_category.bonus) or 0

    def passed(self, score: int) -> bool | None:
        """Return whether a score reaches the pass mark; None where the scheme has none."""
        return None if self.pass_mark is None else score >= self.pass_mark

    def band(self, score: int, worst: str | None = None) -> str | None:
        """Return the title of the highest band that a score reaches and that bears the worst severity found.

        None where the scheme has no bands.
        """
        return next((band.title for band in self.bands if score >= band.lowest and band.bears(worst)), None)

    def capped_by(self, score: int, band: str | None) -> tuple[str, ...]:
        """Return the severities that alone kept a score in this band, the worst first; none where its points did."""
        reached = [one for one in self.bands if score >= one.lowest]
        titles = [one.title for one in reached]
        if band not in titles[1:]:
            return ()
        above = reached[titles.index(band) - 1]
        return tuple(severity for severity in SEVERITIES if not above.bears(severity))

    def _overrides(self, rule_id: str, polarity: str | None, category: str | None) -> tuple[Override, Override]:
        return self.rules.get(rule_id, NOTHING), self.categories.get((polarity or "", category or ""), NOTHING)


def low_caps(scheme: Scheme, rules: Iterable[Rule], categories: Categories) -> dict[tuple[str, ...], tuple[int, str]]:
    """Return the overrides (by their keys in the file) whose cap is below what one hit of a rule costs.

    Each with the dearest such rule: its price and its id. A cap below the points beside it is left out: it is at fault
    whatever the rules are.
    """
    low: dict[tuple[str, ...], tuple[int, str]] = {}
    for rule in rules:
        dimension = categories.dimension_of(rule.polarity, rule.category)
        price = scheme.price_of(rule.id, rule.category, rule.polarity, rule.severity, rule.points, dimension)
        path: tuple[str, ...] = "rules", rule.id
        said = scheme.rules.get(rule.id, NOTHING)
        if said.cap is None:
            path = "categories", rule.polarity, rule.category
            said = scheme.categories.get((rule.polarity, rule.category), NOTHING)
        if said.cap is not None and (said.points or 0) <= said.cap < price:
            low[path] = max(low.get(path, (0, "")), (price, rule.id))
    return low
