"""Findings made of judged matches: the evidence, the message, and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .judge import Failure, Match, Suppressed
from .model import Evidence, Finding
from .rule import Rule
from .view import View

Points = Callable[[Rule], float]


def found(view: View, points: Points, rule: Rule, match: Match, context: Sequence[Match]) -> Finding:
    """Return the finding of a forbidden thing said."""
    text = view.original(match.place)
    start, end = view.original_span(match.place, match.start, match.end)
    literals = match.literals or ((match.start, match.end),)
    evidence = [_evidence(view, "literal", "", match.place, *span) for span in literals]
    evidence += [_evidence(view, "cue", cue.cue, cue.place, cue.start, cue.end) for cue in match.cues]
    evidence += [_evidence(view, "context", "", other.place, other.start, other.end) for other in context]
    readings = view.readings(match.place, match.start, match.end)
    evidence += [_evidence(view, one.kind, one.text, match.place, one.start, one.end) for one in readings]
    return Finding(
        "finding",
        view.scanned.batch.ids[view.index],
        view.agents[match.place],
        view.numbers[match.place],
        rule.id,
        rule.category,
        rule.polarity,
        rule.severity,
        points(rule),
        min([match.confidence, *(one.confidence for one in readings)]),
        start,
        end,
        text[start:end],
        f"{rule.title}：{rule.advice}",
        rule.norms,
        tuple(evidence),
        rule.fatal,
    )


def missing(
    view: View,
    points: Points,
    rule: Rule,
    places: Sequence[int],
    evidence: tuple[Evidence, ...],
) -> Finding:
    """Return the finding of a required thing that was sought at ``places`` and is missing."""
    return Finding(
        "finding",
        view.scanned.batch.ids[view.index],
        view.agents[places[0] if rule.scope.bound == "start" else places[-1]],
        None,
        rule.id,
        rule.category,
        rule.polarity,
        rule.severity,
        points(rule),
        1.0,
        None,
        None,
        None,
        f"缺少{rule.title}：{rule.advice}",
        rule.norms,
        evidence,
        rule.fatal,
    )


def searched(view: View, places: Sequence[int]) -> tuple[Evidence, ...]:
    """Return the turns in which a required thing was sought."""
    numbers = view.numbers
    return tuple([Evidence("searched", "", "", numbers[place], None, None) for place in places])


def triggered(view: View, triggers: Sequence[Match]) -> tuple[Evidence, ...]:
    """Return what made a required thing due."""
    return tuple([_evidence(view, "trigger", "", match.place, match.start, match.end) for match in triggers])


def nearest(view: View, misses: Sequence[Suppressed]) -> tuple[Evidence, ...]:
    """Return the first of what was let go, if any."""
    return tuple(
        _evidence(view, "nearest", miss.reason, miss.match.place, miss.match.start, miss.match.end)
        for miss in misses[:1]
    )


def failed(view: View, failure: Failure) -> Finding:
    """Return the error row of a rule that ran out of time: it is neither a finding nor a clean sheet."""
    return Finding(
        "error",
        view.scanned.batch.ids[view.index],
        view.agents[failure.place],
        view.numbers[failure.place],
        failure.rule_id,
        None,
        None,
        None,
        None,
        0.0,
        None,
        None,
        None,
        failure.message,
        (),
        (),
    )


def _evidence(view: View, kind: str, name: str, place: int, start: int, end: int) -> Evidence:
    low, high = view.original_span(place, start, end)
    return Evidence(kind, name, view.original(place)[low:high], view.numbers[place], low, high)
