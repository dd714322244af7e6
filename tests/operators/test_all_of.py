"""``all``: every one of several conditions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cscheck.model import Finding

Matched = Callable[..., list[tuple[int | None, str | None]]]
RULE = "when: {all: [{phrases: [投诉]}, {phrases: [随便]}]}"


@pytest.mark.parametrize(
    ("text", "found"),
    [("投诉随便", ["投诉"]), ("随便您投诉", ["投诉"]), ("投诉", []), ("随便", []), ("投诉随便投诉", ["投诉", "投诉"])],
)
def test_all(matched: Matched, text: str, found: list[str]) -> None:
    """All must hold in one turn; the first gives the finding its place."""
    assert matched(RULE, text) == [(0, words) for words in found]


def test_all_within_one_turn(matched: Matched) -> None:
    """Two turns that hold one condition each do not add up."""
    assert matched(RULE, ["客服：投诉", "客服：随便"]) == []


def test_the_other_conditions_are_context(findings: Callable[..., tuple[Finding, ...]]) -> None:
    """What the other conditions found is evidence."""
    (finding,) = findings(RULE, "随便您投诉")
    assert [(e.kind, e.text, e.start) for e in finding.evidence] == [("literal", "投诉", 3), ("context", "随便", 0)]


def test_the_first_condition_with_matches_gives_the_place(matched: Matched) -> None:
    """A condition that holds without matches (not) leaves the place to the next."""
    rule = "when: {all: [{not: {phrases: [抱歉]}}, {phrases: [办不了]}]}"
    assert matched(rule, "办不了") == [(0, "办不了")]
    assert matched(rule, "抱歉办不了") == []


def test_the_order_of_conditions_does_not_change_whether_it_holds(matched: Matched) -> None:
    """The same conditions the other way round hold at the same turns."""
    other = "when: {all: [{phrases: [随便]}, {phrases: [投诉]}]}"
    talk = ["客服：投诉", "客服：随便您投诉", "客服：随便"]
    assert matched(RULE, talk) == [(1, "投诉")]
    assert matched(other, talk) == [(1, "随便")]


def test_the_short_form(matched: Matched) -> None:
    """One condition of each kind may stand in a mapping."""
    assert matched("when: {all: {phrases: [投诉], pattern: '随(便|意)', not: {phrases: [抱歉]}}}", "投诉随意") == [
        (0, "投诉")
    ]
