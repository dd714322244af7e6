"""Labelled tables: 存疑 wherever people write it, and files that the other commands read."""

from __future__ import annotations

from pathlib import Path

import pytest

from cscheck.errors import InputError
from cscheck.evaluate import Labelled, read_labelled
from cscheck.evaluate.labels import CODE_BOOK


def read(path: Path, text: str) -> Labelled:
    path.write_text(text, encoding="utf-8")
    return read_labelled([path])[0]


def cells(path: Path, row: str, head: str = "内容,标注,存疑") -> tuple[set[str], set[str]]:
    """Return the labels of one row, and what is disputed of it."""
    (labels,) = read(path, f"{head}\n{row}\n").labels.values()
    return set(labels.forbidden[0]), set(labels.disputed[0])


@pytest.mark.parametrize(
    ("row", "labels", "disputed"),
    [
        ("好,推诿,", {"evade"}, set()),
        ("好,推诿,promise", {"evade"}, {"promise"}),
        ("好,存疑,", set(), CODE_BOOK),
        ("好,推诿、存疑,", set(), {"evade"}),
        ("好,?,", set(), CODE_BOOK),
        ("好,推诿 promise,存疑", set(), {"evade", "promise"}),
        ("好,推诿,是", set(), {"evade"}),
        ("好,,1", set(), CODE_BOOK),
        ("好,推诿,0", {"evade"}, set()),
        ("好,合格,", set(), set()),
        ("好,-,", set(), set()),
    ],
)
def test_doubt_counts_neither_way(tmp_path: Path, row: str, labels: set[str], disputed: set[str]) -> None:
    """存疑 among the labels, or a yes in the column 存疑, disputes the row's labels; without any, every category."""
    assert cells(tmp_path / "a.csv", row) == (labels, disputed)


def test_a_label_cannot_be_disputed_as_well(tmp_path: Path) -> None:
    """One category in both columns is a fault with its row."""
    with pytest.raises(InputError) as caught:
        read(tmp_path / "a.csv", "内容,标注,存疑\n好,推诿,evade\n")
    message = "evade is labelled and disputed (存疑): keep one of them"
    assert str(caught.value) == f"{tmp_path / 'a.csv'}:2: [I151] {message}"


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_a_file_is_parted_as_for_scoring(tmp_path: Path, separator: str) -> None:
    """What parts the columns of a transcript parts those of a labelled table, too."""
    head = separator.join(["角色", "内容", "标注"])
    (labels,) = read(tmp_path / "a.csv", f"{head}\n{separator.join(['客服', '保准到', 'promise'])}\n").labels.values()
    assert labels.forbidden == {0: {"promise"}}


@pytest.mark.parametrize("column", ["原话", "话术", "坐席原话", "客服原话", "客服话术", "原句"])
def test_words_go_by_many_names(tmp_path: Path, column: str) -> None:
    """What inspectors call the words of an agent is the column of words."""
    found = read(tmp_path / "a.csv", f"序号,{column},标注\n1,保准到,promise\n2,您好,\n")
    assert [turn.text for one in found.conversations for turn in one.turns] == ["保准到", "您好"]
