"""``any``: one of several conditions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Matched = Callable[..., list[tuple[int | None, str | None]]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("打包票", ["打包票"]),
        ("保证到货", ["保证到货"]),
        ("保证到货，打包票", ["保证到货", "打包票"]),
        ("我尽力", []),
    ],
)
@pytest.mark.parametrize(
    "rule",
    [
        "when: {any: [{phrases: [打包票]}, {pattern: '保证.{0,3}到货'}]}",
        "when: {any: {phrases: [打包票], pattern: '保证.{0,3}到货'}}",
        "when: {any: [{any: {phrases: [打包票]}}, {any: [{pattern: '保证.{0,3}到货'}]}]}",
    ],
)
def test_any(matched: Matched, rule: str, text: str, found: list[str]) -> None:
    """The matches of all alternatives count, in a list or in the short form."""
    assert matched(rule, text) == [(0, words) for words in found]


def test_an_alternative_may_need_no_literal(matched: Matched) -> None:
    """An alternative that can hold without any literal is tried on every turn."""
    rule = r"when: {any: [{phrases: [打包票]}, {pattern: '\d{3}'}]}"
    assert matched(rule, ["客服：123", "客服：打包票"]) == [(0, "123"), (1, "打包票")]


def test_an_empty_list_is_refused(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """A condition without alternatives could never hold."""
    assert refused("when: {any: []}") == [("P112", "an empty list of conditions: the rule could never match")]


def test_each_faulty_alternative_is_named(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """Faults in several alternatives are all collected."""
    assert refused("when: {any: [{phrases: []}, {phrases: [好]}, {patterns: 保证}, {phrases: [a], pattern: b}]}") == [
        ("P112", "phrases is empty: the rule could never match"),
        (
            "P101",
            "a condition: unknown key 'patterns' (known: phrases, pattern, any, all, not, after, before, around, "
            "is, silence, details, echo, meta, learned, speaker, turns, seconds, channel, times, boundary, allow, "
            "unless, within, at, model; did you mean 'pattern'?)",
        ),
        (
            "P115",
            "a condition needs exactly one operator of phrases, pattern, any, all, not, after, before, around, is, "
            "silence, details, echo, meta, learned (got [])",
        ),
        (
            "P115",
            "a condition needs exactly one operator of phrases, pattern, any, all, not, after, before, around, is, "
            "silence, details, echo, meta, learned (got ['phrases', 'pattern'])",
        ),
    ]
