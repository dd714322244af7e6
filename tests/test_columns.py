"""The command that tells what is understood of files."""

from __future__ import annotations

from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from cscheck.cli import app
from cscheck.readers import ColumnMapping
from cscheck.readers.mapping import load_mapping


def run(*args: object) -> tuple[object, str, str]:
    """Run ``cscheck columns``; return exit code, standard output and standard error."""
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err, pytest.raises(SystemExit) as ended:
        app(["columns", *map(str, args)])
    return ended.value.code, out.getvalue(), err.getvalue()


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A CSV file in the working folder."""
    monkeypatch.chdir(tmp_path)
    path = Path("a.csv")
    rows = ["坐席,A7,您好,2026-09-01 09:00:01", "主管,,嗯,2026-09-01 09:00:04", "客户,,在吗,2026-09-01 09:00:07"]
    text = "会话ID,说话人,工号,内容,发送时间,科目\n" + "".join(f"S1,{row},甲\n" for row in rows)
    path.write_text(text, encoding="gb18030")
    return path


def test_what_is_understood(talk: Path) -> None:
    """The report names format, encoding, header, columns, values, times, counts, a sample and what is rejected."""
    code, out, err = run(talk)
    assert (code, err) == (0, "")
    lines = out.split("\n")
    assert lines[:-2] == [
        "a.csv",
        "  格式  csv gb18030，表头在第 1 行",
        "  列    conversation_id ← 会话ID",
        "  列    role ← 说话人",
        "  列    agent_id ← 工号",
        "  列    text ← 内容",
        "  列    sent_at ← 发送时间",
        "  列    元数据 ← 科目（未知列名，按原名留作元数据）",
        "  角色  坐席 → 客服 1；主管 → 未识别 1；客户 → 客户 1",
        "  渠道  未知：只对电话或只对在线的规则（如电话的自报家门）不检查；在映射文件里写 channel: call 或 chat",
        "  时间  发送时间：日期时间",
        "  读得  2 个话轮，1 通会话，1 名坐席",
        "  样例  [S1] 客服：您好",
        "  样例  [S1] 客户：在吗",
        "  拒收  1 行",
    ]
    assert lines[-2].startswith("        1 行：unknown role '主管' ")


def test_the_mapping_on_standard_output(talk: Path) -> None:
    """--yaml prints the mapping alone, with remarks on what is unknown; corrected, it is what --map takes."""
    code, out, err = run(talk, "--yaml")
    assert (code, err) == (0, "")
    assert out.split("\n")[:2] == ["# cscheck columns 写出，描述：a.csv", "# 改正后传回：cscheck score … --map 本文件"]
    assert out.split("\n")[-2:] == ["# 未识别的值，请补进 roles：主管", ""]
    Path("map.yaml").write_text(out.replace("roles:\n", "roles:\n  主管: agent\n"), encoding="utf-8")
    columns = {"conversation_id": "会话ID", "role": "说话人", "agent_id": "工号", "text": "内容", "sent_at": "发送时间"}
    roles = {"主管": "agent", "坐席": "agent", "客户": "customer"}
    assert load_mapping("map.yaml") == ColumnMapping(columns, roles, header_rows=(1,))
    code, out, _ = run(talk, "--map", "map.yaml")
    assert "  列    role ← 说话人（映射文件指定）" in out.split("\n")
    assert "  拒收  0 行" in out.split("\n")


def test_the_mapping_in_a_file(talk: Path) -> None:
    """--write-map writes the same text to a new file, and never over one that is there."""
    assert run(talk, "--write-map", "map.yaml")[0] == 0
    assert Path("map.yaml").read_text("utf-8") == run(talk, "--yaml")[1]
    code, out, err = run(talk, "--write-map", "map.yaml")
    assert (code, out, err) == (1, "", "map.yaml: [I136] the file exists already: name a new one\n")


def test_files_at_fault(talk: Path) -> None:
    """All files are told of; faults go to standard error and end the command with 1; the mapping says what lacks."""
    Path("b.csv").write_text("会话ID,说话,内容\n1,客服,好\n", encoding="utf-8")
    code, out, err = run("b.csv", talk, "no.csv", "c.doc")
    assert code == 1
    assert [line for line in out.split("\n") if line and not line.startswith(" ")] == [
        "b.csv",
        "a.csv",
        "no.csv",
        "c.doc",
    ]
    assert [line.split(" ")[1] for line in err.strip().split("\n")] == ["[I105]", "[I102]", "[I101]"]
    code, out, _ = run("b.csv", "--yaml")
    assert out.split("\n")[-3:-1] == [
        "# b.csv 缺少 role，请在 columns 里写上它在文件里的列名；",
        "# 文件的列：会话ID、说话、内容",
    ]


def test_a_faulty_mapping(talk: Path) -> None:
    """A mapping file at fault ends the command before anything is read."""
    Path("map.yaml").write_text("columns: {txt: 内容}\n", encoding="utf-8")
    code, out, err = run(talk, "--map", "map.yaml")
    assert (code, out) == (1, "")
    assert err.startswith("map.yaml:1:11: [I110] columns: 'txt' does not exist")


def test_two_mapping_files(talk: Path) -> None:
    """--map given twice is wrong usage: no mapping is dropped without a word."""
    code, out, err = run(talk, "--map", "a.yaml", "--map", "b.yaml")
    assert (code, out) == (2, "")
    assert "give one mapping file, not 2 (a.yaml, b.yaml)" in " ".join(err.split())


def test_the_channel_that_the_mapping_says(talk: Path) -> None:
    """A constant channel is told of, and stands in the mapping that is written."""
    Path("map.yaml").write_text("channel: call\n", encoding="utf-8")
    assert "  渠道  电话（映射文件指定）" in run(talk, "--map", "map.yaml")[1].split("\n")
    assert "channel: call" in run(talk, "--map", "map.yaml", "--yaml")[1].split("\n")


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook with two sheets whose columns have different names, of which the second is not understood."""
    monkeypatch.chdir(tmp_path)
    with Workbook("b.xlsx") as book:
        for title, role in (("九月", "角色"), ("十月", "谁")):
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, ["会话ID", role, "内容"])
            sheet.write_row(1, 0, [title, "客服", "您好"])


def test_sheets_with_different_columns(book: None) -> None:
    """The mapping that is written names no sheets, so that the second sheet is not lost once its column is named."""
    _, out, _ = run("b.xlsx", "--yaml")
    assert "sheets" not in out
    Path("map.yaml").write_text("columns: {role: 谁}\n", encoding="utf-8")
    code, out, err = run("b.xlsx", "--map", "map.yaml")
    assert (code, err) == (0, "")
    assert [line for line in out.split("\n") if "role" in line or "样例" in line] == [
        "  列    role ← 角色",
        "  样例  [九月] 客服：您好",
        "  列    role ← 谁（映射文件指定）",
        "  样例  [十月] 客服：您好",
    ]


def test_a_column_that_no_sheet_has(book: None) -> None:
    """A name that none of the sheets has is a fault of the mapping, although all sheets are understood without it."""
    Path("map.yaml").write_text("columns: {role: [角色, 谁], agent_id: [员工, 账号]}\n", encoding="utf-8")
    code, _, err = run("b.xlsx", "--map", "map.yaml")
    message = "the column mapping names the column '员工' or '账号' for agent_id, which no sheet has"
    assert (code, err) == (1, f"b.xlsx: [I110] {message}\n")


def test_sheets_that_are_not_named(book: None) -> None:
    """A sheet that is not read because the mapping names others is told of."""
    Path("map.yaml").write_text("sheets: 九月\n", encoding="utf-8")
    code, out, _ = run("b.xlsx", "--map", "map.yaml")
    assert (code, out.split("\n")[-4:]) == (
        0,
        ["b.xlsx[十月]", "  格式  xlsx", "  未读取  the mapping names other sheets (sheets)", ""],
    )
