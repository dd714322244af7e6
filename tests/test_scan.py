"""The scan: every literal found in its own turn, whatever the turns hold."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cscheck.batch import Batch
from cscheck.decide import decide
from cscheck.model import Conversation, Turn
from cscheck.pack import Library
from cscheck.parser import parse
from cscheck.program import Program, compile_repaired, compile_rules
from cscheck.scan import scan
from cscheck.segment import Segmenter
from cscheck.ways import nullable

RULES = r"""
- when: {phrases: [保证, 保证金, 打包票]}
  unless: [negated]
- when: {pattern: '(到货|退款).{0,4}保证'}
- {category: refuse, when: {phrases: [办不了]}, unless: [apologised], boundary: none}
- {category: style, when: {pattern: '\d{3}'}, speaker: any}
- {category: greeting, when: {phrases: [您好]}, turns: first 2}
- {category: apology, when: {phrases: [抱歉]}, if: {phrases: [投诉], speaker: customer}}
- {category: impatient, in: conversation, times: at least 2, when: {phrases: [快点]}}
"""
WORDS = st.sampled_from([
    "保证", "保证金", "打包票", "不能", "不好意思", "到货", "办不了", "抱歉", "您好", "投诉", "快点", "123", "我们",
    "\n", "\0", "\u200b", "\ufe0f", "，", "。", "　", "保證", "ＯＫ", "１２３", "𠮷", "保", "证",
])  # fmt: skip
TURNS = st.tuples(
    st.sampled_from(["agent", "agent", "customer", "bot", "system"]), st.lists(WORDS, max_size=6).map("".join)
)
PATTERNS = st.recursive(
    st.sampled_from(["保", "证", "退", "[保退]", "保证", "退款到", "[^天]", "."]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: f"({'|'.join(some)})"),
        st.tuples(inner, st.sampled_from(["?", "{2}", "{0,2}", "{1,3}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        st.tuples(inner, st.sampled_from(["{}(?!款)", "{}(?=到)", "(?<!天){}", "(?<=保){}"])).map(
            lambda pair: pair[1].format(pair[0])
        ),
    ),
    max_leaves=6,
)
CONVERSATIONS = st.lists(st.lists(TURNS, max_size=5), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def program(pack: Callable[..., Library]) -> Program:
    """A program with one rule of each sort."""
    library = pack(RULES)
    return compile_rules(library.rules, library.cues)


def built(number: int, turns: list[tuple[str, str]]) -> Conversation:
    return Conversation(str(number), tuple(Turn(role, text, index) for index, (role, text) in enumerate(turns)), "chat")


def hits(program: Program, texts: list[str]) -> list[dict[str, list[int]]]:
    """Return for each turn the literals that stand there and their starts in the folded turn."""
    (view,) = scan(program, Batch.of([built(0, [("agent", text) for text in texts])]))
    return [
        {program.literals[number]: list(starts) for number, starts in view.hits.get(place, {}).items()}
        for place in range(len(texts))
    ]


@pytest.mark.parametrize(
    "odd", ["", "\0", "\n", "\n\n保", "\u200b", "\u200b\u200b\u200b", "证\0\0", "🙂\ufe0f", "𠮷", "\r\n"]
)
def test_hits_stand_in_their_own_turn(program: Program, odd: str) -> None:
    """A turn with line breaks, NUL, invisible or astral characters does not shift the turns after it."""
    found = hits(program, [odd, "我保\u200b证", odd, "打包票", f"{odd}办不了"])
    assert [found[1], found[3]] == [{"保证": [1]}, {"打包票": [0]}]
    (starts,) = found[4].values()
    assert found[4] == {"办不了": starts}
    assert len(starts) == 1


def test_overlapping_literals_are_all_found(program: Program) -> None:
    """保证 and 保证金 both stand in 保证金; judging decides which counts."""
    assert hits(program, ["保证金保证"]) == [{"保证": [0, 3], "保证金": [0]}]


@pytest.mark.parametrize("seam", [["保", "证"], ["打包", "票"], ["保\0", "证"], ["保", "\u200b证"]])
def test_no_literal_straddles_turns(program: Program, seam: list[str]) -> None:
    """What begins in one turn and ends in the next is no hit."""
    assert hits(program, seam) == [{}, {}]


def test_nul_inside_a_turn_is_a_blank(program: Program) -> None:
    """A NUL in a text separates words as a blank does, and offsets go on counting it."""
    assert hits(program, ["保\0证", "您\0保证"]) == [{}, {"保证": [2]}]


def test_without_rules_nothing_is_found() -> None:
    """A program of no rules yields a view of every conversation, without hits."""
    views = list(scan(compile_rules([], {}), Batch.of([built(0, [("agent", "保证")]), built(1, [])])))
    assert [(view.conversation.conversation_id, dict(view.hits)) for view in views] == [("0", {}), ("1", {})]


def test_no_conversations(program: Program) -> None:
    """A batch of nothing yields nothing."""
    assert list(scan(program, Batch.of([]))) == []


@given(PATTERNS, st.lists(st.text(st.sampled_from("保证退款到天"), max_size=10), min_size=1, max_size=4))
@settings(deadline=None)
def test_the_scan_loses_nothing(
    pack: Callable[..., Library], segmenter: Segmenter, source: str, texts: list[str]
) -> None:
    """A pattern finds in each turn what re finds there: no literal or quick test shuts out a true match."""
    assume(not nullable(parse(source)))
    library = pack(f"{{when: {{pattern: '{source}'}}, boundary: none}}")
    program = compile_rules(library.rules, library.cues)
    (view,) = scan(program, Batch.of([built(0, [("agent", text) for text in texts])]))
    findings = decide(program, view, segmenter, lambda rule: 0.0).findings
    for place, text in enumerate(texts):
        found = re.search(source, text)
        spans = [(finding.start, finding.end) for finding in findings if finding.turn_index == place]
        assert spans[:1] == ([found.span()] if found else [])


@given(CONVERSATIONS)
@settings(deadline=None)
def test_batch_equals_single(
    program: Program, segmenter: Segmenter, conversations: list[list[tuple[str, str]]]
) -> None:
    """A conversation decided in a batch comes out as when it is decided alone."""
    batch = [built(number, turns) for number, turns in enumerate(conversations)]
    views = scan(program, Batch.of(batch))
    together = [decide(program, view, segmenter, lambda rule: 0.0, trace=True) for view in views]
    alone = [
        decide(program, view, segmenter, lambda rule: 0.0, trace=True)
        for conversation in batch
        for view in scan(program, Batch.of([conversation]))
    ]
    assert [verdict[1:] for verdict in together] == [verdict[1:] for verdict in alone]


def test_what_is_written_is_not_heard_away(pack: Callable[..., Library]) -> None:
    """A word that sounds like one of another rule's words is found as it is written, and read otherwise elsewhere."""
    rules = "- when: {phrases: [不用谢]}\n- {category: refuse, when: {pattern: '不用.{0,2}写'}, boundary: none}\n"
    library = pack(rules)
    repaired = compile_repaired(library.rules, library.cues)
    told = [Turn("agent", "这个不用写的", 0), Turn("agent", "这个不用卸的", 1)]
    (view,) = scan(repaired, Batch.of([Conversation("a", tuple(told))]))
    assert [view.text(0), view.text(1)] == ["这个不用写的", "这个不用谢的"]
