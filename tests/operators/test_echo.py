"""``echo``: what the other side gave comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cscheck.model import Finding

Matched = Callable[..., list[tuple[int | None, str | None]]]
TALK = ["@0 客户：卡号62227710", "@10 客服：您说7710", "@20 客户：嗯", "@90 客服：尾号七七幺零"]


@pytest.mark.parametrize(
    ("echo", "found"),
    [
        ("echo: [number]", [(1, "7710"), (3, "七七幺零")]),
        ("echo: number", [(1, "7710"), (3, "七七幺零")]),
        ("echo: [number], within: 2 turns", [(1, "7710")]),
        ("echo: [number], within: 20 s", [(1, "7710")]),
        ("echo: [address, time]", []),
    ],
)
def test_what_was_given_comes_back(matched: Matched, echo: str, found: list[tuple[int, str]]) -> None:
    """A detail of the other side is found again, as figures or spoken, in whole or by its end."""
    assert matched(f"when: {{{echo}}}", TALK) == found


def test_ones_own_words_are_no_echo(matched: Matched) -> None:
    """What the agent said itself, or what the customer gives only later, is not given back."""
    assert matched("when: {echo: [number]}", ["客服：单号4471", "客服：4471", "客户：4471"]) == []


def test_where_it_was_given_is_context(findings: Callable[..., tuple[Finding, ...]]) -> None:
    """The customer's own words are evidence."""
    (first, _) = findings("when: {echo: [number]}", TALK)
    assert [(e.text, e.turn_index) for e in first.evidence if e.kind == "context"] == [("62227710", 0)]


def test_bots_echo_nothing(matched: Matched) -> None:
    """Only agent and customer give details and take them up."""
    talk = ["客户：单号4471", "机器人：4471", "客服：4471"]
    assert matched("{speaker: bot, when: {echo: [number], within: 3 turns}}", talk) == []


def test_the_nearest_turn_that_gave_it_is_shown(findings: Callable[..., tuple[Finding, ...]]) -> None:
    """A detail given several times is shown where it was given last."""
    (found,) = findings("when: {echo: [number]}", ["客户：单号4471", "客户：是4471", "客服：4471对吧"])
    assert [(e.text, e.turn_index) for e in found.evidence if e.kind == "context"] == [("4471", 1)]
