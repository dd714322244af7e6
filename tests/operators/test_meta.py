"""``meta``: what the metadata says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

Matched = Callable[..., list[tuple[int | None, str | None]]]
RULE = "when: {all: [{phrases: [挂了]}, {meta: {hangup_by: [agent, 坐席], queue: 售后}}]}"


@pytest.mark.parametrize(
    ("meta", "holds"),
    [
        ({"hangup_by": "坐席", "queue": "售后"}, True),
        ({"hangup_by": " Ａgent ", "queue": "售後"}, True),
        ({"hangup_by": "customer", "queue": "售后"}, False),
        ({"hangup_by": "agent"}, False),
        ({}, False),
    ],
)
def test_every_column_must_hold_a_value_named(matched: Matched, meta: Mapping[str, object], holds: bool) -> None:
    """All the columns named must hold one of their values, in any width, case and spelling."""
    assert matched(RULE, "挂了", meta=meta) == ([(0, "挂了")] if holds else [])


def test_no_column_is_refused(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """A condition that names no column would always hold."""
    assert refused("when: {all: [{phrases: [挂了]}, {meta: {}}]}") == [("P112", "meta names no column")]


def test_a_column_without_values_is_refused(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """A column that may hold nothing would never hold."""
    assert refused("when: {all: [{phrases: [挂了]}, {meta: {hangup_by: []}}]}") == [
        ("P112", "a column without values: the condition could never hold")
    ]
