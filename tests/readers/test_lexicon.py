"""Names of columns, roles and channels."""

from __future__ import annotations

from pathlib import Path

import pytest

from cscheck.errors import InputError
from cscheck.readers import ColumnMapping, read
from cscheck.readers.columns import assign
from cscheck.readers.lexicon import fold_name, lexicon, unit_of
from cscheck.readers.roles import Speaker, channel_of, role_of_column, speaker_of

NONE = ColumnMapping()


@pytest.mark.parametrize(
    "name", ["Conversation_ID", "conversation id", "ｃｏｎｖｅｒｓａｔｉｏｎ－ｉｄ", "\ufeffconversationId"]
)
def test_names_are_compared_without_dress(name: str) -> None:
    """Case, blanks, width, separators and a byte order mark make no other name."""
    assert fold_name(name) == "conversationid"


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["案件编码", "责任坐席", "角色", "内容"], ["conversation_id", "agent_id", "role", "text"]),
        (["工单号", "责任客服", "角色", "原话"], ["conversation_id", "agent_id", "role", "text"]),
        (["工单号", "会话ID", "受理员编号", "坐席"], ["", "conversation_id", "agent_id", ""]),
        (["案件编号", "受理员", "坐席原话", "内容"], ["conversation_id", "agent_name", "", "text"]),
    ],
)
def test_names_of_other_trades(names: list[str], fields: list[str]) -> None:
    """Case and ticket numbers are conversations where nothing nearer is there; likewise agents and words."""
    found = {place: key for key, place in assign(names, NONE).fields.items()}
    assert [found.get(place, "") for place in range(len(names))] == fields


@pytest.mark.parametrize(
    ("name", "stem", "unit"),
    [
        ("开始时间(毫秒)", "开始时间", "ms"),
        ("开始时间（秒）", "开始时间", "s"),
        ("开始秒", "开始", "s"),
        ("start_ms", "start", "ms"),
        ("StartMs", "start", "ms"),
        ("start_s", "start", "s"),
        ("start_timestamp_usec", "starttimestamp", "us"),
        ("words", "words", None),
        ("内容（原文）", "内容", None),
    ],
)
def test_units_in_names(name: str, stem: str, unit: str | None) -> None:
    """A unit in brackets or at the end of a name is set aside."""
    assert unit_of(name) == (stem, unit)


@pytest.mark.parametrize(
    ("value", "speaker"),
    [
        ("客服", Speaker("agent", None)),
        (" Agent ", Speaker("agent", None)),
        ("智能客服", Speaker("bot", None)),
        ("业主", Speaker("customer", None)),
        ("系统消息", Speaker("system", None)),
        ("客服（小林）", Speaker("agent", "小林")),
        ("agent 17", Speaker("agent", "17")),
        ("agent 7", Speaker("agent", None)),
        ("客服A", Speaker("agent", None)),
        ("客服老师", Speaker("agent", None)),
        ("客服小美", Speaker("agent", "小美")),
        ("客服-张三", Speaker("agent", "张三")),
        ("客服王芳(8001)", Speaker("agent", "8001")),
        ("客服王芳（A801）", Speaker("agent", "A801")),
        ("小美(客服)", Speaker("agent", "小美")),
        ("李雷【客户】", Speaker("customer", "李雷")),
        ("客服（客户）", None),
        ("姓名（客户）", None),
        ("坐席001", Speaker("agent", "001")),
        ("客户李女士", Speaker("customer", "李女士")),
        ("用户_88", Speaker("customer", "88")),
        ("AI客服", Speaker("bot", None)),
        ("机器人客服", Speaker("bot", None)),
        ("智能客服小蜜", Speaker("bot", None)),
        ("人工智能客服", Speaker("bot", None)),
        ("客服(机器人)", Speaker("bot", None)),
        ("客服Bot01", Speaker("bot", None)),
        ("系统提示", Speaker("system", None)),
        ("机器人转人工", None),
        ("非机器人客服", None),
        ("智能客服部张三", None),
        ("机器人训练师", None),
        ("客户经理", None),
        ("客服方", None),
        ("客服01", Speaker("agent", "01")),
        ("agents", None),
        ("客服态度差", None),
        ("0", None),
        ("主管", None),
    ],
)
def test_speakers(value: str, speaker: Speaker | None) -> None:
    """Known words, also with an id or name behind them, are speakers, and who has a bot's word in it is a bot.

    Words that merely begin so are none, and what cannot tell persons apart (a letter, a title) is no agent's id.
    """
    assert speaker_of(value, NONE) == speaker


@pytest.mark.parametrize(
    ("value", "role"), [("客服方", "agent"), ("用户端", "customer"), ("坐席侧", "agent"), ("客户李女士", "customer")]
)
def test_sides(value: str, role: str) -> None:
    """In a column of roles a side is a speaker too; before a colon, where it may be a label, it is none."""
    found = role_of_column(value, NONE)
    assert found and found.role == role
    assert role_of_column("对方", NONE) is None


def test_a_bot_of_the_mapping() -> None:
    """The mapping decides what a bot's word means, also where more stands beside it."""
    assert speaker_of("机器人01", ColumnMapping(roles={"机器人": "agent"})) == Speaker("agent", None)


@pytest.mark.parametrize(
    ("value", "channel"),
    [
        ("电话", ("call", True)),
        ("电话呼入", ("call", False)),
        ("call-sentence", ("call", False)),
        ("IM", ("chat", True)),
        ("image", (None, False)),
        ("企业微信", ("chat", True)),
        ("短信", (None, False)),
    ],
)
def test_channels(value: str, channel: tuple[str | None, bool]) -> None:
    """A value that begins with a known word counts, but not one whose Latin word goes on."""
    assert channel_of(value, NONE) == channel


def test_every_word_has_one_meaning() -> None:
    """The shipped file loads, which it would not if a word stood for two roles or channels."""
    assert set(lexicon().roles.values()) == {"agent", "customer", "bot", "system"}
    assert set(lexicon().channels.values()) == {"call", "chat"}


def test_a_damaged_lexicon_names_the_place(tmp_path: Path) -> None:
    """A fault in the data file is named with its place."""
    path = tmp_path / "columns.yaml"
    path.write_text(
        "columns: {}\nturns: []\npairs: {}\nmetadata: {}\nhints: {}\ncustomers: []\nheadings: []\n"
        "calls: {}\nchannels: {}\n"
        "roles:\n  agent: [x]\n  bot: [X]\n",
        "utf-8",
    )
    with pytest.raises(InputError, match=r"^columns.yaml:11:3: \[P103\] 'X' is given for agent and for bot$"):
        lexicon(path)


def test_a_wrong_mapping_names_all_faults() -> None:
    """A mapping to what does not exist is an error at once."""
    with pytest.raises(InputError) as caught:
        ColumnMapping({"txt": "内容"}, {"1": "boss"}, {"x": "mail"})
    assert [str(problem).split(" (")[0] for problem in caught.value.problems] == [
        "column mapping: [I110] channel 'mail' does not exist",
        "column mapping: [I110] column 'txt' does not exist",
        "column mapping: [I110] role 'boss' does not exist",
    ]


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    """A suffix that no reader has is an error that lists the accepted ones."""
    with pytest.raises(InputError) as caught:
        list(read(tmp_path / "a.docx", "in/a.docx"))
    assert str(caught.value) == (
        "in/a.docx: [I102] the suffix '.docx' is unknown: accepted are .csv .tsv .jsonl .ndjson .parquet .txt .xlsx "
        ".xlsm .xls (text formats also .gz)"
    )


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is an error under the name that the user gave."""
    for suffix in ("csv", "jsonl", "txt", "parquet", "xlsx", "xls"):
        with pytest.raises(InputError, match=rf"^in/a.{suffix}: \[I101\] the file cannot be read: "):
            list(read(tmp_path / f"a.{suffix}", f"in/a.{suffix}"))


@pytest.mark.parametrize(
    "value",
    [
        "guest service",
        "User Agent",
        "user(agent)",
        "客户-服务",
        "客户 坐席",
        "客户(坐席)",
        "买家 客服",
        "会员-顾问",
        "系统 客服",
        "system agent",
        "客服(客户)",
        "客服客户",
        "用户 AI",
        "客户 李代表",
        "Customer Relations",
    ],
)
def test_a_value_that_names_two_sides_is_unknown(value: str) -> None:
    """Who is named as staff of the customer, or as both, is neither: words must not come into the wrong mouth."""
    assert role_of_column(value, NONE) is None


@pytest.mark.parametrize(
    "value",
    [
        "Customer Support",
        "Customer Care",
        "Client Support",
        "client service",
        "customer service",
        "Customer Service Representative",
        "客户代表",
        "客户 代表",
        "客户服务代表",
    ],
)
def test_staff_known_as_a_whole(value: str) -> None:
    """A name of staff in which the customer stands is staff where it is known as a whole."""
    assert role_of_column(value, NONE) == Speaker("agent", None)


@pytest.mark.parametrize(
    ("value", "speaker"),
    [
        ("客户(来电)", Speaker("customer", "来电")),
        ("坐席(主叫)", Speaker("agent", "主叫")),
        ("客服(投诉组)", Speaker("agent", "投诉组")),
        ("customer Carey", Speaker("customer", "Carey")),
        ("客户 高文", Speaker("customer", "高文")),
        ("系统 通知", Speaker("system", None)),
    ],
)
def test_what_says_more_of_one_side(value: str, speaker: Speaker) -> None:
    """A name, a group or who called does not name the other side."""
    assert role_of_column(value, NONE) == speaker


@pytest.mark.parametrize(
    ("value", "speaker"),
    [
        ("王先生", Speaker("customer", None)),
        ("客服先生", Speaker("customer", None)),
        ("李先生", Speaker("agent", "李先生")),
        ("云帆旗舰店:小美", Speaker("agent", "云帆旗舰店:小美")),
        ("云帆旗舰店:机器人", Speaker("bot", None)),
        ("客服小美", Speaker("agent", "小美")),
        ("客服", Speaker("agent", None)),
        ("[云]", None),
        ("路人", None),
    ],
)
def test_patterns_of_roles(value: str, speaker: Speaker | None) -> None:
    """A pattern of the mapping goes before the lexicon, a name as it stands before any pattern, the longer first."""
    roles = {
        "云帆旗舰店:*机器人": "bot",
        "云帆旗舰店:*": "agent",
        "*先生": "customer",
        "李先生": "agent",
        "客服小*": "agent",
    }
    assert speaker_of(value, ColumnMapping(roles=roles)) == speaker


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("学思教育-林老师", "学思教育-林老师"),
        ("小美", "小美"),
        ("客服小美", "小美"),
        ("A", None),
        ("1", None),
        ("主管", None),
        ("坐席侧", None),
        ("售后客服", None),
        ("商家客服", None),
        ("speaker_1", None),
        ("客服A", None),
    ],
)
def test_a_name_that_the_mapping_gives_as_agent(word: str, name: str | None) -> None:
    """A name that the mapping says is the agent is the agent's id, too; a role, a side or a voice is none."""
    assert speaker_of(word, ColumnMapping(roles={word: "agent"})) == Speaker("agent", name)


def test_the_bare_pattern() -> None:
    """``*`` alone means those in a column of roles whom nothing else tells, and no others."""
    mapping = ColumnMapping(roles={"*": "customer"})
    assert role_of_column("tb_88", mapping) == Speaker("customer", None)
    assert role_of_column("客服小美", mapping) == Speaker("agent", "小美")
    assert speaker_of("tb_88", mapping) is None
