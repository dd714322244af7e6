"""Self-test: examples that come out otherwise than their rule or cue says are problems, each with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from cscheck.cues import load_cues
from cscheck.pack import Library
from cscheck.segment import Segmenter
from cscheck.selftest import TestReport, selftest, selftest_cues
from cscheck.source import Faults


@pytest.fixture
def tested(pack: Callable[..., Library], segmenter: Segmenter) -> Callable[..., tuple[TestReport, list[str]]]:
    """Self-test one rule with the examples given; return the report and its problems as printed."""

    def run(examples: dict[str, list[object]], **keys: object) -> tuple[TestReport, list[str]]:
        rule = {"id": "r", "examples": examples, "when": {"phrases": ["保证"]}, **keys}
        library = pack(yaml.safe_dump(rule, allow_unicode=True, sort_keys=False))
        report = selftest(library.rules, library.cues, segmenter)
        return report, [str(problem) for problem in report.problems]

    return run


Tested = Callable[..., tuple[TestReport, list[str]]]


def test_a_rule_in_order(tested: Tested) -> None:
    """Hits are hit where they are marked, misses are missed, and known misses are counted."""
    report, problems = tested(
        {
            "hit": ["我⟦保证⟧到", ["客户：喂", "客服：⟦保证⟧又⟦保证⟧"]],
            "miss": ["保证金", "好"],
            "known_miss": ["打包票"],
        }
    )
    assert problems == []
    assert report.examples == 5
    assert [str(problem) for problem in report.known_misses] == ["rules.yaml:11: [P302] rule 'r': 打包票"]


def test_a_hit_that_is_not_hit(tested: Tested) -> None:
    """A hit example without a finding says what let the match go."""
    _, problems = tested({"hit": ["⟦保证⟧金", "⟦打包票⟧", "不⟦保证⟧"], "miss": ["a", "b"]}, unless=["negated"])
    assert problems == [
        "rules.yaml:4: [P301] rule 'r': a hit example is not hit (boundary let go): '⟦保证⟧金'",
        "rules.yaml:5: [P301] rule 'r': a hit example is not hit (nothing matched): '⟦打包票⟧'",
        "rules.yaml:6: [P301] rule 'r': a hit example is not hit (negated let go): '不⟦保证⟧'",
    ]


def test_a_hit_that_is_read_otherwise(tested: Tested) -> None:
    """Where the words of a hit example are read as others the message says so: the rule must name those."""
    _, problems = tested({"hit": ["⟦百分之百⟧到", "⟦百分百⟧到"], "miss": ["a", "b"]}, when={"phrases": ["百分之百"]})
    assert problems[0] == (
        "rules.yaml:4: [P301] rule 'r': a hit example is not hit (nothing matched; '百分之百' is read as '百分百', "
        "and so a rule must name it): '⟦百分之百⟧到'"
    )


def test_a_hit_found_elsewhere(tested: Tested) -> None:
    """A hit example must be found exactly where it is marked, no more and no less."""
    _, problems = tested({"hit": ["我⟦保证到⟧", "⟦保证⟧又保证"], "miss": ["a", "b"]})
    assert problems == [
        "rules.yaml:4: [P301] rule 'r': a hit example is found at '保证', not where it is marked: '我⟦保证到⟧'",
        "rules.yaml:5: [P301] rule 'r': a hit example is found at '保证、保证', not where it is marked: '⟦保证⟧又保证'",
    ]


def test_a_miss_that_is_hit(tested: Tested) -> None:
    """A miss example with a finding says what was found."""
    _, problems = tested({"hit": ["⟦保证⟧", "⟦保证⟧"], "miss": ["我保证", "好"]})
    assert problems == ["rules.yaml:7: [P301] rule 'r': a miss example is hit at 保证: '我保证'"]


def test_a_known_miss_that_is_caught(tested: Tested) -> None:
    """A known miss that the rule has learnt to catch should become a hit."""
    report, problems = tested({"hit": ["⟦保证⟧", "⟦保证⟧"], "miss": ["a", "b"], "known_miss": ["保证"]})
    assert problems == ["rules.yaml:10: [P301] rule 'r': the known miss is caught now, move it to hit: '保证'"]
    assert report.known_misses == ()


def test_required_rules(tested: Tested) -> None:
    """For a required rule a hit means missing, and what is not due is told."""
    _, problems = tested(
        {
            "hit": [["客户：投诉", "客服：哦"], ["客户：喂", "客服：哦"]],
            "miss": [["客户：投诉", "客服：抱歉"], ["客户：投诉", "客服：啊"]],
        },
        category="apology",
        **{"if": {"phrases": ["投诉"], "speaker": "customer"}, "when": {"phrases": ["抱歉"]}},
    )
    assert problems == [
        "rules.yaml:6: [P301] rule 'r': a hit example is not hit (not applicable (not due)): '客户：喂 / 客服：哦'",
        "rules.yaml:11: [P301] rule 'r': a miss example is hit at (missing): '客户：投诉 / 客服：啊'",
    ]


def test_an_example_speaks_for_its_rule_alone(pack: Callable[..., Library], segmenter: Segmenter) -> None:
    """What another rule finds in an example does not matter."""
    library = pack("""
- {when: {phrases: [保证]}, examples: {hit: [⟦保证⟧打包票, ⟦保证⟧], miss: [打包票, 好]}}
- {when: {phrases: [打包票]}, examples: {hit: [保证⟦打包票⟧, ⟦打包票⟧], miss: [保证, 好]}}
""")
    report = selftest(library.rules, library.cues, segmenter)
    assert (report.examples, report.problems) == (8, ())


def test_an_example_has_the_channel_of_its_rule(tested: Tested) -> None:
    """A rule for calls is tested on calls."""
    _, problems = tested(
        {"hit": ["喂", "在"], "miss": ["您好", "您好呀"]},
        category="greeting", channel="call", when={"phrases": ["您好"]},
    )  # fmt: skip
    assert problems == []


def test_a_pattern_out_of_time_is_told(tested: Tested, monkeypatch: pytest.MonkeyPatch) -> None:
    """An example on which a pattern runs out of time is a problem, hit or miss."""
    monkeypatch.setattr("cscheck.operators.pattern.BUDGET", 0.01)
    heavy = r"保.{0,300}.{0,300}.{0,300}[^保]\d"
    text = "保" * 300
    _, problems = tested({"hit": ["⟦保证⟧", "⟦保证⟧"], "miss": [text, "b"]}, when={"pattern": ["保证", heavy]})
    assert problems == [f"rules.yaml:7: [P301] rule 'r': pattern {heavy!r} ran out of its 0.01 s: {text!r}"]


def test_cues_are_tested_on_the_marked_word(tmp_path: Path) -> None:
    """A cue must act on the marked word of its hits, and not, or be cancelled, on that of its misses."""
    path = tmp_path / "cues.yaml"
    path.write_text(
        """
- id: negated
  title: 否定
  cancelled_by: [double]
  parts: [{side: before, phrases: [不能]}]
  examples:
    hit: [不能⟦保证⟧, 我⟦保证⟧, 不能不⟦保证⟧]
    miss:
      - 我⟦保证⟧
      - 不能⟦保证⟧
      - 不能不⟦保证⟧
- {id: double, title: 双重, parts: [{side: before, phrases: [不能不]}]}
""",
        encoding="utf-8",
    )
    cues = load_cues(tmp_path, Faults([]))
    assert [str(problem) for problem in selftest_cues(cues)] == [
        f"{path}:7: [P303] cue 'negated' does not act on the marked word: '我⟦保证⟧'",
        f"{path}:7: [P303] cue 'negated' does not act on the marked word: '不能不⟦保证⟧'",
        f"{path}:10: [P303] cue 'negated' acts on the marked word: '不能⟦保证⟧'",
    ]
    assert selftest_cues(cues, [cues["double"]]) == ()
