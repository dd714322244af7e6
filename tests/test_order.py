"""Laws that hold for any talk: rules do not disturb each other, and every finding is cut out of the original text."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cscheck.batch import Batch
from cscheck.decide import Verdict, decide
from cscheck.model import Conversation, Finding, Turn
from cscheck.normalize import fold
from cscheck.pack import Library
from cscheck.program import Program, compile_rules
from cscheck.rule import Rule
from cscheck.scan import scan
from cscheck.segment import Segmenter

RULES = r"""
- {id: promise, when: {any: [{phrases: [打包票, 保证]}, {pattern: '(保证|一定).{0,6}(到货|退款)'}]}, unless: [negated]}
- {id: promise.twin, when: {phrases: [保证, 一定能]}, unless: [negated]}
- {id: refuse, category: refuse, when: {phrases: [办不了, 不行]}, unless: [apologised], boundary: none}
- id: refuse.cold
  category: refuse
  when: {all: [{phrases: [办不了]}, {not: {pattern: '帮您|申请'}}]}
- {id: hurry, category: impatient, in: conversation, times: at least 2, when: {phrases: [快点]}}
- {id: number, category: style, when: {pattern: '\d{2,}'}, boundary: none}
- id: after
  category: perfunctory
  when: {phrases: [好的]}
  after: {phrases: [投诉], speaker: customer}
  within: 2 turns
- {id: clause, category: command, in: clause, when: {all: [{phrases: [必须]}, {phrases: [您]}]}, boundary: none}
- {id: burst, category: evade, in: burst, when: {all: [{phrases: [不归我们管]}, {phrases: [找他们]}]}, boundary: none}
- {id: greeting, category: greeting, turns: first 2, when: {phrases: [您好]}}
- {id: apology, category: apology, if: {phrases: [投诉], speaker: customer}, when: {phrases: [抱歉]}}
"""
SENTENCES = [
    "您好，请问有什么可以帮您", "我们保证三天到货", "我们不能保证三天到货", "保证金已经退给您了", "这个办不了",
    "办不了，不过我帮您申请", "抱歉，不行", "您快点", "快点！快点", "您必须先付款", "不归我们管，找他们去", "我要投诉",
    "订单１２３４查到了", "一定给您退款", "打包票没问题", "好的", "您好像没付款", "不好意思，我保证到货",
]  # fmt: skip
TRADITIONAL = str.maketrans("们证货给谁个办订单这过", "們證貨給誰個辦訂單這過")
WIDE = {code: code + 0xFEE0 for code in range(0x30, 0x3A)} | {ord(","): "，", ord("!"): "！", ord("，"): ","}


@st.composite
def utterances(draw: st.DrawFn) -> str:
    """Sentences of service talk, some in Traditional characters or other widths, with invisible characters inside."""
    text = draw(st.sampled_from(["", "。", "，", " ", "\n"])).join(
        draw(st.lists(st.sampled_from(SENTENCES), max_size=3))
    )
    for table in draw(st.lists(st.sampled_from([TRADITIONAL, WIDE]), max_size=2)):
        text = text.translate(table)
    for place in sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)), reverse=True):
        hidden = draw(st.sampled_from(["\u200b", "\ufe0f", "\u2060", "\xad", "🙂", "𠮷", "\0"]))
        text = text[:place] + hidden + text[place:]
    return text


TALKS = st.lists(st.tuples(st.sampled_from(["agent", "agent", "customer", "bot"]), utterances()), max_size=6)
Talk = list[tuple[str, str]]


@pytest.fixture(scope="module")
def library(pack: Callable[..., Library]) -> Library:
    """Rules of every sort."""
    return pack(RULES)


@pytest.fixture(scope="module")
def alone(library: Library) -> dict[str, Program]:
    """Each rule compiled alone."""
    return {rule.id: compile_rules([rule], library.cues) for rule in library.rules}


def judged(program: Program, segmenter: Segmenter, talk: Talk) -> Verdict:
    turns = tuple(Turn(role, text, index) for index, (role, text) in enumerate(talk))
    (view,) = scan(program, Batch.of([Conversation("c", turns, "chat")]))
    return decide(program, view, segmenter, lambda rule: 0.0, trace=True)


def by_rule(verdict: Verdict, rules: tuple[Rule, ...]) -> dict[str, list[Finding]]:
    return {rule.id: [found for found in verdict.findings if found.rule_id == rule.id] for rule in rules}


@given(TALKS, st.data())
@settings(deadline=None)
def test_adding_rules_changes_no_other_rules_findings(
    library: Library, alone: dict[str, Program], segmenter: Segmenter, talk: Talk, data: st.DataObject
) -> None:
    """Whatever stands beside a rule, and in whatever order, it finds what it finds alone."""
    rules = tuple(data.draw(st.permutations(library.rules)))
    rules = rules[: data.draw(st.integers(1, len(rules)))]
    together = judged(compile_rules(rules, library.cues), segmenter, talk)
    apart = {rule.id: judged(alone[rule.id], segmenter, talk) for rule in rules}
    assert by_rule(together, rules) == {name: list(verdict.findings) for name, verdict in apart.items()}
    assert {absent.rule_id for absent in together.not_applicable} == {
        absent.rule_id for verdict in apart.values() for absent in verdict.not_applicable
    }
    assert sorted(together.suppressed, key=repr) == sorted(
        chain.from_iterable(verdict.suppressed for verdict in apart.values()), key=repr
    )


@given(TALKS)
@settings(deadline=None)
def test_every_span_cuts_its_words_out_of_the_original(library: Library, segmenter: Segmenter, talk: Talk) -> None:
    """What a finding or its evidence quotes stands at its span in the turn as it was given."""
    verdict = judged(compile_rules(library.rules, library.cues), segmenter, talk)
    texts = [text for _, text in talk]
    for found in verdict.findings:
        if found.turn_index is not None:
            assert found.matched == texts[found.turn_index][found.start : found.end]
            assert found.matched
            assert fold(found.matched).text  # and shows something
        for evidence in found.evidence:
            if evidence.kind != "searched":
                assert evidence.turn_index is not None
                assert evidence.text == texts[evidence.turn_index][evidence.start : evidence.end]


@given(TALKS)
@settings(deadline=None)
def test_findings_of_one_rule_do_not_overlap(library: Library, segmenter: Segmenter, talk: Talk) -> None:
    """One rule finds the same characters once, in order of the turns."""
    verdict = judged(compile_rules(library.rules, library.cues), segmenter, talk)
    for found in by_rule(verdict, library.rules).values():
        spans = [(f.turn_index, f.start, f.end) for f in found if f.turn_index is not None]
        assert spans == sorted(spans)
        for (turn, _, end), (later, start, _) in pairwise(spans):
            assert turn < later or end <= start


@given(TALKS)
@settings(deadline=None)
def test_spelling_makes_no_difference(library: Library, segmenter: Segmenter, talk: Talk) -> None:
    """Folded beforehand, the talk yields the same rules at the same turns."""
    assume(all(fold(text).text.strip() or not text.strip() for _, text in talk))
    program = compile_rules(library.rules, library.cues)
    folded = [(role, fold(text).text) for role, text in talk]
    as_given, plain = judged(program, segmenter, talk), judged(program, segmenter, folded)
    assert [(f.rule_id, f.turn_index, f.matched and fold(f.matched).text) for f in as_given.findings] == [
        (f.rule_id, f.turn_index, f.matched) for f in plain.findings
    ]


def test_the_talk_of_these_laws_is_found(library: Library, segmenter: Segmenter) -> None:
    """The sentences set off every rule, so that the laws are about something."""
    talk = [("customer", "我要投诉"), *(("agent", text) for text in ["好的", *SENTENCES[1:-2]])]
    verdict = judged(compile_rules(library.rules, library.cues), segmenter, talk)
    found = {name for name, findings in by_rule(verdict, library.rules).items() if findings}
    assert {rule.id for rule in library.rules} - found == {"apology"}  # 抱歉，不行
