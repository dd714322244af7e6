"""Reading labelled files: JSONL of turns and conversations, sheets of turns, sheets of reviewed findings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from cscheck import Checker
from cscheck.errors import InputError
from cscheck.evaluate import Labelled, read_labelled
from cscheck.evaluate.review import Reviewed, review_figures
from cscheck.model import Turn
from cscheck.readers import ColumnMapping

ITEM = {
    "id": "x1",
    "before": [["customer", "到哪了"]],
    "text": "保准到",
    "after": [["agent", "嗯"]],
    "labels": ["promise"],
}
TALK = [{"role": "agent", "text": "说"}, {"role": "customer", "text": "修吗"}, {"role": "agent", "text": "笨蛋"}]
GOLD = {"forbidden": [{"turn": 2, "labels": ["insult"]}], "required": {"greeting": {"status": "absent"}}}


def lines(path: Path, *objects: Any) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects), encoding="utf-8")
    return path


@pytest.fixture(params=["csv", "xlsx", "parquet"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[dict[str, list[Any]]], Path]:
    """Write a table as each kind of file."""

    def written(columns: dict[str, list[Any]]) -> Path:
        path = tmp_path / f"labels.{request.param}"
        frame = pd.DataFrame(columns)
        if request.param == "csv":
            frame.to_csv(path, index=False, encoding="gb18030")
        elif request.param == "xlsx":
            frame.to_excel(path, index=False)
        else:
            frame.to_parquet(path, index=False)
        return path

    return written


def problems(path: Path) -> list[str]:
    """Return the faults of a file, without its path."""
    with pytest.raises(InputError) as caught:
        read_labelled([path])
    return [str(problem).removeprefix(str(path)) for problem in caught.value.problems]


def judged(found: Labelled, name: str) -> dict[int, set[str]]:
    return {index: set(categories) for index, categories in found.labels[name].forbidden.items()}


def test_a_turn_item_is_a_conversation_with_one_judged_turn(tmp_path: Path) -> None:
    """The turns around stand in the conversation, and only the turn itself is judged."""
    found, reviewed = read_labelled([lines(tmp_path / "a.jsonl", ITEM | {"disputed": ["evade"], "channel": "call"})])
    (conversation,) = found.conversations
    assert (conversation.conversation_id, conversation.channel) == ("x1", "call")
    assert conversation.turns == (Turn("customer", "到哪了", 0), Turn("agent", "保准到", 1), Turn("agent", "嗯", 2))
    assert judged(found, "x1") == {1: {"promise"}}
    assert found.labels["x1"].disputed == {1: {"evade"}}
    assert reviewed == []


def test_a_conversation_with_gold(tmp_path: Path) -> None:
    """All agent turns of a conversation are judged, its duties by their status, and gold is no metadata."""
    line = {"conversation_id": "d", "channel": "call", "agent_id": "7", "turns": TALK, "gold": GOLD, "queue": "售后"}
    found, _ = read_labelled([lines(tmp_path / "a.jsonl", line)])
    assert judged(found, "d") == {0: set(), 2: {"insult"}}
    assert found.labels["d"].required == {"greeting": "absent"}
    assert found.conversations[0].meta == {"queue": "售后"}
    assert [turn.agent_id for turn in found.conversations[0].turns] == ["7", "7", "7"]


def test_all_faulty_lines_are_named(tmp_path: Path) -> None:
    """Each line that cannot be used is a fault with its line, and nothing is read."""
    path = lines(
        tmp_path / "a.jsonl",
        ITEM,
        ITEM | {"id": "2", "labels": ["promis"]},
        {"id": "3", "text": "好"},
        ITEM | {"id": "4", "before": [["boss", "好"]]},
        ITEM,
        [1],
    )
    found = problems(path)
    near = "(did you mean promise 绝对化承诺?)"
    assert found[0].startswith(
        f":2: [I150] 'promis' is no forbidden category (类别) {near}; known are: promise 绝对化承诺, "
    )
    assert found[1:] == [
        ":3: [I150] the key 'labels' is missing: a turn item has id, text and labels, a conversation turns and gold",
        ":4: [I150] role must be one of agent, customer, bot, system (got 'boss')",
        ":5: [I152] the conversation 'x1' is labelled twice: keep one of them",
        ":6: [I150] the line is not a JSON object",
    ]


@pytest.mark.parametrize(
    ("gold", "message"),
    [
        (
            {"forbidden": [{"turn": 1, "labels": ["insult"]}]},
            "gold.forbidden names turn 1, in which no agent speaks",
        ),
        (
            {"required": {"greeting": {"status": "missing"}}},
            "gold.required.greeting: status must be one of present, absent, na (got 'missing')",
        ),
    ],
)
def test_faulty_gold(tmp_path: Path, gold: dict[str, Any], message: str) -> None:
    """Gold that names a turn of the customer, or a status that does not exist, is a fault."""
    path = lines(tmp_path / "a.jsonl", {"conversation_id": "d", "turns": TALK, "gold": gold})
    assert problems(path) == [f":1: [I150] conversation d: {message}"]


def test_a_conversation_in_two_files_is_refused(tmp_path: Path) -> None:
    """The same conversation labelled in two files could count twice."""
    with pytest.raises(InputError, match="I152"):
        read_labelled([lines(tmp_path / "a.jsonl", ITEM), lines(tmp_path / "b.jsonl", ITEM)])


def test_a_sheet_with_a_column_of_labels(table: Callable[..., Path]) -> None:
    """Labels are listed by id or title; an empty cell or 无 is a clean turn; customers are not judged."""
    path = table(
        {
            "会话ID": ["a", "a", "a", "b"],
            "轮次": [0, 1, 2, 0],
            "角色": ["客服", "客户", "客服", "客服"],
            "内容": ["保准到", "真的吗", "笨蛋，打包票", "好的"],
            "标注": ["绝对化承诺", "", "insult、promise", "无"],
            "存疑": ["", "", "", "evade"],
        }
    )
    found, _ = read_labelled([path])
    assert (judged(found, "a"), judged(found, "b")) == ({0: {"promise"}, 2: {"insult", "promise"}}, {0: set()})
    assert found.labels["b"].disputed == {0: {"evade"}}
    assert len(found.labels["a"].judged) == 15


def test_a_sheet_with_a_column_for_each_category(table: Callable[..., Path]) -> None:
    """Then these categories are the judged ones; each row without conversation and role is an agent turn of its own."""
    path = table(
        {"文本": ["打包票", "好的", "保准"], "promise": [1, 0, None], "表达规范": ["", "是", "?"], "备注": ["", "", ""]}
    )
    found, _ = read_labelled([path])
    assert [judged(found, f"row {row}") for row in (2, 3, 4)] == [{0: {"promise"}}, {0: {"style"}}, {0: set()}]
    assert found.labels["row 4"].disputed == {0: {"style"}}
    assert found.labels["row 2"].judged == {"promise", "style"}


def test_turns_without_numbers_are_numbered(table: Callable[..., Path]) -> None:
    """Where a table has no column for the turn's number, the rows of a conversation count."""
    path = table(
        {"会话ID": ["a", "b", "a"], "角色": ["客服"] * 3, "内容": ["好", "保准", "笨蛋"], "labels": ["", "", "insult"]}
    )
    found, _ = read_labelled([path])
    assert judged(found, "a") == {0: set(), 1: {"insult"}}


def test_a_mapping_names_columns(tmp_path: Path) -> None:
    """A mapping holds for labelled tables as for any input."""
    path = tmp_path / "a.csv"
    path.write_text("谁,说了啥,标注\nA,保准,promise\n", encoding="utf-8")
    mapping = ColumnMapping(columns={"role": "谁", "text": "说了啥"}, roles={"A": "agent"})
    found, _ = read_labelled([path], mapping)
    assert judged(found, "row 2") == {0: {"promise"}}


def test_faulty_cells_are_named_by_their_row(tmp_path: Path) -> None:
    """An unknown category, an unclear mark and a label at a customer's turn are faults with the row of the sheet."""
    path = tmp_path / "a.csv"
    path.write_text("会话ID,角色,内容,标注,推诿\na,客服,好,promis,\na,客服,好,,也许\n", encoding="utf-8")
    found = problems(path)
    assert found[0].startswith(":2: [I151] 标注: 'promis' is no forbidden category")
    assert found[1] == ":3: [I151] 推诿: '也许' is neither yes (1, 是), no (0, 否, empty) nor disputed (?)"
    path.write_text("会话ID,角色,内容,标注\na,客服,好,\na,客户,好,insult\n", encoding="utf-8")
    assert problems(path) == [":3: [I151] a label (标注) at a customer turn: only what an agent says is judged"]


def test_a_label_is_never_lost(tmp_path: Path) -> None:
    """A label at a row that is rejected, or doubles an earlier turn, is a fault; without a label it is a reject."""
    path = tmp_path / "a.csv"
    head, first = "会话ID,轮次,角色,内容,标注\n", "a,0,客服,好,\n"
    path.write_text(f"{head}{first}a,0,客服,笨蛋,insult\na,1,客服,,insult\na,2,谁,好,insult\n", encoding="utf-8")
    message = "only what an agent says is judged"
    assert problems(path) == [
        f":3: [I151] a label (标注) at an empty or doubled turn: {message}",
        f":4: [I151] a label (标注) at an empty or doubled turn: {message}",
        f":5: [I151] a label (标注) at a rejected turn: {message}",
    ]
    path.write_text(f"{head}{first}a,0,客服,笨蛋,\na,1,客服,,\na,2,谁,好,\n", encoding="utf-8")
    found, _ = read_labelled([path])
    assert (judged(found, "a"), found.rejected) == ({0: set()}, 3)


def test_a_reviewed_sheet_gives_precision_alone(table: Callable[..., Path]) -> None:
    """Confirmed and false findings give a rule's precision; doubtful and open ones count neither way; recall is NA."""
    path = table(
        {
            "会话ID": ["a", "a", "b", "b", "c"],
            "轮次": [0, 2, 1, None, 3],
            "类别": ["绝对化承诺", "promise", "promise", "greeting", "promise"],
            "规则ID": ["own.promise", "own.promise", "own.promise", "own.greeting", "own.promise"],
            "复核结论": ["属实", "误判", "存疑", "属实", ""],
        }
    )
    found, reviewed = read_labelled([path])
    assert found.conversations == ()
    assert reviewed[:2] == [
        Reviewed("own.promise", "promise", "confirmed", "", "绝对化承诺"),
        Reviewed("own.promise", "promise", "false_alarm", "", "绝对化承诺"),
    ]
    (greeting, promise) = review_figures(reviewed)["rules"].to_pylist()
    assert [promise[key] for key in ("findings", "tp", "fp", "doubtful", "open")] == [4, 1, 1, 1, 1]
    assert [promise[key] for key in ("precision", "precision_low", "precision_high")] == [0.5, 0.094531, 0.905469]
    assert (promise["recall"], greeting["precision"], greeting["category"]) == (None, 1.0, "greeting")
    assert (promise["category_title"], greeting["category_title"]) == ("绝对化承诺", "问候语")


def test_the_workbook_of_a_run_can_be_reviewed(checker: Checker, tmp_path: Path) -> None:
    """The findings of the workbook that a run writes are read with the conclusions that an inspector fills in."""
    frame = pd.DataFrame(
        {"会话ID": ["a", "a"], "角色": ["客服"] * 2, "内容": ["您好，打包票", "笨蛋"], "工号": ["7"] * 2}
    )
    checker.score(frame).to_excel(tmp_path / "qa.xlsx")
    book = openpyxl.load_workbook(tmp_path / "qa.xlsx")
    sheet = book["命中"]
    place = next(cell.column for cell in sheet[1] if cell.value == "复核结论")
    for row, conclusion in ((2, "误判"), (3, "属实")):
        sheet.cell(row, place).value = conclusion
    book.save(tmp_path / "reviewed.xlsx")
    found, reviewed = read_labelled([tmp_path / "reviewed.xlsx"])
    assert found.conversations == ()
    assert reviewed == [
        Reviewed("own.promise", "promise", "false_alarm", "打包票", "绝对化承诺"),
        Reviewed("own.fool", "insult", "confirmed", "辱骂", "辱骂嘲讽"),
    ]


def test_a_conclusion_must_be_known(tmp_path: Path) -> None:
    """A conclusion that is none of the three is a fault; a sheet nobody reviewed is one, too."""
    path = tmp_path / "a.csv"
    path.write_text("规则ID,复核结论\nr,差不多\n", encoding="utf-8")
    assert problems(path) == [":2: [I155] the conclusion (复核结论) must be 属实, 误判, 存疑 or empty (got '差不多')"]
    path.write_text("规则ID,复核结论\nr,\n", encoding="utf-8")
    assert problems(path) == [": [I155] no finding is reviewed: fill in 复核结论 with 属实, 误判 or 存疑"]


def test_files_at_fault_are_all_named(tmp_path: Path) -> None:
    """What is no labelled file is named with what is missing in it."""
    (tmp_path / "a.csv").write_text("会话ID,内容\na,好\n", encoding="utf-8")
    (tmp_path / "b.doc").write_text("x")
    (tmp_path / "c.xlsx").write_text("x")
    with pytest.raises(InputError) as caught:
        read_labelled([tmp_path / name for name in ("a.csv", "b.doc", "c.xlsx", "d.csv")])
    assert [problem.code for problem in caught.value.problems] == ["I156", "I102", "I109", "I131"]
    assert "the columns are: 会话ID, 内容" in str(caught.value)


def sheets(path: Path, **tables: list[list[Any]]) -> Path:
    """Write a workbook, each sheet by its rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in tables.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_titles_above_the_header_and_other_sheets(tmp_path: Path) -> None:
    """The header is sought below titles; notes, statistics and empty sheets are passed over; faults name true rows."""
    rows: list[list[Any]] = [
        ["九月抽检标注"],
        [],
        ["会话ID", "角色", "内容", None, "标注"],
        ["a", "客服", "保准到", "", "promise"],
    ]
    others: dict[str, list[list[Any]]] = {
        "说明": [["怎么标"], ["见手册"]],
        "统计": [["推诿", "次数"], [1, 2]],
        "空": [],
    }
    found, _ = read_labelled([sheets(tmp_path / "a.xlsx", 标注=rows, **others)])
    assert judged(found, "a") == {0: {"promise"}}
    path = sheets(tmp_path / "b.xlsx", 标注=[*rows, ["a", "客服", "好", "", "promis"]], **others)
    assert problems(path)[0].startswith("[标注]:5: [I151] 标注: 'promis' is no forbidden category")
    short = [["标题"], ["文本", "promise"], ["打包票", 1]]
    found, _ = read_labelled([sheets(tmp_path / "c.xlsx", 标注=short)])
    assert judged(found, "row 3") == {0: {"promise"}}


def test_a_reviewed_sheet_below_a_title(tmp_path: Path) -> None:
    """A sheet of conclusions may have a title, too."""
    rows = [["复核"], ["规则ID", "复核结论", "类别"], ["own.promise", "属实", "promise"]]
    _, reviewed = read_labelled([sheets(tmp_path / "a.xlsx", 命中=rows, 说明=[["无"]])])
    assert reviewed == [Reviewed("own.promise", "promise", "confirmed", "", "绝对化承诺")]


def test_only_columns_that_are_there_are_named(tmp_path: Path) -> None:
    """A workbook without labels is told by its own names, never by made-up ones."""
    path = sheets(tmp_path / "a.xlsx", 表=[["标题"], ["会话ID", None, "内容"], ["a", "x", "好"]])
    (problem,) = problems(path)
    assert problem.endswith("the columns are: 会话ID, 内容")


def test_what_a_mapping_says_of_some_files(tmp_path: Path) -> None:
    """What a mapping says of one file, or of one sheet, holds for labelled tables, too."""
    frame = pd.DataFrame({"正文": ["保准到"], "标注": ["promise"]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.rename(columns={"正文": "备注"}).to_excel(tmp_path / "b.xlsx", index=False, sheet_name="九月")
    said = {"a.csv": ColumnMapping({"text": "正文"}), "b.xlsx#九月": ColumnMapping({"text": "备注"})}
    for name in ("a.csv", "b.xlsx"):
        labelled, _ = read_labelled([tmp_path / name], ColumnMapping(files=said))
        assert [turn.text for one in labelled.conversations for turn in one.turns] == ["保准到"]


def test_statistics_are_passed_over_where_the_words_have_one_of_two_names(tmp_path: Path) -> None:
    """A sheet with the words under one of the names that the mapping lists is read; one without any is not."""
    path = sheets(
        tmp_path / "a.xlsx", 标注=[["正文", "标注"], ["保准到", "promise"]], 统计=[["标注", "次数"], ["无", 1]]
    )
    found, _ = read_labelled([path], ColumnMapping({"text": ["原文", "正文"]}))
    assert [turn.text for one in found.conversations for turn in one.turns] == ["保准到"]


def test_a_section_for_a_sheet_says_where_its_header_stands(tmp_path: Path) -> None:
    """Header rows or columns that are said of one sheet decide where its header is, and for no other sheet."""
    rows = [["内容", "标注"], ["原文", "标注", "例"], ["保准到", "promise", ""]]
    path = sheets(tmp_path / "a.xlsx", 九月=rows, 十月=[["内容", "标注"], ["好的", "无"]])
    for said in (ColumnMapping({"text": "原文"}, header_rows=(2,)), ColumnMapping({"text": "原文"})):
        found, _ = read_labelled([path], ColumnMapping(files={"a.xlsx#九月": said}))
        assert [(c.conversation_id, c.turns[0].text) for c in found.conversations] == [
            ("row 3", "保准到"),
            ("row 2", "好的"),
        ]
        assert (judged(found, "row 3"), judged(found, "row 2")) == ({0: {"promise"}}, {0: set()})


def test_a_labelled_sheet_with_a_cell_far_off(tmp_path: Path) -> None:
    """A labelled workbook with a stray cell in the last corner is refused, as a transcript is."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["正文", "标注"])
    book.active.cell(1_048_576, 16_384, "x")
    book.save(tmp_path / "a.xlsx")
    assert [problem.split(": delete")[0] for problem in problems(tmp_path / "a.xlsx")] == [
        ": [I111] the last cell of xl/worksheets/sheet1.xml is XFD1048576"
    ]


def test_a_folder_is_no_labelled_file(tmp_path: Path) -> None:
    """Who names the folder of a run is told to name its workbook."""
    assert problems(tmp_path) == [f": [I131] a folder: name its workbook, {tmp_path / 'qa.xlsx'}, or labelled files"]


def test_one_fault_of_many_rows_is_told_once(tmp_path: Path) -> None:
    """An unknown label is one fault at its first row, which says in how many others it stands, and where."""
    path = tmp_path / "a.csv"
    path.write_text("内容,标注\n" + "好,态度差\n" * 8 + "好,乱写\n", encoding="utf-8")
    first, other = problems(path)
    assert first.startswith(":2: [I151] 标注: '态度差' is no forbidden category")
    assert first.endswith("; so in 8 rows, also in 3, 4, 5, 6, 7, …")
    assert other.startswith(":10: [I151] 标注: '乱写' is no forbidden category") and "so in" not in other
