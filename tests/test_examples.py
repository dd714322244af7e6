"""The examples inside rules: how turns, times and marks are read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from cscheck.model import Turn
from cscheck.pack import Library
from cscheck.rule import Example


@pytest.fixture
def read(pack: Callable[..., Library]) -> Callable[..., tuple[Example, ...]]:
    """Return the examples of a rule, read from lists of examples by kind."""

    def examples(hit: list[object], miss: list[object], **more: list[object]) -> tuple[Example, ...]:
        rule = {"when": {"phrases": ["保证"]}, "examples": {"hit": hit, "miss": miss, **more}}
        return pack(yaml.safe_dump(rule, allow_unicode=True)).rules[0].examples

    return examples


@pytest.fixture
def faults(refused: Callable[..., list[tuple[str, str]]]) -> Callable[..., list[str]]:
    """Return the messages of the faults in a rule's examples."""

    def messages(examples: object, **more: object) -> list[str]:
        rule = {"when": {"phrases": ["保证"]}, "examples": examples, **more}
        found = refused(yaml.safe_dump(rule, allow_unicode=True))
        assert {code for code, _ in found} <= {"P101", "P102", "P107"}
        return [message for _, message in found]

    return messages


Read = Callable[..., tuple[Example, ...]]


def test_one_text_is_one_agent_turn(read: Read) -> None:
    """A plain example is one turn of the agent; marks are taken out and kept as spans."""
    one, two, three, four = read(["我⟦保证⟧到", "⟦保证⟧又⟦保证⟧"], ["不", "没"])
    assert (one.kind, one.text, one.turns, one.spans) == (
        "hit", "我⟦保证⟧到", (Turn("agent", "我保证到", 0),), ((0, 1, 3),),
    )  # fmt: skip
    assert two.spans == ((0, 0, 2), (0, 3, 5))
    assert [(e.kind, e.turns, e.spans) for e in (three, four)] == [
        ("miss", (Turn("agent", "不", 0),), ()),
        ("miss", (Turn("agent", "没", 0),), ()),
    ]


def test_lines_are_turns_of_their_speakers(read: Read) -> None:
    """Lines name the speaker; numbered agents are different agents; both kinds of colon do."""
    lines = ["客户：到哪了", "客服:⟦保证⟧到", "机器人：您好", "系统：转接", "客服2：好", "坐席：好", "客户7：：）"]
    example = read([lines, "⟦保证⟧"], ["不", "没"])[0]
    assert example.turns == (
        Turn("customer", "到哪了", 0),
        Turn("agent", "保证到", 1),
        Turn("bot", "您好", 2),
        Turn("system", "转接", 3),
        Turn("agent", "好", 4, "agent2"),
        Turn("agent", "好", 5),
        Turn("customer", "：）", 6),
    )
    assert example.spans == ((1, 0, 2),)
    assert example.text == " / ".join(lines)


@pytest.mark.parametrize(
    ("stamp", "seconds"), [("[00:05] ", 5.0), ("[1:02:03]", 3723.0), ("[2:03.5] ", 123.5), ("", None)]
)
def test_lines_may_have_times(read: Read, stamp: str, seconds: float | None) -> None:
    """A stamp before the speaker is the start of the turn in seconds."""
    example = read([[f"{stamp}客服：⟦保证⟧"], "⟦保证⟧"], ["不", "没"])[0]
    assert example.turns == (Turn("agent", "保证", 0, None, seconds),)


@pytest.mark.parametrize(("line", "channel"), [("渠道：电话", "call"), ("渠道: 在线", "chat")])
def test_the_first_line_may_name_the_channel(read: Read, line: str, channel: str) -> None:
    """It is no turn; an example that names none has the channel of its rule."""
    named, plain, *_ = read([[line, "客户：喂", "客服：⟦保证⟧"], "⟦保证⟧"], ["不", "没"])
    assert (named.channel, named.turns, named.spans) == (
        channel, (Turn("customer", "喂", 0), Turn("agent", "保证", 1)), ((1, 0, 2),),
    )  # fmt: skip
    assert plain.channel is None


def test_a_channel_must_be_known(faults: Callable[..., list[str]]) -> None:
    """Another channel is a fault, and so is an example with a channel alone."""
    assert faults({"hit": [["渠道：邮件", "客服：⟦保证⟧"], ["渠道：电话"], "⟦a⟧", "⟦b⟧"], "miss": ["a", "b"]}) == [
        "the channel of an example is 渠道：电话 or 渠道：在线 (got '渠道：邮件')",
        "an example without turns",
    ]


def test_known_misses_are_kept_apart(read: Read) -> None:
    """A known miss is neither hit nor miss; an empty list of them is fine."""
    assert [e.kind for e in read(["⟦a⟧", "⟦b⟧"], ["c", "d"], known_miss=["e"])] == [
        "hit", "hit", "miss", "miss", "known_miss",
    ]  # fmt: skip
    assert len(read(["⟦a⟧", "⟦b⟧"], ["c", "d"], known_miss=[])) == 4


@pytest.mark.parametrize("text", ["⟦保证", "保证⟧", "⟦保⟦证⟧⟧", "⟧保证⟦"])
def test_marks_come_in_pairs(faults: Callable[..., list[str]], text: str) -> None:
    """An example whose marks do not pair is a fault."""
    assert f"the marks ⟦ ⟧ are not in pairs in {text!r}" in faults({"hit": [text, "⟦a⟧"], "miss": ["a", "b"]})


def test_a_line_without_speaker_is_a_fault(faults: Callable[..., list[str]]) -> None:
    """In a list every line says who speaks."""
    assert faults({"hit": [["⟦保证⟧"], "⟦a⟧", "⟦b⟧"], "miss": ["a", "b"]}) == [
        "each line of an example begins with 客服： or 客户： (got '⟦保证⟧')"
    ]
    assert faults({"hit": [[], "⟦a⟧", "⟦b⟧"], "miss": ["a", "b"]}) == ["an example without turns"]


def test_a_rule_needs_two_of_each(faults: Callable[..., list[str]]) -> None:
    """A rule without two hit and two miss examples is at fault."""
    assert faults({"hit": ["⟦a⟧"], "miss": []}) == [
        "rule 'rule.1' needs at least 2 hit examples (got 1)",
        "rule 'rule.1' needs at least 2 miss examples (got 0)",
    ]


def test_a_forbidden_hit_marks_what_is_found(faults: Callable[..., list[str]]) -> None:
    """In a hit example of a forbidden rule the span is part of the expectation."""
    assert faults({"hit": ["⟦a⟧", "我保证"], "miss": ["c", "d"]}) == [
        "rule 'rule.1': mark what is found in a hit example with ⟦ ⟧: '我保证'"
    ]


def test_a_required_hit_has_nothing_to_mark(read: Read, pack: Callable[..., Library]) -> None:
    """A hit of a required rule is a conversation in which something is missing."""
    rule = {"when": {"phrases": ["您好"]}, "category": "greeting", "examples": {"hit": ["a", "b"], "miss": ["c", "d"]}}
    assert len(pack(yaml.safe_dump(rule, allow_unicode=True)).rules[0].examples) == 4


def test_unknown_kinds_are_faults(faults: Callable[..., list[str]]) -> None:
    """A kind of example that is not known is a fault."""
    assert faults({"hit": ["⟦a⟧", "⟦b⟧"], "miss": ["c", "d"], "misses": ["e"]}) == [
        "examples: unknown key 'misses' (known: hit, miss, known_miss; did you mean 'miss'?)"
    ]
