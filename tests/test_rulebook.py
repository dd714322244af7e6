"""A rulebook: loaded once, and in another process by its names."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from multiprocessing import get_context
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from cscheck import Checker, PackError
from cscheck.data import lexicons
from cscheck.learn import save_model
from cscheck.learn.model import assemble
from cscheck.pack import read_packs
from cscheck.parser import parse
from cscheck.rulebook import Rulebook
from cscheck.segment import JiebaSegmenter

NEAR = Path(__file__).parent / "packs" / "good" / "near"
TALK = [("agent", "我打包票")]


def test_a_copy_judges_alike() -> None:
    """A Checker that was pickled or copied has the packs, the scheme and the findings of the first."""
    checker = Checker(NEAR, "encourage")
    for copy in (pickle.loads(pickle.dumps(checker)), deepcopy(checker)):
        assert (copy.packs, copy.scheme_name) == (checker.packs, "encourage")
        assert copy.check(TALK).findings == checker.check(TALK).findings


def test_a_pickle_holds_names_alone() -> None:
    """No compiled rule is in it: it is small, and what comes in many pickles is loaded once."""
    data = pickle.dumps(Checker(NEAR))
    assert len(data) < 1000
    assert pickle.loads(data)._rulebook is pickle.loads(data)._rulebook


def test_what_loading_remembers_is_forgotten() -> None:
    """Once the rules are compiled, what was read and found out of their patterns takes no memory."""
    part = parse("(您|你)能?保证")
    assert parse("(您|你)能?保证").parts[0] is part.parts[0]
    _ = Rulebook((str(NEAR),), "standard").assessor
    assert parse("(您|你)能?保证").parts[0] is not part.parts[0]


def test_the_segmenter_goes_along() -> None:
    """A segmenter of one's own is that of the copy, too."""
    copy = pickle.loads(pickle.dumps(Checker(NEAR, segmenter=JiebaSegmenter({"打包票": 7}))))
    assert isinstance(copy._rulebook.segmenter, JiebaSegmenter)
    assert copy._rulebook.segmenter.words == {"打包票": 7}


def test_packs_that_changed_are_refused(tmp_path: Path) -> None:
    """Where a pack was changed after the pickling, its copy does not judge by other rules in silence."""
    pack = tmp_path / "near"
    copytree(NEAR, pack)
    data = pickle.dumps(Rulebook((str(pack),), "standard"))
    rule = next(path for path in sorted(pack.glob("*.yaml")) if path.name != "pack.yaml")
    rule.write_text(rule.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    with pytest.raises(PackError) as caught:
        _ = pickle.loads(data).assessor
    message = "packs or scheme were changed after this was pickled: make the Checker anew"
    assert str(caught.value) == f"{pack}: [P100] {message}"


def test_a_checker_crosses_to_other_processes() -> None:
    """The method of a Checker can be mapped over conversations in processes, and its results come back whole."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        (found,) = pool.map(Checker(NEAR).check, [TALK])
    assert ([finding.matched for finding in found.findings], found.score) == (["打包票"], 90.0)
    assert "打包票" in found.explanation


@pytest.fixture
def near(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pack that may be changed, with an empty cache; shipped data that stay as they are, older than the process."""
    copytree(lexicons(), tmp_path / "lexicons")
    copytree(NEAR, tmp_path / "near")
    settle(tmp_path, monkeypatch)
    return tmp_path / "near"


def settle(place: Path, patch: pytest.MonkeyPatch) -> None:
    """Take the cache and the shipped data of a place."""
    patch.setenv("CSCHECK_CACHE", str(place / "cache"))
    patch.setattr("cscheck.pack.lexicons", lambda: place / "lexicons")
    patch.setattr("cscheck.fingerprint.BEGUN", 2e10)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The packs that are read from their files, one entry each time."""
    found: list[tuple[str, ...]] = []

    def reading(names: tuple[str, ...]) -> object:
        found.append(names)
        return read_packs(names)

    monkeypatch.setattr("cscheck.rulebook.read_packs", reading)
    return found


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_what_was_compiled_is_kept(near: Path, read: list[tuple[str, ...]]) -> None:
    """The second Checker reads no rule, and is the same in all that can be seen."""
    first, second = Checker([near, "base"]), Checker([near, "base"])
    assert read == [(str(near), "base")]
    assert second.library.digest == first.library.digest
    assert second.library.cues == first.library.cues
    one, two = (
        checker.check([*TALK, ("customer", "不行"), ("agent", "你烦不烦，加我薇信")]) for checker in (first, second)
    )
    assert len(one.findings) > 2
    assert (one.findings, one.score, one.explanation) == (two.findings, two.score, two.explanation)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a rule": lambda near: changed(near / "rules.yaml", "打包票", "拍胸脯"),
    "a cue": lambda near: changed(near / "cues" / "joking.yaml", "说着玩", "逗您"),
    "a new file": lambda near: (near / "rules.yaml").rename(near / "more.yaml"),
    "a new class": lambda near: (
        (near / "classes").mkdir(),
        (near / "classes" / "words.yaml").write_text("- {id: w, title: 词, words: [打包票]}", "utf-8"),
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_was_changed_is_read_again(
    near: Path, read: list[tuple[str, ...]], change: Callable[[Path], object]
) -> None:
    """After any change of a pack the next Checker goes by what stands there now, and says so in its digest."""
    before = Checker(near)
    change(near)
    after = Checker(near)
    assert len(read) == 2
    assert after.library.digest != before.library.digest
    assert [rule.path for rule in after.library.rules] == [rule.path for rule in read_packs([str(near)])[0].rules]


def test_a_changed_rule_judges_at_once(near: Path) -> None:
    """What a rule finds follows its file, to and fro."""
    found = []
    for old, new in (("打包票", "打包票"), ("打包票", "拍胸脯"), ("拍胸脯", "打包票")):
        changed(near / "rules.yaml", old, new)
        found.append([one.matched for one in Checker(near).check([("agent", "我打包票，我拍胸脯")]).findings])
    assert found[0] == found[2] == ["打包票"]
    assert found[1] == ["拍胸脯"]


def test_a_scheme_is_always_read(near: Path, tmp_path: Path) -> None:
    """Kept rules go with any scheme, as it stands in its file now."""
    scheme = tmp_path / "own.yaml"
    scores = []
    for points in (10, 25):
        scheme.write_text(
            f"title: 自定\nextends: standard\ncategories: {{forbidden: {{promise: {{points: {points}}}}}}}", "utf-8"
        )
        scores.append(Checker(near, scheme).check(TALK).score)
    assert scores == [90.0, 75.0]


def test_faults_are_told_again(near: Path, tmp_path: Path) -> None:
    """A faulty pack is never kept, nor one that a faulty scheme stands beside: all faults are told each time."""
    (near / "more.yaml").write_text("- {id: x}", "utf-8")
    told = []
    for _ in range(2):
        with pytest.raises(PackError) as caught:
            Checker(near)
        told.append(caught.value.problems)
    assert told[0] == told[1] != ()
    assert not (tmp_path / "cache").exists()


def test_what_changes_while_it_is_read_is_not_kept(
    near: Path, read: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules that were read while their files changed are not kept under either state."""

    def meddling(*given: object) -> object:
        found = compiling(*given)
        changed(near / "rules.yaml", "打包票", "拍胸脯")
        return found

    from cscheck.rulebook import compile_repaired as compiling

    monkeypatch.setattr("cscheck.rulebook.compile_repaired", meddling)
    Checker(near)
    monkeypatch.setattr("cscheck.rulebook.compile_repaired", compiling)
    changed(near / "rules.yaml", "拍胸脯", "打包票")
    Checker(near)
    assert len(read) == 2


def test_rules_with_a_model_of_ones_own_are_not_kept(near: Path, tmp_path: Path, read: list[tuple[str, ...]]) -> None:
    """Its file may lie anywhere, so nobody would notice its change."""
    card = {"categories": {"promise": {"slope": 1.0, "offset": 0.0, "threshold": 0.5}}}
    model = assemble(card, np.array([5], np.uint32), np.array([[3]], np.int8))
    save_model(model, tmp_path / "mine.npz")
    learned = f"learned: promise\n    model: {tmp_path / 'mine.npz'}"
    changed(near / "rules.yaml", "phrases: [打包票, 百分百没问题]", learned)
    for _ in range(2):
        Checker(near)
    assert len(read) == 2


def test_a_broken_entry_is_made_anew(near: Path, tmp_path: Path, read: list[tuple[str, ...]]) -> None:
    """What stands in the cache's folder and is no entry does no harm, and is replaced."""
    Checker(near)
    (entry,) = (tmp_path / "cache" / "compiled").iterdir()
    for data in (b"", b"cscheck", entry.read_bytes()[:-9]):
        entry.write_bytes(data)
        assert [one.matched for one in Checker(near).check(TALK).findings] == ["打包票"]
    Checker(near)
    assert len(read) == 4


ELSEWHERE = """
import pickle, sys
from pathlib import Path
import cscheck.fingerprint, cscheck.pack, cscheck.rulebook
cscheck.fingerprint.BEGUN = 2e10
cscheck.pack.lexicons = lambda: Path(sys.argv[1])
del cscheck.rulebook.read_packs
checker, talk = pickle.load(sys.stdin.buffer)
print(len(checker.check(talk).findings))
"""


def test_another_process_takes_what_is_ready(near: Path) -> None:
    """A Checker that crosses to another process, which can read no packs, finds there what this one kept."""
    command = [sys.executable, "-c", ELSEWHERE, str(near.parent / "lexicons")]
    data = pickle.dumps((Checker(near), TALK))
    done = subprocess.run(command, input=data, capture_output=True, timeout=100, check=False)
    assert (done.returncode, done.stdout.split()) == (0, [b"1"])
