"""``phrases``: what a list of phrases finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cscheck.model import Finding


@pytest.mark.parametrize(
    ("phrases", "text", "found"),
    [
        ("[打包票]", "我给您打包票", ["打包票"]),
        ("[打包票, 保证]", "保证，我打包票", ["保证", "打包票"]),
        ("[保证]", "保证保证", ["保证", "保证"]),
        ("打包票", "我打包票", ["打包票"]),  # one phrase needs no list
        ("[打包票]", "我给您打\u200b包票", ["打\u200b包票"]),
        ("[打包票]", "我給您打包票", ["打包票"]),
        ("['ＯＫ']", "那就ok了", ["ok"]),
        ("[ok]", "那就ＯＫ了", ["ＯＫ"]),
        ("['ok']", "book", []),
        ("[保证, 保证书]", "给您保证书", ["保证书"]),  # the longest
        ("[绝对, 绝对没问题]", "绝对没问题", ["绝对没问题"]),
        ("[对不起]", "绝对不起作用", []),
        ("[打包票]", "打。包票", []),
    ],
)
def test_phrases(matched: Callable[..., list[tuple[int, str]]], phrases: str, text: str, found: list[str]) -> None:
    """A phrase is found folded, on word boundaries, the longest at each spot, and cut out of the original text."""
    assert matched(f"when: {{phrases: {phrases}}}", text) == [(0, words) for words in found]


def test_a_shorter_phrase_stands_where_the_longer_one_is_let_go(matched: Callable[..., list[tuple[int, str]]]) -> None:
    """The longest judged match counts, not the longest candidate."""
    rule = "when: {phrases: [没问题, 没问题的事]}"
    assert matched(rule, "没问题的事情") == [(0, "没问题")]


def test_the_literal_is_the_evidence(findings: Callable[..., tuple[Finding, ...]]) -> None:
    """A finding carries the words that matched, with their place in the original."""
    (finding,) = findings("when: {phrases: [打包票]}", ["客户：行吗", "客服：給您打\u200b包票"])
    assert (finding.turn_index, finding.start, finding.end, finding.matched) == (1, 2, 6, "打\u200b包票")
    (literal,) = finding.evidence
    assert literal == ("literal", "", "打\u200b包票", 1, 2, 6)


@pytest.mark.parametrize(
    ("phrases", "fault"),
    [
        ("[]", ("P112", "phrases is empty: the rule could never match")),
        ("['\u200b']", ("P112", "a phrase is empty once folded (only blanks or invisible characters)")),
        ("['　']", ("P112", "a phrase is empty once folded (only blanks or invisible characters)")),
        ("[保证, 打包票, 保證]", ("P113", "the phrase '保证' is given twice (first in line 4)")),
        ("{a: b}", ("P102", "a phrase must be text")),
        ("[[保证]]", ("P102", "a phrase must be text")),
    ],
)
def test_faulty_phrases(refused: Callable[..., list[tuple[str, str]]], phrases: str, fault: tuple[str, str]) -> None:
    """A list that could never match, or holds one phrase twice once folded, is refused."""
    assert refused(f"when: {{phrases: {phrases}}}") == [fault]


def test_every_faulty_phrase_is_named(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """One faulty phrase does not hide another, nor the faults of the keys beside it."""
    rule = (
        "when: {phrases: [保证, ' ', 保證, [a], '\u200b'], boundary: all, turns: first 0, times: twice, channel: 电话}"
    )
    codes = sorted(code for code, _ in refused(rule))
    assert codes == ["P102", "P104", "P104", "P111", "P111", "P112", "P112", "P113"]


@pytest.mark.parametrize(
    ("phrase", "fault"),
    [
        ("好" * 201, ("P123", "a phrase of 201 characters (most: 200); give its telling part")),
        ('"好\\0的"', ("P110", "a text holds the control character U+0000: take it out")),
    ],
)
def test_phrases_that_nobody_says(
    refused: Callable[..., list[tuple[str, str]]], phrase: str, fault: tuple[str, str]
) -> None:
    """A phrase beyond all length, or with a character that no text has, is refused."""
    assert refused(f"when: {{phrases: [{phrase}]}}") == [fault]
