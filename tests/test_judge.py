"""Judging: what stands of a candidate after masks, word boundaries, allowed words and cues."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cscheck.decide import Verdict


@pytest.fixture
def outcome(verdict: Callable[..., Verdict]) -> Callable[..., tuple[list[str | None], list[tuple[str, str]]]]:
    """Return the matched words that stand, and each candidate let go as (words, reason)."""

    def judged(rule: str, text: str) -> tuple[list[str | None], list[tuple[str, str]]]:
        decided = verdict(rule, text)
        let_go = [(text[s.match.start : s.match.end], s.reason) for s in decided.suppressed]
        return [finding.matched for finding in decided.findings], let_go

    return judged


Outcome = Callable[..., tuple[list[str | None], list[tuple[str, str]]]]


@pytest.mark.parametrize(
    ("phrase", "text", "stands"),
    [
        ("姓名", "[姓名x]您好", False),  # inside a placeholder
        ("您好", "您[姓名x]您好", True),
        ("名x]您", "[姓名x]您好", False),  # begins inside one
        ("[姓名x]", "[姓名x]您好", True),  # the whole of it
        ("微笑", "好的[微笑]", False),
        ("微笑", "好的微笑", True),
        ("e", "#e-s33", False),
    ],
)
def test_no_match_begins_or_ends_inside_a_placeholder(outcome: Outcome, phrase: str, text: str, stands: bool) -> None:
    """A placeholder stands for something else, so its letters are no words of the agent's."""
    expected = ([phrase], []) if stands else ([], [(phrase, "mask")])
    assert outcome(f"{{when: {{phrases: ['{phrase}']}}, boundary: none}}", text) == expected


@pytest.mark.parametrize(
    ("boundary", "text", "stands"),
    [
        ("both", "我们保证三天到", True),
        ("both", "保证金已退", False),
        ("right", "保证金已退", False),
        ("left", "保证金已退", True),
        ("none", "保证金已退", True),
    ],
)
def test_a_match_lies_on_word_boundaries(outcome: Outcome, boundary: str, text: str, stands: bool) -> None:
    """保证 in 保证金 is no word; a rule may ask for the left edge only, for the right one, or for none."""
    expected = (["保证"], []) if stands else ([], [("保证", "boundary")])
    assert outcome(f"{{when: {{phrases: [保证]}}, boundary: {boundary}}}", text) == expected


def test_boundary_may_be_a_conditions_own(outcome: Outcome) -> None:
    """A condition's boundary holds for it and what is inside it; beside it the rule's holds."""
    rule = "when: {any: [{any: [{phrases: [保证]}], boundary: none}, {phrases: [您好]}]}"
    assert outcome(rule, "您好像说保证金") == (["保证"], [("您好", "boundary")])


def test_a_small_class_is_judged_with_its_literals(outcome: Outcome) -> None:
    """[保担]证 does not take 保证金 and 经[理历] does not begin inside 已经: the class is part of the word."""
    assert outcome("when: {pattern: '[保担]证'}", "我保证，保证金") == (["保证"], [("保证", "boundary")])
    assert outcome("when: {pattern: '经[理历]来'}", "经理来") == (["经理来"], [])
    assert outcome("when: {pattern: '经[理历]来'}", "已经理来") == ([], [("经理来", "boundary")])


def test_each_literal_of_a_pattern_lies_on_boundaries(outcome: Outcome) -> None:
    """保证.{0,4}退款 does not take 保证金退款: each run of literal characters is judged."""
    assert outcome("when: {pattern: '保证.{0,4}退款'}", "保证明天退款") == (["保证明天退款"], [])
    assert outcome("when: {pattern: '保证.{0,4}退款'}", "保证金退款") == ([], [("保证金退款", "boundary")])


@pytest.mark.parametrize(
    ("allow", "text", "stands"),
    [
        ("账对不起来", "这个账对不起来", False),
        ("账对不起来", "真对不起来晚了", True),  # the allowed word does not stand here
        ("账对不起来", "账对不起来，对不起", True),  # nor does it cover the other one
        ("起来", "真对不起来晚了", True),  # it overlaps, but is shorter
        ("不起来晚", "真对不起来晚了", False),  # it overlaps and is longer
        ("不起来", "真对不起来晚了", False),  # or as long
        ("对不起", "真对不起来晚了", False),  # the very phrase
        ("賬對不起來", "这个账对不起来", False),  # folded
    ],
)
def test_the_longest_overlapping_allowed_word_wins(outcome: Outcome, allow: str, text: str, stands: bool) -> None:
    """An allowed word that overlaps a literal and is not the shorter lets it go."""
    found, let_go = outcome(f"{{when: {{phrases: [对不起]}}, boundary: none, allow: [{allow}]}}", text)
    assert found == (["对不起"] if stands else [])
    assert let_go == ([("对不起", "allow")] if text.count("对不起") > len(found) else [])


def test_allowed_words_of_a_condition_join_those_of_the_rule(outcome: Outcome) -> None:
    """A condition's allow list adds to the rule's."""
    rule = "{when: {any: [{phrases: [死了], allow: [笑死了]}, {phrases: [死人]}]}, boundary: none, allow: [累死了]}"
    assert outcome(rule, "笑死了累死了气死了死人") == (
        ["死了", "死人"],
        [("死了", "allow"), ("死了", "allow")],
    )


def test_allow_lets_a_pattern_go(outcome: Outcome) -> None:
    """An allowed word over one literal of a pattern lets the whole match go."""
    rule = "{when: {pattern: '保证.{0,4}退款'}, boundary: none, allow: [保证金]}"
    assert outcome(rule, "保证金退款") == ([], [("保证金退款", "allow")])
    assert outcome(rule, "保证给退款") == (["保证给退款"], [])


def test_a_cue_lets_a_match_go(outcome: Outcome) -> None:
    """A cue named in unless excuses the match it acts on, and no other of the same turn."""
    rule = "{when: {phrases: [保证]}, unless: [negated]}"
    assert outcome(rule, "我们不能保证。但我保证") == (["保证"], [("保证", "negated")])
    assert outcome("when: {phrases: [保证]}", "我们不能保证") == (["保证"], [])


def test_the_cue_that_acted_is_kept(verdict: Callable[..., Verdict]) -> None:
    """What was let go says by which cue, and where that stands."""
    (let_go,) = verdict("{when: {phrases: [保证]}, unless: [negated]}", "我们不能保证").suppressed
    assert (let_go.rule_id, let_go.reason, let_go.match.start, let_go.match.end) == ("rule.1", "negated", 4, 6)
    assert let_go.cue is not None
    assert (let_go.cue.place, let_go.cue.start, let_go.cue.end) == (0, 2, 4)


def test_cues_of_a_condition_join_those_of_the_rule(outcome: Outcome) -> None:
    """A condition's unless adds to the rule's."""
    rule = "{when: {any: [{phrases: [保证], unless: [apologised]}, {phrases: [承诺]}]}, unless: [negated]}"
    assert outcome(rule, "抱歉，我保证，我承诺") == (["承诺"], [("保证", "apologised")])
    assert outcome(rule, "我不能保证不能承诺") == ([], [("保证", "negated"), ("承诺", "negated")])


def test_a_cancelled_cue_is_kept_as_evidence(verdict: Callable[..., Verdict]) -> None:
    """Where a stronger cue cancels one, the match stands, and both are shown as seen and overruled."""
    decided = verdict("{when: {phrases: [保证]}, unless: [negated]}", "我不能不保证")
    (finding,) = decided.findings
    assert finding.matched == "保证"
    assert [(e.kind, e.name, e.text, e.start, e.end) for e in finding.evidence] == [
        ("literal", "", "保证", 4, 6),
        ("cue", "negated", "不", 3, 4),
        ("cue", "double_negation", "不能不", 1, 4),
    ]
    assert decided.suppressed == ()


def test_nothing_is_kept_without_trace(verdict: Callable[..., Verdict]) -> None:
    """What was let go is remembered only where an explanation is asked for."""
    rule = "{when: {phrases: [保证]}, unless: [negated]}"
    assert verdict(rule, "我们不能保证", trace=False).suppressed == ()
    assert verdict(rule, "我们不能保证", trace=False).findings == ()
