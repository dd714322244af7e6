"""``silence``: nobody spoke for a while."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cscheck.model import Turn

Matched = Callable[..., list[tuple[int | None, str | None]]]
CHAT = ["@0 客户：在吗", "@20 客服：在", "@41 客服：您说", "@50 系统：转接", "@62 客服：喂"]


@pytest.mark.parametrize(
    ("seconds", "found"),
    [("19 s", [(1, "在"), (2, "您说"), (4, "喂")]), ("20 s", [(2, "您说"), (4, "喂")]), ("21 s", [])],
)
def test_more_than_so_many_seconds(matched: Matched, seconds: str, found: list[tuple[int, str]]) -> None:
    """A turn after a longer gap is found whole; system turns do not break the silence."""
    assert matched(f"when: {{silence: {seconds}}}", CHAT, channel="chat") == found


def test_an_empty_turn_breaks_the_silence(matched: Matched) -> None:
    """An empty turn has no words but counts for timing; one without a time, and one of a system, says nothing."""
    rule = "when: {silence: 20 s}"
    talk = [
        Turn("customer", "在吗", 0, None, 0.0),
        Turn("agent", "", 1, None, 20.0),
        Turn("agent", "在", 2, None, 40.0),
    ]
    assert matched(rule, talk, channel="chat") == []
    assert matched(rule, [talk[0], talk[1]._replace(start=10.0), talk[2]], channel="chat") == [(2, "在")]
    assert matched(rule, [talk[0], talk[1]._replace(start=None), talk[2]], channel="chat") == [(2, "在")]
    assert matched(rule, [talk[0], talk[1]._replace(role="system"), talk[2]], channel="chat") == [(2, "在")]


def test_silence_begins_when_the_turn_before_ends(matched: Matched) -> None:
    """With end times the turn before is not silence."""
    talk = [Turn("customer", "喂", 0, None, 0.0, 30.0), Turn("agent", "在", 1, None, 40.0, 41.0)]
    assert matched("when: {silence: 9 s}", talk, channel="call") == [(1, "在")]
    assert matched("when: {silence: 10 s}", talk, channel="call") == []


def test_a_call_without_ends_is_spoken_at_five_characters_a_second(matched: Matched) -> None:
    """Where a call has no end times the length of the turn before counts as speech."""
    talk = ["@0 客户：" + "我" * 50, "@40 客服：在"]
    assert matched("when: {silence: 29 s}", talk, channel="call") == [(1, "在")]
    assert matched("when: {silence: 30 s}", talk, channel="call") == []


def test_a_clock_of_whole_minutes_makes_a_minute_less_sure(matched: Matched) -> None:
    """Where every time is a whole minute, 60 s less may have passed; one turn with seconds shows that it has them."""
    talk = ["@0 客户：喂", "@0 客服：在", "@60 客户：在", "@180 客服：好"]
    assert matched("when: {silence: 0 s}", talk, channel="chat") == [(3, "好")]
    assert matched("when: {silence: 59 s}", talk, channel="chat") == [(3, "好")]
    assert matched("when: {silence: 60 s}", talk, channel="chat") == []
    assert matched("when: {silence: 59 s}", talk[1:], channel="chat") == [(2, "好")]
    assert matched("when: {silence: 60 s}", [*talk, "@181 客服：您说"], channel="chat") == [(3, "好")]


def test_two_times_do_not_show_a_clock_of_whole_minutes(matched: Matched) -> None:
    """With fewer than three times a whole minute may be chance."""
    assert matched("when: {silence: 59 s}", ["@0 客户：喂", "@60 客服：在"], channel="chat") == [(1, "在")]


def test_silence_needs_times(matched: Matched) -> None:
    """Without times, and before the first turn, nothing is known of silence."""
    assert matched("when: {silence: 0 s}", ["客服：在", "客服：在"]) == []
    assert matched("when: {silence: 0 s}", ["@90 客服：在"]) == []


def test_silence_is_read_in_seconds(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """Anything but seconds is a fault."""
    assert refused("when: {silence: 2 turns}") == [("P111", "silence must be like '20 s' (got '2 turns')")]
