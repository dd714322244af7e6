"""A rulebook: loaded once, and in another process by its names."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from multiprocessing import get_context
from pathlib import Path
from shutil import copytree

import pytest

from cscheck import Checker, PackError
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
