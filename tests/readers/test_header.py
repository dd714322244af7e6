"""Where the header stands, and what a row is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from cscheck.readers import ColumnMapping
from cscheck.readers.header import Header, Row, find_header

TALK = "客服：您好\n客户：在吗"
NAMES = ["会话ID", "角色", "内容"]
VALUES = ["S1", "客服", "您好"]


def found(*rows: Sequence[str], mapping: ColumnMapping | None = None) -> Header:
    """Find the header among rows; a blank row is not handed on, as the readers do it."""
    filled = [Row(line, row) for line, row in enumerate(rows, 1) if any(row)]
    return find_header(filled, "f", mapping or ColumnMapping())


@pytest.mark.parametrize(
    ("rows", "lines", "fields"),
    [
        ([NAMES, VALUES], (1,), {"conversation_id": 0, "role": 1, "text": 2}),
        ([["导出"], [], ["客服", "九月"], NAMES, VALUES], (4,), {"conversation_id": 0, "role": 1, "text": 2}),
        (
            [
                ["编号", "坐席", "", "对话", ""],
                ["会话ID", "工号", "姓名", "角色", "内容"],
                ["S1", "1", "李", "客服", "您好"],
            ],
            (2,),
            {"conversation_id": 0, "agent_id": 1, "role": 3, "text": 4},
        ),
        (
            [["会话ID", "坐席", "", "角色", "内容"], ["", "工号", "姓名", "", ""], ["S1", "1", "李", "客服", "您好"]],
            (1, 2),
            {"conversation_id": 0, "agent_id": 1, "role": 3, "text": 4},
        ),
        (
            [["会话ID", "话语", "", ""], ["", "角色", "内容", "说明"], ["S1", "客服", "您好", ""]],
            (1, 2),
            {"conversation_id": 0, "role": 1, "text": 2},
        ),
        ([[*NAMES, ""], ["S1", "", "", "手误"]], (1,), {"conversation_id": 0, "role": 1, "text": 2}),
    ],
)
def test_the_header_is_found(rows: list[list[str]], lines: tuple[int, ...], fields: dict[str, int]) -> None:
    """Titles, notes and groups may stand above the names, and a second row below them gives names to groups."""
    header = found(*rows)
    assert (header.rows, dict(header.columns.fields), header.problems) == (lines, fields, ())


def test_a_group_makes_a_name_whole() -> None:
    """编号 below 客户 is the customer's number; a name that two groups have is told apart by its group."""
    header = found(
        ["会话ID", "客户", "", "坐席", "", "角色", "内容"], ["", "编号", "备注", "工号", "备注", "", ""], [""]
    )
    assert header.names == ("会话ID", "客户编号", "客户备注", "坐席工号", "坐席备注", "角色", "内容")
    assert dict(header.columns.extras) == {"customer_id": 1, "客户备注": 2, "坐席备注": 4}


@pytest.mark.parametrize(
    ("names", "cell", "turns"),
    [
        (["会话ID", "聊天记录"], TALK, 1),
        (["聊天记录"], "客服：您好", 0),
        (["会话ID", "内容"], TALK, 1),
        (["会话ID", "身份", "对话内容"], TALK, 2),
        (["会话ID", "角色", "内容"], "客服：您好", None),
        (["会话ID", "角色", "内容"], "您好", None),
    ],
)
def test_a_column_of_dialogues(names: list[str], cell: str, turns: int | None) -> None:
    """Cells with several lines of talk make one row a conversation, one line does so only without a role column."""
    header = found(names, ["S1" if name == "会话ID" else cell for name in names])
    assert header.columns.fields.get("turns") == turns


def test_without_roles_or_talk_a_column_is_missing() -> None:
    """A text that nobody speaks is no dialogue."""
    (problem,) = found(["会话ID", "内容"], ["S1", "您好"]).problems
    assert (problem.code, problem.message[:23]) == ("I105", "no column for role; the")


def test_the_nearest_row_is_blamed() -> None:
    """Where a column is missing the row with the most known names is shown, not the title above it."""
    (problem,) = found(["客服聊天导出"], ["会话ID", "说话", "内容"], ["S1", "客服", "您好"]).problems
    assert (problem.line, problem.code) == (2, "I105")
    assert problem.message.startswith("no column for role; the file has: 会话ID, 说话, 内容; ")


@pytest.mark.parametrize(
    ("given", "names", "lines"),
    [
        ((3,), ("会话ID", "角色", "内容"), (3,)),
        ((2, 3), ("会话ID", "角色", "内容"), (2, 3)),
        ((), ("column_1", "column_2", "column_3"), ()),
    ],
)
def test_the_mapping_says_where(given: tuple[int, ...], names: tuple[str, ...], lines: tuple[int, ...]) -> None:
    """The mapping names the rows of the header, or says that there is none."""
    header = found(NAMES, ["", "", ""], NAMES, VALUES, mapping=ColumnMapping(header_rows=given))
    if given == (2, 3):
        assert [problem.message for problem in header.problems] == [
            "the mapping says that the header stands in row 3, but nothing stands there"
        ]
    else:
        assert (header.names, header.rows) == (names, lines)


def test_columns_without_names() -> None:
    """A file without a header is mapped by the places of its columns."""
    columns = {"conversation_id": "column_1", "role": "column_2", "text": "column_3"}
    header = found(VALUES, VALUES, mapping=ColumnMapping(columns, header_rows=()))
    assert (dict(header.columns.fields), header.last) == ({"conversation_id": 0, "role": 1, "text": 2}, 0)


def test_notes_above_a_csv(load: Callable[..., object]) -> None:
    """In CSV too notes stand above the header, of another width than the rows, and rows keep their lines."""
    turns, rejects = load("a.csv", "导出：九月\n\n口径,全部\n会话ID,角色,内容\n,,\nS1,客服,您好\n  , ,\t\n")
    assert ([(turn["line"], turn["text"]) for turn in turns], rejects) == ([(6, "您好")], [])


def test_a_csv_without_a_header(load: Callable[..., object]) -> None:
    """With an empty list of header rows the first line is a row."""
    mapping = ColumnMapping({"conversation_id": "column_1", "role": "column_2", "text": "column_3"}, header_rows=())
    turns, _ = load("a.csv", "S1,客服,您好\nS1,客户,嗯\n", mapping)
    assert [(turn["line"], turn["text"]) for turn in turns] == [(1, "您好"), (2, "嗯")]
