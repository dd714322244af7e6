"""Lint: what is wrong with packs though each rule can be read; and the shipped packs have none of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cscheck.errors import Problem
from cscheck.lint import lint
from cscheck.pack import Library
from cscheck.selftest import selftest, selftest_cues

PACKS = Path(__file__).parent / "packs"
SUSPECT = sorted((PACKS / "lint").iterdir())


def problems_of(folder: Path) -> list[str]:
    """Return the problems in a folder's own files; how long a pattern took is left open."""
    _, problems = lint([str(folder)])
    shown = [str(problem).replace(f"{folder}/", "") for problem in problems if problem.path.startswith(str(folder))]
    return [re.sub(r"over \d+\.\d\d s", "over {seconds} s", text) for text in shown]


@pytest.mark.parametrize("folder", SUSPECT, ids=lambda folder: folder.name)
def test_a_suspect_pack_is_named_with_its_problems(folder: Path) -> None:
    """Shadowed phrases, useless allowed words, conditions that never hold and costly patterns are named."""
    line = (folder / "rules.yaml").read_text(encoding="utf-8").split("\n", 1)[0]
    assert problems_of(folder) == line.removeprefix("# ").split(" && ")


@pytest.mark.parametrize("name", ["P201", "P202", "P211", "P212", "P213"])
def test_every_code_of_lint_has_a_pack(name: str) -> None:
    """Each code of lint is shown by at least one folder."""
    assert any(folder.name.startswith(name) for folder in SUSPECT)


def written(folder: Path, when: str, more: str = "") -> Path:
    """Write a pack with one rule that can be loaded."""
    (folder / "pack.yaml").write_text("id: own\ntitle: 自己的包\nversion: 0.1.0\n", encoding="utf-8")
    rule = (
        "- id: own.promise\n  title: 打包票\n  category: promise\n  severity: major\n"
        f"  norms: [banned.promise.absolute]\n  when: {when}\n{more}  advice: 说“尽量”\n"
        "  examples:\n    hit: [我⟦打包票⟧, 敢⟦打包票⟧]\n    miss: [好的, 尽量]\n"
    )
    (folder / "rules.yaml").write_text(rule, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("when", "more"),
    [
        ("{phrases: [打包票, 我打包票]}", ""),
        ("{phrases: [打包票], boundary: none}", "  allow: [打包票务, 不要打包]\n"),
        ("{phrases: [打包票]}", "  allow: [票务处理]\n"),
        ("{pattern: '(保证|肯定).{0,8}退款'}", "  allow: [保证金]\n"),
        ("{pattern: '[保担]证[能可]?退款'}", "  allow: [担证书, 退款]\n"),
        ("{phrases: [打包票]}", "  after: {phrases: [能到吗], speaker: customer}\n"),
        ("{phrases: [能到吗], speaker: customer}", "  speaker: any\n"),
        ("{all: [{phrases: [打包票]}, {pattern: '.{5}'}]}", ""),
        ("{pattern: '[打包]{2}票'}", ""),
        ("{phrases: [打包票, 好。]}", "  in: clause\n"),
        ("{phrases: [打包票, 放心。包好]}", ""),
    ],
    ids=[
        "a longer phrase can meet word boundaries where the shorter does not",
        "allowed words that overlap a phrase",
        "an allowed word that overlaps by one character",
        "an allowed word that overlaps a literal inside a pattern",
        "allowed words as long as what they overlap inside a pattern",
        "the customer's turn under after",
        "a rule for any speaker",
        "a pattern without literal beside a phrase",
        "a small class is as good as a literal",
        "a phrase that ends with its clause",
        "a phrase across clauses in a turn",
    ],
)
def test_what_makes_sense_is_not_named(tmp_path: Path, when: str, more: str) -> None:
    """A rule that can do what it says has no problem."""
    assert problems_of(written(tmp_path, when, more)) == []


@pytest.mark.parametrize(
    ("pattern", "refused"),
    [
        ("(打.*票)+", True),
        ("(您好|您|好)+打包票", True),
        ("((打|包){2,3}){10}", True),
        ("(打?包?){20}票", True),
        ("(打|包)+票", False),
        ("(打包){10,}票", False),
        ("打.{0,8}包.{0,8}票", False),
        ("(打(包|票)?){2,5}", False),
    ],
)
def test_catastrophic_patterns_are_refused(tmp_path: Path, pattern: str, refused: bool) -> None:
    """A repetition over something that itself varies in length does not load; bounded ways to match do."""
    found = problems_of(written(tmp_path, f"{{pattern: '{pattern}'}}"))
    assert [problem for problem in found if "[P114]" in problem or "[P213]" in problem] == (
        [problem for problem in found if problem.startswith("rules.yaml:6:19: [P114]")] if refused else []
    )
    assert bool(found) == refused


def test_a_name_that_is_no_pack_is_a_problem_among_others() -> None:
    """Lint names an unknown pack and goes on with the others."""
    _, problems = lint(["no-such-pack", str(PACKS / "lint" / "P201_two_lists")])
    assert {"P100", "P201"} <= {problem.code for problem in problems}


def test_a_problem_is_named_once() -> None:
    """A pack that is given twice does not double its problems."""
    folder = str(PACKS / "lint" / "P202_allow")
    _, once = lint([folder])
    _, twice = lint([folder, f"{folder}/../P202_allow"])
    assert once == twice


@pytest.fixture(scope="module")
def shipped() -> tuple[Library, list[Problem]]:
    return lint(["all"])


def test_shipped_packs_have_no_lint_problem(shipped: tuple[Library, list[Problem]]) -> None:
    """The shipped packs load, and lint finds nothing in them."""
    library, problems = shipped
    assert [str(problem) for problem in problems] == []
    assert len(library.rules) > 0


def test_shipped_packs_do_as_their_examples_say(shipped: tuple[Library, list[Problem]]) -> None:
    """Every example of every shipped rule and cue comes out as it is marked."""
    library, _ = shipped
    report = selftest(library.rules, library.cues)
    assert [str(problem) for problem in report.problems] == []
    assert [str(problem) for problem in selftest_cues(library.cues)] == []
    assert report.examples >= 4 * len(library.rules)
