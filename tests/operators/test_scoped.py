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


@pytest.mark.parametrize(
    ("scope", "channels"),
    [
        ("channel: call", ["call"]),
        ("channel: chat", ["chat", None]),  # where the channel is not known, nobody heard a voice
        ("channel: chat, speaker: agent, turns: first 1", ["chat", None]),
        ("speaker: agent", ["call", "chat", None]),
    ],
)
@pytest.mark.parametrize("speaker", ["agent", "any", "system"])
def test_a_channel_of_a_condition(matched: Matched, scope: str, channels: list[str | None], speaker: str) -> None:
    """A condition for calls holds in calls only, one for chats wherever the conversation is not known to be a call."""
    if speaker == "system":
        scope = scope.replace("agent", "system")
    rule = f"{{speaker: {speaker}, when: {{phrases: [好的], {scope}}}}}"
    role = "系统" if speaker == "system" else "客服"
    found = [channel for channel in ("call", "chat", None) if matched(rule, [f"{role}：好的"], channel=channel)]
    assert found == channels


def test_a_faulty_channel(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """The channels of a condition are those of a conversation."""
    assert refused("when: {phrases: [好的], channel: phone}") == [
        ("P104", "channel must be one of call, chat (got 'phone')")
    ]


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


def test_a_scope_alone_holds_in_its_turns(matched: Matched) -> None:
    """Without an operator a scope asks only who speaks and where."""
    rule = "{when: {phrases: [好的]}, after: {speaker: customer}, within: 1 turn}"
    assert matched(rule, TALK) == [(2, "好的"), (2, "好的")]


def test_a_scope_alone_finds_nothing(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """A rule cannot consist of a scope alone: it would have no words to show."""
    assert [code for code, _ in refused("when: {speaker: agent}")] == ["P112"]


def test_times_beyond_all_measure(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """A number of times that can never be reached is refused."""
    assert refused("{times: at least 99999999999999999999, when: {phrases: [好的]}}") == [
        ("P111", "nothing is said so many times (got 'at least 99999999999999999999', most: 9999)")
    ]
