"""Fingerprints: whatever decides how packs come out changes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from cscheck import fingerprint as module
from cscheck.fingerprint import fingerprint

NEAR = Path(__file__).parent / "packs" / "good" / "near"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a pack (near), shipped data (data) and code (code), as if the process began after they were made.

    The shipped data are a few files only.
    """
    copytree(NEAR, tmp_path / "near")
    for name in ("data/packs/base/pack.yaml", "data/fold/deleted.tsv", "data/models/base.npz", "code/a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, "utf-8")
    monkeypatch.setattr(module, "__file__", str(tmp_path / "code" / "fingerprint.py"))
    monkeypatch.setattr(module, "BEGUN", module.time() + 3600)
    return tmp_path


def taken(place: Path, kind: str = "program", name: str = "near") -> str | None:
    return fingerprint(kind, [(name, place / "near"), ("base", place / "data" / "packs" / "base")], place / "data")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a rule": lambda place: (place / "near/rules.yaml").write_text("[]", "utf-8"),
    "a cue": lambda place: (place / "near/cues/joking.yaml").write_text("[]", "utf-8"),
    "a new file": lambda place: (place / "near/more.yaml").write_text("[]", "utf-8"),
    "a new class": lambda place: ((place / "near/classes").mkdir(), (place / "near/classes/a.yaml").touch()),
    "a file less": lambda place: (place / "near/cues/joking.yaml").unlink(),
    "another name": lambda place: (place / "near/rules.yaml").rename(place / "near/rule.yaml"),
    "a stray file": lambda place: ((place / "near/old/er").mkdir(parents=True), (place / "near/old/er/a.yml").touch()),
    "the shipped pack": lambda place: (place / "data/packs/base/pack.yaml").write_text("", "utf-8"),
    "a shipped table": lambda place: (place / "data/fold/deleted.tsv").write_text("", "utf-8"),
    "the shipped model": lambda place: (place / "data/models/base.npz").write_text("", "utf-8"),
    "the code": lambda place: (place / "code/a.py").write_text("", "utf-8"),
    "new code": lambda place: (place / "code/b.py").touch(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_read_changes_it(place: Path, change: Callable[[Path], object]) -> None:
    """Every file that is read when packs are loaded counts: its contents, its name, and that it is there."""
    before = taken(place)
    assert before == taken(place) is not None
    change(place)
    assert taken(place) not in (before, None)


def test_files_behind_a_link_count(place: Path) -> None:
    """Loading reads a folder of cues that is a link; so its files count."""
    (place / "near/cues").rename(place / "cues")
    (place / "near/cues").symlink_to(place / "cues")
    before = taken(place)
    (place / "cues/joking.yaml").write_text("[]", "utf-8")
    assert taken(place) not in (before, None)


def test_names_places_and_kinds_count(place: Path) -> None:
    """A pack under another name or in another place, and what else is made of it, are something else."""
    found = [taken(place), taken(place, "packs"), taken(place, name="./near")]
    (place / "near").rename(place / "elsewhere")
    (place / "near").symlink_to(place / "elsewhere")
    assert len({None, *found, taken(place)}) == 5


@pytest.mark.parametrize("library", ["cscheck", "numpy", "regex"])
def test_versions_count(place: Path, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    """What was made by another version of Python, of this package or of those beneath it is made again."""
    before = taken(place)
    monkeypatch.setattr(module, "version", lambda name: "0.0.0" if name == library else "1.0.0")
    other = taken(place)
    monkeypatch.setattr("sys.version", "4.0")
    assert len({None, before, other, taken(place)}) == 4


@pytest.mark.parametrize("changed", ["data/fold/deleted.tsv", "code/a.py"])
def test_code_and_data_that_changed_meanwhile(place: Path, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    """Where shipped data or code changed after the process began, there is none; packs may change at any time."""
    monkeypatch.setattr(module, "BEGUN", module.time() + module.IMPORTING + 1)
    assert taken(place) is not None
    monkeypatch.setattr(module, "BEGUN", (place / changed).stat().st_mtime - 1)
    assert taken(place) is None


def test_what_is_not_there_has_none(place: Path) -> None:
    """A file that cannot be read has no fingerprint: loading will tell its fault."""
    (place / "near/more.yaml").mkdir()
    assert taken(place) is None


def test_a_pack_named_by_way_of_the_shipped_data_counts(place: Path) -> None:
    """``data/../near`` is the user's pack: a change of its rules is seen, however its folder is spelled."""
    spelled = [("near", place / "data" / ".." / "near")]
    before = fingerprint("program", spelled, place / "data")
    (place / "near" / "rules.yaml").write_text("[]", "utf-8")
    assert fingerprint("program", spelled, place / "data") not in (before, None)


def test_a_pack_that_is_linked_into_the_shipped_data_counts(place: Path) -> None:
    """A change of the files behind the link is seen."""
    (place / "data" / "packs" / "far").symlink_to(place / "near")
    before = fingerprint("program", [("far", place / "data" / "packs" / "far")], place / "data")
    (place / "near" / "rules.yaml").write_text("[]", "utf-8")
    assert fingerprint("program", [("far", place / "data" / "packs" / "far")], place / "data") not in (before, None)


def test_a_copy_that_was_not_installed_has_none(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody can tell the versions, nothing is kept."""
    monkeypatch.setattr(module, "LIBRARIES", ("no-such-distribution",))
    assert taken(place) is None
