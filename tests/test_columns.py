"""The command that tells what is understood of files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
        "  渠道  未知：按在线处理，只对电话的规则（如自报家门）不检查；在映射文件里写 channel: call 或 chat",
        "  时间  发送时间：日期时间",
        "  读得  2 个话轮，1 通会话，1 名坐席",
        "  样例  [S1] 客服：您好",
        "  样例  [S1] 客户：在吗",
        "  拒收  1 行",
    ]
    assert lines[-2].startswith(
        "        1 行：认不出角色“主管”：在映射文件里写明 roles: {主管: '?'}，问号换成 agent（客服）、"
    )


def test_the_mapping_on_standard_output(talk: Path) -> None:
    """--yaml prints the mapping alone, with remarks on what is unknown; corrected, it is what --map takes."""
    code, out, err = run(talk, "--yaml")
    assert (code, err) == (0, "")
    assert out.split("\n")[0] == "# cscheck columns 写出，描述：a.csv"
    assert "  #主管: '?'    # 没有认出，问号换成：客服 agent、客户 customer、机器人 bot、系统 system" in out.split("\n")
    Path("map.yaml").write_text(out.replace("#主管: '?'", "主管: agent"), encoding="utf-8")
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
    assert out.split("\n")[2:6] == [
        "columns:",
        "  conversation_id: 会话ID",
        "  text: 内容",
        "  #role: 说话    # 没有找到，未认出的列有：说话",
    ]


def test_unknown_columns_that_may_be_known_ones(talk: Path) -> None:
    """An unknown column with a word for agents or ids in its name is remarked on where none is known."""
    Path("b.csv").write_text("对话详情,质检坐席代号,评分,外部单号\n客服：您好,A7,5,W1\n", encoding="utf-8")
    code, _, err = run("b.csv", "--write-map", "map.yaml")
    draft = Path("map.yaml").read_text("utf-8")
    assert (code, err) == (0, "")
    assert [line for line in draft.split("\n") if "也许" in line] == [
        "  #conversation_id: 外部单号    # 没有找到，也许是：外部单号",
        "  #agent_id: 质检坐席代号    # 没有找到，也许是：质检坐席代号",
    ]
    Path("map.yaml").write_text(draft.replace("  #conv", "  conv").replace("  #agent", "  agent"), "utf-8")
    assert "  列    agent_id ← 质检坐席代号（映射文件指定）" in run("b.csv", "--map", "map.yaml")[1]


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


def write_book(name: str, sheets: Mapping[str, Sequence[str]], row: Sequence[str]) -> None:
    """Write a workbook with a header and one row in each sheet, whose conversation is called like the sheet."""
    with Workbook(name) as book:
        for title, header in sheets.items():
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, header)
            sheet.write_row(1, 0, [title, *row])


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook with two sheets whose columns have different names, of which the second is not understood."""
    monkeypatch.chdir(tmp_path)
    sheets = {"九月": ["会话ID", "角色", "内容"], "十月": ["会话ID", "谁", "内容"]}
    write_book("b.xlsx", sheets, ["客服", "您好"])


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
        ["b.xlsx[十月]", "  格式  xlsx", "  未读取  映射文件指定了别的工作表（sheets）", ""],
    )


def test_a_sheet_that_lacks_a_column_is_drafted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no sheet is understood, the nearest is at fault, and the mapping says what is known and what lacks."""
    monkeypatch.chdir(tmp_path)
    with Workbook("b.xlsx") as book:
        book.add_worksheet("说明").write_row(0, 0, ["导出", "说明"])
        for line, row in enumerate(
            [["会话流水号", "哪位", "说话内容", "坐席工号", "班组"], ["1", "客服", "您好", "A7", "甲"]]
        ):
            (book.get_worksheet_by_name("九月") or book.add_worksheet("九月")).write_row(line, 0, row)
    code, out, err = run("b.xlsx", "--yaml")
    assert (code, err.split(" ")[:2]) == (1, ["b.xlsx[九月]:1:", "[I105]"])
    assert out.split("\n")[2:8] == [
        "columns:",
        "  conversation_id: 会话流水号",
        "  agent_id: 坐席工号",
        "  text: 说话内容",
        "  team: 班组",
        "  #role: 哪位    # 没有找到，未认出的列有：哪位",
    ]
    Path("map.yaml").write_text(out.replace("#role", "role"), encoding="utf-8")
    assert run("b.xlsx", "--map", "map.yaml")[0] == 0


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook and a CSV file with different columns, and a sheet that lacks one."""
    monkeypatch.chdir(tmp_path)
    sheets = {"通话": ["会话ID", "发言方", "内容", "工号"], "在线": ["会话ID", "哪位", "内容", "工号"]}
    write_book("九月.xlsx", sheets, ["客服方", "您好", "A7"])
    Path("c.csv").write_text("会话ID,发言方,发言,发言时刻\nS1,客服,您好,9:00:01\n", encoding="utf-8")


def test_a_mapping_for_several_files(two: None) -> None:
    """What all tables share stands on top, what some have under files; the draft is used as it is, and once mended."""
    assert run("九月.xlsx", "c.csv", "--write-map", "map.yaml")[0] == 0
    text = Path("map.yaml").read_text("utf-8")
    assert load_mapping("map.yaml") == ColumnMapping(
        {"conversation_id": "会话ID", "role": "发言方", "text": ("内容", "发言")},
        {"客服方": "agent", "客服": "agent"},
        header_rows=(1,),
        files={
            "九月.xlsx#通话": ColumnMapping({"agent_id": "工号"}),
            "c.csv": ColumnMapping({"sent_at": "发言时刻"}),
        },
    )
    code, out, _ = run("九月.xlsx", "c.csv", "--map", "map.yaml")
    assert code == 0 and "  映射  files 里用于本表的：九月.xlsx#通话" in out.split("\n")
    assert [line[:6] for line in text.split("\n") if "在线:" in line or "哪位" in line] == ["  #九月.", "      "]
    mended = "\n".join(re.sub(r"^( *)#(?! )", r"\1", line) for line in text.split("\n") if "channel" not in line)
    Path("whole.yaml").write_text(mended, encoding="utf-8")
    code, out, err = run("九月.xlsx", "c.csv", "--map", "whole.yaml")
    assert (code, err, out.count("1 个话轮，1 通会话")) == (0, "", 3)


def test_sections_that_fit_nothing(two: None) -> None:
    """A section that no table fits is told of, and the channel may be set for one sheet."""
    Path("map.yaml").write_text(
        "files: {'八月*': {channel: call}, '九月*#通话': {channel: call}, '*.csv': {channel: chat}}\n", "utf-8"
    )
    code, out, _ = run("九月.xlsx", "c.csv", "--map", "map.yaml")
    assert (code, out.split("\n")[-2]) == (0, "映射文件 files 里没有文件或工作表符合的：八月*")
    assert [line for line in out.split("\n") if "指定" in line] == [
        "  渠道  电话（映射文件指定）",
        "  渠道  在线（映射文件指定）",
    ]


def test_roles_that_name_the_agent(talk: Path) -> None:
    """What serves as an agent's id out of the roles is told, and what does not."""
    rows = "".join(f"S1,{role},您好\n" for role in ("客服小美", "客服A", "客服老师", "坐席001", "AI客服", "客户李女士"))
    Path("b.csv").write_text(f"会话ID,发言方,内容\n{rows}", encoding="utf-8")
    out = run("b.csv")[1].split("\n")
    assert [line for line in out if line.startswith(("  角色", "  坐席", "  读得"))] == [
        "  角色  客服小美 → 客服 1；客服A → 客服 1；客服老师 → 客服 1；坐席001 → 客服 1；AI客服 → 机器人 1；"
        "客户李女士 → 客户 1",
        "  坐席  没有坐席列（或该格为空）时，编号取自角色：客服小美 → 小美、坐席001 → 001",
        "  坐席  单个字母、数字或称呼分不出是谁，不当作坐席编号：客服A、客服老师",
        "  读得  6 个话轮，1 通会话，2 名坐席",
    ]


def test_roles_beside_a_column_of_agents(talk: Path) -> None:
    """A role serves as the agent's id only in rows whose agent no column names, also for dialogues in cells."""
    Path("b.csv").write_text("会话ID,发言方,工号,内容\nS1,客服小美,A7,您好\nS1,客服小林,,您好\n", encoding="utf-8")
    Path("c.csv").write_text("会话ID,坐席,聊天记录\nS1,A7,客服小美：您好\nS2,,客服小林：您好\n", encoding="utf-8")
    found = "  坐席  没有坐席列（或该格为空）时，编号取自角色：客服小林 → 小林"
    for name in ("b.csv", "c.csv"):
        assert [line for line in run(name)[1].split("\n") if line.startswith("  坐席")] == [found]


def test_speakers_in_lines_of_talk(talk: Path) -> None:
    """Who speaks in lines of talk and is not known is listed, and stands in the draft for people to say who it is."""
    Path("c.txt").write_text("小美 15:03\n您好\n李女士 15:04\n在吗\n", encoding="utf-8")
    code, out, _ = run("c.txt")
    assert (code, out.split("\n")[2]) == (1, "  角色  小美 → 未识别 1；李女士 → 未识别 1")
    draft = run("c.txt", "--yaml")[1]
    assert "columns:" not in draft
    whole = draft.replace("#roles", "roles").replace("#小美: '?'", "小美: agent")
    whole = whole.replace("#李女士: '?'", "李女士: customer")
    Path("map.yaml").write_text(whole, encoding="utf-8")
    assert "  读得  2 个话轮，1 通会话，1 名坐席" in run("c.txt", "--map", "map.yaml")[1].split("\n")


def test_speakers_who_go_by_name(talk: Path) -> None:
    """Who was known by the row's agent is listed as such, also in the draft, which proposes nothing for them."""
    Path("b.csv").write_text(
        "会话ID,说话方,责任坐席,内容\n1,李女士,王小明,在吗\n1,王小明,王小明,您好\n", encoding="utf-8"
    )
    code, out, err = run("b.csv")
    assert (code, err) == (0, "")
    assert [line for line in out.split("\n") if line[:4] in ("  角色", "  推断")] == [
        "  角色  李女士 → 客户 1；王小明 → 客服 1",
        "  推断  没有写角色的名字，按本行坐席和会话里的另一方认出：客服：王小明；客户：李女士；"
        "不对就在映射文件的 roles 里写明",
    ]
    assert run("b.csv", "--yaml")[1].split("\n")[9:13] == [
        "#roles:",
        "  #（以下 2 个名字按同一会话的坐席认出，不必写；认错的才改，并去掉行首的 #）",
        "  #王小明: agent",
        "  #李女士: customer",
    ]


def test_every_stranger_stands_in_the_draft(talk: Path) -> None:
    """All names that nobody knows stand there, the most frequent first, also of cells; a star stands for customers."""
    pairs = [(f"客人{number:02}号", "阿雅" if number % 3 else "小凡") for number in range(40)]
    rows = [f"S{at},{who},好\n" for at, pair in enumerate(pairs) for who in pair]
    Path("b.csv").write_text("会话ID,发言人,内容\n" + "".join(rows), encoding="utf-8")
    cells = [f'S{at},"{one}：在吗\n{other}：您好"\n' for at, (one, other) in enumerate(pairs)]
    Path("c.csv").write_text("会话ID,沟通内容\n" + "".join(cells), encoding="utf-8")
    for file in ("b.csv", "c.csv"):
        lines = run(file, "--yaml")[1].split("\n")
        first = lines.index("#roles:")
        assert lines[first + 1 : first + 6] == [
            "  #（以下 42 个没有认出，行数多的在前；问号换成：客服 agent、客户 customer、机器人 bot、系统 system）",
            "  #'*': customer    # 没有写明的都是客户：用了这一行，下面只需写明客服",
            "  #阿雅: '?'    # 26 行",
            "  #小凡: '?'    # 14 行",
            "  #客人00号: '?'    # 1 行",
        ]
        assert lines[first + 44] == "  #客人39号: '?'    # 1 行"
        draft = re.sub(r"#(?=roles|turns|'\*')", "", "\n".join(lines))
        Path("map.yaml").write_text(re.sub(r"#(阿雅|小凡): '\?'", r"\1: agent", draft), encoding="utf-8")
        assert "  读得  80 个话轮，40 通会话，2 名坐席" in run(file, "--map", "map.yaml")[1].split("\n")
        Path("map.yaml").unlink()


def test_the_id_beside_a_name_that_the_mapping_names(talk: Path) -> None:
    """A column of ids is no id where the mapping names the agents' names; the draft does not bring it back."""
    Path("map.yaml").write_text("columns: {agent_name: 科目}\n", encoding="utf-8")
    lines = run(talk, "--map", "map.yaml")[1].split("\n")
    assert "  列    元数据 ← 工号（映射文件指定按姓名算坐席；编号作为元数据）" in lines
    assert "  列    agent_name ← 科目（映射文件指定）" in lines
    assert "agent_id" not in run(talk, "--map", "map.yaml", "--yaml")[1]


def test_dialogues_of_strangers(talk: Path) -> None:
    """Cells that look like dialogues of speakers nobody knows are told with what to write, and the draft holds it."""
    rows = 'S1,"甲方：在吗\n乙方：您好"\nS2,"甲方：喂\n乙方：在的"\n'
    Path("b.csv").write_text(f"会话ID,沟通内容\n{rows}", encoding="utf-8")
    code, out, err = run("b.csv")
    assert code == 1
    assert "  对话  沟通内容 的单元格像是整段对话（甲方、乙方 说话），没有当作对话读：" in out
    assert err.split("\n")[1] == (
        "b.csv:1: [I105] the cells of '沟通内容' look like whole dialogues of 甲方, 乙方: in a mapping "
        "columns: {turns: 沟通内容} and roles: {甲方: '?', …} let them be read"
    )
    draft = run("b.csv", "--yaml")[1].replace("#turns", "turns").replace("#roles", "roles")
    whole = draft.replace("#甲方: '?'", "甲方: customer").replace("#乙方: '?'", "乙方: agent")
    Path("map.yaml").write_text(whole, encoding="utf-8")
    assert "  读得  4 个话轮，2 通会话，0 名坐席" in run("b.csv", "--map", "map.yaml")[1].split("\n")


def test_the_name_beside_the_id(talk: Path) -> None:
    """Of an agent's id and name the id counts, and the report says where the name stays."""
    Path("b.csv").write_text("单号,接待日期,坐席编码,客服姓名,角色,会话内容\n1,2026-09-01,A7,王小明,客服,好\n", "utf-8")
    assert [line for line in run("b.csv")[1].split("\n") if line.startswith("  列")] == [
        "  列    元数据 ← 单号（未知列名，按原名留作元数据）",
        "  列    started_at ← 接待日期",
        "  列    agent_id ← 坐席编码",
        "  列    元数据 ← 客服姓名（坐席另有编号，结果表按编号算；姓名作为元数据保留）",
        "  列    role ← 角色",
        "  列    text ← 会话内容",
    ]


def test_callers(talk: Path) -> None:
    """Who called is told to go by the direction of the call, and stands in no draft as one side."""
    Path("b.csv").write_text("会话ID,呼叫类型,说话人,内容\n1,呼出,主叫,您好\n1,呼出,被叫,喂\n", encoding="utf-8")
    code, out, _ = run("b.csv")
    assert code == 0
    assert "  角色  主叫、被叫：按呼叫方向认出（呼入的主叫是客户，呼出的主叫是客服）" in out.split("\n")
    assert [line for line in out.split("\n") if "样例" in line] == ["  样例  [1] 客服：您好", "  样例  [1] 客户：喂"]
    assert "主叫" not in run("b.csv", "--yaml")[1]


def test_times_of_day_and_html(talk: Path) -> None:
    """A time is shown as it is written and as it was read, and a text that was rid of HTML is told of."""
    rows = "".join(f"S1,客服,保证&nbsp;到货,2026-09-01,{time}\n" for time in ("15:05", "15:06", "16:40"))
    Path("b.csv").write_text(f"会话ID,角色,内容,日期,发送时间\n{rows}", encoding="utf-8")
    out = run("b.csv")[1].split("\n")
    assert [line for line in out if line.startswith(("  时间", "  内容", "  样例"))] == [
        "  时间  发送时间：时:分:秒或时:分，是钟点（没有日期的会话从第一句起计秒），如 15:05 读作 15:05:00",
        "  内容  有 HTML 标签或转义（<br>、&nbsp;），已去掉：检查和报告的是去掉后的文字",
        "  样例  [S1] 客服：保证 到货",
        "  样例  [S1] 客服：保证 到货",
    ]


@pytest.mark.parametrize(
    ("name", "days", "told"),
    [
        ("2026年9月.csv", ("9月3日 14:20", "9月3日 14:21"), "月、日、时刻，没有年份：按表名、标题或文件名补为 2026 年"),
        (
            "b.csv",
            ("9月3日 14:20", "9月3日 14:21"),
            "月、日、时刻，没有年份，也没有写明年份的地方（标题、表名、文件名）：只用来算会话里的间隔，没有日期",
        ),
        (
            "b.csv",
            ("9月3日 14:20", "9月3日 14:20"),
            "月、日、时刻，没有年份，也没有写明年份的地方（标题、表名、文件名）：不知道会话属于哪一周",
        ),
    ],
)
def test_times_without_a_year(talk: Path, name: str, days: tuple[str, str], told: str) -> None:
    """Of times without a year it is told what they are, and where the year comes from or what they are used for."""
    rows = "".join(f"S1,客服,您好,{day}\n" for day in days)
    Path(name).write_text(f"会话ID,角色,内容,日期\n{rows}", encoding="utf-8")
    code, out, err = run(name)
    assert (code, err) == (0, "")
    assert [line for line in out.split("\n") if line.startswith("  时间")] == [f"  时间  日期：{told}"]
    known = (
        "  列    sent_at ← 日期（会话内逐句变化，是每句话的时间）"
        if days[0] != days[1]
        else "  列    started_at ← 日期"
    )
    assert known in out.split("\n")


def test_the_clock_of_the_turns_in_the_draft(talk: Path) -> None:
    """The draft maps a date that is the turns' clock so, and reads it as before."""
    rows = "S1,客服,您好,2026-09-03 14:20\nS1,客户,嗯,2026-09-03 14:21\n"
    Path("b.csv").write_text(f"会话ID,角色,内容,日期\n{rows}", encoding="utf-8")
    assert "  sent_at: 日期" in run("b.csv", "--write-map", "draft.yaml", "--yaml")[1].split("\n")
    assert (
        "  时间  日期：日期时间，如 2026-09-03 14:20 读作 2026-09-03 14:20:00" in run("b.csv", "--map", "draft.yaml")[1]
    )


def test_a_name_that_the_mapping_gives_as_agent(talk: Path) -> None:
    """A name that a mapping says is the agent serves as the agent's id, and a draft keeps it so."""
    rows = "S1,学思教育-林老师,您好\nS1,小雨,在吗\n"
    Path("b.csv").write_text(f"会话ID,发言方,内容\n{rows}", encoding="utf-8")
    Path("m.yaml").write_text("roles: {学思教育-林老师: agent, 小雨: customer}\n", encoding="utf-8")
    for given in ("m.yaml", "draft.yaml"):
        out = run("b.csv", "--map", given, *(["--write-map", "draft.yaml"] if given == "m.yaml" else []))[1]
        assert "  坐席  没有坐席列（或该格为空）时，编号取自角色：学思教育-林老师 → 学思教育-林老师" in out.split("\n")
        assert "  读得  2 个话轮，1 通会话，1 名坐席" in out.split("\n")


def test_conversations_of_one_turn_are_told_of(talk: Path) -> None:
    """Where most conversations of a text file have one turn a warning says so."""
    Path("b.txt").write_text("客服：您好\n\n客户：在吗\n\n客服：在的\n", encoding="utf-8")
    assert run("b.txt")[2].startswith("b.txt: 3 of 3 conversations have but one turn")
