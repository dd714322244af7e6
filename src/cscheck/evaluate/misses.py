"""The table of misses (漏判与误判): each place where labels and findings differ, with what explains it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..categories import load_categories
from ..judge import Suppressed
from ..model import Finding
from ..normalize import fold
from ..rule import Rule
from .observe import Observed, Unit

MISSED, FALSE_ALARM = "missed", "false_alarm"


def misses(one: Observed, rules: Mapping[str, Rule]) -> Iterator[dict[str, Any]]:
    """Yield one row for each category of a unit that was missed or wrongly found; ``rules`` are all rules by id.

    ``evidence`` tells for a false alarm the words of each rule and the cues that were overruled; for a miss which
    candidates of the category were let go and why (``suppressed``), or why a duty was not due.
    """
    titles = load_categories()
    texts = {turn.turn_index: turn.text for turn in one.conversation.turns}
    for unit in one.units:
        for category in sorted(unit.gold ^ unit.found):
            wrong = category in unit.found
            yield {
                "conversation_id": one.conversation.conversation_id,
                "turn_index": unit.turn_index,
                "kind": FALSE_ALARM if wrong else MISSED,
                "polarity": unit.polarity,
                "category": category,
                "title": titles.of(unit.polarity)[category].title,
                "gold": sorted(unit.gold),
                "found": sorted(unit.found),
                "text": texts.get(unit.turn_index) if unit.turn_index is not None else None,
                "rules": sorted(unit.rules[category]) if wrong else [],
                "evidence": list(_found(one, unit, category) if wrong else _let_go(one, unit, category, rules)),
            }


def _found(one: Observed, unit: Unit, category: str) -> Iterator[str]:
    for finding in one.verdict.findings:
        at = finding.turn_index if unit.polarity == "forbidden" else None
        if (finding.polarity, finding.category, at) == (unit.polarity, category, unit.turn_index):
            yield _told(finding)


def _told(finding: Finding) -> str:
    """Tell a finding in one line: its rule, its words, what bears on it."""
    words = f"{finding.rule_id} “{finding.matched}”" if finding.matched is not None else finding.rule_id
    others = [
        f"{evidence.kind}{':' if evidence.name else ''}{evidence.name} “{evidence.text}”"
        for evidence in finding.evidence
        if evidence.kind not in ("literal", "searched")
    ]
    return "; ".join([words, *others])


def _let_go(one: Observed, unit: Unit, category: str, rules: Mapping[str, Rule]) -> Iterator[str]:
    def seeks(rule_id: str) -> bool:
        return (rules[rule_id].polarity, rules[rule_id].category) == (unit.polarity, category)

    if unit.polarity == "required":
        for absent in one.verdict.not_applicable:
            if seeks(absent.rule_id):
                yield f"{absent.rule_id}: {absent.reason}"
        return
    for suppressed in one.verdict.suppressed:
        turn = one.conversation.turns[suppressed.match.place]
        if turn.turn_index == unit.turn_index and seeks(suppressed.rule_id):
            yield _why(suppressed, turn.text)


def _why(suppressed: Suppressed, text: str) -> str:
    start, end = fold(text).span(suppressed.match.start, suppressed.match.end)
    return f"{suppressed.rule_id} “{text[start:end]}” suppressed: {suppressed.reason}"
