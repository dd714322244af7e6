"""``after``, ``before``, ``around``: what stands in the turns near by."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cscheck.model import Finding

Matched = Callable[..., list[tuple[int | None, str | None]]]
TALK = ["@0 客户：投诉", "@10 客服：哦", "@50 客户：快点", "@60 客服：哦", "@200 客户：投诉", "@210 客服：哦"]


@pytest.mark.parametrize(
    ("near", "turns"),
    [
        ("after: {phrases: [投诉]}", [1, 3, 5]),
        ("after: {phrases: [投诉]}, within: 1 turn", [1, 5]),
        ("after: {phrases: [投诉]}, within: 3 turns", [1, 3, 5]),
        ("after: {phrases: [投诉]}, within: 10 s", [1, 5]),
        ("after: {phrases: [投诉]}, within: 60 s", [1, 3, 5]),
        ("before: {phrases: [投诉]}", [1, 3]),
        ("before: {phrases: [投诉]}, within: 1 turn", [3]),
        ("before: {phrases: [投诉]}, within: 140 s", [3]),
        ("before: {phrases: [投诉]}, within: 139 s", []),
        ("around: {phrases: [快点]}, within: 1 turn", [1, 3]),
        ("around: {phrases: [快点]}, within: 3 turns", [1, 3, 5]),
        ("around: {phrases: [快点]}, within: 10 s", [3]),
        ("around: {phrases: [快点], speaker: agent}", []),
        ("around: {phrases: [哦]}, within: 1 turn", []),  # its own turn is not near it
        ("after: {not: {phrases: [投诉]}}, within: 1 turn", [3]),
    ],
)
@pytest.mark.parametrize("form", ["when: {{phrases: [哦]}}, {}", "when: {{all: [{{phrases: [哦]}}, {{{}}}]}}"])
def test_neighbours(matched: Matched, form: str, near: str, turns: list[int]) -> None:
    """A rule, or one condition of it, may ask for another turn before or after, near enough in turns or seconds."""
    assert matched(f"{{{form.format(near)}}}", TALK) == [(turn, "哦") for turn in turns]


def test_the_nearest_turn_is_the_context(findings: Callable[..., tuple[Finding, ...]]) -> None:
    """The matches of the nearest other turn are evidence."""
    rule = "{when: {phrases: [哦]}, around: {phrases: [投诉, 快点]}}"
    shown = [[e for e in finding.evidence if e.kind == "context"] for finding in findings(rule, TALK)]
    assert [[(e.text, e.turn_index) for e in context] for context in shown] == [
        [("投诉", 0)],
        [("快点", 2)],
        [("投诉", 4)],
    ]


def test_unspoken_turns_are_not_counted(matched: Matched) -> None:
    """Bot, system and empty turns lie not between two turns."""
    talk = ["客户：投诉", "系统：转接", "客服：", "机器人：您好", "客服：哦"]
    assert matched("{when: {phrases: [哦]}, after: {phrases: [投诉]}, within: 1 turn}", talk) == [(4, "哦")]


def test_seconds_need_times(matched: Matched) -> None:
    """Without times nothing is near in seconds."""
    talk = ["客户：投诉", "客服：哦"]
    assert matched("{when: {phrases: [哦]}, after: {phrases: [投诉]}, within: 30 s}", talk) == []


def test_the_other_turn_is_judged_by_its_own_standards(matched: Matched) -> None:
    """Cues and boundary of the rule do not pass into after: it has its own."""
    talk = ["客户：不能保证", "客服：保证"]
    assert matched("{when: {phrases: [保证]}, unless: [negated], after: {phrases: [保证]}}", talk) == [(1, "保证")]
    rule = "{when: {phrases: [保证]}, after: {phrases: [保证], unless: [negated]}}"
    assert matched(rule, talk) == []


def test_within_needs_a_neighbour(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """Beside any other operator within would do nothing, so it is a fault."""
    assert refused("when: {phrases: [哦], within: 3 turns}") == [
        ("P115", "within stands beside after, before, around or echo")
    ]
