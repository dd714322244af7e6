"""``not``: a condition that must not hold."""

from __future__ import annotations

from collections.abc import Callable

Matched = Callable[..., list[tuple[int | None, str | None]]]


def test_not_beside_a_phrase(matched: Matched) -> None:
    """A turn that holds the forbidden company is left alone."""
    rule = "when: {all: [{phrases: [办不了]}, {not: {pattern: '帮您|申请'}}]}"
    assert matched(rule, ["客服：办不了", "客服：办不了，我申请", "客服：申请"]) == [(0, "办不了")]


def test_not_sees_judged_matches(matched: Matched) -> None:
    """What is let go for its boundary or a cue does not count as holding."""
    rule = "when: {all: [{phrases: [办不了]}, {not: {phrases: [保证], unless: [negated]}}]}"
    assert matched(rule, "办不了，保证金") == [(0, "办不了")]
    assert matched(rule, "办不了，不能保证") == [(0, "办不了")]
    assert matched(rule, "办不了，我保证") == []


def test_not_not_holds(matched: Matched) -> None:
    """Two negations ask for the thing itself, without giving it a place."""
    rule = "when: {all: [{phrases: [办不了]}, {not: {not: {phrases: [就是]}}}]}"
    assert matched(rule, ["客服：就是办不了", "客服：办不了"]) == [(0, "办不了")]


def test_not_alone_has_no_place(refused: Callable[[str], list[tuple[str, str]]]) -> None:
    """A forbidden rule that only excludes can find nothing, so it is refused."""
    assert refused("[{id: own, when: {not: {phrases: [您好]}}}]") == [
        ("P112", "rule 'own' finds nothing: it only excludes")
    ]
