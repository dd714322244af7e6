"""The Python API: one conversation, a frame, or files, with the same results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cscheck import Checker, ColumnMapping, Conversation, CscheckError, InputError, PackError, Turn

PACKS = Path(__file__).parent / "packs"
NEAR, FAR = PACKS / "good" / "near", PACKS / "good" / "far"
ROWS = [
    {"conversation_id": "b", "turn_index": 1, "role": "agent", "agent_id": "7002", "text": "我打包票，百分百没问题"},
    {"conversation_id": "b", "turn_index": 0, "role": "customer", "agent_id": None, "text": "打包票吗"},
    {"conversation_id": "a", "turn_index": 0, "role": "agent", "agent_id": "7001", "text": "您好"},
    {"conversation_id": "a", "turn_index": 0, "role": "agent", "agent_id": "7001", "text": "再来一次"},
    {"conversation_id": "a", "turn_index": 1, "role": "谁", "agent_id": None, "text": "好"},
    {"conversation_id": "a", "turn_index": 2, "role": "agent", "agent_id": "7001", "text": " "},
]


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker([NEAR, FAR])


class Frame:
    """A dataframe of a library that cscheck does not know, with the Arrow interface."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


def spans(checker: Checker, turns: Any, **given: Any) -> list[tuple[int | None, str | None]]:
    return [(finding.turn_index, finding.matched) for finding in checker.check(turns, **given).findings]


@pytest.mark.parametrize(
    "turns",
    [
        [("customer", "打包票吗"), ("agent", "我打包票")],
        [Turn("customer", "打包票吗", 0), Turn("agent", "我打包票", 1)],
        [{"role": "customer", "text": "打包票吗"}, {"role": "agent", "text": "我打包票"}],
        (turn for turn in [("customer", "打包票吗"), Turn("agent", "我打包票", 1)]),
        Conversation("conversation", (Turn("customer", "打包票吗", 0), Turn("agent", "我打包票", 1))),
    ],
    ids=["pairs", "turns", "mappings", "mixed, from a generator", "conversation"],
)
def test_turns_may_be_given_in_any_shape(checker: Checker, turns: Any) -> None:
    """Pairs, Turns, mappings and a Conversation are the same conversation."""
    checked = checker.check(turns)
    assert [(f.conversation_id, f.turn_index, f.start, f.end, f.matched) for f in checked.findings] == [
        ("conversation", 1, 1, 4, "打包票")
    ]
    assert checked.score == 90.0


def test_a_finding_points_into_the_original_text(checker: Checker) -> None:
    """Offsets are code points of the text as given, however it is folded for matching."""
    text = "😀我打\u200b包票！"
    (finding,) = checker.check([("agent", text)]).findings
    assert (finding.start, finding.end, finding.matched) == (2, 6, "打\u200b包票")


def test_a_conversation_without_turns(checker: Checker) -> None:
    """Nothing was said, so nothing is found and nothing deducted."""
    checked = checker.check([])
    assert (checked.findings, checked.score) == ((), 100.0)


def test_names_given_with_the_turns(checker: Checker) -> None:
    """The id given for the conversation stands in its findings."""
    (finding,) = checker.check([("agent", "打包票")], conversation_id="c-7", channel="call").findings
    assert finding.conversation_id == "c-7"


@pytest.mark.parametrize(
    ("turns", "given", "message"),
    [
        ([("客服", "好")], {}, "turn 0: [I120] role must be one of agent, customer, bot, system (got '客服')"),
        (
            [("agent", "好"), "好"],
            {},
            "turn 1: [I122] not a turn: must be a Turn, (role, text), or a dict with role and text (got '好')",
        ),
        (
            [{"role": "agent", "txt": "好"}],
            {},
            "turn 0: [I122] not a turn: unknown key 'txt' "
            "(known: role, text, turn_index, agent_id, start, end, sent_at)",
        ),
        ([("agent", None)], {}, "turn 0: [I120] text must be a str, empty where nothing was said (got None)"),
        (
            [("agent", "好"), {"role": "customer", "text": 5}],
            {},
            "turn 1: [I120] text must be a str, empty where nothing was said (got 5)",
        ),
        (
            Conversation("c", (Turn("agent", "好"), Turn("坐席", "好"))),
            {},
            "turn 1: [I120] role must be one of agent, customer, bot, system (got '坐席')",
        ),
        (
            Conversation("c", (Turn("agent", None),)),  # type: ignore[arg-type]
            {},
            "turn 0: [I120] text must be a str, empty where nothing was said (got None)",
        ),
        (
            Conversation("c", (("agent", "好"),)),  # type: ignore[arg-type]
            {},
            "turn 0: [I122] not a turn: a Conversation holds values of Turn (got tuple)",
        ),
        ([("agent", "好")], {"channel": "电话"}, "channel: [I120] must be call, chat or None (got '电话')"),
    ],
)
def test_what_is_no_conversation_is_refused(checker: Checker, turns: Any, given: dict[str, Any], message: str) -> None:
    """A turn or channel that is not understood is an InputError that says which and why."""
    with pytest.raises(InputError) as caught:
        checker.check(turns, **given)
    assert str(caught.value) == message


def test_half_a_character_is_refused(checker: Checker) -> None:
    """A lone surrogate is not Unicode text; the message says where it stands."""
    with pytest.raises(InputError) as caught:
        checker.check([("agent", "好"), ("agent", "打\ud800包票")], conversation_id="c-7")
    assert str(caught.value).startswith("c-7: [I121] text 1, character 1: a lone surrogate (U+D800) ")


def test_the_explanation_tells_what_was_let_go(checker: Checker) -> None:
    """The explanation shows findings, what a cue excused, and the arithmetic of the score."""
    text = checker.check([("agent", "说着玩，打包票"), ("agent", "我打包票")]).explanation
    lines = [line.strip() for line in text.split("\n")]
    assert "1 客服：我⟦打包票⟧" in lines
    assert "放过 1 处" in lines
    assert "第 0 轮 “打包票” 近：打包票（own.promise）：线索“玩笑（近）”（joking） “说着玩”" in lines
    (score,) = (line for line in lines if line.startswith("坐席 （未知） 得分 90（"))
    assert score.endswith("）：基础 100")


def frames() -> dict[str, Any]:
    table = pa.Table.from_pylist(ROWS)
    return {
        "arrow": table,
        "record batch": table.to_batches()[0],
        "pandas": pd.DataFrame(ROWS),
        "pandas with a category": pd.DataFrame(ROWS, index=list("uvwxyz")).astype({"role": "category"}),
        "arrow interface": Frame(table),
        "chunked": pa.concat_tables([table.slice(0, 1), table.slice(1)]),
    }


@pytest.mark.parametrize("kind", list(frames()))
def test_a_frame_of_any_library_scores_as_its_file(checker: Checker, kind: str, tmp_path: Path) -> None:
    """The tables of a frame are those of the batch job over the same rows; only the name of the file differs."""
    scored = checker.score(frames()[kind])
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "rows.parquet")
    summary = checker.score_files([tmp_path / "rows.parquet"], tmp_path / "out")
    for name in ("findings", "conversations", "agents"):
        assert getattr(scored, name).equals(pq.read_table(tmp_path / "out" / f"{name}.parquet"))
    rejects = [{**row, "file": "<frame>"} for row in pq.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()]
    assert sorted(scored.rejects.to_pylist(), key=lambda row: row["line"]) == rejects
    assert [(row["line"], row["turn_index"]) for row in rejects] == [(4, 0), (5, 1), (6, 2)]
    assert (summary.conversations, summary.findings, summary.rejects) == (2, 2, 3)


def test_half_a_character_in_a_frame_rejects_its_row(checker: Checker) -> None:
    """Arrow cannot hold a lone surrogate: the rows that do are rejected with the column, and the others are scored."""
    frame = pd.DataFrame({"conversation_id": list("abcd"), "role": "agent"})
    frame["text"] = pd.Series(["我打包票", "我打\ud800包票", "百分百没问题", "好"], dtype=object)
    frame["agent_id"] = pd.Series([None, None, "7\udfff", "8"], dtype=object)
    scored = checker.score(frame)
    assert [(f["conversation_id"], f["matched"]) for f in scored.findings.to_pylist()] == [("a", "打包票")]
    assert scored.conversations["conversation_id"].to_pylist() == ["a", "d"]
    assert [(row["line"], row["conversation_id"], row["reason"]) for row in scored.rejects.to_pylist()] == [
        (2, "b", "the column 'text' holds a lone surrogate (half of a character)"),
        (3, "c", "the column 'agent_id' holds a lone surrogate (half of a character)"),
    ]


def test_a_time_before_the_start_rejects_its_row(checker: Checker) -> None:
    """A negative duration is no time from the start of a conversation; the other rows are scored."""
    frame = pd.DataFrame(ROWS[:2]).assign(start=pd.to_timedelta([3, -1], "s"))
    scored = checker.score(frame)
    assert [(row["line"], row["reason"][:32]) for row in scored.rejects.to_pylist()] == [
        (2, "the time '-1 day, 23:59:59' in '")
    ]
    assert scored.findings["matched"].to_pylist() == ["打包票", "百分百没问题"]


@pytest.mark.parametrize("values", [["7001", 7001], [7001, "7001"], ["7001", {1}], [2**70, 1]])
def test_a_column_of_mixed_values_is_named(checker: Checker, values: list[Any]) -> None:
    """A column whose values Arrow cannot hold together is an InputError that names it and says how to mend it."""
    frame = pd.DataFrame({"conversation_id": ["a", "b"], "role": "agent", "text": "好"})
    frame["工号"] = pd.Series(values, dtype=object)
    with pytest.raises(InputError) as caught:
        checker.score(frame)
    message = str(caught.value)
    assert message.startswith("<frame>: [I124] the column '工号' holds values that do not go together: ")
    assert message.endswith("; make them of one kind, such as frame['工号'].astype(\"string\")")


def test_scored_tables_as_pandas(checker: Checker) -> None:
    """The tables come as pandas frames by name."""
    found = checker.score(pd.DataFrame(ROWS)).to_pandas()
    assert list(found) == ["findings", "conversations", "agents", "teams", "weeks", "rejects"]
    assert found["findings"]["matched"].tolist() == ["打包票", "百分百没问题"]
    assert found["conversations"].set_index("conversation_id")["score"].to_dict() == {"a": 100.0, "b": 80.0}


@pytest.mark.parametrize("mapping", [{"text": "那句"}, ColumnMapping(columns={"text": "那句"})])
def test_columns_may_be_mapped(checker: Checker, mapping: Any) -> None:
    """A column with a name that is not known is mapped by a dict or a ColumnMapping."""
    scored = checker.score(pd.DataFrame(ROWS).rename(columns={"text": "那句"}), mapping=mapping)
    assert scored.findings["matched"].to_pylist() == ["打包票", "百分百没问题"]


def test_a_mapping_file_for_a_frame(checker: Checker, tmp_path: Path) -> None:
    """A mapping file names columns and roles."""
    path = tmp_path / "map.yaml"
    path.write_text("columns: {text: 那句}\nroles: {谁: customer}\n", encoding="utf-8")
    scored = checker.score(pd.DataFrame(ROWS).rename(columns={"text": "那句"}), mapping=str(path))
    assert [row["line"] for row in scored.rejects.to_pylist()] == [6, 4]


def test_a_mapping_of_another_kind_is_refused(checker: Checker) -> None:
    """What is no mapping is a TypeError that names what may be given."""
    with pytest.raises(TypeError) as caught:
        checker.score(pd.DataFrame(ROWS), mapping=5)  # type: ignore[arg-type]
    assert str(caught.value) == "a mapping is a dict of columns, a ColumnMapping or a YAML file (got int)"


def test_a_mapping_file_with_faults_names_them_all(checker: Checker, tmp_path: Path) -> None:
    """Unknown keys, keys given twice and values that are no text are named with their places."""
    path = tmp_path / "map.yaml"
    path.write_text("colums: {}\nroles: {小二: agent, 小二: bot}\nchannels: [a]\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        checker.score(pd.DataFrame(ROWS), mapping=path)
    assert [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems] == [
        "1:1: [P101] a mapping file: unknown key 'colums' (known: columns, roles, channels, channel, sheets, "
        "header_rows, line_separator, files; did you mean 'columns'?)",
        "2:20: [P103] roles: the key '小二' is given twice",
        "3:11: [P102] channels must be a mapping (key: value)",
    ]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            [1, 2],
            "<frame>: [I123] give a pandas DataFrame, an Arrow table or a frame with __arrow_c_stream__ (got list)",
        ),
        (
            pd.DataFrame(ROWS)["text"],
            "<frame>: [I123] give a pandas DataFrame, an Arrow table or a frame with __arrow_c_stream__ (got Series, ",
        ),
        (
            pd.DataFrame,
            "<frame>: [I123] give a pandas DataFrame, an Arrow table or a frame with __arrow_c_stream__ "
            "(got the class DataFrame)",
        ),
        (
            pa.table({"conversation_id": ["a"], "start": pa.array([pa.MonthDayNano([1, 2, 3])])}),
            "<frame>: [I124] the column 'start' is of the type month_day_nano_interval, which nothing reads: ",
        ),
        (pd.DataFrame(ROWS[:0]), "<frame>: [I105] "),
        (pd.DataFrame(ROWS)[:0], "<frame>: [I103] the file has no rows below its header"),
        (pd.DataFrame(ROWS).drop(columns="role"), "<frame>: [I105] no column for role; "),
    ],
    ids=["no frame", "one column", "a class", "intervals", "no columns", "no rows", "no role"],
)
def test_a_frame_that_is_not_understood(checker: Checker, frame: Any, message: str) -> None:
    """A frame without the needed columns or rows is an error and no clean sheet."""
    with pytest.raises(InputError) as caught:
        checker.score(frame)
    assert str(caught.value).startswith(message)


def test_packs_and_scheme_are_checked_at_once() -> None:
    """A Checker with a pack or scheme that does not exist cannot be made."""
    with pytest.raises(PackError) as pack:
        Checker("no-such-pack")
    assert [problem.code for problem in pack.value.problems] == ["P100"]
    with pytest.raises(PackError) as scheme:
        Checker(NEAR, scheme="no-such-scheme")
    assert [problem.code for problem in scheme.value.problems] == ["P403"]
    assert issubclass(PackError, CscheckError)
    assert issubclass(InputError, CscheckError)


def test_faults_of_packs_and_scheme_are_named_together(tmp_path: Path) -> None:
    """One error names the faults of packs and scheme."""
    path = tmp_path / "own.yaml"
    path.write_text("titel: 严\nseverity_points: {critical: 1, major: 1, minor: 1}\n", encoding="utf-8")
    with pytest.raises(PackError) as caught:
        Checker(["no-such-pack", NEAR], scheme=path)
    assert sorted(problem.code for problem in caught.value.problems) == ["P100", "P101", "P106"]


def test_a_scheme_that_prices_no_rule_of_the_packs_is_refused(tmp_path: Path) -> None:
    """An override for a rule that no pack has is a fault at its place; with another pack the same scheme is good."""
    path = tmp_path / "own.yaml"
    rules = "rules:\n  own.sure: {points: 2}\n  own.promis:\n    points: 1\n"
    path.write_text(f"title: 严\nseverity_points: {{critical: 1, major: 1, minor: 1}}\n{rules}", encoding="utf-8")
    promise = f"{path}:5:3: [P404] rules: no pack given has a rule 'own.promis'; did you mean 'own.promise'?"
    with pytest.raises(PackError) as caught:
        Checker([NEAR, FAR], scheme=path)
    assert str(caught.value) == promise
    with pytest.raises(PackError) as caught:
        Checker([NEAR], scheme=path)
    assert [problem.line for problem in caught.value.problems] == [4, 5]
    path.write_text(path.read_text(encoding="utf-8").replace("promis:", "promise:"), encoding="utf-8")
    assert Checker([NEAR, FAR], scheme=path).check([("agent", "打包票")]).score == 99.0


def test_a_scheme_of_ones_own_prices_the_findings(tmp_path: Path) -> None:
    """A scheme file decides what a finding costs, in the finding and in the score."""
    path = tmp_path / "own.yaml"
    path.write_text("title: 严\nseverity_points: {critical: 33.25, major: 1, minor: 1}\n", encoding="utf-8")
    checked = Checker(NEAR, scheme=path).check([("agent", "打包票")])
    assert (checked.findings[0].points, checked.score) == (33.25, 66.75)


def test_the_frame_of_one_conversation_agrees_with_check(checker: Checker) -> None:
    """One conversation checked alone has the findings that it has among others."""
    alone = checker.check([("customer", "打包票吗"), ("agent", "我打包票，百分百没问题")], conversation_id="b")
    among = checker.score(pd.DataFrame(ROWS)).findings.to_pylist()
    shown = [(row["conversation_id"], row["turn_index"], row["start"], row["matched"]) for row in among]
    assert shown == [(f.conversation_id, f.turn_index, f.start, f.matched) for f in alone.findings]


def test_a_conversation_without_a_word_of_an_agent_is_not_judged(checker: Checker) -> None:
    """Where the agent's only turn is empty, the conversation has no band and does not count for the agent."""
    frame = pd.DataFrame(
        {
            "conversation_id": ["a", "a", "b", "b"],
            "role": ["customer", "agent", "customer", "agent"],
            "agent_id": ["7001"] * 4,
            "text": ["在吗", "", "在吗", "您好"],
        }
    )
    scored = checker.score(frame)
    rows = scored.conversations.select(["conversation_id", "agent_turns", "passed"]).to_pylist()
    assert [(row["conversation_id"], row["agent_turns"], row["passed"]) for row in rows] == [
        ("a", 0, None),
        ("b", 1, True),
    ]
    assert scored.agents["conversations"].to_pylist() == [1]
