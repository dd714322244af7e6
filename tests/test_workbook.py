"""The workbook: every cell is what it was, nothing is taken for a formula, and nothing is cut in silence."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.dom.minidom import parseString
from zipfile import ZipFile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText
from openpyxl.worksheet.worksheet import Worksheet

from cscheck.categories import load_categories
from cscheck.checker import Checker
from cscheck.excerpts import EXCERPTS
from cscheck.marks import MATCHED, SEEN, Mark
from cscheck.workbook import Contents, write_workbook
from cscheck.workbook.cells import BEFORE_EVIDENCE, CUT, MAX_UNITS, Marked, clean, fitted
from cscheck.workbook.figures import figure_columns

NEAR = Path(__file__).parent / "packs" / "good" / "near"
HEADER = "conversation_id,turn_index,role,agent_id,text,sent_at\n"
RED, BLUE = "FFC00000", "FF1F5FBF"


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(NEAR)


@pytest.fixture
def written(checker: Checker, tmp_path: Path) -> Iterator[Callable[[list[dict[str, Any]]], Workbook]]:
    """Score rows and read the workbook back; agent turns of conversation c where nothing else is said."""
    books = []

    def write(rows: list[dict[str, Any]], by: Checker = checker) -> Workbook:
        given = [{"conversation_id": "c", "role": "agent", "agent_id": "7001", **row} for row in rows]
        by.score(pd.DataFrame(given)).to_excel(tmp_path / "qa.xlsx")
        for name in (archive := ZipFile(tmp_path / "qa.xlsx")).namelist():
            parseString(archive.read(name))
        archive.close()
        books.append(load_workbook(tmp_path / "qa.xlsx", rich_text=True))
        return books[-1]

    yield write
    for book in books:
        book.close()


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    """Return the rows of a sheet by the titles of its columns; rich text as text."""
    head, *rows = sheet.iter_rows(values_only=True)
    return [
        {
            title: str(value) if isinstance(value, CellRichText) else value
            for title, value in zip(head, row, strict=True)
        }
        for row in rows
    ]


def colours(cell: Any) -> list[tuple[str, str | None, bool]]:
    """Return the runs of a rich text cell: text, colour, bold."""
    return [
        (part.text, part.font.color.rgb if part.font.color.type == "rgb" else None, bool(part.font.b))
        for part in cell.value
    ]


def test_the_sheets_and_their_order(written: Callable[..., Workbook]) -> None:
    """坐席, 会话, 命中, 拒收 where a row was rejected, 说明; each with a frozen head and filters over all rows."""
    clean_book = written([{"text": "您好"}])
    assert clean_book.sheetnames == ["坐席", "会话", "命中", "说明"]
    assert clean_book["命中"].auto_filter.ref == "A1:U2"
    book = written([{"text": "打包票"}, {"text": ""}])
    assert book.sheetnames == ["坐席", "会话", "命中", "拒收", "说明"]
    assert [sheet.freeze_panes for sheet in book] == ["B2", "B2", "C2", "B2", "A2"]
    for sheet in book:
        assert sheet.auto_filter.ref == sheet.dimensions
    assert table(book["拒收"]) == [
        {"文件": "<frame>", "行": 2, "会话ID": "c", "轮次": None, "原因": "话轮没有文字（轮次和时间仍然算数）"}
    ]


def test_a_finding_is_a_row_with_all_an_inspector_needs(written: Callable[..., Workbook]) -> None:
    """Words, price, what was deducted, the customer's words before, norms and advice stand in one row."""
    rows = [
        {"role": "customer", "text": "能到吗", "sent_at": "2026-09-01 09:00:00"},
        {"text": "我打包票，打包票", "sent_at": "2026-09-01 09:00:05"},
    ]
    first, second = table(written(rows)["命中"])
    assert first == {
        "序号": 1,
        "会话ID": "c",
        "坐席": "7001",
        "班组": None,
        "轮次": 1,
        "时间": "2026-09-01 09:00:05",
        "类别": "绝对化承诺",
        "规则标题": "近：打包票",
        "规则ID": "own.promise",
        "级别": "严重",
        "扣分": 10,
        "实扣": 10,
        "致命": None,
        "置信度": 1,
        "原话": "我打包票，打包票",
        "前一轮客户的话": "能到吗",
        "规范依据": "绝对化承诺（《淘宝开店必备》）",
        "建议": "说“尽量”",
        "出处": "<frame>:2",
        "复核结论": None,
        "备注": None,
    }
    assert (second["序号"], second["原话"]) == (2, "我打包票，打包票")


def test_the_evidence_is_in_colour(written: Callable[..., Workbook]) -> None:
    """What matched is red and bold; a turn that is evidence as a whole is red as a whole."""
    cells = written([{"text": "我打包票，好"}, {"text": "打包票"}])["命中"]["O"]
    assert colours(cells[1]) == [("我", None, False), ("打包票", RED, True), ("，好", None, False)]
    assert (cells[2].value, cells[2].font.color.rgb, cells[2].font.b) == ("打包票", RED, True)


def test_cues_have_a_colour_of_their_own(written: Callable[..., Workbook], tmp_path: Path) -> None:
    """A cue that was overruled is blue, beside the red of the match."""
    (tmp_path / "pack" / "cues").mkdir(parents=True)
    (tmp_path / "pack" / "pack.yaml").write_text("id: p\ntitle: 包\nversion: '1'\n", encoding="utf-8")
    (tmp_path / "pack" / "cues" / "c.yaml").write_text(
        "- id: no\n  title: 否\n  cancelled_by: [nono]\n  examples: {hit: [], miss: []}\n"
        "  parts: [{side: before, window: 6, commas: 0, phrases: [不能]}]\n"
        "- id: nono\n  title: 双否\n  examples: {hit: [], miss: []}\n"
        "  parts: [{side: before, window: 6, commas: 0, phrases: [不能不]}]\n",
        encoding="utf-8",
    )
    rule = """
- id: p.promise
  title: 承诺
  category: promise
  severity: major
  norms: [banned.promise.absolute]
  when: {phrases: [打包票]}
  unless: ['no']
  boundary: none
  advice: 改
  examples: {hit: [⟦打包票⟧, 我⟦打包票⟧], miss: [好, 行]}
"""
    (tmp_path / "pack" / "rules.yaml").write_text(rule, encoding="utf-8")
    cell = written([{"text": "我不能不打包票"}], Checker(tmp_path / "pack"))["命中"]["O2"]
    assert colours(cell) == [("我", None, False), ("不能不", BLUE, False), ("打包票", RED, True)]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        '=HYPERLINK("http://a")',
        "http://a.cn",
        "mailto:a@b",
        "{=1}",
        "007",
        "1e5",
        "TRUE",
    ],
)
def test_no_text_becomes_a_formula_or_link(written: Callable[..., Workbook], text: str) -> None:
    """Texts and ids are kept as text, whatever they begin with, and editing a cell makes no formula of them."""
    rows = [{"conversation_id": text, "role": "customer", "text": text}, {"conversation_id": text, "text": "打包票"}]
    book = written(rows)
    cells = [book["命中"]["B2"], book["命中"]["P2"], book["会话"]["A2"]]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells] == [(text, "s", None)] * 3
    assert [bool(cell.quotePrefix) for cell in cells] == [text[0] in "=+-@"] * 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x0bc\x1fd\uffffe", "a\ufffdb\ufffdc\ufffdd\ufffde"),
        ("行\r\n尾\t\n", "行\n\n尾\t\n"),
        (" 前后 ", " 前后 "),
        ("<r>& <t/></r>", "<r>& <t/></r> "),
        ("_x0041_", "_x0041_"),
        ("😀", "😀"),
    ],
    ids=["controls", "line ends", "blanks", "like rich text", "like an escape", "beyond the plane"],
)
def test_awkward_characters_do_not_break_the_book(written: Callable[..., Workbook], text: str, shown: str) -> None:
    """What XML cannot hold becomes U+FFFD; what looks like the file's own markup is text; also beside marked words."""
    book = written([{"role": "customer", "text": text}, {"text": f"{text}打包票"}])
    (row,) = table(book["命中"])
    assert unescaped(row["前一轮客户的话"]) == shown
    assert unescaped(row["原话"]) == f"{clean(text)}打包票"


def unescaped(text: str) -> str:
    """Undo what Excel undoes and openpyxl leaves in rich text."""
    return text.replace("_x005F_", "_")


def test_long_texts_are_cut_visibly(written: Callable[..., Workbook]) -> None:
    """A text beyond a cell's limit says that it was cut, and the matched words stay in it."""
    near, far = table(written([{"text": "打包票" + "长" * 40_000}, {"text": "😀" * 40_000 + "打包票啊"}])["命中"])
    assert near["原话"].startswith("打包票长") and near["原话"].endswith(f"长{CUT}")
    assert far["原话"] == f"{CUT}{'😀' * BEFORE_EVIDENCE}打包票啊"
    assert all(len(row["原话"].encode("utf-16-le")) <= 2 * MAX_UNITS for row in (near, far))


def test_marks_move_with_a_cut_text() -> None:
    """The marks of a cut text stand on the same words; those outside are gone."""
    text = "线索" + "长" * 40_000 + "承诺" + "长" * 40_000
    cut = fitted(Marked(text, (Mark(0, 2, SEEN), Mark(40_002, 40_004, MATCHED))))
    assert [(cut.text[mark.start : mark.end], mark.style) for mark in cut.marks] == [("承诺", MATCHED)]
    assert (cut.text.startswith(CUT), cut.text.endswith(CUT)) == (True, True)
    assert fitted(Marked("短", ())) == Marked("短", ())
    assert fitted(Marked("长" * MAX_UNITS)).text == "长" * MAX_UNITS


def test_a_missing_thing_says_where_it_was_sought(tmp_path: Path) -> None:
    """A required thing has no words: the row tells the turns searched and the nearest miss."""
    Checker().score(pd.DataFrame({"会话ID": ["c"] * 2, "角色": ["客服"] * 2, "内容": ["您好像没付款", "嗯"]})).to_excel(
        tmp_path / "qa.xlsx"
    )
    rows = {row["规则ID"]: row for row in table(load_workbook(tmp_path / "qa.xlsx", rich_text=True)["命中"])}
    greeting = rows["courtesy.opening.greeting"]
    assert (greeting["轮次"], greeting["类别"]) == (None, "问候语")
    assert greeting["规则标题"].startswith("缺：")
    assert greeting["原话"] == "（应有而未见。查找了第 0、1 轮；最接近的是第 0 轮“您好”）"


def test_the_share_of_a_missing_thing_reads_as_missing(tmp_path: Path) -> None:
    """In 坐席 the share of conversations that lack a greeting is headed 缺…, that of a forbidden thing is not."""
    frame = pd.DataFrame({"会话ID": ["c"] * 2, "角色": ["客服"] * 2, "内容": ["你有病吧", "嗯"]})
    Checker().score(frame).to_excel(tmp_path / "qa.xlsx")
    heads = [cell.value for cell in load_workbook(tmp_path / "qa.xlsx")["坐席"][1]]
    assert "缺问候语占比" in heads and "问候语占比" not in heads
    assert "辱骂嘲讽占比" in heads


def test_a_missing_thing_says_why_it_was_due(tmp_path: Path) -> None:
    """What made it due stands with it, and the turn that did in the place of the customer's words."""
    frame = pd.DataFrame({"会话ID": ["c"] * 3, "角色": ["客服", "客户", "客服"], "内容": ["您好", "我要投诉", "嗯"]})
    Checker().score(frame).to_excel(tmp_path / "qa.xlsx")
    rows = {row["类别"]: row for row in table(load_workbook(tmp_path / "qa.xlsx", rich_text=True)["命中"])}
    assert rows["致歉"]["原话"] == "（应有而未见。触发：第 1 轮“投诉”；查找了第 0、2 轮）"
    assert rows["致歉"]["前一轮客户的话"] == "我要投诉"


def test_a_capped_band_says_why(written: Callable[..., Workbook]) -> None:
    """Where a severity keeps a conversation from the band of its points, 会话 says so, and 说明 what is borne."""
    book = written([{"conversation_id": "a", "text": "打包票"}, {"conversation_id": "b", "text": "您好"}])
    shown = [(row["会话ID"], row["得分"], row["等级"], row["等级说明"]) for row in table(book["会话"])]
    assert shown == [("a", 90, "合格", "有严重违规，最高为合格"), ("b", 100, "优秀", None)]
    (bands,) = (row["内容"] for row in table(book["说明"]) if row["项目"] == "等级" and row["主题"] == "得分怎么来")
    worst = "（最严重的确定命中不超过“重要”）"
    assert bands == f"优秀 90 分起{worst}，良好 75 分起{worst}，合格 60 分起，不合格 0 分起"


def test_the_inspector_chooses_from_a_list(written: Callable[..., Workbook]) -> None:
    """The column 复核结论 takes 属实, 误判 and 存疑; it and 备注 are empty."""
    sheet = written([{"text": "打包票"}, {"text": "打包票"}])["命中"]
    (validation,) = sheet.data_validations.dataValidation
    assert (str(validation.sqref), validation.type, validation.formula1) == ("T2:T3", "list", '"属实,误判,存疑"')
    assert [row["备注"] for row in table(sheet)] == [None, None]


def test_conversations_point_to_their_findings(written: Callable[..., Workbook]) -> None:
    """会话 shows the terms of the score and the numbers of its findings, which sorting does not change."""
    rows = [
        {"conversation_id": name, "text": text} for name, text in zip("aabcc", ["打包票"] * 3 + ["好"] * 2, strict=True)
    ]
    book = written(rows)
    shown = table(book["会话"])
    assert [(row["会话ID"], row["得分"], row["命中数"], row["命中序号"]) for row in shown] == [
        ("a", 80, 2, "1–2"),
        ("b", 90, 1, "3"),
        ("c", 100, 0, None),
    ]
    assert (shown[0]["基础分"], shown[0]["扣分：违规行为"], shown[0]["渠道"]) == (100, 20, "渠道未知")


def test_agents_are_not_ranked(written: Callable[..., Workbook]) -> None:
    """坐席 stand in order of their ids, with sample size and interval; too small samples are grey."""
    rows = [{"conversation_id": f"{agent}{n}", "agent_id": agent, "text": text}
            for agent, text in [("2", "好"), ("1", "打包票"), (None, "好")] for n in range(2)]  # fmt: skip
    sheet = written(rows)["坐席"]
    shown = table(sheet)
    facts = [(row["坐席"], row["会话数"], row["样本足够"], row["平均分"]) for row in shown]
    assert facts == [
        ("1", 2, "否", 90),
        ("2", 2, "否", 100),
        ("（未知）", 2, "否", 100),
    ]
    assert (shown[0]["绝对化承诺占比"], shown[0]["平均分下限"]) == (1, 90)
    assert sheet["A2"].font.color.rgb == "FF808080"
    folded = [range(one.min, one.max + 1) for one in sheet.column_dimensions.values() if one.hidden]
    hidden = {cell.value for cell in sheet[1] if any(cell.column in places for places in folded)}
    shown_heads = [cell.value for cell in sheet[1] if cell.value not in hidden]
    assert "绝对化承诺占比" in shown_heads
    assert {"绝对化承诺占比下限", "合格率上限"} <= hidden
    assert [head for head in shown_heads if head.endswith(("下限", "上限"))] == ["平均分下限", "平均分上限"]
    assert (sheet.column_dimensions["A"].collapsed, sheet.sheet_properties.outlinePr.summaryRight) == (False, False)
    assert shown_heads == [
        "坐席",
        "会话数",
        "样本足够",
        "平均分",
        "平均分下限",
        "平均分上限",
        "合格率",
        "致命会话数",
        "每百通命中",
        "绝对化承诺占比",
    ]


def test_what_nobody_has_is_left_out(tmp_path: Path) -> None:
    """Categories that never occur have no columns; of those that do the six most frequent stay in view."""
    said = ["打包票", "你有病吧", "关我什么事", "你自己看", "烦不烦", "不知道，问别人去", "加我微信", "你是不是骗子"]
    rows = [
        {"conversation_id": f"{n}{words}", "role": "agent", "agent_id": "7", "text": words}
        for n in range(3)
        for words in said[: 8 - 2 * n]
    ]
    scored = Checker("base").score(pd.DataFrame(rows))
    scored.to_excel(tmp_path / "qa.xlsx")
    sheet = load_workbook(tmp_path / "qa.xlsx")["坐席"]
    heads = [str(cell.value) for cell in sheet[1]]
    seen = {
        share
        for share in scored.agents.column_names
        if share.startswith("share_") and share[-4:] not in ("_low", "high")
    }
    some = [share for share in sorted(seen - {"share_passed"}) if (scored.agents[share][0].as_py() or 0) > 0]
    assert len(some) > 6
    assert len([head for head in heads if "占比" in head]) == 3 * len(some)
    folded = [range(one.min, one.max + 1) for one in sheet.column_dimensions.values() if one.hidden]
    shown = [head for at, head in enumerate(heads, 1) if not any(at in places for places in folded)]
    assert len([head for head in shown if "占比" in head]) == 6
    assert heads[: len(shown)] == shown


def test_the_name_of_an_agent_stands_beside_the_id(written: Callable[..., Workbook]) -> None:
    """坐席, 会话 and 命中 show the one name that belongs to an id; where there are two it is left open."""
    rows = [
        {"conversation_id": "a", "text": "打包票", "坐席姓名": "陈晓"},
        {"conversation_id": "b", "text": "打包票", "agent_id": "7002", "坐席姓名": "李雷"},
        {"conversation_id": "c", "text": "好", "agent_id": "7002", "坐席姓名": "韩梅"},
        {"conversation_id": "c", "role": "customer", "text": "好", "坐席姓名": "王女士"},
    ]
    book = written(rows)
    for title in ("坐席", "会话", "命中"):
        named = dict.fromkeys((row["坐席"], row["坐席姓名"]) for row in table(book[title]))
        assert list(named) == [("7001", "陈晓"), ("7002", None)]
    assert "坐席姓名" not in {cell.value for cell in written([{"text": "打包票"}])["命中"][1]}


def test_teams_and_weeks_have_sheets_of_their_own(written: Callable[..., Workbook]) -> None:
    """Where teams and dates are known there are 班组 and 周, with the levels told apart and names for the unknown."""
    rows = [
        {"conversation_id": "a", "text": "打包票", "班组": "一组", "sent_at": "2026-09-01 09:00:00"},
        {"conversation_id": "b", "text": "您好", "班组": None, "agent_id": None, "sent_at": "2026-09-08 09:00:00"},
    ]
    book = written(rows)
    assert book.sheetnames == ["坐席", "班组", "周", "会话", "命中", "说明"]
    assert [(row["会话ID"], row["班组"]) for row in table(book["会话"])] == [("a", "一组"), ("b", None)]
    assert [(row["会话ID"], row["班组"]) for row in table(book["命中"])] == [("a", "一组")]
    assert [(row["班组"], row["坐席数"], row["平均分"]) for row in table(book["班组"])] == [
        ("一组", 1, 90),
        ("（未知）", 1, 100),
    ]
    assert [(row["周"], row["层级"], row["班组"], row["坐席"]) for row in table(book["周"])] == [
        ("2026-W36", "全体", None, None),
        ("2026-W36", "班组", "一组", None),
        ("2026-W36", "坐席", "一组", "7001"),
        ("2026-W37", "全体", None, None),
        ("2026-W37", "班组", "（未知）", None),
        ("2026-W37", "坐席", None, "（未知）"),
    ]


def test_columns_that_are_not_known_keep_their_name() -> None:
    """A new column of the agents' table appears without a change here; known ones have Chinese titles."""
    seen = {"agent_id": 1, "rank_low": 1, "share_promise": 2, "share_promise_high": 1, "share_evade_high": 1, "new": 1}
    columns = figure_columns(seen, load_categories())
    assert [column.title for column, _ in columns.values()] == [
        "坐席",
        "new",
        "绝对化承诺占比",
        "名次（最好）",
        "绝对化承诺占比上限",
    ]


def test_findings_continue_on_another_sheet(checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings beyond what a worksheet holds continue on 命中2, 命中3 …: nothing is cut."""
    monkeypatch.setattr("cscheck.workbook.sheet.MAX_ROWS", 3)
    frame = pd.DataFrame({"会话ID": ["c"] * 7, "角色": ["客服"] * 7, "内容": [f"打包票{n}" for n in range(7)]})
    checker.score(frame).to_excel(tmp_path / "qa.xlsx")
    book = load_workbook(tmp_path / "qa.xlsx", rich_text=True)
    sheets = [name for name in book.sheetnames if name.startswith("命中")]
    assert sheets == ["命中", "命中2", "命中3"]
    assert [[row["序号"] for row in table(book[name])] for name in sheets] == [[1, 2, 3], [4, 5, 6], [7]]
    assert [book[name].auto_filter.ref for name in sheets] == ["A1:U4", "A1:U4", "A1:U2"]


def test_the_notes_say_what_was_run(written: Callable[..., Workbook], checker: Checker) -> None:
    """说明 names versions, pack digest, scheme and counts, and explains every column but the shares one by one."""
    book = written([{"text": "打包票"}])
    notes = [(row["主题"], row["项目"], row["内容"]) for row in table(book["说明"])]
    assert ("这次运行", "规则包摘要", checker.library.digest) in notes
    assert ("这次运行", "数目", "会话 1，话轮 1，命中 1，未能判定 0，拒收的行 0，坐席 1") in notes
    assert ("得分怎么来", "起点", "每通会话从 100 分起；有致命命中的最多 0 分") in notes
    repeats = "不该说的按次扣，同一条规则最多扣 3 次；应有而未见的只扣一次；"
    repeats += "同一处词句同类只扣一次，先算确定的，再算标价高的"
    assert ("得分怎么来", "重复", repeats) in notes
    explained = {(topic.removeprefix("列："), title) for topic, title, _ in notes if topic.startswith("列：")}
    titles = {(name, cell.value) for name in ("坐席", "会话", "命中") for cell in book[name][1]}
    assert {title for _, title in titles - explained if "占比" not in title} == set()


def test_an_error_is_no_finding(checker: Checker, tmp_path: Path) -> None:
    """A rule that could not be decided is a grey row of its own kind, with its reason in place of advice."""
    scored = checker.score(pd.DataFrame({"会话ID": ["c"], "角色": ["客服"], "内容": ["打包票"]}))
    (row,) = scored.findings.to_pylist()
    failed = {**row, "kind": "error", "points": None, "norms": [], "evidence": [], "message": "超时", "start": None}
    failed |= dict.fromkeys(("category", "polarity", "severity", "end", "matched"))
    excerpts = pa.table({name: ["打包票" if name == "text" else None] for name in EXCERPTS.names})
    tables = scored.to_arrow() | {"findings": pa.Table.from_pylist([failed], schema=scored.findings.schema)}
    rules, record = {rule.id: rule for rule in checker.library.rules}, scored._record()
    contents = Contents(tables, excerpts, rules, load_categories(), checker.scheme, record)
    write_workbook(tmp_path / "qa.xlsx", contents)
    sheet = load_workbook(tmp_path / "qa.xlsx", rich_text=True)["命中"]
    (shown,) = table(sheet)
    assert (shown["类别"], shown["级别"], shown["实扣"], shown["原话"], shown["建议"]) == (
        "（未能判定）", None, None, "打包票", "超时",
    )  # fmt: skip
    assert sheet["G2"].font.color.rgb == "FF808080"


def test_the_book_of_a_job_is_the_same_in_every_run(
    checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows of 命中 are those of findings.parquet, and the sheets do not depend on partitions' workers."""
    monkeypatch.setattr("cscheck.job.PARTITION_BYTES", 500)
    monkeypatch.chdir(tmp_path)
    lines = [f"c{n:02},0,customer,,第{n}次问,\nc{n:02},1,agent,700{n % 3},打包票{n},\n" for n in range(30)]
    Path("a.csv").write_text(HEADER + "".join(lines), encoding="utf-8")
    checker.score_files(["a.csv"], "one", excel=True)
    checker.score_files(["a.csv"], "again", excel=True)
    checker.score_files(["a.csv"], "two", excel=True, workers=2)
    checker.score_files(["a.csv"], "bare")
    assert Path("one/qa.xlsx").read_bytes() == Path("again/qa.xlsx").read_bytes() == Path("two/qa.xlsx").read_bytes()
    rows = table(load_workbook("two/qa.xlsx", rich_text=True)["命中"])
    findings = pq.read_table("two/findings.parquet").to_pylist()
    assert [row["会话ID"] for row in rows] == [finding["conversation_id"] for finding in findings]
    assert {row["会话ID"][1:]: row["原话"].removeprefix("打包票") for row in rows} == {
        f"{n:02}": str(n) for n in range(30)
    }
    assert all(row["前一轮客户的话"] == f"第{int(row['会话ID'][1:])}次问" for row in rows)
    record = json.loads(Path("two/run.json").read_text(encoding="utf-8"))
    assert record["options"]["excel"] is True
    assert {path.name for path in Path("two").iterdir()} - {path.name for path in Path("bare").iterdir()} == {"qa.xlsx"}
