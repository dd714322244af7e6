"""Cue files: how they are read, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cscheck.classes import load_classes
from cscheck.cues import Cue, load_cues
from cscheck.data import lexicons
from cscheck.selftest import selftest_cues
from cscheck.source import Faults


def load(folder: Path, *files: str) -> tuple[dict[str, Cue], list[str]]:
    """Write cue files 0.yaml, 1.yaml, ... and return the cues and the faults as printed, without the folder."""
    for number, content in enumerate(files):
        (folder / f"{number}.yaml").write_text(content, encoding="utf-8")
    faults = Faults([])
    cues = load_cues(folder, faults)
    return cues, [str(problem).replace(f"{folder}/", "") for problem in faults.problems]


def test_a_cue_with_defaults(tmp_path: Path) -> None:
    """A part acts in the clause, over 30 characters and one comma, unless it says otherwise."""
    cues, problems = load(tmp_path, "- {id: negated, title: 否定, parts: [{side: before, phrases: [不能, 不]}]}")
    assert problems == []
    cue = cues["negated"]
    assert (cue.id, cue.title, cue.cancelled_by, cue.examples) == ("negated", "否定", (), ())
    (part,) = cue.parts
    assert (part.side, part.reach, part.window, part.commas, part.near) == ("before", "clause", 30, 1, 1)
    assert part.terminators is None


def test_a_cue_with_everything(tmp_path: Path) -> None:
    """Every key of a cue and its parts is read."""
    cues, problems = load(
        tmp_path,
        """
- id: negated
  title: 否定
  why: 没有说
  cancelled_by: [double]
  parts:
    - {side: after, reach: near, near: 2, window: 5, commas: 0, pattern: 不了?, except: [不好], terminators: [但]}
  examples:
    hit: [不⟦保证⟧]
    miss: [我⟦保证⟧]
""",
    )
    assert problems == []
    cue = cues["negated"]
    assert cue.cancelled_by == ("double",)
    assert cue.examples == ((True, "不⟦保证⟧", 9), (False, "我⟦保证⟧", 10))
    (part,) = cue.parts
    assert (part.side, part.reach, part.window, part.commas, part.near) == ("after", "near", 5, 0, 2)
    assert part.terminators is not None
    assert part.terminators.fullmatch("但")


def test_words_are_folded_longest_first_and_exceptions_first(tmp_path: Path) -> None:
    """Cue words are folded as the text is, the longest is taken, and an exception swallows the cue inside it."""
    cues, problems = load(
        tmp_path, "- {id: c, title: 线索, parts: [{side: before, phrases: [不, 不能, 沒ＡＢ], except: [不客气]}]}"
    )
    assert problems == []
    words = cues["c"].parts[0].words
    assert [m.group("cue") for m in words.finditer("不能不客气不没ab")] == ["不能", None, "不", "没ab"]


def test_all_faults_of_all_files_are_named(tmp_path: Path) -> None:
    """Faults are collected with their places, several of one cue too; a faulty cue is still known to the rules."""
    cues, problems = load(
        tmp_path,
        """- {id: good, title: 好, parts: [{side: before, phrases: [不]}]}
- {id: a, title: 甲, parts: [{side: left, phrases: [不]}]}
- {id: b, title: 乙, parts: [{side: before, reach: page, phrases: [不]}]}
- {id: c, title: 丙, parts: [{phrases: [不]}]}
- {id: d, title: 丁, parts: [{side: before}]}
- {id: e, title: 戊, parts: [{side: before, pattern: '(不'}]}
- {id: f, parts: [{side: before, phrases: [不]}]}
- {id: g, title: 庚, parts: [{side: before, phrases: [不]}], examples: {hit: [没有标记]}}
- {id: h, title: 辛, parts: [{side: before, phrases: [不], window: 1.5}]}
- {title: 无, parts: []}
- {id: k, title: 癸, parts: [], examples: {hits: [⟦不⟧], miss: [不]}}
- {id: l, title: 子, parts: [{side: befor, phrases: [不, ' '], pattern: ['(不', '(.*,){12}', '不?'], terminators: []}]}
- {id: m, title: 丑, parts: [{side: after, phrases: [], terminators: [但, '\u200b']}, {side: after, pattern: []}]}
""",
        "- {id: good, title: 又, parts: [{side: before, phrases: [没]}]}\n",
        "- {id: i, title: 壬, part: x, parts: [{side: before, phrases: [不], windows: 2}]}\n",
        "id: j\n",
    )
    assert sorted(cues) == ["a", "b", "c", "d", "e", "f", "g", "good", "h", "i", "k", "l", "m"]
    assert cues["good"].title == "好"
    assert problems[:4] == [
        "0.yaml:2:36: [P104] side must be one of before, after, inside, overlap, quoted, anywhere (got 'left')",
        "0.yaml:3:51: [P104] reach must be one of clause, turn, burst, near (got 'page')",
        "0.yaml:4:29: [P106] cue 'c': each part needs a side",
        "0.yaml:5:29: [P106] cue 'd': each part needs phrases or a pattern",
    ]
    assert problems[4:] == [
        "0.yaml:6:53: [P110] the pattern is not understood: a group is not closed at character 1 of '(不'",
        "0.yaml:7:3: [P106] a cue needs the key 'title'",
        "0.yaml:8:77: [P107] a cue's example marks the word it acts on with ⟦ and ⟧",
        "0.yaml:9:66: [P102] window must be a whole number (got '1.5')",
        "0.yaml:10:3: [P106] a cue needs the key 'id'",
        "0.yaml:11:28: [P112] cue 'k': parts is empty: the cue could never act",
        "0.yaml:11:43: [P101] examples: unknown key 'hits' (known: hit, miss; did you mean 'hit'?)",
        "0.yaml:11:63: [P107] a cue's example marks the word it acts on with ⟦ and ⟧",
        "0.yaml:12:36: [P104] side must be one of before, after, inside, overlap, quoted, anywhere (got 'befor'; did "
        "you mean 'before'?)",
        "0.yaml:12:56: [P112] a phrase is empty once folded (only blanks or invisible characters)",
        "0.yaml:12:72: [P110] the pattern is not understood: a group is not closed at character 1 of '(不'",
        "0.yaml:12:78: [P114] the pattern '(.*,){12}' is catastrophic: the repetition {12} stands on a part that "
        "itself matches texts of several lengths; give it fewer ways to match",
        "0.yaml:12:91: [P112] the pattern '不?' matches empty text",
        "0.yaml:12:111: [P112] terminators is empty",
        "0.yaml:13:52: [P112] phrases is empty",
        "0.yaml:13:73: [P112] a phrase is empty once folded (only blanks or invisible characters)",
        "0.yaml:13:103: [P112] pattern is empty",
        "1.yaml:1:3: [P105] cue 'good' is defined twice",
        "2.yaml:1:21: [P101] a cue: unknown key 'part' (known: id, title, why, cancelled_by, parts, examples; "
        "did you mean 'parts'?)",
        "2.yaml:1:67: [P101] cue 'i': unknown key 'windows' (known: side, reach, window, commas, near, phrases, "
        "pattern, except, terminators; did you mean 'window'?)",
        "3.yaml:1:1: [P102] a cue file must be a list",
    ]


@pytest.mark.parametrize("path", sorted((lexicons() / "cues").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_cues_can_be_read(path: Path) -> None:
    """Each shipped cue file loads without a fault, and each of its cues has examples both ways."""
    faults = Faults([])
    load_classes([lexicons() / "classes"], faults)
    cues = load_cues(path.parent, faults)
    assert faults.problems == []
    named = {line.split(":")[1].strip() for line in path.read_text("utf-8").splitlines() if line.startswith("- id:")}
    assert {name for name in named if {hit for hit, _, _ in cues[name].examples} != {True, False}} == set()


def test_the_examples_of_the_shipped_cues_come_out() -> None:
    """Each example of a shipped cue is acted on, or not, as its cue says."""
    faults = Faults([])
    load_classes([lexicons() / "classes"], faults)
    assert selftest_cues(load_cues(lexicons() / "cues", faults)) == ()


def test_a_pattern_that_may_take_long_is_refused(tmp_path: Path) -> None:
    """Cues are sought without a clock, so their patterns must be quick."""
    _, problems = load(tmp_path, "- {id: a, title: 甲, parts: [{side: before, pattern: '保.*证.*到.*货'}]}")
    assert problems == [
        "0.yaml:1:53: [P114] the pattern '保.*证.*到.*货' has too many ways to match for a cue; give it fewer"
    ]
