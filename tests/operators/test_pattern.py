"""``pattern``: what a pattern finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cscheck.model import Finding

Matched = Callable[..., list[tuple[int | None, str | None]]]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("'保证.{0,8}到货'", "我们保证三天到货", ["保证三天到货"]),
        ("'保证.{0,8}到货'", "保证，三天，到货", ["保证，三天，到货"]),
        ("'保证.{0,8}到货'", "保证。三天到货", []),
        ("'保证.{0,8}(到货|退款)'", "保证到货和退款", ["保证到货和退款"]),  # as long as can be
        ("'保证.{0,8}?(到货|退款)'", "保证到货和退款", ["保证到货"]),
        ("'保证.{0,2}到货'", "保证到货，保证三天到货", ["保证到货", "保证三天到货"]),
        ("'保证.{0,2}到货'", "保證三天到貨", ["保證三天到貨"]),
        ("['保证到货', '三天.{0,2}退款']", "三天内退款", ["三天内退款"]),
        ("'[今明]天(到|送)货'", "明天到货", ["明天到货"]),
        (r"'\d+天到货'", "３天到货", ["３天到货"]),
        ("'^保证'", "保证到", ["保证"]),
        ("'^保证'", "我们保证到", []),
        ("'保证$'", "我们保证", ["保证"]),
    ],
)
def test_pattern(matched: Matched, pattern: str, text: str, found: list[str]) -> None:
    """A pattern is matched on folded text, and the finding is cut out of the original."""
    assert matched(f"when: {{pattern: {pattern}}}", text) == [(0, words) for words in found]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("'保证.{0,8}到'", "保证三天到，也不用再跑到", ["保证三天到"]),  # not on into the next
        ("'保证.{0,8}到'", "保证，三天到", []),
        ("'保证.{0,8}到'", "不贵但保证到", ["保证到"]),
        ("'但.{0,3}保证'", "不贵但我保证", ["但我保证"]),  # a connective belongs to the clause that it opens
        ("'(?<=不)保证'", "我不保证，不，保证", ["保证"]),
    ],
)
def test_a_pattern_in_a_clause(matched: Matched, pattern: str, text: str, found: list[str]) -> None:
    """In a clause a pattern is searched within each clause, however far it could reach beyond."""
    assert matched(f"{{in: clause, boundary: none, when: {{pattern: {pattern}}}}}", text) == [(0, w) for w in found]


def test_overlapping_matches_are_tried_when_the_first_is_let_go(matched: Matched) -> None:
    """A candidate that fails its boundaries does not hide a later one inside it."""
    rule = "when: {pattern: '(保证|承诺).{0,9}退款'}"
    assert matched(rule, "保证金承诺明天退款") == [(0, "承诺明天退款")]


def test_a_pattern_without_a_literal_runs_on_every_turn(matched: Matched) -> None:
    """Where no literal is needed, all turns of the speaker are tried."""
    rule = r"when: {pattern: '\d{3}'}"
    assert matched(rule, ["客户：１１１", "客服：222", "客服：没有", "客服：x333"]) == [(1, "222"), (3, "333")]


def test_the_runs_of_literals_are_the_evidence(findings: Callable[..., tuple[Finding, ...]]) -> None:
    """Each literal stretch that matched is evidence of its own; without any, the whole match is."""
    (finding,) = findings("when: {pattern: '(保证|承诺).{0,8}到货'}", "我们保證三天到货")
    assert [(e.kind, e.text, e.start, e.end) for e in finding.evidence] == [
        ("literal", "保證", 2, 4),
        ("literal", "到货", 6, 8),
    ]
    (finding,) = findings(r"when: {pattern: '\d天.[到退]'}", "就3天内到")
    assert [(e.kind, e.text, e.start, e.end) for e in finding.evidence] == [("literal", "3天内到", 1, 5)]


@pytest.mark.parametrize(
    ("pattern", "code", "message"),
    [
        ("[]", "P112", "pattern is empty: the rule could never match"),
        ("'(保证)?'", "P112", "the pattern '(保证)?' matches empty text"),
        ("'保证)'", "P110", "the pattern is not understood: a ) without its ( at character 3 of '保证)'"),
        (
            "'(.*,){12}保证'",
            "P114",
            "the pattern '(.*,){12}保证' is catastrophic: the repetition {12} stands on a part that itself matches "
            "texts of several lengths; give it fewer ways to match",
        ),
        (
            "'((好{9999}){9999}){9999}的'",
            "P114",
            "the pattern asks for at least 999700030000 characters (most: 1000)",
        ),
        (
            "'好^的'",
            "P112",
            "the pattern '好^的' can never match: ^ stands behind words or $ before them",
        ),
        (
            "'您(好$再|见)'",
            "P112",
            "the pattern '您(好$再|见)' can never match: ^ stands behind words or $ before them",
        ),
        ('"好\\0的"', "P110", "a text holds the control character U+0000: take it out"),
    ],
)
def test_faulty_patterns(refused: Callable[..., list[tuple[str, str]]], pattern: str, code: str, message: str) -> None:
    """A pattern that is not understood, matches nothing at all or takes forever is refused."""
    assert refused(f"when: {{pattern: {pattern}}}") == [(code, message)]


def test_every_faulty_pattern_is_named(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """One faulty pattern of a list does not hide another."""
    assert [code for code, _ in refused("when: {pattern: ['保证)', '(.*,){12}', 保证, '(保证)?', [a]]}")] == [
        "P110", "P114", "P112", "P102",
    ]  # fmt: skip


def test_in_a_very_long_turn_everything_is_found(matched: Matched) -> None:
    """A turn of many thousand characters is judged completely."""
    rule = "{boundary: none, when: {pattern: '(保证|肯定).*?到货'}, unless: [negated]}"
    assert matched(rule, "保证明天到货，不保证到货。" * 1000) == [(0, "保证明天到货")] * 1000


def test_a_repetition_without_end_has_400_rounds(matched: Matched) -> None:
    """So the time of a long turn grows with its length; nobody means words so far apart."""
    rule = "{boundary: none, when: {pattern: '保证[^货]*货'}}"
    assert len(matched(rule, f"保证{'了' * 400}货")) == 1
    assert matched(rule, f"保证{'了' * 401}货") == []


def test_a_pattern_that_runs_out_of_time_found_nothing(
    findings: Callable[..., tuple[Finding, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """How far it came depends on the machine: the turn has an error row, and no finding of that pattern."""
    monkeypatch.setattr("cscheck.operators.pattern.BUDGET", 0.01)
    rule = "{boundary: none, when: {pattern: '保.*证.*到.*货.*吗|保证到'}}"
    (error,) = findings(rule, "保证到。" + "保证到货" * 150 + "。吗")
    assert (error.kind, error.message) == ("error", "pattern '保.*证.*到.*货.*吗|保证到' ran out of its 0.01 s")
