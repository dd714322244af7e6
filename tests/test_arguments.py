"""What callers of the Python API give: each fault says which argument, what was given and what is expected."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pytest

from cscheck import Checker, ColumnMapping, Conversation, InputError, Scored, Turn
from cscheck.arguments import paths_of
from cscheck.checks import shown

NEAR = Path(__file__).parent / "packs" / "good" / "near"
ROWS = pd.DataFrame({"会话ID": ["a"], "角色": ["客服"], "内容": ["我打包票"]})


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(NEAR)


@pytest.fixture(scope="module")
def scored(checker: Checker) -> Scored:
    return checker.score(ROWS)


@pytest.mark.parametrize(
    ("turn", "message"),
    [
        (("agent", "x", None), "turn_index must be a whole number from 0 to 2147483647 (got None)"),
        (("agent", "x", True), "turn_index must be a whole number from 0 to 2147483647 (got True)"),
        (("agent", "x", 2**31), "turn_index must be a whole number from 0 to 2147483647 (got 2147483648)"),
        (("agent", "x", 0, 7001), "agent_id must be a valid Unicode str or None (got 7001)"),
        (("agent", "x", 0, "7\ud800"), r"agent_id must be a valid Unicode str or None (got '7\ud800')"),
        (("agent", "x", 0, None, "a"), "start must be seconds as a number, or None (got 'a')"),
        (("agent", "x", 0, None, None, float("inf")), "end must be seconds as a number, or None (got inf)"),
        (("agent", "x", 0, None, None, None, "9:00"), "sent_at must be a datetime or None (got '9:00')"),
        (("agent", "x", 0, None, None, None, pd.NaT), "sent_at must be a datetime or None (got NaT)"),
    ],
)
def test_each_field_of_a_turn_is_looked_at(checker: Checker, turn: tuple[Any, ...], message: str) -> None:
    """A field that is not what it must be is named with the turn, alone and in a conversation among many."""
    with pytest.raises(InputError) as caught:
        checker.check([("customer", "好"), Turn(*turn)])
    assert str(caught.value) == f"turn 1: [I120] {message}"
    with pytest.raises(InputError) as caught:
        list(checker.check_many([Conversation("a", ()), Conversation("b", (Turn(*turn),))]))
    assert str(caught.value) == f"conversation 1, turn 0: [I120] {message}"


def test_what_a_frame_holds_is_accepted(checker: Checker) -> None:
    """Numbers of numpy, seconds that are not known and a moment of pandas are good."""
    row = pd.DataFrame({"n": [3], "start": [1.5], "end": [float("nan")]}).iloc[0]
    index = pd.Series([3])[0]
    turn = Turn("agent", "我打包票", index, "7", row["start"], row["end"], pd.Timestamp("2026-09-01"))
    assert [(f.turn_index, f.agent_id) for f in checker.check([turn]).findings] == [(3, "7")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"conversation_id": 5}, "conversation_id: [I120] must be a valid Unicode str (got 5)"),
        ({"conversation_id": "\udfff"}, r"conversation_id: [I120] must be a valid Unicode str (got '\udfff')"),
        ({"meta": [1]}, "meta: [I120] must be a mapping of names (valid Unicode str) to values (got [1])"),
        ({"meta": {1: 2}}, "meta: [I120] must be a mapping of names (valid Unicode str) to values (got {1: 2})"),
        ({"channel": ["call"]}, "channel: [I120] must be call, chat or None (got ['call'])"),
    ],
)
def test_what_stands_beside_the_turns_is_looked_at(checker: Checker, given: dict[str, Any], message: str) -> None:
    """Id, channel and metadata of a conversation are named when they are at fault."""
    with pytest.raises(InputError) as caught:
        checker.check([("agent", "好")], **given)
    assert str(caught.value) == message


@pytest.mark.parametrize("given", [None, 5, "客服：好", b"x", {"role": "agent", "text": "好"}])
def test_what_is_no_list_of_turns(checker: Checker, given: Any) -> None:
    """One text, one mapping and nothing at all are no turns."""
    with pytest.raises(InputError) as caught:
        checker.check(given)
    wanted = "a Conversation or a list of turns: Turn, (role, text), or a dict with role and text"
    assert str(caught.value) == f"turns: [I122] must be {wanted} (got {given!r})"


def test_many_are_conversations(checker: Checker) -> None:
    """A list of turns is no Conversation, and one Conversation is no list of them."""
    with pytest.raises(InputError) as caught:
        list(checker.check_many([[("agent", "好")]]))  # type: ignore[list-item]
    message = "must be a Conversation; turns alone are for check (got [('agent', '好')])"
    assert str(caught.value) == f"conversation 0: [I122] {message}"
    with pytest.raises(TypeError, match=r"^conversations must be an iterable of Conversation \(got None\)$"):
        list(checker.check_many(None))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"packs": None}, "packs must be a list of str or Path, also for one (got None)"),
        ({"packs": [5]}, "each of packs must be a str or Path, not empty (got 5)"),
        ({"packs": NEAR, "scheme": None}, "scheme must be a str or Path, not empty (got None)"),
        (
            {"packs": NEAR, "segmenter": 5},
            "segmenter must be a cscheck.segment.Segmenter or None (got int)",
        ),
    ],
)
def test_a_checker_of_something_else(given: dict[str, Any], message: str) -> None:
    """What is no name of packs, scheme or segmenter is a TypeError before anything is read."""
    with pytest.raises(TypeError) as caught:
        Checker(**given)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        ({"paths": "a.csv"}, TypeError, "paths must be a list of str or Path, also for one (got 'a.csv')"),
        ({"paths": [5]}, TypeError, "each of paths must be a str or Path, not empty (got 5)"),
        ({"out": None}, TypeError, "out must be a str or Path, not empty (got None)"),
        ({"workers": 0}, ValueError, "workers must be 1 or more (got 0)"),
        ({"workers": -1}, ValueError, "workers must be 1 or more (got -1)"),
        ({"workers": 1.5}, TypeError, "workers must be a whole number (got 1.5)"),
        ({"workers": True}, TypeError, "workers must be a whole number (got True)"),
    ],
)
def test_a_job_of_something_else(
    checker: Checker, tmp_path: Path, given: dict[str, Any], kind: type[Exception], message: str
) -> None:
    """Files, folder and workers are looked at before anything is read or written."""
    with pytest.raises(kind) as caught:
        checker.score_files(**({"paths": ["a.csv"], "out": tmp_path / "out"} | given))
    assert str(caught.value) == message
    assert list(tmp_path.iterdir()) == []


COLUMNS = "columns must be a dict of column names: each a str, or a list of str"


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"columns": {"text": 0}}, f"{COLUMNS} (got {{'text': 0}})"),
        ({"columns": 5}, f"{COLUMNS} (got 5)"),
        ({"line_separator": 5}, "line_separator must be a str (got 5)"),
        ({"roles": {1: "agent"}}, "roles must be a dict of str to str (got {1: 'agent'})"),
        ({"channels": [1]}, "channels must be a dict of str to str (got [1])"),
        ({"sheets": "九月"}, "sheets must be a tuple of str (got '九月')"),
        ({"header_rows": ("a",)}, "header_rows must be a tuple of whole numbers, or None (got ('a',))"),
        ({"files": {"*.csv": {}}}, "files must be a dict of globs to ColumnMapping (got {'*.csv': {}})"),
    ],
)
def test_a_mapping_of_something_else(mapping: dict[str, Any], message: str) -> None:
    """The part of a mapping that is not what it must be is named when the mapping is made."""
    with pytest.raises(InputError) as caught:
        ColumnMapping(**mapping)
    assert str(caught.value) == f"column mapping: [I110] {message}"


def test_any_mapping_of_columns_will_do(checker: Checker, tmp_path: Path) -> None:
    """A mapping that nobody can change is as good as a dict, for a frame and for files."""
    mapping = MappingProxyType({"text": "那句"})
    frame = ROWS.rename(columns={"内容": "那句"})
    assert checker.score(frame, mapping=mapping).findings["matched"].to_pylist() == ["打包票"]
    frame.to_csv(tmp_path / "a.csv", index=False)
    whole = ColumnMapping(columns=mapping)
    assert checker.score_files([tmp_path / "a.csv"], tmp_path / "out", mapping=whole).findings == 1


@pytest.mark.parametrize(("given", "as_shown"), [(5, "5"), (None, "None"), ("a\ud800", r"'a\ud800'")])
def test_a_conversation_is_asked_for_by_a_text(scored: Scored, given: Any, as_shown: str) -> None:
    """An id of another kind is a TypeError, and no fault of the tables behind."""
    with pytest.raises(TypeError) as caught:
        scored.conversation(given)
    assert str(caught.value) == f"conversation_id must be a valid Unicode str, as in the tables (got {as_shown})"


def test_a_workbook_has_a_path(scored: Scored) -> None:
    """The workbook is not written to something that is no path."""
    with pytest.raises(TypeError, match=r"^path must be a str or Path, not empty \(got None\)$"):
        scored.to_excel(None)  # type: ignore[arg-type]


def test_paths_are_kept_as_given() -> None:
    """Names and paths become texts, in their order."""
    assert paths_of((Path("b") / "x.csv", "a.csv"), "paths") == (str(Path("b") / "x.csv"), "a.csv")


def test_a_value_is_shown_in_one_short_line() -> None:
    """Messages show a large value cut off and without its line breaks."""
    assert shown(ROWS).count("\n") == 0
    assert shown("长" * 90) == "'" + "长" * 59 + "…"
