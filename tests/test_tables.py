"""The result tables: their columns are a contract, and the amounts of a score add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscheck import Checker
from cscheck.assess import Part
from cscheck.categories import load_categories
from cscheck.model import Evidence, Finding, Satisfied
from cscheck.readers.dates import NoDate
from cscheck.scheme import Scheme
from cscheck.schemefile import load_scheme
from cscheck.score import score_findings
from cscheck.tables import (
    FINDINGS,
    conversations_schema,
    conversations_table,
    figure_tables,
    findings_table,
    tally,
)
from cscheck.tallies import Group, Tally

CATEGORIES = load_categories()
SCHEME = load_scheme("standard", CATEGORIES)
SCHEMES = [SCHEME, load_scheme("encourage", CATEGORIES)]
JUDGED = {(polarity, name) for polarity in ("forbidden", "required") for name in CATEGORIES.of(polarity)}
AMOUNTS = (
    "base", "bonus", "deduction_courtesy", "deduction_taboo", "deduction_conduct", "deduction_process",
    "deduction_timing", "clamp_adjust", "fatal_adjust",
)  # fmt: skip


def finding(**given: Any) -> Finding:
    found = Finding(
        "finding", "a", "7001", 1, "own.promise", "promise", "forbidden", "major", 5.0, 1.0, 0, 2, "保证", "话", (), ()
    )  # fmt: skip
    return found._replace(**given)


def part(findings: list[Finding], satisfied: Sequence[Satisfied] = (), **given: Any) -> Part:
    score = score_findings(findings, given.pop("scheme", SCHEME), CATEGORIES, satisfied)
    whole = Part("a", "7001", "call", datetime(2026, 11, 21, 9, 30), 4, 2, tuple(findings), 3, score)
    return whole._replace(**given)


def test_columns_of_findings() -> None:
    """findings.parquet has the agreed columns and types, and the flag fatal after them."""
    evidence = (
        "list<item: struct<kind: string, name: string, text: string, turn_index: int32, start: int32, end: int32>>"
    )
    assert [(field.name, str(field.type)) for field in FINDINGS] == [
        ("kind", "string"),
        ("conversation_id", "string"),
        ("agent_id", "string"),
        ("turn_index", "int32"),
        ("rule_id", "string"),
        ("category", "string"),
        ("polarity", "string"),
        ("severity", "string"),
        ("points", "double"),
        ("confidence", "double"),
        ("start", "int32"),
        ("end", "int32"),
        ("matched", "string"),
        ("message", "string"),
        ("norms", "list<item: string>"),
        ("evidence", evidence),
        ("fatal", "bool"),
    ]
    assert Finding._fields == tuple(FINDINGS.names)


def test_columns_of_conversations() -> None:
    """conversations.parquet has the agreed columns: who, when, how many, the score, and the score's amounts."""
    assert [(field.name, str(field.type)) for field in conversations_schema(CATEGORIES)] == [
        ("conversation_id", "string"),
        ("agent_id", "string"),
        ("channel", "string"),
        ("started_at", "timestamp[us]"),
        ("turns", "int32"),
        ("agent_turns", "int32"),
        ("score", "double"),
        ("fatal", "bool"),
        ("findings", "int32"),
        ("errors", "int32"),
        ("not_applicable", "int32"),
        *((name, "double") for name in AMOUNTS),
        ("band", "string"),
        ("passed", "bool"),
        ("team", "string"),
    ]


def test_columns_of_figures() -> None:
    """agents.parquet has scores, rates and one share with its interval for each category; so have teams and weeks."""
    tables = figure_tables({}, CATEGORIES, SCHEME, JUDGED)
    shares = [*(f"share_{name}" for name in CATEGORIES.forbidden), *(f"share_{name}" for name in CATEGORIES.required)]
    shares[-1] = "share_process_missing"  # process stands in both polarities
    rates = [f"{name}{end}" for name in ("findings_per_100", *shares) for end in ("", "_low", "_high")]
    means = ["conversations", "score_mean", "score_low", "score_high"]
    shrunk = ["score_shrunk", "shrunk_weight"]
    counts = ["fatal", "enough_data", "share_passed", "share_passed_low", "share_passed_high"]
    assert {name: table.schema.names for name, table in tables.items()} == {
        "agents": ["agent_id", *means, *shrunk, *rates, *counts, "rank_low", "rank_high", "team"],
        "teams": ["team", "agents", *means, *shrunk, *rates, *counts, "rank_low", "rank_high"],
        "weeks": ["week", "level", "team", "agent_id", *means, *rates, *counts],
    }
    kinds = dict.fromkeys(("agent_id", "team", "week", "level"), "string") | {"enough_data": "bool"}
    kinds |= dict.fromkeys(("agents", "conversations", "fatal", "rank_low", "rank_high"), "int64")
    for table in tables.values():
        assert [str(field.type) for field in table.schema] == [kinds.get(name, "double") for name in table.schema.names]


def test_an_empty_table_keeps_its_columns() -> None:
    """Without rows a table has the same columns as with rows, so that it can always be read."""
    group = Group("7001", "早班", "2026-W47")
    empty, full = ({}, {group: Tally(1, 10000, 10000**2)})
    pairs = [
        (findings_table([]), findings_table([finding()])),
        (conversations_table([], CATEGORIES), conversations_table([part([])], CATEGORIES)),
        *zip(*(figure_tables(one, CATEGORIES, SCHEME, JUDGED).values() for one in (empty, full)), strict=True),
    ]
    assert [(len(none), none.schema == some.schema, len(some)) for none, some in pairs] == [
        (0, True, 1), (0, True, 1), (0, True, 1), (0, True, 1), (0, True, 3),
    ]  # fmt: skip


def test_findings_pass_into_the_table_unchanged() -> None:
    """Each field of a finding is a column, with its evidence nested and what is missing as null."""
    evidence = (Evidence("literal", "", "保证", 1, 0, 2), Evidence("searched", "", "", 4, None, None))
    rows = [
        finding(norms=("n1", "n2"), evidence=evidence),
        finding(turn_index=None, start=None, end=None, matched=None, polarity="required", category="greeting"),
        finding(kind="error", category=None, polarity=None, severity=None, points=None, confidence=0.0, fatal=True),
    ]
    found = findings_table(rows).to_pylist()
    nested = [[item._asdict() for item in one.evidence] for one in rows]
    assert found == [
        {**one._asdict(), "norms": list(one.norms), "evidence": items} for one, items in zip(rows, nested, strict=True)
    ]


def test_a_part_is_a_row() -> None:
    """A conversation's part is one row: amounts in points, counts as they are."""
    (row,) = conversations_table(
        [part([finding(), finding(kind="error", category=None)], team="一组")], CATEGORIES
    ).to_pylist()
    assert row == {
        "conversation_id": "a",
        "agent_id": "7001",
        "channel": "call",
        "started_at": datetime(2026, 11, 21, 9, 30),
        "turns": 4,
        "agent_turns": 2,
        "score": 95.0,
        "fatal": False,
        "findings": 1,
        "errors": 1,
        "not_applicable": 3,
        **dict.fromkeys(AMOUNTS, 0.0),
        "base": 100.0,
        "deduction_conduct": 5.0,
        "band": "优秀",
        "passed": True,
        "team": "一组",
    }


CATEGORY = st.sampled_from(
    [(polarity, name) for polarity in ("forbidden", "required") for name in CATEGORIES.of(polarity)]
)
FINDING = st.builds(
    lambda pair, rule, severity, points, fatal: finding(
        rule_id=f"{pair[0]}.{pair[1]}.{rule}",
        polarity=pair[0],
        category=pair[1],
        severity=severity,
        points=points / 100,
        fatal=fatal,
    ),
    CATEGORY,
    st.integers(0, 2),
    st.sampled_from(["critical", "major", "minor"]),
    st.integers(0, 10_000),
    st.integers(0, 30).map(lambda chance: chance == 0),
)


EARNED = st.lists(st.sampled_from([Satisfied(f"required.{name}.9", name, "7001") for name in CATEGORIES.required]))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.lists(FINDING, max_size=30), EARNED), max_size=5), st.sampled_from(SCHEMES))
def test_the_score_adds_up_exactly(conversations: list[tuple[list[Finding], list[Satisfied]]], scheme: Scheme) -> None:
    """In whole hundredths: score = base + bonus − the deductions + clamp_adjust + fatal_adjust, between 0 and 100."""
    parts = [part(findings, satisfied, scheme=scheme) for findings, satisfied in conversations]
    for row in conversations_table(parts, CATEGORIES).to_pylist():
        hundredths = {name: row[name] * 100 for name in ("score", *AMOUNTS)}
        whole = {name: round(value) for name, value in hundredths.items()}
        assert all(abs(value - whole[name]) < 1e-6 for name, value in hundredths.items())
        deducted = sum(whole[name] for name in AMOUNTS if name.startswith("deduction_"))
        adjusted = whole["clamp_adjust"] + whole["fatal_adjust"]
        assert whole["score"] == whole["base"] + whole["bonus"] - deducted + adjusted
        assert 0 <= whole["score"] <= 10_000
        assert whole["score"] == 0 or not row["fatal"]


def test_tally_counts_each_agent_team_and_week() -> None:
    """Parts are counted with their agent, team and week, those without an agent turn not at all."""
    tallies: dict[Group, Tally] = {}
    parts = [
        part([finding(), finding(turn_index=2)], team="早班"),
        part([], team="早班"),
        part([finding(kind="error", category=None, polarity=None)], agent_id=None, started_at=None),
        part([], agent_id="7002", agent_turns=0),
    ]
    tally(parts, tallies)
    assert {group: (t.conversations, t.score_sum, t.findings, t.passed, t.seen) for group, t in tallies.items()} == {
        ("7001", "早班", "2026-W47"): (2, 19_000, 2, 2, {("forbidden", "promise"): 1}),
        (None, None, None): (1, 10_000, 0, 1, {}),
    }
    rows = figure_tables(tallies, CATEGORIES, SCHEME, JUDGED)["agents"].to_pylist()
    assert [(row["agent_id"], row["score_mean"], row["score_low"], row["share_promise"]) for row in rows] == [
        ("7001", 95.0, pytest.approx(31.468976), 0.5),
        (None, 100.0, None, 0.0),
    ]


def test_a_category_that_no_rule_judges_has_no_share() -> None:
    """Where no rule of the run judges a category its share is null: nobody looked, which is not the same as never."""
    tallies = {Group("7001", None, None): Tally(2, 20000, 2 * 10000**2)}

    (row,) = figure_tables(tallies, CATEGORIES, SCHEME, {("forbidden", "insult")})["agents"].to_pylist()

    assert (row["share_insult"], row["share_empathy"], row["share_empathy_low"]) == (0.0, None, None)


@pytest.mark.parametrize(
    ("column", "team"), [("班组", "夜班"), ("技能组", "夜班"), ("部门", "夜班"), ("班组", " "), ("备注", "夜班")]
)
def test_teams_and_weeks_of_a_frame(column: str, team: str) -> None:
    """The team stands in a column of that name, else in that of the queue; weeks come from the conversations' dates."""
    said = [("a", "打包票", "2026-11-21 09:30:00"), ("b", "您好", "2026-11-23 09:30:00")]
    frame = pd.DataFrame(said, columns=["会话ID", "内容", "会话开始时间"])
    frame = frame.assign(角色="客服", 工号="7001", **{column: team})
    found = Checker([str(Path(__file__).parent / "packs" / "good" / "near")]).score(frame)
    known = team if team.strip() and column != "备注" else None
    assert found.agents["team"].to_pylist() == [known]
    assert found.teams["team"].to_pylist() == ([known] if known else [])
    assert [(row["week"], row["level"], row["score_mean"]) for row in found.weeks.to_pylist()] == [
        (week, level, score)
        for week, score in (("2026-W47", 90.0), ("2026-W48", 100.0))
        for level in (("all", "team", "agent") if known else ("all", "agent"))
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("会话开始时间", "2026-11-23T07:30:00+08:00"),
        ("发送时间", "2026-11-23T07:30:00+08:00"),
        ("会话开始时间", pd.Timestamp("2026-11-23 07:30", tz="Asia/Shanghai")),
        ("发送时间", pd.Timestamp("2026-11-23 07:30", tz="Asia/Shanghai")),
        ("会话开始时间", 1795419000000),
        ("发送时间", 1795419000000),
        ("会话开始时间", "46349.3125"),
        ("发送时间", "46349.3125"),
    ],
)
@pytest.mark.parametrize("turns", [1, 3])
def test_the_week_is_the_same_by_whatever_column(column: str, value: object, turns: int) -> None:
    """A Monday morning belongs to its week, whether the conversation or its turns (all at once, too) tell the time."""
    frame = pd.DataFrame(
        {"会话ID": ["a"] * turns, "角色": "客服", "工号": "7001", "内容": "您好", column: [value] * turns}
    )
    found = Checker([str(Path(__file__).parent / "packs" / "good" / "near")]).score(frame)
    assert found.conversations["started_at"].to_pylist() == [datetime(2026, 11, 23, 7, 30)]
    assert found.weeks["week"].unique().to_pylist() == ["2026-W48"]


@pytest.mark.parametrize("never", ["1900-01-01 00:00:00", "9999-12-31"])
def test_a_date_that_means_never_gives_no_week(never: str) -> None:
    """Such a time of the conversation is told and gives no week; the turns' own dates do."""
    columns = {"会话ID": ["a", "b"], "角色": "客服", "工号": "7001", "内容": "您好", "会话开始时间": never}
    frame = pd.DataFrame({**columns, "发送时间": ["2026-11-23 09:30:00", None]})
    with pytest.warns(NoDate, match=f"^<frame>:1: '{never}' in '会话开始时间' .*: 2.:"):
        found = Checker([str(Path(__file__).parent / "packs" / "good" / "near")]).score(frame)
    assert found.conversations["started_at"].to_pylist() == [datetime(2026, 11, 23, 9, 30), None]
