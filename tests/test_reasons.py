"""Reasons of rejected rows in Chinese, as the readers really give them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from xlsxwriter import Workbook

from cscheck.gather import gather
from cscheck.readers import from_frame, read
from cscheck.reasons import REASONS, Counted, in_chinese

HEAD = "会话ID,角色,内容,轮次,发送时间\n"
FILES: Mapping[str, str] = {
    "a.csv": HEAD
    + "1,客服,好,1,9:00\n1,客服,,2,9:00\n,客服,好,3,9:00\n1.2E+17,客服,好,3,9:00\n1,,好,4,9:00\n1,主管,好,5,9:00\n"
    '1,客服,好,x,9:00\n1,客服,好,6,晚上\n1,客服\n1,"客服"x,好,7,9:00\n1,客服,好,1,9:00\n1,客服,好,,9:00\n',
    "b.txt": "您好\n客服（小王，1）：您好\n客服：您好\n",
    "c.csv": "会话ID,聊天记录\n1,\n2,客服：您好 请说 客户：在吗\n3,客服：好\n4,客服：好\n5,客服：好\n"
    f'6,[{{"" {"x" * 32_767}\n7,"[{{""role"":""客服""}},{{""role"":""客服"",""text"":""a""}}]"\n',
    "d.jsonl": "{\n[]\n"
    '{"conversation_id": "1", "turns": []}\n{"a": 1}\n'
    '{"conversation_id": [1], "turns": [{"role": "agent", "text": "a"}]}\n'
    '{"conversation_id": "1", "turns": [{"role": "agent", "text": "a"}], "messages": [1]}\n'
    '{"conversation_id": "\\ud800", "turns": [{"role": "agent", "text": "a"}]}\n'
    '{"conversation_id": "2", "turns": [1, {"role": "agent", "text": ["a"]}, {"role": "agent", "text": "\\ud800"}]}\n'
    '{"conversation_id": "3", "turns": [{"role": "agent", "text": "a", "agent_id": true}]}\n'
    '{"conversation_id": "4", "turns": [{"role": "agent", "text": "a"}]}\n',
    "e.md": "# 说明",
    "f.ipynb": "{}",
}


def reasons(folder: Path) -> set[str]:
    """Reject rows in every way that the readers know, and return the reasons."""
    tables = []
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
        tables += read(folder / name, name)
    with Workbook(folder / "g.xlsx") as book:
        sheets = {
            "甲": [["会话ID", "角色", "内容", "班"], ["1", "客服", "好", "一"]],
            "乙": [["会话ID", "角色", "内容"]],
        }
        sheets |= {"丙": [["会话ID", "合计"], ["1", "2"]], "丁": [["某某", "数"], ["1", "2"]]}
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    tables += read(folder / "g.xlsx", "g.xlsx")
    tables += read(folder / "g.xlsx", "g.xlsx", {"team": "班"})
    ids = {"conversation_id": [1.0, float("inf"), 2.0, 3.0], "agent_id": [[1], None, None, None]}
    tables.append(from_frame(pa.table({**ids, "role": ["agent"] * 4, "text": [b"a", b"a", b"\xff", b"a"]})))
    tables.append(
        from_frame(pd.DataFrame({"会话ID": ["1", "2"], "角色": ["客服"] * 2, "内容": ["好", "\ud800"]}, dtype=object))
    )
    line = {"conversation_id": ["9"], "role": ["agent"], "text": ["好"], "start": [1.0]}
    twins = [from_frame(pa.table(line), name)[0] for name in ("x", "y")]
    rejects = [table for _, table in tables] + [gather(pa.concat_tables([turns for turns, _ in tables]))[2]]
    return {
        reason for table in [*rejects, gather(pa.concat_tables(twins))[2]] for reason in table["reason"].to_pylist()
    }


def test_every_reason_is_told_in_chinese(tmp_path: Path) -> None:
    """Whatever a row is rejected for is read in Chinese; and no reason is translated that nothing gives."""
    found = reasons(tmp_path)
    assert {reason for reason in found if in_chinese(reason) == reason} == set()
    given = {pattern for pattern in REASONS for reason in found if re.fullmatch(pattern, reason, re.DOTALL)}
    said_elsewhere = {r"the mapping names other sheets \(sheets\)", "pattern (.*) ran out of its (.*) s"}
    assert set(REASONS) - given == said_elsewhere


@pytest.mark.parametrize(
    ("reason", "chinese"),
    [
        ("empty text", "话轮没有文字（轮次和时间仍然算数）"),
        (
            "the conversation id '1E+17' has lost digits: export ids as text",
            "会话编号“1E+17”已丢失位数：请把编号列设成文本再导出",
        ),
        ('the turn index "1\'" is not a whole number', "轮次“1'”不是整数"),
        ("the column '备注' is not valid UTF-8", "“备注”列不是有效的 UTF-8 编码"),
        ("the row has 2 fields, the header has 5", "这一行有 2 个字段，表头有 5 个"),
        ("the same turn as in 八月.csv:7", "与 八月.csv:7 是同一句话（重复导出）"),
        (
            "the sheet is no transcript: no column for role; the file has: 坐席, 合计; accepted names: role, 角色 …; "
            "or give a column mapping",
            "这张表不是会话记录：没有角色列；表里的列有：坐席, 合计",
        ),
        ("pattern 'a+' ran out of its 5 s", "没有判定完，请人工看：'a+' 超过了 5 秒的时限"),
        (
            "not valid JSON: Unterminated string starting at (column 25)",
            "不是有效的 JSON（JSON 不完整，第 25 个字符起的文字没有写完就断了）",
        ),
        ("not valid JSON: Expecting ',' delimiter (column 9)", "不是有效的 JSON（第 9 个字符处缺逗号或右括号）"),
        (
            "the sheet is no transcript: the column mapping names the column '工单号' or '会话编号' for "
            "conversation_id, but the file has: a",
            "这张表不是会话记录：没有映射文件指定的列 “工单号”或“会话编号”",
        ),
        ("what nobody says", "what nobody says"),
    ],
)
def test_a_reason_keeps_what_it_names(reason: str, chinese: str) -> None:
    """Values, columns and places stand in the Chinese as in the English; an unknown reason is shown as it is."""
    assert in_chinese(reason) == chinese


def test_reasons_that_differ_in_a_value_are_one() -> None:
    """Rows rejected for one reason are counted together, shown as the first of them."""
    counted = Counted()
    counted.update(
        ["empty text", "the turn index 'x' is not a whole number", "the turn index 'y' is not a whole number"]
    )
    assert counted.most_common() == [("the turn index 'x' is not a whole number", 2), ("empty text", 1)]
    assert counted.most_common(1) == counted.most_common()[:1]
