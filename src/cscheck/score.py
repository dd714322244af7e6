"""From the findings of one conversation to its score, in whole hundredths of a point."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from itertools import starmap
from typing import NamedTuple

from .categories import Categories
from .model import SEVERITIES, Finding, Satisfied
from .scheme import FULL, Scheme


class Deduction(NamedTuple):
    """What one finding cost (扣分): ``nominal`` its price, ``deducted`` in fact, both in hundredths.

    ``reason`` says what made the difference: ``full`` (nothing did), ``same words`` (another finding of the category
    is charged for them), ``once`` (the rule costs once and has cost already), ``rule cap`` or ``dimension cap`` (the
    last limit that took something away).
    """

    finding: Finding
    dimension: str
    nominal: int
    deducted: int
    reason: str


class Award(NamedTuple):
    """What one satisfied rule earned (加分): ``nominal`` by the scheme, ``awarded`` in fact, both in hundredths.

    ``satisfied`` is None for the one award of the style ``add`` where no rule with a bonus was due.
    """

    satisfied: Satisfied | None
    nominal: int
    awarded: int


class Score(NamedTuple):
    """The score of one agent's part of a conversation; all amounts in hundredths of a point.

    Always and exactly ``score = base + bonus - sum(deductions) + clamp_adjust + fatal_adjust``, and
    ``0 <= score <= 10000``. ``deductions`` has every dimension, after all caps. The counts leave out rules that
    could not be decided, which are counted as ``errors``; ``forbidden`` + ``required`` = ``findings``.
    ``band`` (等级) and ``passed`` (合格) are None where the scheme has no bands or no pass mark. The band asks for the
    points and for the worst severity of the certain findings (those with a confidence of 1).
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
    band: str | None = None
    passed: bool | None = None

    @property
    def fatal(self) -> bool:
        """True where at least one finding is fatal (致命)."""
        return self.fatal_findings > 0


def decompose(findings: Iterable[Finding], scheme: Scheme, categories: Categories) -> list[Deduction]:
    """Return what each finding of one conversation part cost, in the order given; rows of kind ``error`` are left out.

    The findings carry the prices of the scheme as their ``points``.
    Where rules of one category found the same words of a turn, one of these findings is charged and the others cost
    nothing: a certain one (confidence 1) before all others, then the dearest. The earlier of two findings is charged
    first, so that the later one meets the cap. The sums per dimension do not depend on the order. Confidence does not
    scale points.

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
    """Return the findings (by index) whose words a surer or dearer finding of their category and turn shares."""
    kept: dict[tuple[int, str | None], list[tuple[int, ...]]] = {}
    twins = set()
    first = sorted(range(len(findings)), key=lambda i: (_unsure(findings[i]), -rules[findings[i].rule_id].nominal, i))
    for index in first:
        finding = findings[index]
        if finding.turn_index is None or finding.start is None or finding.end is None:
            continue
        spans = kept.setdefault((finding.turn_index, finding.category), [])
        # kept spans share nothing: of those that begin before the end, the last one ends last
        place = bisect_left(spans, (finding.end,))
        if place and finding.start < spans[place - 1][1]:
            twins.add(index)
        else:
            insort(spans, (finding.start, finding.end))
    return twins


def _unsure(finding: Finding) -> bool:
    return finding.confidence < 1


class _Account:
    """What one rule costs per hit, and what it may still cost in this conversation."""

    __slots__ = ("dimension", "left", "nominal", "reason")

    def __init__(self, finding: Finding, scheme: Scheme, categories: Categories) -> None:
        self.dimension = categories.dimension_of(finding.polarity, finding.category)
        self.nominal = round((finding.points or 0) * 100)
        self.left, self.reason = scheme.limit_of(finding.rule_id, finding.category, finding.polarity, self.nominal)


def award(satisfied: Iterable[Satisfied], findings: Iterable[Finding], scheme: Scheme) -> list[Award]:
    """Return what each satisfied required rule of one conversation part earned, in the order given.

    In the style ``both`` a rule earns its bonus until ``bonus_cap`` is reached. In the style ``add`` the bonus is the
    rule's weight: the rules share ``bonus_cap`` by the weight of those satisfied over the weight of those due
    (satisfied or missing; what is not applicable leaves the denominator), rounded to hundredths, half up; where
    nothing was due, nothing was left undone, and all of it is earned. A rule earns once. In the style ``deduct``
    nothing is earned.
    """
    if scheme.style == "deduct":
        return []
    once = {one.rule_id: one for one in satisfied}
    bonuses = [(one, bonus) for one in once.values() if (bonus := scheme.bonus_of(one.rule_id, one.category))]
    due = scheme.bonus_cap
    if scheme.style == "add":
        absent = {f.rule_id: f.category for f in findings if f.polarity == "required" and f.rule_id not in once}
        due = sum(bonus for _, bonus in bonuses) + sum(starmap(scheme.bonus_of, absent.items()))
        if not due:
            return [Award(None, scheme.bonus_cap, scheme.bonus_cap)]
    awards = []
    earned = paid = 0
    for one, bonus in bonuses:
        earned += bonus
        # running totals are rounded, not single shares, so that the shares add up exactly
        total = min(earned, due) if scheme.style == "both" else (2 * scheme.bonus_cap * earned + due) // (2 * due)
        awards.append(Award(one, bonus, total - paid))
        paid = total
    return awards


def score_findings(
    findings: Iterable[Finding], scheme: Scheme, categories: Categories, satisfied: Iterable[Satisfied] = ()
) -> Score:
    """Return the score of one conversation part from all its findings and the required rules it satisfied.

    The sum is first brought between 0 and 100 points (``clamp_adjust``); then a fatal finding brings it down to
    the scheme's ``fatal_score`` (``fatal_adjust``). What is not applicable yields no finding and so costs nothing.

    Raises:
        KeyError: a finding's category is not in ``categories``.
    """
    given = list(findings)
    charged = decompose(given, scheme, categories)
    deductions = dict.fromkeys(categories.dimensions, 0)
    bonus = sum(one.awarded for one in award(satisfied, given, scheme))
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
        band=scheme.band(final, _worst(given)),
        passed=scheme.passed(final),
    )


def _worst(findings: Iterable[Finding]) -> str | None:
    """Return the worst severity of the certain findings; None where there are none."""
    found = {finding.severity for finding in findings if finding.kind != "error" and not _unsure(finding)}
    return next((severity for severity in SEVERITIES if severity in found), None)
