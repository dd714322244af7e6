"""``is``: named states of turns, defined once."""

from __future__ import annotations

from collections.abc import Callable

Matched = Callable[..., list[tuple[int | None, str | None]]]


def test_a_state_stands_for_its_condition(matched: Matched) -> None:
    """A state may be named anywhere a condition may stand, also in another state."""
    talk = ["客户：投诉", "客服：请问您贵姓", "客户：投诉", "客服：哦"]
    assert matched("{when: {phrases: [哦]}, after: {is: complains}, within: 1 turn}", talk) == [(3, "哦")]
    assert matched("when: {is: asks_after_complaint}", talk) == [(1, "请问")]


def test_a_state_is_one_of_a_single_turn(matched: Matched) -> None:
    """Its conditions combine within one turn, also in a required rule, which looks at the whole conversation."""
    rule = "{category: offer_help, norms: [courtesy.opening.offer-help], when: {is: asks_nicely}}"
    assert matched(rule, ["客服：请问", "客服：您"]) == [(None, None)]
    assert matched(rule, ["客服：请问", "客服：请问您"]) == []
    whole = rule.replace("{is: asks_nicely}", "{all: [{phrases: [请问]}, {phrases: [您]}]}")
    assert matched(whole, ["客服：请问", "客服：您"]) == []


def test_a_state_holds_for_the_turn_and_not_for_a_clause(matched: Matched) -> None:
    """In a rule on clauses a state still looks at the whole turn."""
    rule = "{in: clause, when: {all: [{phrases: [贵姓]}, {is: asks_nicely}]}}"
    assert matched(rule, "请问，您，贵姓") == [(0, "贵姓")]


def test_an_unknown_state_is_refused(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """A state that is not defined is a fault, with a guess."""
    message = (
        "unknown state 'complain' (known: asks_after_complaint, asks_nicely, complains; did you mean 'complains'?)"
    )
    assert refused("when: {is: complain}") == [("P108", message)]
