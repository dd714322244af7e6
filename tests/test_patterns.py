"""Patterns: what their syntax means, and which of their stretches lie on word boundaries."""

from __future__ import annotations

import re

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from cscheck.parser import PatternFault, parse
from cscheck.patterns import Chars, Concat, Words, forget, render, runs_of

SAFE = st.recursive(
    st.sampled_from(["保", "证", "退", "款", "到", "[保退]", "保证"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: f"({'|'.join(some)})"),
        st.tuples(inner, st.sampled_from(["?", "{2}", "{0,2}", "{1,3}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=6,
)
TEXTS = st.text(st.sampled_from("保证退款到"), max_size=12)


@pytest.mark.parametrize(
    ("source", "text", "end"),
    [
        ("保證ＡＢ", "保证ab", 4),  # folded like the text
        ("（保证）？", "(保证)?", 5),  # full-width marks are no syntax
        ("保\u200b证", "保证", 2),  # an invisible character is no part of it
        ("保证.到", "保证,到", 4),  # a dot crosses a comma
        ("保证.到", "保证。到", None),  # but no clause end
        ("保证.到", "保证\n到", None),
        ("保证.{0,3}到", "保证!到", None),
        ("[^保]证", "谁证", 2),
        (r"\d{2}天", "12天", 3),
        (r"[\d一二]天", "二天", 2),
        ("[a-c]d", "bd", 2),
        (r"1\.5", "1.5", 3),
        (r"1\.5", "125", None),
        ("^保证$", "保证", 2),
        ("^保证$", "保证金", None),
        ("保证(?!金)", "保证金", None),
        ("(?<=我)保证", "保证", None),
        ("退款?", "退", 1),
        ("保{2,}", "保保保", 3),
        ("保{,2}证", "保保证", 3),
        ("[-~&]a", "-a", 2),
        ("[]a]b", "]b", 2),
        (r"好\n", "好\n", 2),
        (r"好[\n!]", "好\n", 2),
        ("(|我)保证", "保证", 2),
        ("(\u200b|我)保证", "保证", 2),
    ],
)
def test_syntax(source: str, text: str, end: int | None) -> None:
    """A pattern means what re means by it, on folded text, except that a dot stops at a clause end."""
    found = re.compile(render(parse(source))).match(text)
    assert (found and found.end()) == end


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("保证)", "a ) without its ( at character 3 of '保证)'"),
        ("[保证", "a class [...] is not closed at character 1 of '[保证'"),
        ("[[保]", "write \\[ for a bracket inside a class at character 2 of '[[保]'"),
        ("*保", "nothing to repeat at character 1 of '*保'"),
        ("^*保", "nothing to repeat at character 2 of '^*保'"),
        (
            "(" * 40 + "保" + ")" * 40,
            f"groups nested more than 30 levels deep at character 31 of {'(' * 40 + '保' + ')' * 40!r}",
        ),
        ("保**", "a quantifier on a quantifier at character 3 of '保**'"),
        *(
            (
                source,
                "write a quantifier as {m}, {m,} or {m,n} with numbers below 10000; a brace itself as \\{ "
                f"at character 2 of {source!r}",
            )
            for source in [
                "保{}",
                "保{2",
                "保{,}",
                "保{²}",
                "保{０,８}",
                "保{0，8}",
                "保{-1}",
                "保{1,2,3}",
                "保{10000}",
            ]
        ),
        ("我保(证", "a group is not closed at character 3 of '我保(证'"),
        ("我(?:保(证)", "a group is not closed at character 2 of '我(?:保(证)'"),
        ("我保\\", "a backslash ends the pattern at character 3 of '我保\\\\'"),
        ("我[保\\", "a backslash ends the pattern at character 4 of '我[保\\\\'"),
        ("[\\b]", "the escape \\b is not supported: write the character itself at character 2 of '[\\\\b]'"),
        ("保[\u200b]", "an empty class at character 2 of '保[\\u200b]'"),
        ("保[^\u200b]", "an empty class at character 2 of '保[^\\u200b]'"),
        ("我[z-a]", "a class is not understood (bad character range z-a) at character 2 of '我[z-a]'"),
        ("保{3,2}", "the quantifier's bounds are the wrong way round at character 2 of '保{3,2}'"),
        ("\\b保", "the escape \\b is not supported: write the character itself at character 1 of '\\\\b保'"),
        ("(保)\\1", "the escape \\1 is not supported: write the character itself at character 4 of '(保)\\\\1'"),
        (
            "(?P<a>保)",
            "this kind of group is not supported (known: (?: (?= (?! (?<= (?<!) at character 1 of '(?P<a>保)'",
        ),
        ("(?i)a", "this kind of group is not supported (known: (?: (?= (?! (?<= (?<!) at character 1 of '(?i)a'"),
    ],
)
def test_faulty_syntax_is_named_with_its_place(source: str, message: str) -> None:
    """What is not understood is refused with the character at which, and what to write instead."""
    with pytest.raises(PatternFault) as caught:
        parse(source)
    assert str(caught.value) == message


@given(SAFE, TEXTS)
@settings(deadline=None)
def test_parsing_keeps_the_meaning(source: str, text: str) -> None:
    """The rendered pattern finds what the source finds under re."""
    assert [m.span() for m in re.finditer(render(parse(source)), text)] == [m.span() for m in re.finditer(source, text)]


@pytest.mark.parametrize(
    ("source", "text", "runs"),
    [
        ("(保证|肯定).{0,8}(到货|退款)", "保证三天到货", ["保证", "到货"]),
        ("我会保证的.到", "我会保证的,到", ["我会保证的"]),
        ("[您你]保证", "您保证", ["您保证"]),  # a small class goes on with the run
        ("[今明]天到货", "明天到货", ["明天到货"]),
        ("[今明][天日].到", "今日就到", ["今日"]),
        ("保[证障]?到[货达]", "保证到达", ["到达"]),  # what may be absent is no part of one
        (r"[\d一二]天到", "二天到", ["天到"]),
        ("[今明].货", "今到货", []),
        ("一(定|会)到", "一定到", []),
        (r"1\.5元", "1.5元", ["1.5元"]),
        ("(保证)金", "保证金", ["保证"]),
        ("(保)证金", "保证金", ["保证金"]),  # brackets round one character part nothing
        ("(保证)+", "保证保证", ["保证"]),
        ("保证|退款", "退款", ["退款"]),
    ],
)
def test_runs_of_literals_are_captured(source: str, text: str, runs: list[str]) -> None:
    """With runs each stretch of two or more literals and small classes is a group of its own, and nothing else is."""
    found = regex.compile(render(parse(source), runs=True)).fullmatch(text)
    assert [group for group in found.groups() if group is not None] == runs


def test_what_patterns_have_in_common_is_read_once_until_it_is_forgotten() -> None:
    """Groups, classes and repetitions that are written alike are one part, so that it is looked into once."""

    def parts() -> tuple[object, ...]:
        whole = parse("(您|你)能?[保包]证.{0,3}")
        assert isinstance(whole, Concat)
        return whole.parts

    first = parts()
    assert isinstance(first[0], Words)
    assert first[0].words == ("您", "你")
    again = parts()
    assert [a is b for a, b in zip(first, again, strict=True)] == [True] * 5
    forget()
    assert not any(a is b for a, b in zip(first, parts(), strict=True))


@given(SAFE)
@settings(deadline=None)
def test_runs_are_the_groups_captured(source: str) -> None:
    """What is told of the runs of a pattern fits the groups of the rendered pattern, in order."""
    part = parse(source)
    groups = re.findall(r"\(([^?()][^()]*)\)", render(part, runs=True))
    assert [render(Concat(tuple(map(Chars, run)))) for run in runs_of(part)] == groups
