"""The output folder: moved into place whole, and nobody else's files are touched."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cscheck.errors import InputError
from cscheck.outfolder import move_into_place, own_workbook, refuse_foreign, workplace
from cscheck.record import digest_of

RECORDS = {command: f'{{"cscheck": "1", "command": "{command}"}}' for command in ("score", "evaluate")}


def files(folder: Path) -> dict[str, str]:
    """Return all files below a folder with their contents."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def made(place: Path, **contents: str) -> Path:
    """Make a finished folder in a workplace."""
    folder = place / "out"
    folder.mkdir()
    for name, text in {"run.json": "{}", **contents}.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


def test_a_new_or_empty_folder_is_accepted(tmp_path: Path) -> None:
    """A folder that does not exist, and an empty one, may be written."""
    refuse_foreign(tmp_path / "new")
    refuse_foreign(tmp_path)


def test_an_earlier_run_is_accepted(tmp_path: Path) -> None:
    """A folder that holds the run.json of the same command is that of an earlier run."""
    (tmp_path / "notes.txt").write_text("mine")
    for command, record in RECORDS.items():
        (tmp_path / "run.json").write_text(record)
        refuse_foreign(tmp_path, command)


@pytest.mark.parametrize(("command", "other"), [("score", "evaluate"), ("evaluate", "score")])
def test_a_run_of_another_command_is_refused(tmp_path: Path, command: str, other: str) -> None:
    """What another command wrote is no earlier run of this one: it is named and stays as it is."""
    (tmp_path / "run.json").write_text(RECORDS[other])
    with pytest.raises(InputError) as caught:
        refuse_foreign(tmp_path, command)
    assert str(caught.value) == (
        f"{tmp_path}: [I133] --out holds a run of cscheck {other}, which cscheck {command} does not replace: "
        "name a new folder"
    )


@pytest.mark.parametrize("record", ["{}", "[]", "not JSON", '{"command": "score"}', '{"cscheck": "1"}'])
def test_a_foreign_record_is_refused(tmp_path: Path, record: str) -> None:
    """A run.json that cscheck did not write makes a folder no earlier run."""
    (tmp_path / "run.json").write_text(record)
    with pytest.raises(InputError) as caught:
        refuse_foreign(tmp_path)
    message = "--out exists and its run.json is not of cscheck score: name a new folder or empty this one"
    assert str(caught.value) == f"{tmp_path}: [I133] {message}"
    assert files(tmp_path) == {"run.json": record}


def test_a_foreign_folder_is_refused(tmp_path: Path) -> None:
    """A folder with files but without run.json is somebody else's."""
    (tmp_path / "thesis.doc").write_text("mine")
    with pytest.raises(InputError) as caught:
        refuse_foreign(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: [I133] --out exists and holds no earlier run (run.json is missing): "
        "name a new folder or empty this one"
    )
    assert files(tmp_path) == {"thesis.doc": "mine"}


def test_a_file_is_refused(tmp_path: Path) -> None:
    """A file in the place of the folder is not overwritten."""
    path = tmp_path / "out"
    path.write_text("mine")
    with pytest.raises(InputError) as caught:
        refuse_foreign(path)
    assert str(caught.value) == f"{path}: [I133] --out is a file: name a folder"


def test_the_workplace_lies_beside_and_goes_away(tmp_path: Path) -> None:
    """Work is done beside the target, so that it can be moved there at once; afterwards the workplace is gone."""
    out = tmp_path / "deep" / "out"
    with workplace(out) as place:
        assert place.parent == out.parent
        (place / "half.parquet").write_text("half")
    assert list(out.parent.iterdir()) == []


def test_the_workplace_goes_away_after_a_failure(tmp_path: Path) -> None:
    """Nothing is left behind where the work fails, and the failure is passed on."""
    with pytest.raises(ZeroDivisionError), workplace(tmp_path / "out") as place:
        (place / "half.parquet").write_text("half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def killed(out: Path) -> Path:
    """Leave behind what a run does that is killed at its work; return its temporary folder."""
    code = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom cscheck.outfolder import workplace\n"
        "with workplace(Path(sys.argv[1])) as place:\n"
        "    (place / 'turns.arrow').write_text('talk')\n    os.kill(os.getpid(), signal.SIGKILL)"
    )
    before = {*out.parent.rglob("*")}
    assert subprocess.run([sys.executable, "-c", code, str(out)], check=False).returncode == -signal.SIGKILL
    place, file = sorted({*out.parent.rglob("*")} - before)
    assert (file, place.name[0]) == (place / "turns.arrow", ".")
    return place


def test_what_a_killed_run_left_goes_with_the_next_run(tmp_path: Path) -> None:
    """The next run to a target takes away the folder with transcripts that a killed one left beside it or in it."""
    out = tmp_path / "out"
    beside = killed(out)
    out.mkdir()
    within = killed(out)
    refuse_foreign(out)
    assert (beside.exists(), within.exists(), [*out.iterdir()]) == (False, False, [])


def test_what_others_have_made_is_left_alone(tmp_path: Path) -> None:
    """A folder that a live run works in, that of another target, and one that only looks alike stay."""
    out = tmp_path / "out"
    other = killed(tmp_path / "other")
    for name in (".out.mine", ".out.backup-cscheck-"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "notes.txt").write_text("mine")
    with workplace(out) as place:
        (place / "half.parquet").write_text("half")
        refuse_foreign(out)
        kept = {other.name, ".out.mine", ".out.backup-cscheck-", place.name}
        assert {path.name for path in tmp_path.iterdir()} == kept
        assert (place / "half.parquet").read_text() == "half"


def test_a_record_that_was_being_replaced_is_put_back(tmp_path: Path) -> None:
    """A run that was killed while it replaced the record of an earlier one leaves a folder that can be used again."""
    out = tmp_path / "out"
    out.mkdir()
    old = killed(out) / "old"
    old.mkdir()
    (old / "run.json").write_text(RECORDS["score"])
    (out / "a.txt").write_text("new")
    refuse_foreign(out)
    assert files(tmp_path) == {"out/a.txt": "new", "out/run.json": RECORDS["score"]}


def test_a_workplace_that_cannot_be_made(tmp_path: Path) -> None:
    """Where nothing can be written beside the target, that is said with the system's reason."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError) as caught, workplace(tmp_path / "file" / "out"):
        pass
    assert str(caught.value).startswith(f"{tmp_path}/file/out: [I133] cannot write --out: ")


def test_moving_to_a_new_place(tmp_path: Path) -> None:
    """A finished folder appears whole where nothing was."""
    with workplace(tmp_path / "out") as place:
        move_into_place(made(place, a_txt="new"), tmp_path / "out")
    assert files(tmp_path) == {"out/a.txt": "new", "out/run.json": "{}"}


def test_moving_over_an_earlier_run_keeps_what_the_user_added(tmp_path: Path) -> None:
    """Tables of an earlier run are replaced; other files and folders of the user stay."""
    out = tmp_path / "out"
    (out / "charts").mkdir(parents=True)
    for name, text in {"run.json": "old", "a.txt": "old", "notes.txt": "mine", "charts/b.png": "mine"}.items():
        (out / name).write_text(text)
    with workplace(out) as place:
        move_into_place(made(place, a_txt="new"), out)
    assert files(tmp_path) == {
        "out/a.txt": "new",
        "out/charts/b.png": "mine",
        "out/notes.txt": "mine",
        "out/run.json": "{}",
    }


def test_an_earlier_run_survives_a_move_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever interrupts the move, even Ctrl-C, the earlier run is put back and the user's files are untouched."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").write_text("old")
    (out / "a.txt").write_text("old")
    (out / "notes.txt").write_text("mine")
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if self.name == "run.json" and self.parent.name == "out" and self.parent != out:
            raise KeyboardInterrupt
        return replace(self, target)

    with pytest.raises(KeyboardInterrupt), workplace(out) as place:
        new = made(place, a_txt="new", b_txt="new")
        monkeypatch.setattr(Path, "replace", failing)
        try:
            move_into_place(new, out)
        finally:
            monkeypatch.undo()
    assert files(tmp_path) == {"out/run.json": "old", "out/a.txt": "old", "out/notes.txt": "mine"}


def run_with_workbook(out: Path) -> None:
    """An earlier run with a workbook, as its record tells."""
    out.mkdir()
    (out / "qa.xlsx").write_text("book")
    (out / "run.json").write_text(f'{{"workbook": "{digest_of(out / "qa.xlsx")}"}}')


def test_the_workbook_of_an_earlier_run_may_be_replaced(tmp_path: Path) -> None:
    """As long as nobody has changed it, a workbook is the run's own; where there is none, there is nothing to lose."""
    run_with_workbook(tmp_path / "out")
    assert own_workbook(tmp_path / "out", wanted=True) is True
    assert own_workbook(tmp_path / "no such folder", wanted=True) is False


@pytest.mark.parametrize("record", [None, "{}", "not JSON", "[]"])
def test_a_workbook_that_was_filled_in_is_never_replaced(tmp_path: Path, record: str | None) -> None:
    """A changed workbook, or one that no record knows, is refused where a new one is wanted, and else left alone."""
    out = tmp_path / "out"
    run_with_workbook(out)
    (out / "qa.xlsx").write_text("book with verdicts")
    if record is not None:
        (out / "run.json").write_text(record)
    assert own_workbook(out, wanted=False) is False
    with pytest.raises(InputError) as caught:
        own_workbook(out, wanted=True)
    message = "qa.xlsx was changed after it was written (复核), and would be lost: move it, or name a new folder"
    assert str(caught.value) == f"{out}: [I136] {message}"


def test_what_is_obsolete_goes_away_with_the_move(tmp_path: Path) -> None:
    """A file of the earlier run that the new one does not write goes; one that is not there is no fault."""
    out = tmp_path / "out"
    run_with_workbook(out)
    with workplace(out) as place:
        move_into_place(made(place, a_txt="new"), out, ["qa.xlsx", "report.html"])
    assert files(tmp_path) == {"out/a.txt": "new", "out/run.json": "{}"}


def test_a_file_that_cannot_be_replaced_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another program keeps a file open, that is said, and the earlier run stays as it was."""
    out = tmp_path / "out"
    run_with_workbook(out)
    before = files(tmp_path)
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if self == out / "run.json":
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    with pytest.raises(InputError) as caught, workplace(out) as place:
        new = made(place, a_txt="new")
        monkeypatch.setattr(Path, "replace", failing)
        try:
            move_into_place(new, out, ["qa.xlsx"])
        finally:
            monkeypatch.undo()
    assert str(caught.value) == (
        f"{out}: [I133] cannot replace run.json: Permission denied (is it open in another program?)"
    )
    assert files(tmp_path) == before
