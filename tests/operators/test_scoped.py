"""Scoped conditions: ``speaker``, ``turns``, ``seconds`` and ``times`` beside an operator."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Matched = Callable[..., list[tuple[int | None, str | None]]]
TALK = ["@0 客服：好的", "@20 客户：好的", "@40 客服：好的好的", "@60 客服：好的"]


@pytest.mark.parametrize(
    ("scope", "turns"),
    [
        ("turns: first 1", [0]),
        ("turns: last 1", [3]),
        ("turns: 2..-1", [2, 2, 3]),
        ("speaker: agent, turns: 2..-2", [2, 2]),
        ("speaker: customer", []),  # the rule itself looks at the agent
        ("seconds: first 41", [0, 2, 2]),
        ("times: at least 2", [2, 2]),
        ("times: at least 3", []),
        ("times: at least 1", [0, 2, 2, 3]),
    ],
)
def test_scope_of_a_condition(matched: Matched, scope: str, turns: list[int]) -> None:
    """A condition holds only in the turns of its own scope, and as often as it says within the unit."""
    assert matched(f"when: {{phrases: [好的], {scope}}}", TALK) == [(turn, "好的") for turn in turns]


def test_scopes_of_parts_differ(matched: Matched) -> None:
    """Over a conversation, parts of one condition may look at different positions and speakers."""
    rule = (
        "{in: conversation, speaker: any, when: {all: [{phrases: [好的], speaker: agent, turns: last 1}, "
        "{phrases: [投诉], speaker: customer}]}}"
    )
    assert matched(rule, ["客户：投诉", "客服：好的", "客服：好的"]) == [(2, "好的")]
    assert matched(rule, ["客服：投诉", "客服：好的"]) == []


@pytest.mark.parametrize("text", ["2", "at least 0", "at least two", "at most 3"])
def test_faulty_times(refused: Callable[..., list[tuple[str, str]]], text: str) -> None:
    """Times has one form."""
    assert refused(f"when: {{phrases: [好的], times: '{text}'}}") == [
        ("P111", f"times must be like 'at least 2' (got '{text}')")
    ]
