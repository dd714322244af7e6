"""Labelled sentences, from JSONL and from tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from cscheck.errors import InputError
from cscheck.evaluate.labels import CODE_BOOK
from cscheck.training import Sentence, contradictions, read_sentences

NONE: frozenset[str] = frozenset()


def test_lines(sentences: Callable[..., Path]) -> None:
    """A line has text and labels; a construct may be left out, and what is not needed is passed over."""
    rows = [
        {"text": "我保证能退", "labels": ["promise", "越权承诺"], "construct": "我保证", "before": "能退吗"},
        {"text": "我看看", "labels": []},
        {"text": " ", "labels": []},
    ]
    path = sentences(rows)
    assert read_sentences([path]) == {
        path: [
            Sentence("我保证能退", frozenset({"promise", "unauthorised"}), CODE_BOOK, "我保证", 1),
            Sentence("我看看", NONE, CODE_BOOK, None, 2),
        ]
    }


def test_a_table(tmp_path: Path) -> None:
    """A table has the columns text and labels, in Chinese or English."""
    path = tmp_path / "x.csv"
    path.write_text("原话,标注,句式\n我保证能退,绝对化承诺,我保证\n我看看,无,\n", "utf-8")
    assert read_sentences([path])[path] == [
        Sentence("我保证能退", frozenset({"promise"}), CODE_BOOK, "我保证", 2),
        Sentence("我看看", NONE, CODE_BOOK, None, 3),
    ]


def test_reviewed_findings(tmp_path: Path) -> None:
    """A reviewed finding speaks for or against its own category; what was not concluded says nothing."""
    path = tmp_path / "x.csv"
    path.write_text(
        "规则ID,类别,原话,复核结论\nr,promise,我保证能退,属实\nr,insult,笨鸟先飞,误判\nr,promise,大概能退,存疑\nr,promise,能退,\n"
        "r,greeting,您好,属实\n",
        "utf-8",
    )
    promise, insult = frozenset({"promise"}), frozenset({"insult"})
    found = read_sentences([path])[path]
    assert found == [
        Sentence("我保证能退", promise, promise, None, 2),
        Sentence("笨鸟先飞", NONE, insult, None, 3),
    ]


@pytest.mark.parametrize(
    ("name", "text", "faults"),
    [
        ("x.jsonl", '{"text": "好"}\n\n[]\n{', [(1, "I161"), (3, "I161"), (4, "I161")]),
        ("x.jsonl", '{"text": "好", "labels": ["promis"]}\n{"labels": []}', [(1, "I161"), (2, "I161")]),
        ("x.csv", "原话,类别,复核结论\n好,promise,不知道\n", [(2, "I161")]),
        ("x.csv", "原话,类别,复核结论\n好,没有这类,属实\n", [(2, "I161")]),
        ("x.csv", "原话,类别\n好,promise\n", [(0, "I161")]),
        ("x.doc", "好", [(0, "I102")]),
    ],
)
def test_faults(tmp_path: Path, name: str, text: str, faults: list[tuple[int, str]]) -> None:
    """Every line at fault is named."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as error:
        read_sentences([path])
    assert [(one.line, one.code) for one in error.value.problems] == faults


def test_the_faults_of_all_files(tmp_path: Path, sentences: Callable[..., Path]) -> None:
    """A missing file does not hide the faults of another."""
    with pytest.raises(InputError) as error:
        read_sentences([tmp_path / "no.jsonl", sentences([{"text": "好", "labels": ["x"]}])])
    assert sorted(one.code for one in error.value.problems) == ["I131", "I161"]


def test_contradictions_are_told_with_their_lines(sentences: Callable[..., Path]) -> None:
    """The same text with a category and without it is told for each later line; equal labels are no contradiction."""
    rows = [{"text": text, "labels": labels} for text, labels in (("能退", ["promise"]), ("好", []), ("能退", []))]
    path = sentences(rows)
    more = sentences([{"text": "能退", "labels": ["promise"]}, {"text": "好", "labels": ["insult"]}], "talk2.jsonl")
    assert [(one.path, one.line, one.code) for one in contradictions(read_sentences([path, more]))] == [
        (str(path), 3, "I165"),
        (str(more), 2, "I165"),
    ]
    (one, _) = contradictions(read_sentences([path, more]))
    assert one.message == f"contradiction (标注矛盾): '能退' is no promise here and in {path}:1"


def workbook(path: Path, *rows: list[str]) -> Path:
    """Write a workbook of one sheet, 标注."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "标注"
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_rows_are_those_of_the_file(tmp_path: Path) -> None:
    """Below a title and a blank row a sentence still stands in the row that Excel shows."""
    path = workbook(tmp_path / "x.xlsx", ["训练语句"], [], ["原话", "标注"], ["能退", "promise"], ["能退", "无"])
    found = read_sentences([path])
    assert [one.line for one in found[path]] == [4, 5]
    (one,) = contradictions(found)
    assert (one.line, one.code) == (5, "I165")
    assert one.message == f"contradiction (标注矛盾): '能退' is no promise here and in {path}:4"


def test_a_workbook_with_a_cell_far_off(tmp_path: Path) -> None:
    """A stray cell in the last corner would take all memory: the workbook is refused, as a transcript is."""
    path = workbook(tmp_path / "x.xlsx", ["原话", "标注"], ["能退", "promise"])
    book = openpyxl.load_workbook(path)
    book["标注"].cell(1_048_576, 16_384, "x")
    book.save(path)
    with pytest.raises(InputError) as error:
        read_sentences([path])
    assert [(one.code, one.message.split(": delete")[0]) for one in error.value.problems] == [
        ("I111", "the last cell of xl/worksheets/sheet1.xml is XFD1048576")
    ]
