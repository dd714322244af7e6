"""From the findings of one conversation to its score, in whole hundredths of a point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .categories import Categories
from .model import Finding
from .scheme import FULL, Scheme


class Deduction(NamedTuple):
    """What one finding cost (扣分): ``nominal`` by the scheme, ``deducted`` in fact, both in hundredths.

    ``reason`` says what made the difference: ``full`` (nothing did), ``same words`` (another finding of the category
    is charged for them), ``once`` (the rule costs once and has cost already), ``rule cap`` or ``dimension cap`` (the
    last limit that took something away).
    """

    finding: Finding
    dimension: str
    nominal: int
    deducted: int
    reason: str


class Score(NamedTuple):
    """The score of one agent's part of a conversation; all amounts in hundredths of a point.

    Always and exactly ``score = base + bonus - sum(deductions) + clamp_adjust + fatal_adjust``, and
    ``0 <= score <= 10000``. ``deductions`` has every dimension, after all caps. The counts leave out rules that
    could not be decided, which are counted as ``errors``; ``forbidden`` + ``required`` = ``findings``.
    """

    base: int
    bonus: int
    deductions: Mapping[str, int]
    clamp_adjust: int
    fatal_adjust: int
    score: int
    findings: int
    forbidden: int
    required: int
    fatal_findings: int
    errors: int

    @property
    def fatal(self) -> bool:
        """True where at least one finding is fatal (致命)."""
        return self.fatal_findings > 0


def decompose(findings: Iterable[Finding], scheme: Scheme, categories: Categories) -> list[Deduction]:
    """Return what each finding of one conversation part cost, in the order given; rows of kind ``error`` are left out.

    Where rules of one category found the same words of a turn, the dearest of these findings is charged and the others
    cost nothing. The earlier of two findings is charged first, so that the later one meets the cap. The sums per
    dimension do not depend on the order. Confidence does not scale points.

    Raises:
        KeyError: a finding's category is not in ``categories``.
    """
    rules: dict[str, _Account] = {}
    left = {dimension: scheme.dimension_caps.get(dimension, FULL) for dimension in categories.dimensions}
    charged = []
    given = [finding for finding in findings if finding.kind != "error"]
    for finding in given:
        if finding.rule_id not in rules:
            rules[finding.rule_id] = _Account(finding, scheme, categories)
    twins = _twins(given, rules) if len(given) > 1 else ()
    for index, finding in enumerate(given):
        account = rules[finding.rule_id]
        nominal, dimension, reason = account.nominal, account.dimension, "full"
        if index in twins:
            charged.append(Deduction(finding, dimension, nominal, 0, "same words"))
            continue
        deducted = nominal
        if account.left is not None:
            if deducted > account.left:
                deducted, reason = account.left, account.reason
            account.left -= deducted
        if deducted > left[dimension]:
            deducted, reason = left[dimension], "dimension cap"
        left[dimension] -= deducted
        charged.append(Deduction(finding, dimension, nominal, deducted, reason))
    return charged


def _twins(findings: list[Finding], rules: Mapping[str, _Account]) -> set[int]:
    """Return the findings (by index) whose words a dearer finding of their category and turn shares."""
    kept: dict[tuple[int, str | None], list[tuple[int, int]]] = {}
    twins = set()
    dearest = sorted(range(len(findings)), key=lambda i: (-rules[findings[i].rule_id].nominal, i))
    for index in dearest:
        finding = findings[index]
        if finding.turn_index is None or finding.start is None or finding.end is None:
            continue
        spans = kept.setdefault((finding.turn_index, finding.category), [])
        if any(low < finding.end and finding.start < high for low, high in spans):
            twins.add(index)
        else:
            spans.append((finding.start, finding.end))
    return twins


class _Account:
    """What one rule costs per hit, and what it may still cost in this conversation."""

    __slots__ = ("dimension", "left", "nominal", "reason")

    def __init__(self, finding: Finding, scheme: Scheme, categories: Categories) -> None:
        rule_id, category, polarity = finding.rule_id, finding.category, finding.polarity
        self.dimension = categories.dimension_of(polarity, category)
        self.nominal = scheme.points_of(rule_id, category, polarity, finding.severity, finding.points)
        self.left, self.reason = scheme.limit_of(rule_id, category, polarity, self.nominal)


def score_findings(findings: Iterable[Finding], scheme: Scheme, categories: Categories, bonus: int = 0) -> Score:
    """Return the score of one conversation part from all its findings; ``bonus`` in hundredths.

    The sum is first brought between 0 and 100 points (``clamp_adjust``); then a fatal finding brings it down to
    the scheme's ``fatal_score`` (``fatal_adjust``). What is not applicable yields no finding and so costs nothing.

    Raises:
        KeyError: a finding's category is not in ``categories``.
    """
    given = list(findings)
    charged = decompose(given, scheme, categories)
    deductions = dict.fromkeys(categories.dimensions, 0)
    total = scheme.base + bonus
    required = fatal = 0
    for finding, dimension, _, deducted, _ in charged:
        deductions[dimension] += deducted
        total -= deducted
        required += finding.polarity == "required"
        fatal += finding.fatal
    clamped = min(max(total, 0), FULL)
    final = min(clamped, scheme.fatal_score) if fatal else clamped
    return Score(
        base=scheme.base,
        bonus=bonus,
        deductions=deductions,
        clamp_adjust=clamped - total,
        fatal_adjust=final - clamped,
        score=final,
        findings=len(charged),
        forbidden=len(charged) - required,
        required=required,
        fatal_findings=fatal,
        errors=len(given) - len(charged),
    )
