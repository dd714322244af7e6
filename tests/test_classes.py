"""Word classes: slots in patterns and phrases, filled when a pack is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from cscheck.checker import Checker
from cscheck.errors import PackError

PACK = "{id: mine, title: 我的, version: '1'}"
CLASSES = """
- {id: fruit, title: 水果, words: [苹果, 大苹果, 'A.B', 蘋果汁]}
"""
RULE = """
- id: mine.fruit
  title: 水果
  category: promise
  severity: minor
  norms: [banned.promise.absolute]
  advice: 换个说法
  boundary: none
  when: {WHEN}
  examples: {hit: [⟦一⟧, ⟦二⟧], miss: [三, 四]}
"""


def packed(folder: Path, when: str, classes: str = CLASSES) -> Path:
    """Write a pack of one rule with a class of its own."""
    (folder / "classes").mkdir()
    (folder / "pack.yaml").write_text(PACK, encoding="utf-8")
    (folder / "classes" / "words.yaml").write_text(classes, encoding="utf-8")
    (folder / "rules.yaml").write_text(RULE.replace("{WHEN}", when), encoding="utf-8")
    return folder


def found(folder: Path, text: str) -> list[str | None]:
    """Return what the pack finds in one agent turn."""
    return [finding.matched for finding in Checker([folder]).check([("agent", text)]).findings]


@pytest.mark.parametrize(
    ("when", "text", "matched"),
    [
        ("{pattern: '送{fruit}吧'}", "送大苹果吧", ["送大苹果吧"]),
        ("{pattern: '送{fruit}吧'}", "送苹果汁吧", ["送苹果汁吧"]),  # the class is folded as the text is
        ("{pattern: '送{fruit}吧'}", "送axb吧", []),  # a word is no pattern
        ("{pattern: '(送|给){1,2}{fruit}'}", "送给a.b", ["送给a.b"]),
        ("{phrases: ['送{fruit}']}", "送大苹果", ["送大苹果"]),
        ("{phrases: ['{fruit}和{fruit}']}", "a.b和苹果", ["a.b和苹果"]),
    ],
)
def test_a_slot_stands_for_each_word_of_its_class(tmp_path: Path, when: str, text: str, matched: list[str]) -> None:
    """A slot matches every word of the class and nothing else."""
    assert found(packed(tmp_path, when), text) == matched


def test_an_unknown_class_is_named_with_the_known_ones(tmp_path: Path) -> None:
    """A slot that names no class is a fault of that line, with a guess at what was meant."""
    with pytest.raises(PackError) as caught:
        Checker([packed(tmp_path, "{pattern: '送{frut}'}")])
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("P118", 9)
    assert problem.message.startswith("unknown word class {frut} (known: ")
    assert problem.message.endswith("did you mean 'fruit'?)")


def test_slots_that_make_too_many_phrases_are_refused(tmp_path: Path) -> None:
    """Phrases are written out one by one, so their number has a limit; a pattern has none."""
    with pytest.raises(PackError) as caught:
        Checker([packed(tmp_path, "{phrases: ['{fruit}{fruit}{fruit}{fruit}{fruit}']}")])
    assert [problem.code for problem in caught.value.problems] == ["P119"]


def test_faulty_classes_are_all_named(tmp_path: Path) -> None:
    """Missing keys, a bad name, no words and a class given twice are named at once, with their lines."""
    classes = """
- {id: one, title: 一}
- {id: 大, title: 二, words: [甲]}
- {id: three, title: 三, words: []}
- {id: four, title: 四, words: [甲]}
- {id: four, title: 四, words: [乙]}
- {id: five, title: 五, words: [甲], colour: 红}
"""
    with pytest.raises(PackError) as caught:
        Checker([packed(tmp_path, "{pattern: '送{four}'}", classes)])
    assert [(problem.line, problem.code) for problem in sorted(caught.value.problems)] == [
        (2, "P106"), (3, "P107"), (4, "P112"), (6, "P105"), (7, "P101"),
    ]  # fmt: skip


def test_the_nearest_pack_defines_a_class(tmp_path: Path) -> None:
    """A pack's own class takes the place of a shipped one of the same name, for its rules and all others."""
    own = "- {id: customer, title: 客户, words: [贵客]}"
    assert found(packed(tmp_path, "{pattern: '{customer}慢走'}", own), "您慢走,贵客慢走") == ["贵客慢走"]


def test_a_word_of_a_class_is_a_word(tmp_path: Path) -> None:
    """A slot in a word of a class would be taken literally, and an endless word is none."""
    with pytest.raises(PackError) as caught:
        Checker(
            [packed(tmp_path, "{phrases: [好]}", f"- {{id: one, title: 一, words: ['{{one}}好', {'好' * 201}, 甲]}}")]
        )
    assert [(problem.code, problem.message) for problem in caught.value.problems] == [
        ("P118", "a word of a class holds no slot (got '{one}好')"),
        ("P123", "a word of 201 characters (most: 200)"),
    ]


def test_allowed_words_have_slots_too(tmp_path: Path) -> None:
    """A slot in an allowed word stands for each word of the class."""
    folder = packed(tmp_path, "{phrases: [保证], boundary: none, allow: ['{fruit}保证']}")
    assert found(folder, "苹果保证甜，梨保证甜，a.b保证甜") == ["保证"]
