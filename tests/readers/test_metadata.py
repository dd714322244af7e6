"""What objects of metadata say, beside columns and keys of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from cscheck.readers import from_frame
from cscheck.readers.years import NoYear

Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]
TURNS = [{"role": "客服", "text": "好"}]


def jsonl(**keys: object) -> str:
    """Return one conversation as a line with further keys."""
    return json.dumps({"conversation_id": "1", "turns": TURNS, **keys}, ensure_ascii=False) + "\n"


def csv(team: str, meta: str) -> str:
    """Return a table of one turn with a team and metadata."""
    quoted = meta.replace('"', '""')
    return f'会话ID,角色,内容,班组,meta\n1,客服,好,{team},"{quoted}"\n'


@pytest.mark.parametrize("meta", [{"team": None}, {"team": " "}, {"team": "二组"}, {"班组": "二组"}])
def test_a_key_of_its_own_goes_before_metadata(load: Load, meta: dict[str, Any]) -> None:
    """What stands in a column or key of its own is neither erased nor replaced by what ``meta`` says of the same."""
    for name, content in (("a.jsonl", jsonl(team="一组", meta=meta)), ("a.csv", csv("一组", json.dumps(meta)))):
        turns, _ = load(name, content)
        assert json.loads(turns[0]["meta"])["team"] == "一组"


@pytest.mark.parametrize(
    "meta", [{"team": "二组"}, {"班组": "二组"}, '{"team": "二组"}', '{"所属团队": "二组", "x": null}']
)
def test_metadata_are_understood_by_their_names(load: Load, meta: object) -> None:
    """An object, also one that is written as a text, says by known names what a blank column leaves open."""
    text = meta if isinstance(meta, str) else json.dumps(meta)
    for name, content in (("a.jsonl", jsonl(team="", meta=meta)), ("a.csv", csv("", text))):
        turns, _ = load(name, content)
        assert turns[0]["meta"] == '{"team":"二组"}'


def test_the_best_of_several_names_is_meant(load: Load) -> None:
    """As of columns, the first of the accepted names counts, and the other stays what it is called."""
    turns, _ = load("a.jsonl", jsonl(meta={"日期": "2026-09-01", "started_at": "2026-09-03"}))
    assert turns[0]["meta"] == '{"started_at":"2026-09-03","日期":"2026-09-01"}'


@pytest.mark.parametrize("text", ["加急", '{"a": "\\ud83d"}'])
def test_what_is_no_object_stays_a_text(load: Load, text: str) -> None:
    """A remark, or an object with half of a character, stands under ``meta`` as it is."""
    for name, content in (("a.jsonl", jsonl(meta=text)), ("a.csv", csv("", text))):
        turns, _ = load(name, content)
        assert json.loads(turns[0]["meta"]) == {"meta": text}


@pytest.mark.parametrize(
    "given", [{"started_at": "2026-09-03", "meta": {"started_at": "昨天"}}, {"meta": {"日期": "2026-09-03"}}]
)
def test_the_date_that_is_one_counts(load: Load, given: dict[str, Any]) -> None:
    """A date of its own goes before what metadata say instead, and nothing is told of that."""
    turns, _ = load("a.jsonl", jsonl(**given))
    assert turns[0]["meta"] == '{"started_at":"2026-09-03"}'


@pytest.mark.parametrize("given", [{"started_at": "9月3日 14:20"}, {"meta": {"开始时间": "9月3日 14:20"}}])
def test_a_date_in_json_without_its_year(load: Load, given: dict[str, Any]) -> None:
    """It gets its year from the name of the file as a column does, and where nothing tells it that is told."""
    with pytest.warns(NoYear, match="'started_at' have no year: taken was 2026, by what the file is called") as told:
        turns, _ = load("2026年9月.jsonl", jsonl(**given))
    assert (turns[0]["meta"], len(told)) == ('{"started_at":"2026-09-03 14:20:00"}', 1)
    with pytest.warns(NoYear, match="and nothing tells it .*: the weeks of conversations are unknown") as told:
        turns, _ = load("a.jsonl", jsonl(**given))
    assert (turns[0]["meta"], len(told)) == ('{"started_at":"9月3日 14:20"}', 1)


def test_metadata_of_a_frame_whose_texts_are_coded() -> None:
    """A column of categories means what the same texts mean."""
    given = {"会话ID": ["1", "2"], "角色": ["客服"] * 2, "内容": ["好"] * 2}
    meta = pa.array(['{"班组": "一组", "x": null}', None])
    for values in (meta, meta.dictionary_encode()):
        assert from_frame(pa.table({**given, "meta": values}))[0]["meta"].to_pylist() == ['{"team":"一组"}', None]
