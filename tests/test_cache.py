"""The cache: what is kept comes back whole or not at all, and whoever cannot keep anything goes without."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from cscheck import cache
from cscheck.cache import keep, recall

NAME, DATA = "1f", b"rules \n" * 10_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the entries, in a cache of the test's own; it is yet to be made."""
    monkeypatch.setenv("CSCHECK_CACHE", str(tmp_path / "far" / "cache"))
    return tmp_path / "far" / "cache" / "compiled"


def test_what_is_kept_comes_back(folder: Path) -> None:
    """Data comes back under its name alone; what has no name is not kept."""
    assert recall(NAME) is None
    keep(NAME, DATA)
    keep(None, DATA)
    assert (recall(NAME), recall("2e"), recall(None)) == (DATA, None, None)
    keep(NAME, b"others")
    assert recall(NAME) == b"others"
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_nobody_else_may_read_it(folder: Path) -> None:
    """Folder and files are for the user alone."""
    keep(NAME, DATA)
    assert [path.stat().st_mode & 0o777 for path in (folder, folder / NAME)] == [0o700, 0o600]


@pytest.mark.parametrize("damage", [0, 5, 20, 40, 60])
def test_what_is_damaged_does_not_come_back(folder: Path, damage: int) -> None:
    """A file that was cut off, changed or renamed is passed over, and written anew."""
    keep(NAME, DATA)
    whole = (folder / NAME).read_bytes()
    for broken in (whole[:damage], whole[:damage] + b"\xff" + whole[damage + 1 :]):
        (folder / NAME).write_bytes(broken)
        assert recall(NAME) is None
    keep(NAME, DATA)
    (folder / NAME).rename(folder / "2e")
    assert recall("2e") is None
    keep("2e", DATA)
    assert recall("2e") == DATA


def test_what_another_user_owns_is_not_trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a folder nor a file of somebody else is read, and nothing is written there."""
    keep(NAME, DATA)
    monkeypatch.setattr("cscheck.cache.os.geteuid", lambda: folder.stat().st_uid + 1)
    keep("2e", DATA)
    assert recall(NAME) is None
    assert [path.name for path in folder.iterdir()] == [NAME]


@pytest.mark.parametrize("place", ["folder", "file", "link"])
def test_where_others_may_write_is_not_trusted(folder: Path, place: str) -> None:
    """What others may have put there is not read, nor what stands behind a link."""
    keep(NAME, DATA)
    if place == "link":
        folder.rename(folder.with_name("elsewhere"))
        folder.symlink_to(folder.with_name("elsewhere"))
    else:
        (folder if place == "folder" else folder / NAME).chmod(0o720)
    assert recall(NAME) is None


def test_what_is_no_file_is_not_waited_for(folder: Path) -> None:
    """A pipe under an entry's name is passed over: reading it would wait for whoever writes."""
    keep(NAME, DATA)
    (folder / NAME).unlink()
    os.mkfifo(folder / NAME, 0o600)
    assert recall(NAME) is None


def test_the_home_folder_may_be_abbreviated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``CSCHECK_CACHE=~/x`` is a folder in the user's home, as in a shell."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CSCHECK_CACHE", "~/x")
    keep(NAME, DATA)
    assert (tmp_path / "x" / "compiled" / NAME).is_file()


def test_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be made is no error."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("CSCHECK_CACHE", str(tmp_path / "file"))
    keep(NAME, DATA)
    assert recall(NAME) is None


def test_a_write_that_fails_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full, the entry from before stays and no half of a new one does."""
    keep(NAME, DATA)
    monkeypatch.setattr(Path, "replace", failing)
    keep(NAME, b"others")
    assert recall(NAME) == DATA
    assert [path.name for path in folder.iterdir()] == [NAME]


def failing(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("said", ["off", "OFF", " 0 "])
def test_it_can_be_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """With CSCHECK_CACHE=off nothing is kept, and no folder of that name made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSCHECK_CACHE", said)
    keep(NAME, DATA)
    assert recall(NAME) is None
    assert list(tmp_path.iterdir()) == []


def test_without_the_variable_it_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It lies in the user's cache folder; a user without a home has none."""
    monkeypatch.setenv("CSCHECK_CACHE", "")
    monkeypatch.setattr("cscheck.cache.user_cache_path", lambda name, appauthor: tmp_path / name)
    keep(NAME, DATA)
    assert (tmp_path / "cscheck" / "compiled" / NAME).is_file()
    monkeypatch.setattr("cscheck.cache.user_cache_path", lambda name, appauthor: Path("~/.cache") / name)
    assert recall(NAME) is None


def test_old_entries_go(folder: Path) -> None:
    """The entries used last stay; a file that somebody is writing stays, one that nobody finished goes."""
    names = [f"{number:02x}" for number in range(cache.MOST + 2)]
    for at, name in enumerate(names[:-1]):
        keep(name, DATA)
        os.utime(folder / name, (at, at))
    assert recall(names[1]) == DATA
    for name, at in (("a.part", 0.0), ("b.part", cache.time())):
        (folder / name).touch(0o600)
        os.utime(folder / name, (at, at))
    keep(names[-1], DATA)
    assert sorted(path.name for path in folder.iterdir()) == [names[1], *names[3:], "b.part"]


def test_processes_at_once(folder: Path) -> None:
    """Who recalls what several processes keep at the same time meets all of an entry or nothing."""
    texts = [letter * 1_000_000 for letter in (b"a", b"b")]
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        kept = [pool.submit(keep, NAME, text) for text in texts * 25]
        found = set()
        while not all(one.done() for one in kept):
            found.add(recall(NAME))
    assert [one.result() for one in kept] == [None] * 50
    assert found <= {None, *texts}
    assert recall(NAME) in texts
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_the_home_of_nobody_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder below the home of a user who does not exist is no error: nothing is kept."""
    monkeypatch.setenv("CSCHECK_CACHE", "~no-such-user/cache")
    keep(NAME, DATA)
    assert recall(NAME) is None
